# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t
from dataclasses import replace

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster import queries
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.queries import (
    ContainerQuery,
    ask_placement,
    inspect_containers,
    is_called,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.snapshot import Needs, Snapshot
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import (
    ClusterError,
    EngineError,
    EngineNotFoundError,
    EngineUnreachableError,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.expression import parse_expressions
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.container import Container
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.node import Health, Node
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.ports import HostPortRequest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.request import Request
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.resources import Reservation
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.scheduler import Scheduler
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import ClusterSettings, SchedulingSettings

WEB = Container(id="0123456789abcdef", name="web", labels={"tier": "front", "empty": ""})
DB = Container(id="fedcba9876543210", name="db", labels={"tier": "back"}, state="exited")
OTHER_WEB = Container(id="aaaaaaaaaaaaaaaa", name="web")
ONE = Node("192.0.2.1:2376", "n1", "ID1", cpus=4, memory=1000, containers=(WEB, DB))
TWO = Node("192.0.2.2:2376", "n2", "ID2", cpus=4, memory=1000, containers=(OTHER_WEB,))
LOST = Node("192.0.2.3:2376", "192.0.2.3:2376", health=Health.UNHEALTHY, reason="gone")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param(ContainerQuery(), [(ONE, DB), (ONE, WEB), (TWO, OTHER_WEB)], id="all, by name and node"),
        pytest.param(ContainerQuery(names=("web",)), [(ONE, WEB), (TWO, OTHER_WEB)], id="name"),
        pytest.param(ContainerQuery(names=("db", "0123456789abcdef")), [(ONE, DB), (ONE, WEB)], id="name and ID"),
        pytest.param(ContainerQuery(names=("01234567",)), [(ONE, WEB)], id="beginning of an ID"),
        pytest.param(ContainerQuery(names=("0123456",)), [], id="too little of an ID"),
        pytest.param(ContainerQuery(labels=("tier",)), [(ONE, DB), (ONE, WEB)], id="label of any value"),
        pytest.param(ContainerQuery(labels=("tier=front",)), [(ONE, WEB)], id="label with value"),
        pytest.param(ContainerQuery(labels=("tier=front", "none")), [], id="all labels"),
        pytest.param(ContainerQuery(labels=("empty=",)), [(ONE, WEB)], id="label with empty value"),
        pytest.param(ContainerQuery(labels=("none=",)), [], id="no label is not an empty one"),
        pytest.param(ContainerQuery(nodes=("n2",)), [(TWO, OTHER_WEB)], id="node"),
        pytest.param(ContainerQuery(nodes=("ID1",), states=("exited",)), [(ONE, DB)], id="node by ID, and state"),
    ],
)
def test_select(query: ContainerQuery, expected: t.List[t.Tuple[Node, Container]]) -> None:
    assert query.select([TWO, ONE]) == expected


@pytest.mark.parametrize(
    ("node", "names", "expected"),
    [
        (ONE, ["n1"], True),
        (ONE, ["ID1"], True),
        (ONE, ["192.0.2.1:2376"], True),
        (ONE, ["n2"], False),
        # the ID of an engine that did not answer is not known, which is not to say that it is nothing
        (LOST, [""], False),
    ],
)
def test_is_called(node: Node, names: t.List[str], expected: bool) -> None:
    assert is_called(node, names) is expected


class Pool:
    """Gives clients that answer from a table."""

    replies: t.ClassVar[t.Dict[str, t.Union[t.Dict[str, t.Any], EngineError]]] = {}

    def __init__(self, settings: t.Any, nodes: t.Iterable[Node]) -> None:
        self._addresses = {node.address for node in nodes}

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *exception: object) -> None:
        """Nothing was opened."""

    def get(self, address: str) -> Pool:
        assert address in self._addresses
        return self

    def send(self, call: t.Any) -> t.Dict[str, t.Any]:
        reply = self.replies[call.path.split("/")[2]]
        if isinstance(reply, EngineError):
            raise reply
        return reply


def test_inspect_gives_what_it_can(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = EngineNotFoundError(ONE.address, 404, "no such container")
    cut_off = EngineUnreachableError(TWO.address, "no answer")
    Pool.replies = {WEB.id: {"Id": WEB.id}, DB.id: gone, OTHER_WEB.id: cut_off}
    monkeypatch.setattr(queries, "EnginePool", Pool)
    places = [(ONE, DB), (ONE, WEB), (TWO, OTHER_WEB)]
    assert inspect_containers(ClusterSettings(), places) == [gone, {"Id": WEB.id}, cut_off]


class Cluster:
    """Gives a snapshot that depends on what is needed, and keeps the needs."""

    def __init__(self, answer: t.Callable[[Needs], Snapshot]) -> None:
        self.needs: t.List[Needs] = []
        self._answer = answer

    def take_snapshot(self, settings: ClusterSettings, needs: Needs) -> Snapshot:
        self.needs.append(needs)
        return self._answer(needs)


def ask(
    monkeypatch: pytest.MonkeyPatch, answer: t.Callable[[Needs], Snapshot], request: Request
) -> t.Tuple[t.Optional[str], t.List[Needs]]:
    """Name of the chosen node, and what was needed for the answer."""
    cluster = Cluster(answer)
    monkeypatch.setattr(queries, "take_snapshot", cluster.take_snapshot)
    _snapshot, (placement,) = ask_placement(ClusterSettings(), Scheduler(SchedulingSettings()), [request], False)
    return (placement.node.name if placement.node else None), cluster.needs


@pytest.mark.parametrize(
    ("request_", "needs"),
    [
        pytest.param(Request("a"), Needs(), id="nothing but a place"),
        pytest.param(
            Request("a", affinities=parse_expressions(["image!=web:1"], "affinities")), Needs(images=True), id="image"
        ),
        pytest.param(Request("a", reservation=Reservation(memory=10)), Needs(foreign=True), id="memory"),
        pytest.param(Request("a", ports=(HostPortRequest("", 80, 80),)), Needs(foreign=True), id="port"),
    ],
)
def test_no_more_is_asked_than_the_answer_hangs_on(
    monkeypatch: pytest.MonkeyPatch, request_: Request, needs: Needs
) -> None:
    bare = replace(TWO, images=(), containers=())
    assert ask(monkeypatch, lambda _needs: Snapshot((bare,)), request_) == ("n2", [needs])


def test_a_refusal_is_checked_against_what_containers_hold_in_truth(monkeypatch: pytest.MonkeyPatch) -> None:
    full = replace(TWO, containers=(replace(OTHER_WEB, reservation=Reservation(memory=1000)),))
    chosen, needs = ask(
        monkeypatch,
        lambda needs: Snapshot((TWO if needs.exact else full,)),
        Request("a", reservation=Reservation(memory=10)),
    )
    assert chosen == "n2"
    assert needs == [Needs(foreign=True), Needs(foreign=True, exact=True)]


def test_a_refusal_that_has_nothing_to_do_with_room_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    request = Request("a", constraints=parse_expressions(["zone==nowhere"], "constraints"))
    assert ask(monkeypatch, lambda _needs: Snapshot((TWO,)), request) == (None, [Needs()])


def test_a_cluster_without_a_healthy_engine_gives_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ClusterError, match=r"none of the 1 engines of nodes://x can be used: 192\.0\.2\.3:2376: gone"):
        ask(monkeypatch, lambda _needs: Snapshot((LOST,), source="nodes://x"), Request("a"))
