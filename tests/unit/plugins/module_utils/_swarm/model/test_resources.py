# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.resources import (
    Reservation,
    format_size,
    parse_size,
)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("0", 0),
        ("1048576", 2**20),
        ("1b", 1),
        ("512M", 512 * 2**20),
        ("512mb", 512 * 2**20),
        ("512MiB", 512 * 2**20),
        ("1.5g", 1536 * 2**20),
        (" 2 T ", 2 * 2**40),
    ],
)
def test_parse_size(text, amount):
    assert parse_size(text, "memory") == amount


@pytest.mark.parametrize("text", ["", "12x", "-1", "1e3", "M", "1 2", "1bb", "1iB", "1mi"])
def test_what_is_no_size(text):
    with pytest.raises(InputError, match=f"memory: '{text}' is not a size; write a number and a unit"):
        parse_size(text, "memory")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("8192P", "'8192P' is more than any machine has; write a size below 8192P"),
        ("9" * 400, f"'{'9' * 40}...' is more than any machine has; write a size below 8192P"),
        (f"{'9' * 400}.5G", f"'{'9' * 40}...' is more than any machine has; write a size below 8192P"),
        ("0.4", "'0.4' is less than one byte; write 0, or a unit behind it such as M"),
        ("0.0001K", "'0.0001K' is less than one byte; write 0, or a unit behind it such as M"),
    ],
)
def test_sizes_that_cannot_be_sent(text, problem):
    with pytest.raises(InputError) as caught:
        parse_size(text, "memory")
    assert caught.value.message == f"memory: {problem}"


@pytest.mark.parametrize(
    ("text", "amount"), [("0.0", 0), ("0.5K", 512), ("8191P", 8191 * 2**50), (str(2**63 - 1), 2**63 - 1)]
)
def test_sizes_at_the_edge(text, amount):
    assert parse_size(text, "memory") == amount


@pytest.mark.parametrize("text", ["\N{ARABIC-INDIC DIGIT ONE}M", "1M\n2", "²"])
def test_digits_are_those_of_ascii(text):
    with pytest.raises(InputError, match="is not a size"):
        parse_size(text, "memory")


@pytest.mark.parametrize(
    ("amount", "text"), [(0, "0B"), (1023, "1023B"), (2**30, "1G"), (1536 * 2**20, "1.5G"), (2**50, "1P")]
)
def test_format_size(amount, text):
    assert format_size(amount) == text


def test_reservations_add_up():
    assert Reservation(1, 0.5) + Reservation(2, 1.0) == Reservation(3, 1.5)
