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
    options = {"discovery_options": {"timeout": 3}}
    return with_entries(source, options, {"docker": list(hosts)}, lambda host, _needed: hosts[host])


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
    assert entries(h1=variables) == {"timeout": 3, "entries": [{"address": entry}]}


def test_for_whom_the_certificate_of_an_engine_is() -> None:
    given = entries(h1={"ansible_host": "10.0.0.5", "swarm_tls_hostname": "Docker-1.example.com"})["entries"]
    assert given == [{"address": "10.0.0.5:2376", "tls_hostname": "docker-1.example.com"}]
    with pytest.raises(InputError) as caught:
        entries(h1={"swarm_tls_hostname": "docker 1"})
    assert str(caught.value) == (
        "the host h1 of the inventory: swarm_tls_hostname is 'docker 1', which is neither the name of a host nor an "
        "address"
    )


def test_hosts_stay_in_their_order() -> None:
    assert [entry["address"] for entry in entries(h2={}, h1={}, h3={})["entries"]] == ["h2:2376", "h1:2376", "h3:2376"]


HOSTS: dict[str, dict[str, Any]] = {
    "h1": {"Rack": "r12", "spare": False, "slots": 4, "nothing": None, "secret": "s"},
    "h2": {"rack": "r13"},
}
GROUPS = {"docker": ["h1", "h2"], "edge": ["h2", "other"], "db": ["h1"]}


@pytest.mark.parametrize(
    ("options", "labels"),
    [
        (
            {"constraints": ["zone==group.edge"], "name": "group.edge==true", "env": {"A": "hostvar.secret==s"}},
            [{}, {}],
        ),
        ({"constraints": ["group.edge==true"]}, [{"group.edge": "false"}, {"group.edge": "true"}]),
        ({"partition": "zone==a,group.gone!=true"}, [{"group.gone": "false"}, {"group.gone": "false"}]),
        ({"constraints": ["hostvar.rack==~r12"]}, [{"hostvar.rack": "r12"}, {"hostvar.rack": "r13"}]),
        ({"affinities": ["HostVar.Slots!=4"]}, [{"hostvar.slots": "4"}, {}]),
        ({"spread_over": ["hostvar.spare"]}, [{"hostvar.spare": "false"}, {}]),
        (
            {"spread_over": [{"label": "hostvar.rack", "max_skew": 1}]},
            [{"hostvar.rack": "r12"}, {"hostvar.rack": "r13"}],
        ),
        ({"constraints": ["hostvar.nothing==x", "node!=hostvar.secret"]}, [{}, {}]),
        ({"rank": 'labels."hostvar.slots"'}, [{"hostvar.slots": "4"}, {}]),
        ({"env": {"constraint:group.db=": "=true"}}, [{"group.db": "true"}, {"group.db": "false"}]),
        (
            {"labels": {"com.docker.swarm.constraints": '["group.db==true"]'}},
            [{"group.db": "true"}, {"group.db": "false"}],
        ),
        (
            {"defaults": {"constraints": ["group.db==true"]}, "containers": [{"spread_over": ["hostvar.slots"]}]},
            [{"group.db": "true", "hostvar.slots": "4"}, {"group.db": "false"}],
        ),
    ],
)
def test_what_is_asked_of_hosts_is_a_label(options: dict[str, Any], labels: list[dict[str, str]]) -> None:
    made: Any = with_entries("inventory://docker", options, GROUPS, lambda host, _needed: HOSTS[host])
    assert [entry.get("labels", {}) for entry in made["entries"]] == labels


def test_a_variable_that_is_no_text_is_no_label() -> None:
    options = {"constraints": ["hostvar.disks==sda"]}
    with pytest.raises(InputError) as caught:
        with_entries("inventory://docker", options, GROUPS, lambda _host, _needed: {"disks": ["sda"]})
    assert str(caught.value) == (
        "the host h1 of the inventory: hostvar.disks is asked for, and is neither a text nor a number"
    )


def test_no_more_is_looked_at_than_is_needed() -> None:
    seen: list[str] = []

    def variables(host: str, needed: Any) -> dict[str, Any]:
        seen.extend(name for name in HOSTS[host] if needed(name))
        return HOSTS[host]

    with_entries("inventory://docker", {"constraints": ["hostvar.rack==r12"]}, GROUPS, variables)
    assert seen == ["Rack", "rack"]


def test_options_that_are_a_text_as_on_the_command_line() -> None:
    made: Any = with_entries("inventory://docker", {"discovery_options": "timeout=3"}, GROUPS, lambda *_: {})
    assert made["timeout"] == "3"
    with pytest.raises(InputError) as caught:
        with_entries("inventory://docker", {"discovery_options": ["timeout"]}, GROUPS, lambda *_: {})
    assert str(caught.value) == "discovery_options is not a dictionary"


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
            "bad entry '10.0.0.256:2376': '10.0.0.256' is not an IP",
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
