# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError
from ansible_collections.classic.swarm.plugins.plugin_utils.inventory_entries import with_entries
from ansible_collections.classic.swarm.tests.unit.documentation import MODULES, plugin


def entries(source: str = "inventory://docker", **hosts: dict[str, Any]) -> Any:
    return with_entries(source, {"timeout": 3}, {"docker": list(hosts)}, hosts.__getitem__)


@pytest.mark.parametrize(
    ("variables", "entry"),
    [
        ({}, "h1:2376"),
        ({"ansible_host": "10.0.0.5"}, "10.0.0.5:2376"),
        ({"ansible_host": "10.0.0.5", "swarm_address": "10.0.0.6"}, "10.0.0.6:2376"),
        ({"ansible_host": "10.0.0.5", "swarm_address": ""}, "10.0.0.5:2376"),
        ({"swarm_address": "fd00::5", "docker_engine_port": 2375}, "[fd00::5]:2375"),
        ({"docker_engine_port": "2375"}, "h1:2375"),
    ],
)
def test_where_the_engine_of_a_host_is(variables: dict[str, Any], entry: str) -> None:
    assert entries(h1=variables) == {"timeout": 3, "entries": [entry]}


def test_hosts_stay_in_their_order() -> None:
    assert entries(h2={}, h1={}, h3={})["entries"] == ["h2:2376", "h1:2376", "h3:2376"]


@pytest.mark.parametrize("source", ["nodes://h1:1", "h1:1", "file:///inventory", "frob://docker", "", "/etc/hosts"])
def test_other_sources_are_left_as_they_are(source: str) -> None:
    assert entries(source, h1={}) is None


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        (
            {"docker_engine_port": "many"},
            "bad entry 'h1:many': port 'many' is not a number",
        ),
        (
            {"swarm_address": "10.0.0.256"},
            "bad entry '10.0.0.256:2376': '10.0.0.256' is no IP",
        ),
        (
            {"ansible_host": "me@h1"},
            "an entry has a user name or a password before an '@'",
        ),
    ],
)
def test_a_host_that_says_what_cannot_be_right_is_named(variables: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError) as caught:
        entries(h1=variables)
    assert str(caught.value).startswith(f"the host h1 of the inventory: {says}")


def test_a_group_that_is_not_there() -> None:
    with pytest.raises(InputError) as caught:
        entries("inventory://dokcer")
    assert str(caught.value) == "inventory://dokcer: the inventory has no group dokcer"


@pytest.mark.parametrize("name", MODULES)
def test_every_module_is_run_by_the_action_that_resolves_sources(name: str) -> None:
    base = plugin("plugin_utils", "module_action").ModuleAction
    assert issubclass(plugin("action", name).ActionModule, base)
