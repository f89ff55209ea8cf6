# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two operators at once: how long a claim waits, how often it looks, and what does not count against it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.claims import (
    Claim,
    ClaimJudge,
    taken_from_update,
    taken_meanwhile,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.operations.base import Place
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.operations.confirm import (
    ConfirmClaim,
    ConfirmUpdate,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.snapshot import Snapshot
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.scheduler import Scheduler
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import SchedulingSettings

from tests.unit.builders import container, down, node, request
from tests.unit.clock import TestClock

SCHEDULER = Scheduler(SchedulingSettings())
HERE = Place("n1:2375", "n1")
PORTS = ("80/tcp",)
TAKEN = "port 80/tcp: taken on n1 meanwhile"


def waiting(name, identity, **fields):
    return container(name, id=identity, state="created", **fields)


def claim(identity, name="web", wanted=None, **fields):
    return Claim(ConfirmClaim(HERE, name, request=wanted, **fields), identity)


WEB = request("web", ports=PORTS)


class Cluster:
    """Gives snapshots by the time; each reading is counted."""

    def __init__(self, clock, *moments):
        self.clock, self.moments, self.read_at = clock, moments, []

    def read(self):
        self.read_at.append(round(self.clock.now(), 1))
        nodes = [nodes for since, nodes in self.moments if self.clock.now() >= since - 1e-6][-1]
        return Snapshot(tuple(nodes))


def decide(claims, *moments, known=(), later=frozenset()):
    clock = TestClock()
    cluster = Cluster(clock, *moments)
    judge = ClaimJudge(SCHEDULER, frozenset(known), cluster.read, clock)
    decisions = [(each.claim.id, each.reason, round(clock.now(), 1)) for each in judge.decide(claims, lambda: later)]
    return decisions, cluster


MINE = waiting("web", "m1", ports=PORTS)
THEIRS = waiting("db", "z1", ports=PORTS)


def test_a_claim_without_rival_is_kept_at_once():
    decisions, cluster = decide([claim("m1", wanted=WEB)], (0, [node("n1", MINE)]))
    assert (decisions, cluster.read_at) == ([("m1", "", 0.0)], [0.0])


def test_one_with_a_greater_id_is_waited_for_eight_seconds():
    decisions, cluster = decide([claim("m1", wanted=WEB)], (0, [node("n1", MINE, THEIRS)]))
    assert decisions == [("m1", TAKEN, 8.0)]
    assert (cluster.read_at[:3], cluster.read_at[-1], len(cluster.read_at)) == ([0.0, 0.2, 0.4], 8.0, 41)


def test_one_that_goes_while_it_is_waited_for():
    decisions, _cluster = decide([claim("m1", wanted=WEB)], (0, [node("n1", MINE, THEIRS)]), (1.0, [node("n1", MINE)]))
    assert decisions == [("m1", "", 1.0)]


def test_one_that_starts_while_it_is_waited_for():
    decisions, _cluster = decide(
        [claim("m1", wanted=WEB)],
        (0, [node("n1", MINE, THEIRS)]),
        (1.0, [node("n1", MINE, replace(THEIRS, state="running"))]),
    )
    assert decisions == [("m1", TAKEN, 1.0)]


def test_one_that_does_not_stand_in_the_way_is_not_waited_for():
    elsewhere = waiting("db", "z1", ports=("81/tcp",))
    decisions, _cluster = decide([claim("m1", wanted=WEB)], (0, [node("n1", MINE, elsewhere)]))
    assert decisions == [("m1", "", 0.0)]


def test_claims_of_ones_own_that_are_decided_later_do_not_count():
    decisions, _cluster = decide([claim("m1", wanted=WEB)], (0, [node("n1", MINE, THEIRS)]), later={"z1"})
    assert decisions == [("m1", "", 0.0)]
    smaller = replace(THEIRS, id="a1")
    decisions, _cluster = decide([claim("m1", wanted=WEB)], (0, [node("n1", MINE, smaller)]), later={"a1"})
    assert decisions == [("m1", "", 0.0)]


def test_of_two_of_ones_own_that_collide_the_first_is_kept_and_counts_from_then_on():
    second = waiting("app", "m2", ports=PORTS)
    decisions, _cluster = decide(
        [claim("m2", "app", request("app", ports=PORTS)), claim("m1", wanted=WEB)], (0, [node("n1", MINE, second)])
    )
    assert decisions == [("m1", "", 0.0), ("m2", TAKEN, 0.0)]


def test_one_that_was_withdrawn_does_not_count_any_more():
    """The third one fits, as the first one is as good as gone though it is listed still."""
    ids = ("m1", "m2")
    mine = [waiting(f"web-{each}", each, memory="6G") for each in ids]
    home = node("n1", *mine, container("db", id="k1", memory="4G"), memory="10G")
    taken = container("other", id="x1", ports=PORTS)
    claims = [
        claim("m1", "web-m1", request("web-m1", memory="6G", ports=PORTS)),
        claim("m2", "web-m2", request("web-m2", memory="6G")),
    ]
    decisions, _cluster = decide(claims, (0, [replace(home, containers=(*home.containers, taken))]), known=("k1",))
    assert decisions == [("m1", TAKEN, 0.0), ("m2", "", 0.0)]


@pytest.mark.parametrize(
    ("unique", "there", "reason"),
    [
        (True, [node("n2", container("web", id="x1"))], "another operator created web on n2"),
        (False, [node("n2", container("web", id="x1"))], ""),
        (True, [node("n2", container("db", id="x1"))], ""),
        (True, [down("n2")], ""),
    ],
)
def test_a_name_that_is_somewhere_else(unique, there, reason):
    decisions, _cluster = decide([claim("m1", unique=unique)], (0, [node("n1", MINE), *there]))
    assert decisions == [("m1", reason, 0.0)]


@pytest.mark.parametrize(
    ("former", "reason"),
    [
        (container("web", id="old"), ""),
        (container("web.old", id="old"), "another run replaced or removed web meanwhile"),
        (container("web", id="other"), "another run replaced or removed web meanwhile"),
        (container("db", id="x"), "another run replaced or removed web meanwhile"),
    ],
)
def test_the_one_that_is_replaced_must_be_there_still(former, reason):
    mine = waiting("web.new", "m1")
    decisions, _cluster = decide(
        [claim("m1", replaces="old")], (0, [node("n1", mine, former)]), known=("old", "other", "x")
    )
    assert decisions == [("m1", reason, 0.0)]


@pytest.mark.parametrize("here", [[down("n1")], [node("n2")]])
def test_a_node_that_is_not_there_any_more(here):
    decisions, _cluster = decide([claim("m1", wanted=WEB)], (0, here))
    assert decisions == [("m1", "n1 stopped answering", 0.0)]
    decisions, _cluster = decide([claim("m1")], (0, here))
    assert decisions == [("m1", "", 0.0)]


def test_only_what_others_can_take_counts():
    """The claim stands on its node whatever its constraints say now."""
    wanted = request("web", constraints=["zone==b"], avoid={"n1:2375": "it failed"}, replaces="old")
    step = ConfirmClaim(HERE, "web", request=wanted)
    assert taken_meanwhile(SCHEDULER, step, node("n1", labels={"zone": "a"}), set()) == ""
    assert taken_meanwhile(SCHEDULER, ConfirmClaim(HERE, "web"), node("n1"), set()) == ""
    full = node("n1", container("old", id="old", memory="3G"), container("db", id="d1", memory="3G"), memory="8G")
    step = ConfirmClaim(HERE, "web", request=request("web", memory="4G"), replaces="old")
    assert taken_meanwhile(SCHEDULER, step, full, set()) == ""
    assert taken_meanwhile(SCHEDULER, replace(step, replaces=None), full, set()) == ("memory 4G: taken on n1 meanwhile")
    assert taken_meanwhile(SCHEDULER, replace(step, replaces=None), full, {"d1"}) == ""


def test_an_update_waits_for_a_claim_that_may_be_withdrawn():
    clock = TestClock()
    updated, theirs = container("web", id="u1", memory="6G"), waiting("db", "z1", memory="6G")
    step = ConfirmUpdate(HERE, "web", request=request("web", memory="6G"), replaces="u1")
    looked = []

    def look(place):
        looked.append(place)
        return node("n1", updated, theirs, memory="10G")

    taken = "memory 6G: taken on n1 meanwhile"
    assert taken_from_update(SCHEDULER, step, "u1", frozenset(), look, clock) == taken
    assert (round(clock.now(), 1), set(clock.slept), len(looked), set(looked)) == (8.0, {0.2}, 41, {HERE})
    clock = TestClock()
    assert taken_from_update(SCHEDULER, step, "u1", frozenset({"z1"}), look, clock) == taken
    assert clock.slept == []


def test_an_update_gives_way_at_once_to_one_that_runs():
    clock = TestClock()
    here = node("n1", container("web", id="u1", memory="6G"), container("db", id="z1", memory="6G"), memory="10G")
    step = ConfirmUpdate(HERE, "web", request=request("web", memory="6G"), replaces="u1")
    said = taken_from_update(SCHEDULER, step, "u1", frozenset(), lambda _place: here, clock)
    assert (said, clock.slept) == ("memory 6G: taken on n1 meanwhile", [])
