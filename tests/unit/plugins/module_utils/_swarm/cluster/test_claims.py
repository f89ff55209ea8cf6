# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two operators at once: who keeps a claim, who withdraws, who waits."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster import claims
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.claims import (
    Claim,
    ClaimJudge,
    taken_from_update,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.clock import SystemClock
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.operations.base import Place
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.operations.confirm import (
    ConfirmClaim,
    ConfirmUpdate,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.snapshot import Snapshot
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.scheduler import Scheduler
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import SchedulingSettings
from ansible_collections.classic.swarm.tests.unit.builders import container, down, node, request


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(claims, "PATIENCE", 0.3)
    monkeypatch.setattr(claims, "_POLL", 0.01)


def claimed(name, identity, **fields):
    """A container that was created and not started."""
    return container(name, id=identity, state="created", **fields)


def claim(home, identity, wanted):
    return Claim(ConfirmClaim(Place.of(home), wanted.name, request=wanted, unique=True), identity)


def decide(mine, *snapshots, known=()):
    """The reasons of the decisions on ``mine``, by ID; each read gives the next snapshot, the last one again."""
    views = iter(snapshots)
    last = [Snapshot((node("empty"),))]

    def read():
        last[0] = next(views, last[0])
        return last[0]

    judge = ClaimJudge(Scheduler(SchedulingSettings()), frozenset(known), read, SystemClock())
    return {decision.claim.id: decision.reason for decision in judge.decide(mine, frozenset)}


def snapshot(*nodes):
    return Snapshot(tuple(nodes))


PORT = request("web", ports=("80/tcp",))
OTHER_PORT = {"ports": ("80/tcp",)}


@pytest.mark.parametrize(
    ("other", "known", "kept"),
    [
        pytest.param(container("db", id="x1", ports=("81/tcp",)), (), True, id="another port"),
        pytest.param(container("db", id="x1", **OTHER_PORT), (), False, id="runs, smaller ID"),
        pytest.param(container("db", id="z1", **OTHER_PORT), (), False, id="runs, greater ID"),
        pytest.param(claimed("db", "x1", **OTHER_PORT), (), False, id="unstarted claim, smaller ID"),
        pytest.param(claimed("db", "z1", **OTHER_PORT), (), False, id="unstarted claim, greater ID, never goes"),
        pytest.param(claimed("db", "z1", **OTHER_PORT), ("z1",), False, id="unstarted, but there before"),
    ],
)
def test_a_port_that_is_taken_meanwhile(other, known, kept):
    home = node("n1", claimed("web", "y1", **OTHER_PORT), other)
    assert (decide([claim(home, "y1", PORT)], snapshot(home), known=known)["y1"] == "") is kept


def test_a_claim_outlasts_one_with_a_greater_id_that_withdraws():
    mine = claimed("web", "y1", **OTHER_PORT)
    before = node("n1", mine, claimed("db", "z1", **OTHER_PORT))
    after = node("n1", mine)
    assert decide([claim(before, "y1", PORT)], snapshot(before), snapshot(after)) == {"y1": ""}


def test_a_claim_gives_way_to_one_with_a_greater_id_that_has_started():
    mine = claimed("web", "y1", **OTHER_PORT)
    before = node("n1", mine, claimed("db", "z1", **OTHER_PORT))
    after = node("n1", mine, container("db", id="z1", **OTHER_PORT))
    reasons = decide([claim(before, "y1", PORT)], snapshot(before), snapshot(after))
    assert reasons == {"y1": "port 80/tcp: taken on n1 meanwhile"}


def test_of_two_operators_exactly_one_keeps_the_port():
    """Both see both claims: the one with the smaller ID waits, the other withdraws, whoever looks first."""
    ours, theirs = claimed("web", "y1", **OTHER_PORT), claimed("db", "z1", **OTHER_PORT)
    both, alone = node("n1", ours, theirs), node("n1", ours)
    theirs_reason = decide([claim(both, "z1", request("db", ports=("80/tcp",)))], snapshot(both))["z1"]
    ours_reason = decide([claim(both, "y1", PORT)], snapshot(both), snapshot(alone))["y1"]
    assert (ours_reason, bool(theirs_reason)) == ("", True)


@pytest.mark.parametrize(
    ("other", "kept"),
    [
        pytest.param(claimed("web", "x1"), False, id="smaller ID"),
        pytest.param(container("web", id="z1"), False, id="greater ID, runs"),
        pytest.param(claimed("web", "z1"), False, id="greater ID, never goes"),
        pytest.param(claimed("other", "x1"), True, id="another name"),
    ],
)
def test_a_name_is_one_for_all_nodes(other, kept):
    home, there = node("n1", claimed("web", "y1")), node("n2", other)
    reason = decide([claim(home, "y1", request("web"))], snapshot(home, there))["y1"]
    assert (reason == "") is kept
    if not kept:
        assert reason == "another operator created web on n2"


def test_the_last_memory_goes_to_one_of_two():
    wanted = request("web", memory="6G")
    home = node("n1", claimed("web", "y1", memory="6G"), claimed("db", "x1", memory="6G"), memory="10G")
    assert decide([claim(home, "y1", wanted)], snapshot(home)) == {"y1": "memory 6G: taken on n1 meanwhile"}


def test_the_claims_of_one_task_are_judged_in_the_order_of_their_ids_and_only_the_excess_goes():
    claims_of_mine = [
        claim(node("n1"), identity, request(f"web-{identity}", memory="4G")) for identity in ("c", "a", "b")
    ]
    home = node("n1", *(claimed(f"web-{key}", key, memory="4G") for key in "cab"), memory="10G")
    reasons = decide(claims_of_mine, snapshot(home))
    assert reasons == {"a": "", "b": "", "c": "memory 4G: taken on n1 meanwhile"}


def test_a_container_that_is_replaced_does_not_stand_in_the_way():
    wanted = replace(PORT, replaces="old")
    home = node("n1", container("web", id="old", **OTHER_PORT), claimed("web.new", "y1", **OTHER_PORT))
    away = node("n1", container("web", id="newer"), container("web.old", id="old"), claimed("web.new", "y1"))
    mine = Claim(ConfirmClaim(Place.of(home), "web", request=wanted, replaces="old"), "y1")
    assert decide([mine], snapshot(home), known=("old",)) == {"y1": ""}
    assert decide([mine], snapshot(away), known=("old",)) == {
        "y1": "another run replaced or removed web meanwhile",
    }


def test_a_node_that_stops_answering_loses_the_claim():
    home = node("n1")
    reasons = decide([claim(home, "y1", PORT)], snapshot(down("n1")))
    assert reasons == {"y1": "n1 stopped answering"}


TAKEN = "memory 6G: taken on n1 meanwhile"


@pytest.mark.parametrize(
    ("others", "known", "reason"),
    [
        pytest.param([[]], (), "", id="nobody"),
        pytest.param([[container("db", memory="4G")]], (), "", id="there is room for both"),
        pytest.param([[container("db", memory="5G")]], (), TAKEN, id="runs"),
        pytest.param([[claimed("db", "x1", memory="5G")]], ("x1",), TAKEN, id="unstarted, but there before"),
        pytest.param([[claimed("db", "x1", memory="5G")]], (), TAKEN, id="unstarted claim that never goes"),
        pytest.param([[claimed("db", "x1", memory="5G")], []], (), "", id="unstarted claim that is withdrawn"),
        pytest.param([None], (), "", id="the engine is gone: nothing is known"),
    ],
)
def test_what_an_update_takes_may_be_taken_by_others(others, known, reason):
    """The updated container itself, listed with what it has now, does not stand in its own way."""
    updated = container("web", id="y1", memory="6G")
    views = [down("n1") if each is None else node("n1", updated, *each, memory="10G") for each in others]
    step = ConfirmUpdate(Place.of(views[0]), "web", request=request("web", memory="6G"), replaces="y1")
    reads = iter(views)
    last = views[-1:]

    def look(_place):
        return next(reads, last[0])

    scheduler = Scheduler(SchedulingSettings())
    assert taken_from_update(scheduler, step, "y1", frozenset(known), look, SystemClock()) == reason


class Asked(Exception):
    """The scheduler was asked."""


class Unasked:
    """Stands in for a scheduler where nothing is to be decided again."""

    def judge(self, *_question):
        raise Asked


BEFORE = container("db", id="x1", ports=("81/tcp",), memory="1G")


@pytest.mark.parametrize(
    ("now", "asked"),
    [
        pytest.param((BEFORE,), False, id="as it was"),
        pytest.param((), False, id="gone"),
        pytest.param((replace(BEFORE, name="other", status="Up 2 hours"),), False, id="renamed"),
        pytest.param((replace(BEFORE, state="exited"),), True, id="stopped"),
        pytest.param((container("db", id="x1", ports=("81/tcp",), memory="2G"),), True, id="updated"),
        pytest.param((container("db", id="x1", ports=("82/tcp",), memory="1G"),), True, id="other ports"),
        pytest.param((BEFORE, container("new", id="x2")), True, id="a new one"),
    ],
)
def test_a_claim_is_judged_again_only_where_something_changed_since_it_was_planned(now, asked):
    planned, home = node("n1", BEFORE), node("n1", *now, claimed("web", "y1", **OTHER_PORT))
    judge = ClaimJudge(Unasked(), frozenset({"x1"}), lambda: snapshot(home), SystemClock(), {planned.address: planned})
    mine = [claim(home, "y1", PORT)]
    if asked:
        with pytest.raises(Asked):
            list(judge.decide(mine, frozenset))
    else:
        assert [decision.reason for decision in judge.decide(mine, frozenset)] == [""]


def test_a_claim_is_judged_again_where_the_engine_has_other_labels():
    planned = node("n1")
    home = replace(node("n1", claimed("web", "y1", **OTHER_PORT)), labels={"containerslots": "1"})
    judge = ClaimJudge(Unasked(), frozenset(), lambda: snapshot(home), SystemClock(), {planned.address: planned})
    with pytest.raises(Asked):
        list(judge.decide([claim(home, "y1", PORT)], frozenset))


def test_claims_that_were_planned_together_are_no_change_to_each_other():
    planned = node("n1")
    home = node("n1", claimed("web", "y1", **OTHER_PORT), claimed("db", "y2"))
    judge = ClaimJudge(Unasked(), frozenset(), lambda: snapshot(home), SystemClock(), {planned.address: planned})
    mine = [claim(home, "y1", PORT), claim(home, "y2", request("db"))]
    assert [decision.reason for decision in judge.decide(mine, frozenset)] == ["", ""]
    # decided one after another, they are none either
    judge = ClaimJudge(Unasked(), frozenset(), lambda: snapshot(home), SystemClock(), {planned.address: planned})
    first, second = mine
    assert [each.reason for each in judge.decide([first], lambda: {"y2"})] == [""]
    assert [each.reason for each in judge.decide([second], frozenset)] == [""]


@pytest.mark.parametrize(
    ("seen", "replaces", "reason"),
    [
        pytest.param((), None, "", id="nobody came"),
        pytest.param(
            (node("n2", claimed("web", "x1")),), None, "another operator created web on n2", id="the name is taken"
        ),
        pytest.param(
            (), "w1", "another run replaced or removed web meanwhile", id="what it replaces is gone"
        ),
    ],
)  # fmt: skip
def test_where_nothing_came_to_the_node_names_still_count(seen, replaces, reason):
    planned, home = node("n1", BEFORE), node("n1", BEFORE, claimed("web", "y1"))
    view = snapshot(home, *seen)
    judge = ClaimJudge(Unasked(), frozenset({"x1"}), lambda: view, SystemClock(), {planned.address: planned})
    mine = claim(home, "y1", request("web"))
    mine = replace(mine, step=replace(mine.step, replaces=replaces))
    assert [decision.reason for decision in judge.decide([mine], frozenset)] == [reason]


def test_a_claim_on_a_node_that_stopped_answering_is_withdrawn_also_where_nothing_is_known_to_have_come():
    planned, gone = node("n1", BEFORE), down("n1")
    judge = ClaimJudge(Unasked(), frozenset({"x1"}), lambda: snapshot(gone), SystemClock(), {gone.address: planned})
    decisions = judge.decide([claim(gone, "y1", request("web"))], frozenset)
    assert [decision.reason for decision in decisions] == ["n1 stopped answering"]
