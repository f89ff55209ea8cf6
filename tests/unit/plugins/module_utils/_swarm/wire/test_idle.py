# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connections that wait for the next question."""

from __future__ import annotations

import json

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.wire import idle
from ansible_collections.classic.swarm.plugins.module_utils._swarm.wire.connection import EngineConnection
from ansible_collections.classic.swarm.plugins.module_utils._swarm.wire.deadline import Deadline
from ansible_collections.classic.swarm.plugins.module_utils._swarm.wire.drivers import run_alone
from ansible_collections.classic.swarm.plugins.module_utils._swarm.wire.idle import IdleConnections

from tests.unit.engine_double import EngineDouble, Reply, engine_script


def opened(engine: EngineDouble) -> EngineConnection:
    connection = EngineConnection(engine.address, None)
    run_alone(connection.ask("GET", "/info"), Deadline(5))
    return connection


def test_a_connection_is_taken_by_one() -> None:
    with EngineDouble(engine_script()) as engine:
        kept = IdleConnections()
        connection = opened(engine)
        kept.keep(engine.address, connection)
        assert kept.take("other:1") is None
        assert kept.take(engine.address) is connection
        assert kept.take(engine.address) is None
        connection.close()


def test_a_connection_that_the_engine_has_closed_is_not_given() -> None:
    with EngineDouble(engine_script()) as engine:
        kept = IdleConnections()
        kept.keep(engine.address, opened(engine))
        other = opened(engine)
        other.close()
        kept.keep(engine.address, other)
        first = kept.take(engine.address)
        assert first is not None
        assert first.is_open
        first.close()


def test_no_more_are_kept_than_may_be_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idle, "KEPT", 1)
    with EngineDouble(engine_script()) as engine:
        kept = IdleConnections()
        one, other = opened(engine), opened(engine)
        kept.keep(engine.address, one)
        kept.keep(engine.address, other)
        assert (one.closed, other.closed) == (False, True)
        assert kept.take(engine.address) is one
        kept.keep(engine.address, one)
        kept.close(engine.address)
        assert one.closed
        assert kept.take(engine.address) is None


def test_all_can_be_closed() -> None:
    with EngineDouble(engine_script()) as engine, EngineDouble(engine_script()) as second:
        kept = IdleConnections()
        connections = [opened(engine), opened(second)]
        for double, connection in zip((engine, second), connections):
            kept.keep(double.address, connection)
        kept.close()
        assert [connection.closed for connection in connections] == [True, True]


@pytest.mark.parametrize("padding", [0, 3_900, 9_000])
@pytest.mark.parametrize("count", [1, 40])
def test_many_answers_come_over_one_connection(count: int, padding: int) -> None:
    """Also where they are longer than what a reader gets at once, and end at its edge."""
    bodies = [f'"{number}{"x" * (padding + 7 * number)}"' for number in range(count)]
    script = {f"GET /containers/{number}/json": Reply(json.loads(body)) for number, body in enumerate(bodies)}
    with EngineDouble(script) as engine:
        connection = EngineConnection(engine.address, None)
        paths = [f"/containers/{number}/json" for number in range(count)]
        responses = run_alone(connection.get_all(paths), Deadline(10))
        connection.close()
    assert [response.body for response in responses] == [body.encode() for body in bodies]
    assert engine.connections == 1


def test_many_answers_survive_an_engine_that_closes_in_between() -> None:
    script = {f"GET /{number}": Reply(number) for number in range(10)}
    script["GET /3"] = Reply(3, headers={"Connection": "close"})
    with EngineDouble(script) as engine:
        connection = EngineConnection(engine.address, None)
        responses = run_alone(connection.get_all([f"/{number}" for number in range(10)]), Deadline(10))
        connection.close()
    assert [int(response.body) for response in responses] == list(range(10))
    assert engine.connections == 2
