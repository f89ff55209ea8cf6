# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Further variables of commands: taken as they are written, and never shown."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleError
from ansible_collections.classic.swarm.plugins.connection import swarm


def test_texts_are_taken_as_they_are() -> None:
    assert swarm._environment({"A": "b c", "EMPTY": ""}) == ("A=b c", "EMPTY=")


@pytest.mark.parametrize("secret", [4711, ["hunter2"], {"password": "hunter2"}])
def test_a_value_that_is_no_text_is_refused_and_not_shown(secret: Any) -> None:
    with pytest.raises(AnsibleError) as raised:
        swarm._environment({"TOKEN": secret})
    told = str(raised.value)
    assert told == (
        "extra_env: the value of TOKEN is not a string; write it in quotes, so that it arrives as it is written"
    )


def test_a_name_that_is_no_text_is_refused() -> None:
    with pytest.raises(AnsibleError) as raised:
        swarm._environment({5: "x"})
    assert str(raised.value) == "extra_env: the name 5 is not a string; write it in quotes"
