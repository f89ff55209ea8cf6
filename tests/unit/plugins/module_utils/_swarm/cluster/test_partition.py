# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The part of a cluster that a task works on."""

from __future__ import annotations

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.partition import (
    check_partition,
    in_partition,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.expression import parse_expressions

from tests.unit.builders import down, node


@pytest.mark.parametrize(
    ("partition", "inside"),
    [
        ([], True),
        (["zone==external"], True),
        (["ZONE==external"], True),
        (["zone==internal"], False),
        (["zone!=internal"], True),
        (["zone==external", "disk==hdd"], False),
        (["rack==1"], False),
        (["rack!=1"], True),
        (["node==web-1"], True),
        (["node==web-1-id"], True),
        (["node==/^db-/"], False),
        (["node!=web-*"], False),
    ],
)
def test_a_node_is_in_where_it_meets_every_constraint(partition: list[str], inside: bool) -> None:
    labelled = node("web-1", labels={"Zone": "external", "disk": "ssd"})
    assert in_partition(labelled, parse_expressions(partition, "partition")) is inside


def test_a_node_that_is_not_healthy_is_always_in() -> None:
    assert in_partition(down("web-1"), parse_expressions(["zone==external"], "partition"))


def test_a_soft_expression_is_refused() -> None:
    check_partition(parse_expressions(["zone==external"], "partition"))
    with pytest.raises(InputError, match=r"^partition: 'zone==~external' is soft; leave out the '~'"):
        check_partition(parse_expressions(["zone==external", "zone==~external"], "partition"))
