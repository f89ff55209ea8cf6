# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the role swarm_manager makes of its options."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from tests.unit.roles.rendering import ROLES, Role, specification

AGENT = {"discovery": "consul://10.0.0.7:8500/swarm", "options": {"consul.datacenter": "a"}, "token_file": "/t"}
REGISTERED = {
    "__swarm_agent_source": AGENT,
    "__swarm_manager_wheels": {"files": []},
    "__swarm_manager_scratch": {"path": "/tmp/scratch"},
}


def role(managers: tuple[str, ...] = ("h1",), **options: Any) -> Role:
    given = {"inventory_hostname": "h1", "swarm_address": "10.0.0.5", "groups": {"swarm_managers": list(managers)}}
    return Role("swarm_manager", {**given, "ansible_facts": {}, **options}, REGISTERED)


def test_the_version_is_that_of_the_collection() -> None:
    collection = yaml.safe_load((ROLES.parent / "galaxy.yml").read_text(encoding="utf-8"))
    assert specification("swarm_manager")["swarm_manager_version"]["default"] == collection["version"]


def test_without_a_source_of_its_own_it_has_all_of_the_agents() -> None:
    words = role().evaluate("_swarm_manager_words")
    assert words[-1] == "consul://10.0.0.7:8500/swarm"
    assert "--discovery-opt=consul.datacenter=a" in words
    assert "--discovery-opt=kv.token-file=/etc/swarm/manager/token" in words


def test_with_one_it_has_nothing_of_the_agents() -> None:
    words = role(swarm_manager_discovery="etcd://10.0.0.9:2379/swarm").evaluate("_swarm_manager_words")
    assert words[-1] == "etcd://10.0.0.9:2379/swarm"
    assert [word for word in words if word.startswith("--discovery-opt")] == []


def test_several_managers_replicate_and_let_each_other_in() -> None:
    policy = {"roles": [{"cn": "ci-*", "role": "operate"}], "default_role": "read"}
    assert "--replication" not in role(swarm_manager_policy=policy).evaluate("_swarm_manager_words")
    several = role(("h1", "x" * 70), swarm_manager_policy=policy)
    words = several.evaluate("_swarm_manager_words")
    assert {"--replication", "--advertise=10.0.0.5:3376", "--policy=/etc/swarm/manager/policy.json"} <= set(words)
    assert several.evaluate("_swarm_manager_policy") == {
        "roles": [{"cn": "h1", "role": "admin"}, {"cn": "x" * 64, "role": "admin"}, *policy["roles"]],
        "default_role": "read",
    }


def test_other_wheels_or_another_library_make_another_environment() -> None:
    first = role().evaluate("_swarm_manager_environment")
    assert first.startswith("/usr/local/lib/swarm-manager/")
    assert role(swarm_manager_discovery="zk://10.0.0.9:2181/swarm").evaluate("_swarm_manager_environment") != first
    registered = {**REGISTERED, "__swarm_manager_wheels": {"files": [{"checksum": "aa"}]}}
    given = {"inventory_hostname": "h1", "groups": {}, "ansible_facts": {}}
    assert Role("swarm_manager", given, registered).evaluate("_swarm_manager_environment") != first


def test_a_relative_folder_of_wheels_is_where_one_is() -> None:
    seen = role(swarm_manager_wheels="files/wheels").evaluate("_swarm_manager_wheels")
    assert seen == str(Path.cwd() / "files/wheels")
