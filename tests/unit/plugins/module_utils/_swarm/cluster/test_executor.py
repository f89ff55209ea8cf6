# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Graphs of steps: what is done in which order and how much of it at once, and what becomes of what fails."""

from __future__ import annotations

import threading
import typing as t
from dataclasses import dataclass, field

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.batch import Budgets
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.claims import Decision
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.executor import (
    Executor,
    Outcome,
    judge_failure,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.operations.base import (
    FORMER,
    KeptError,
    Operation,
    OutdatedError,
    Place,
    Tools,
    Work,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.operations.change import RenameContainer
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.operations.confirm import ConfirmClaim
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.operations.create import CreateContainer
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.planning.plan import MemberPlan, Plan, Step
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.secrets import Secrets
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.wanted import Member
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import (
    EngineConflictError,
    EngineNotFoundError,
    EngineResponseError,
    EngineUnreachableError,
    OperationError,
    SwarmError,
)

from tests.unit.builders import node
from tests.unit.clock import TestClock

NODE = node("n1")
PATIENCE = 5.0

LOST = EngineUnreachableError("n1:2375", "n1 is silent")
REFUSED = EngineResponseError("n1:2375", 500, "n1 refuses")
WRONG = EngineResponseError("n1:2375", 400, "it is wrong")
MISSING = EngineNotFoundError("n1:2375", 404, "it is not there")
TAKEN = EngineConflictError("n1:2375", 409, "it is taken")


class Book:
    """What was done, in order, and how many steps were at work at once, in all and by name."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.now: dict[str, int] = {}
        self.most: dict[str, int] = {}
        self.lock = threading.Lock()

    def enter(self, *keys: str) -> None:
        with self.lock:
            for key in keys:
                self.now[key] = self.now.get(key, 0) + 1
                self.most[key] = max(self.most.get(key, 0), self.now[key])

    def leave(self, *keys: str) -> None:
        with self.lock:
            for key in keys:
                self.now[key] -= 1

    def note(self, word: str) -> None:
        with self.lock:
            self.done.append(word)


@dataclass(frozen=True)
class Try(Operation):
    """Notes that it was done and undone. error: what it fails with; stuck: what it cannot be undone for."""

    verb: t.ClassVar[str] = "try"
    uncertain: t.ClassVar[bool] = True
    book: t.Any = field(default=None, compare=False)
    error: t.Any = field(default=None, compare=False)
    stuck: t.Any = field(default=None, compare=False)
    meet: t.Any = field(default=None, compare=False)

    def perform(self, client, work):
        self.book.enter("all", self.node.name)
        try:
            if self.meet is not None:
                self.meet()
            if self.error is not None:
                raise self.error
            self.book.note(self.name)
        finally:
            self.book.leave("all", self.node.name)

    def undo(self, client, work, cause):
        self.book.note(f"undo {self.name}")
        if self.stuck is not None:
            raise self.stuck
        return self.undone("undo", self.name)


@dataclass(frozen=True)
class TryCreate(CreateContainer):
    """A create that gives the ID of its name."""

    book: t.Any = field(default=None, compare=False)

    def perform(self, client, work):
        work.ids[self.role] = work.created[self.role] = f"{self.name}-id"
        self.book.note(f"create {self.name}")

    def undo(self, client, work, cause):
        self.book.note(f"undo {self.name}: {cause}")


class Judge:
    """Keeps claims, or loses those that have a reason here; fails where it is told to."""

    def __init__(self, reasons: dict[str, str] | None = None, error: SwarmError | None = None) -> None:
        self.reasons, self.error = reasons or {}, error
        self.rounds: list[list[str]] = []
        self.later: list[set[str]] = []

    def decide(self, claims, later):
        claims = list(claims)
        self.rounds.append(sorted(claim.id for claim in claims))
        self.later.append(set(later()))
        for claim in claims:
            if claim.id not in self.reasons and self.error is not None:
                raise self.error
            yield Decision(claim, self.reasons.get(claim.id, ""))


class Nobody:
    def get(self, address):
        return None


TOOLS = Tools(Nobody(), TestClock(), Secrets(), lambda _step, _container: "")


def member(name, *steps, kind="keep", where=NODE, **more):
    return MemberPlan(Member(name), where, kind, steps, **more)


def run(*members, judge=None, pulls=(), removals=(), **budgets):
    plan = Plan(tuple(removals), tuple(members), tuple(pulls))
    outcomes = Executor(TOOLS, judge or Judge(), Budgets(**budgets)).carry_out(plan)
    return {outcome.plan.member.name: outcome for outcome in outcomes}


def chain(book, name, *words, after=(), where=NODE, group="", **flags):
    """Steps that wait for each other; a word is the name of its step, or the name and its flags."""
    steps: list[Step] = []
    for word in words:
        label, more = (word, {}) if isinstance(word, str) else word
        operation = Try(Place.of(where), label, more.pop("role", "container"), book=book, **{
            key: more.pop(key) for key in ("error", "stuck", "meet") if key in more
        })  # fmt: skip
        before = (steps[-1].id,) if steps else tuple(after)
        steps.append(Step(label, operation, (*before, *more.pop("behind", ())), name, group or name, **more))
    return member(name, *steps, where=where, **flags)


def told(outcome):
    return (str(outcome.error or ""), outcome.again, dict(outcome.failed_on))


def test_steps_come_in_the_order_of_their_edges():
    book = Book()
    outcomes = run(chain(book, "web", "a1", ("a2", {"behind": ("b2",)})), chain(book, "db", "b1", "b2"), in_all=1)
    assert book.done == ["a1", "b1", "b2", "a2"]
    assert [told(outcome) for outcome in outcomes.values()] == [("", "", {})] * 2
    assert [action["container"] for action in outcomes["web"].work.actions] == ["a1", "a2"]


def test_what_fails_is_undone_in_reverse_with_the_attempt_itself():
    book = Book()
    outcomes = run(chain(book, "web", "a1", "a2", ("a3", {"error": WRONG}), "a4"), chain(book, "db", "b1"))
    assert [word for word in book.done if "a" in word] == ["a1", "a2", "undo a3", "undo a2", "undo a1"]
    assert told(outcomes["web"]) == ("it is wrong", "", {})
    assert outcomes["db"].failed is False
    assert [f"{each['action']} {each['container']}" for each in outcomes["web"].work.actions] == [
        "try a1",
        "try a2",
        "undo a3",
        "undo a2",
        "undo a1",
    ]


def test_what_is_settled_is_not_undone():
    book = Book()
    outcomes = run(chain(book, "web", "a1", ("a2", {"settles": True}), "a3", ("a4", {"error": REFUSED})))
    assert book.done == ["a1", "a2", "a3", "undo a4", "undo a3"]
    assert outcomes["web"].settled == 2


def test_what_cannot_be_undone_is_told_once_and_the_rest_is_undone_all_the_same():
    book = Book()
    stuck = {"stuck": OperationError("it stays")}
    outcomes = run(chain(book, "web", "a1", ("a2", stuck), ("a3", stuck), ("a4", {"error": REFUSED})))
    assert book.done[3:] == ["undo a4", "undo a3", "undo a2", "undo a1"]
    assert told(outcomes["web"]) == ("n1 refuses; and it stays", "", {})


def test_what_has_to_stay_ends_the_undoing():
    book = Book()
    kept = {"stuck": KeptError("the old one is gone")}
    outcomes = run(chain(book, "web", "a1", ("a2", kept), "a3", ("a4", {"error": REFUSED})))
    assert book.done[3:] == ["undo a4", "undo a3", "undo a2"]
    assert told(outcomes["web"]) == ("n1 refuses; and the old one is gone", "", {})


def test_who_waits_for_one_that_fails_gives_up_and_undoes():
    book = Book()
    outcomes = run(
        chain(book, "db", "b1", ("b2", {"error": WRONG})),
        chain(book, "app", "a1", ("a2", {"behind": ("b2",)})),
        chain(book, "web", ("w1", {"behind": ("a2",)})),
        chain(book, "other", "o1"),
    )
    assert told(outcomes["app"]) == ("not started, as it waits for db, which failed", "", {})
    assert told(outcomes["web"]) == ("not started, as it waits for app, which failed", "", {})
    assert ("undo a1" in book.done, "a2" in book.done, "w1" in book.done) == (True, False, False)
    assert outcomes["other"].failed is False


def test_who_waits_for_one_that_is_planned_again_is_planned_again():
    book = Book()
    outcomes = run(
        chain(book, "db", ("b1", {"error": OutdatedError("somebody was faster")})),
        chain(book, "app", ("a1", {"behind": ("b1",)})),
    )
    assert told(outcomes["db"]) == ("", "somebody was faster", {})
    assert told(outcomes["app"]) == ("", "waits for db, which is planned again", {})


def test_who_waited_for_a_step_that_was_done_before_the_failure_goes_on():
    book = Book()
    outcomes = run(
        chain(book, "db", "b1", ("b2", {"error": WRONG})), chain(book, "app", ("a1", {"behind": ("b1",)})), in_all=1
    )
    assert outcomes["app"].failed is False
    assert "a1" in book.done


def test_who_waits_only_for_one_to_go_goes_on_where_it_does_not():
    book = Book()
    outcomes = run(
        chain(book, "web", ("a1", {"behind": ("o2",)})),
        removals=[chain(book, "old", ("o1", {"error": REFUSED, "blocks": False}), ("o2", {"blocks": False}))],
    )
    assert told(outcomes["old"]) == ("n1 refuses", "", {})
    assert (outcomes["web"].failed, "a1" in book.done) == (False, True)


def test_one_that_cannot_go_on_gives_up_when_its_own_step_has_ended():
    """A step that is begun is never undone beside itself."""
    book = Book()
    failed = threading.Event()

    @dataclass(frozen=True)
    class Failing(Try):
        def undo(self, client, work, cause):
            # what comes of a failure is told only behind this
            threading.Timer(0.1, failed.set).start()

    def wait():
        assert failed.wait(PATIENCE)

    db = Step("b1", Failing(Place.of(NODE), "b1", book=book, error=WRONG), (), "db", "db")
    outcomes = run(
        member("db", db),
        chain(book, "app", ("a1", {"meet": wait}), ("a2", {"behind": ("b1",)})),
    )
    assert told(outcomes["app"]) == ("not started, as it waits for db, which failed", "", {})
    assert [word for word in book.done if word.endswith("a1")] == ["a1", "undo a1"]
    assert "a2" not in book.done


# budgets


def crowd(book, count, where=lambda _number: NODE, group=""):
    """Members that meet each other for a moment, so that the most at once is seen."""
    pause = threading.Event()
    return [
        chain(
            book, f"web-{number}", (f"s{number}", {"meet": lambda: pause.wait(0.02)}), where=where(number), group=group
        )
        for number in range(count)
    ]


@pytest.mark.parametrize(("budget", "most"), [(1, 1), (3, 3)])
def test_no_more_steps_at_once_than_in_all(budget, most):
    book = Book()
    outcomes = run(*crowd(book, 8), in_all=budget)
    assert (len(book.done), book.most["all"]) == (8, most)
    assert not any(outcome.failed for outcome in outcomes.values())


def test_no_more_steps_at_once_on_a_node():
    book = Book()
    nodes = [node("n1"), node("n2")]
    run(*crowd(book, 8, lambda number: nodes[number % 2]), in_all=8, per_node=1)
    assert (len(book.done), book.most["n1"], book.most["n2"], book.most["all"]) == (8, 1, 1, 2)


def test_no_more_containers_of_a_group_at_once_and_a_failed_one_gives_its_place_back():
    book = Book()
    pause = threading.Event()
    members = [
        chain(book, f"web-{number}", f"a{number}", (f"b{number}", {"meet": lambda: pause.wait(0.02)}), group="web")
        for number in range(3)
    ]
    broken = chain(book, "web-x", ("ax", {"error": WRONG}), group="web")
    run(broken, *members, in_all=8, per_group=1)
    assert [word for word in book.done if "x" not in word] == ["a0", "b0", "a1", "b1", "a2", "b2"]


def test_what_is_held_back_keeps_its_turn():
    book = Book()
    run(*crowd(book, 5), in_all=4, per_node=1)
    assert book.done == ["s0", "s1", "s2", "s3", "s4"]


# claims


def claimed(book, name, *words):
    create = Step(f"{name}/create", TryCreate(Place.of(NODE), name, book=book), (), name, name)
    confirm = Step(f"{name}/confirm", ConfirmClaim(Place.of(NODE), name), (create.id,), name, name)
    steps = [create, confirm]
    for word in words:
        steps.append(Step(word, Try(Place.of(NODE), word, book=book), (steps[-1].id,), name, name))
    return member(name, *steps, kind="create")


def test_claims_of_a_plan_are_decided_together():
    book, judge = Book(), Judge({"db-id": "taken on n1 meanwhile"})
    outcomes = run(claimed(book, "web", "w1"), claimed(book, "db", "d1"), judge=judge)
    assert judge.rounds == [["db-id", "web-id"]]
    assert told(outcomes["web"]) == ("", "", {})
    assert told(outcomes["db"]) == ("", "taken on n1 meanwhile", {})
    assert sorted(book.done) == ["create db", "create web", "undo db: taken on n1 meanwhile", "w1"]


def test_claims_that_nobody_can_decide_are_withdrawn():
    book, judge = Book(), Judge({"db-id": "taken"}, OperationError("the cluster cannot be read"))
    outcomes = run(claimed(book, "db", "d1"), claimed(book, "web", "w1"), judge=judge)
    assert told(outcomes["web"]) == ("the cluster cannot be read", "", {})
    assert told(outcomes["db"]) == ("", "taken", {})
    assert ("w1" in book.done, "d1" in book.done) == (False, False)


def test_a_claim_that_comes_while_others_are_decided_does_not_count_there():
    book, judge = Book(), Judge()
    late = claimed(book, "late", "l1")
    create, *rest = late.steps
    behind = member("late", Step(create.id, create.operation, ("w1",), "late", "late"), *rest, kind="create")
    run(claimed(book, "web", "w1"), behind, judge=judge)
    assert judge.rounds == [["web-id"], ["late-id"]]
    assert judge.later == [set(), set()]


# pulls


def test_a_pull_serves_all_that_wait_and_is_told_with_the_first():
    book = Book()
    pull = Step("pull", Try(Place.of(NODE), "pull", book=book))
    outcomes = run(
        chain(book, "web-1", "a1", after=("pull",)), chain(book, "web-2", "a2", after=("pull",)), pulls=[pull]
    )
    assert book.done[0] == "pull"
    assert [[each["container"] for each in outcome.work.actions] for outcome in outcomes.values()] == [
        ["pull", "a1"],
        ["a2"],
    ]


def test_a_pull_that_fails_fails_all_that_wait():
    book = Book()
    pull = Step("pull", Try(Place.of(NODE), "pull", book=book, error=REFUSED))
    waiting = [
        chain(book, name, (f"{name} create", {"elsewhere": True}), after=("pull",)) for name in ("web-1", "web-2")
    ]
    outcomes = run(*waiting, chain(book, "db", "b1"), pulls=[pull])
    for name in ("web-1", "web-2"):
        assert told(outcomes[name]) == ("", "n1: n1 refuses", {"n1:2375": "n1 refuses"})
        assert outcomes[name].unpulled
    assert (outcomes["db"].failed, outcomes["db"].unpulled, book.done) == (False, False, ["b1"])


# engines that are given up


def test_an_old_engine_that_stops_answering_is_forgone():
    book = Book()
    plan = chain(
        book,
        "web",
        "a1",
        ("stop", {"role": FORMER, "forgoes": True, "error": LOST}),
        ("remove", {"role": FORMER, "forgoes": True, "settles": True}),
        ("rename", {"error": REFUSED}),
    )
    plan = member("web", *plan.steps, kind="relocate", where=node("n2"))

    class Old:
        id = "c" * 64

    steps = [Step("create", TryCreate(Place.of(NODE), "web.moving", book=book), (), "web", "web")]
    steps += [Step(plan.steps[0].id, plan.steps[0].operation, ("create",), "web", "web"), *plan.steps[1:]]
    outcomes = run(member("web", *steps, kind="relocate", where=node("n2"), existing=Old()))
    assert book.done == ["create web.moving", "a1", "undo rename"]
    assert outcomes["web"].work.left == [
        "web is on n2 now; the former one (cccccccccccc) may be left on n1, which stopped answering (n1 is silent); "
        "remove it there when the engine is back, or the name is in the cluster twice"
    ]
    assert told(outcomes["web"]) == ("n1 refuses", "", {})


def test_an_old_engine_that_refuses_is_not_forgone():
    book = Book()
    plan = chain(book, "web", "a1", ("stop", {"role": FORMER, "forgoes": True, "error": REFUSED}))
    outcomes = run(plan)
    assert book.done == ["a1", "undo stop", "undo a1"]
    assert outcomes["web"].work.left == []


# bugs


def test_an_error_that_is_none_of_ours_ends_the_run():
    book = Book()
    with pytest.raises(ZeroDivisionError, match="a bug"):
        run(chain(book, "web", ("a1", {"error": ZeroDivisionError("a bug")})))


def test_steps_that_wait_for_nobody_are_a_bug():
    book = Book()
    with pytest.raises(RuntimeError, match=r"^steps of web, app wait for something that never comes$"):
        run(
            chain(book, "web", "a1", after=("nobody",)),
            chain(book, "db", "b1"),
            chain(book, "app", "c1", after=("a1",)),
        )


def test_nothing_to_do():
    assert run(member("web"))["web"].failed is False


# what becomes of a container whose step failed

CREATE = CreateContainer(Place.of(NODE), "web")
RENAME = RenameContainer(Place.of(NODE), "web", to="web.old")
OTHER = ConfirmClaim(Place.of(NODE), "web")
OUTDATED = OutdatedError("somebody was faster")
STUCK = OperationError("it stays")


@pytest.mark.parametrize(
    ("operation", "flags", "error", "problems", "expected"),
    [
        (OTHER, {}, REFUSED, (), ("n1 refuses", "", {})),
        (OTHER, {}, OUTDATED, (), ("", "somebody was faster", {})),
        (OTHER, {}, OUTDATED, (STUCK,), ("it stays", "", {})),
        (OTHER, {}, OUTDATED, (STUCK, WRONG), ("somebody was faster; and it stays; and it is wrong", "", {})),
        (OTHER, {}, REFUSED, (STUCK,), ("n1 refuses; and it stays", "", {})),
        (OTHER, {"expects": True}, MISSING, (), ("", "web is not on n1 any more", {})),
        (OTHER, {"expects": True}, REFUSED, (), ("n1 refuses", "", {})),
        (OTHER, {"expects": True}, TAKEN, (), ("it is taken", "", {})),
        (OTHER, {}, MISSING, (), ("it is not there", "", {})),
        (OTHER, {"absent": True}, MISSING, (), ("", "", {})),
        (OTHER, {"absent": True}, REFUSED, (), ("n1 refuses", "", {})),
        (RENAME, {"expects": True}, TAKEN, (), ("", "another run renamed web on n1", {})),
        (RENAME, {}, TAKEN, (), ("it is taken", "", {})),
        (CREATE, {"elsewhere": True}, TAKEN, (), ("", "n1: it is taken", {})),
        (CREATE, {"elsewhere": True}, REFUSED, (), ("", "n1: n1 refuses", {"n1:2375": "n1 refuses"})),
        (CREATE, {"elsewhere": True}, LOST, (), ("", "n1: n1 is silent", {"n1:2375": "n1 is silent"})),
        (CREATE, {"elsewhere": True}, WRONG, (), ("it is wrong", "", {})),
        (CREATE, {}, REFUSED, (), ("n1 refuses", "", {})),
        (CREATE, {"elsewhere": True}, REFUSED, (STUCK,), ("n1 refuses; and it stays", "", {})),
        (OTHER, {"elsewhere": True}, STUCK, (), ("it stays", "", {})),
    ],
)
def test_what_becomes_of_a_failure(operation, flags, error, problems, expected):
    outcome = Outcome(member("web"), Work(TOOLS))
    judge_failure(outcome, Step("s", operation, **flags), error, problems)
    assert told(outcome) == expected
    assert outcome.failed is (expected != ("", "", {}))


def test_a_conflict_of_a_pull_is_of_the_node():
    outcome = Outcome(member("web"), Work(TOOLS), unpulled=True)
    judge_failure(outcome, Step("s", CREATE, elsewhere=True), TAKEN, ())
    assert told(outcome) == ("", "n1: it is taken", {"n1:2375": "it is taken"})
