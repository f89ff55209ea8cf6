# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of the inventory that cannot be right, as ``ansible-inventory`` prints them. No engine is asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.integration.ansible_cli import Ansible

KEY = "-----BEGIN EC PRIVATE KEY-----\nAAAAsecretAAAA\n-----END EC PRIVATE KEY-----\n"


@pytest.fixture
def ansible(tmp_path: Path) -> Ansible:
    return Ansible(tmp_path, {"ANSIBLE_INVENTORY_ENABLED": "classic.swarm.swarm"})


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (
            {"discovery": "{{ engines }}"},
            "discovery is a template, and this file of the inventory is read before there",
        ),
        (
            {"discovery": "10.0.0.1:2376 10.0.0.2:2376"},
            "it looks like several; separate entries by commas in a list, and by",
        ),
        (
            {"discovery": "file:///nowhere/engines"},
            "the discovery file /nowhere/engines does not exist; write one with",
        ),
        (
            {"client_key": [KEY]},
            "an option holds the content of a file rather than its path, and is not shown; give the",
        ),
    ],
)
def test_one_sentence_says_it_once(ansible: Ansible, config: dict[str, Any], message: str) -> None:
    done = ansible.inventory(config, "--list", environment={"ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "1"})
    words = " ".join(done.stderr.split())
    assert done.returncode != 0
    assert message in words
    assert "secret" not in words
    # Once in the summary that newer releases of Ansible begin with, once as its cause; never twice in one of them.
    assert all(line.count(message[:40]) <= 1 for line in done.stderr.splitlines()), done.stderr


def test_variables_that_are_set_to_nothing_are_not_set(ansible: Ansible) -> None:
    nothing = {"SWARM_DISCOVERY": "", "DOCKER_TIMEOUT": "", "DOCKER_API_VERSION": "", "DOCKER_TLS_VERIFY": ""}
    done = ansible.inventory({}, "--list", environment=nothing)
    assert "/etc/swarm/cluster.conf" in done.stderr, done.stderr
    done = ansible.inventory({"discovery": "127.0.0.1:9", "include_unhealthy": True}, "--list", environment=nothing)
    assert '"ansible_docker_timeout": 60' in done.stdout, done.stderr
    failed = ansible.module("swarm_node_info", environment=nothing)
    assert "/etc/swarm/cluster.conf" in failed["msg"]
