# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task imports before it asks anything: Ansible compiles all of that on the target, for each task."""

from __future__ import annotations

import json
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[4]
_SWARM = "ansible_collections.classic.swarm.plugins.module_utils._swarm."

#: An upper bound, to be lowered when it can be. More than a few above it is a part that most tasks do without.
_MODULES = 202

#: What is for one source, one strategy or one kind of expression alone.
_NOT_FOR_ALL = (
    "discovery.consul_client", "discovery.consul_keys", "discovery.consul_lock", "discovery.consul_registration",
    "discovery.consul_session", "discovery.etcd_client", "discovery.etcd_keys", "discovery.etcd_lease",
    "discovery.etcd_lock", "discovery.etcd_registration", "discovery.http_hosts", "discovery.owned_state",
    "discovery.zookeeper_keys", "discovery.zookeeper_lock", "discovery.zookeeper_registration",
    "discovery.zookeeper_session", "regexp.automaton", "regexp.syntax",
)  # fmt: skip

#: Libraries that a module must not load for what it does not do.
_LIBRARIES = ("docker", "requests", "urllib3", "kazoo", "dns", "jmespath")

_PROGRAM = """
import json, sys
sys.path[:0] = json.loads(sys.argv[1])
import ansible_collections.classic.swarm.plugins.modules.swarm_container
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.registry import open_backend
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.scheduler import Scheduler
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import DiscoverySettings, SchedulingSettings
backend = open_backend(DiscoverySettings(sys.argv[2]))
if sys.argv[2].startswith("nodes"):
    backend.list()
Scheduler(SchedulingSettings(**json.loads(sys.argv[3])))
print(json.dumps(sorted(sys.modules)))
"""


def imported(source: str, settings: t.Mapping[str, str]) -> set[str]:
    """The modules that are there once a task has opened its source and made its scheduler."""
    path = json.dumps([str(_ROOT / ".cache" / "collections")])
    command = [sys.executable, "-c", _PROGRAM, path, source, json.dumps(settings)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 0, ended.stderr
    return set(json.loads(ended.stdout))


@pytest.fixture(scope="module")
def of_a_list() -> set[str]:
    """What a task imports whose engines are listed right in it."""
    return imported("nodes://192.0.2.1:2375", {})


def test_a_task_imports_no_more_modules_of_ours_than_it_did(of_a_list: set[str]) -> None:
    ours = [name for name in of_a_list if name.startswith(_SWARM)]
    assert len(ours) <= _MODULES, f"{len(ours)} modules: {', '.join(sorted(ours))}"


def test_a_task_imports_nothing_of_what_it_does_not_use(of_a_list: set[str]) -> None:
    assert sorted(of_a_list & {_SWARM + name for name in _NOT_FOR_ALL}) == []
    assert sorted(of_a_list & set(_LIBRARIES)) == []


@pytest.mark.parametrize(
    ("source", "settings", "expected"),
    [
        ("consul://192.0.2.1/swarm", {}, "discovery.consul_client"),
        ("etcd://192.0.2.1/swarm", {}, "discovery.etcd_client"),
        ("zk://192.0.2.1/swarm", {}, "discovery.zookeeper_session"),
        ("token://192.0.2.1/0123456789abcdef", {}, "discovery.http_hosts"),
    ],
)
def test_a_source_imports_what_it_uses(source: str, settings: dict[str, str], expected: str) -> None:
    assert _SWARM + expected in imported(source, settings)


def test_the_strategy_that_needs_a_library_loads_it() -> None:
    pytest.importorskip("jmespath", reason="the strategy 'expression' needs jmespath")
    assert "jmespath" in imported("nodes://192.0.2.1:2375", {"strategy": "expression", "rank": "cpus"})
