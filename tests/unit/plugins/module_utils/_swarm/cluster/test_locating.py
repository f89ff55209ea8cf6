# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one place of a container, as the containers that a task depends on are looked up."""

from __future__ import annotations

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.snapshot import Snapshot
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.survey import check_dependencies, locate
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import AmbiguousNameError, DependencyError
from ansible_collections.classic.swarm.tests.unit.builders import container, node
from ansible_collections.classic.swarm.tests.unit.tasks import wanted

DB, EDGE = "0123456789ab" + "c" * 52, "0123456789ff" + "d" * 52
CLUSTER = Snapshot((node("a", container("db", id=DB)), node("b", container("edge", id=EDGE))), source="nodes://x")
ALIKE = (
    "the IDs of 2 containers begin with '0123456789': db (0123456789abcccc) on a, edge (0123456789ffdddd) on b; "
    "write more of the ID, or the name"
)


@pytest.mark.parametrize("reference", ["db", DB, DB[:11]])
def test_by_name_and_by_id(reference):
    assert locate(CLUSTER, reference) == (CLUSTER.nodes[0], CLUSTER.nodes[0].containers[0])


def test_nowhere():
    assert locate(CLUSTER, "nowhere") is None


def test_the_beginning_of_two_ids_is_refused_with_both_of_them():
    with pytest.raises(AmbiguousNameError) as caught:
        locate(CLUSTER, DB[:10])
    assert caught.value.message == ALIKE


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        ({"links": [f"{DB[:10]}:db"]}, "links"),
        ({"volumes_from": [f"{DB[:10]}:ro"]}, "volumes_from"),
        ({"network_mode": f"container:{DB[:10]}"}, "network_mode"),
    ],
)
def test_a_dependency_on_one_of_two(options, kind):
    with pytest.raises(DependencyError) as caught:
        check_dependencies(wanted(options=options), CLUSTER)
    assert caught.value.message == f"{kind}: {ALIKE}"
