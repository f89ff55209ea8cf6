# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wherever a task says where its container may go, the scheduler is told."""

from __future__ import annotations

import typing as t

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.classic.swarm.plugins.module_utils._ansible.runner import read_wanted
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.request import Request
from ansible_collections.classic.swarm.tests.unit.documentation import construction

CONSTRAINTS, AFFINITIES = "com.docker.swarm.constraints", "com.docker.swarm.affinities"
WHITELISTS = "com.docker.swarm.whitelists"


def asked(**options: t.Any) -> t.Tuple[Request, t.Tuple[str, ...]]:
    """What the scheduler is asked by a task, and the warnings."""
    validator = ArgumentSpecValidator(construction("swarm_container")["argument_spec"])
    result = validator.validate({"name": "app", "image": "web:1", **options})
    assert result.error_messages == []
    wanted, warnings = read_wanted(result.validated_parameters)
    return wanted.request(wanted.members()[0]), warnings


@pytest.mark.parametrize(
    "options",
    [
        {"constraints": ["zone==a"], "affinities": ["container!=~db"], "whitelist": ["n1", "n2"]},
        {"env": {"constraint:zone": "=a", "affinity:container!": "~db", "whitelist:node": "=n1|n2"}},
        {
            "labels": {
                CONSTRAINTS: '["zone==a"]',
                AFFINITIES: '["container!=~db"]',
                WHITELISTS: '["node==n1|n2"]',
            }
        },
    ],
    ids=["options", "environment", "labels"],
)
def test_every_way_to_say_it_says_the_same(options: t.Dict[str, t.Any]) -> None:
    request, warnings = asked(**options)
    assert [str(each) for each in request.constraints] == ["zone==a"]
    assert [str(each) for each in request.affinities] == ["container!=~db"]
    assert request.whitelist == ("n1", "n2")
    assert warnings == ()


def test_all_of_them_hold() -> None:
    request, warnings = asked(
        constraints=["a==1"],
        env={"constraint:b": "=2", "whitelist:node": "=n2|n3|n4"},
        labels={CONSTRAINTS: '["c=3"]', WHITELISTS: '["node==n3|n4"]', "com.example": "kept"},
        whitelist=["n1", "n2", "n3"],
    )
    assert sorted(str(each) for each in request.constraints) == ["a==1", "b==2", "c==3"]
    assert request.whitelist == ("n3",)
    assert warnings == ("'c=3' has a single '=' and is read as 'c==3'; write it so",)
    assert request.labels[CONSTRAINTS] == '["c=3"]'


def test_whitelists_that_leave_no_node() -> None:
    with pytest.raises(InputError) as caught:
        asked(whitelist=["n1"], labels={WHITELISTS: '["node==n2"]'})
    assert caught.value.message == (
        "the task has several whitelists (in whitelist, env or labels), and no node is in all of them"
    )


@pytest.mark.parametrize("entry", ["node==n1", "node==n1|n2", "n1|n2", "n1,n2", "n*", "", " "])
def test_a_whitelist_has_one_name_in_each_entry(entry: str) -> None:
    with pytest.raises(InputError) as caught:
        asked(whitelist=["n1", entry])
    assert caught.value.message == (
        f"whitelist: '{entry}' is not a name or ID of a node; write one in each entry, such as node-1"
    )


def test_a_label_that_became_a_list_is_not_passed_over() -> None:
    with pytest.raises(InputError) as caught:
        asked(labels={CONSTRAINTS: ["zone==a"]})
    assert caught.value.message == (
        f"labels: {CONSTRAINTS} must be a JSON list of texts, such as [\"node==node-1\"], and it is '['zone==a']'"
    )
