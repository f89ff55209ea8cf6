# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Addresses of engines."""

from __future__ import annotations

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.address import split_address


@pytest.mark.parametrize(
    ("address", "parts"),
    [("10.0.0.1:2376", ("10.0.0.1", 2376)), ("host-1:80", ("host-1", 80)), ("[fd00::1]:2376", ("fd00::1", 2376))],
)
def test_host_and_port_are_taken_apart(address: str, parts: tuple[str, int]) -> None:
    assert split_address(address) == parts


@pytest.mark.parametrize("address", ["", "10.0.0.1", ":2376", "host:", "host:x", "host:²"])
def test_what_is_no_address_is_refused_with_the_right_form(address: str) -> None:
    with pytest.raises(InputError, match=r"write host:port, such as 10\.0\.0\.1:2376"):
        split_address(address)
