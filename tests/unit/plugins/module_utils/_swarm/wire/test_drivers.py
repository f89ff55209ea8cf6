# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Work that waits for sockets: alone, and much of it together."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
import typing as t
from collections.abc import Iterator

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.wire import drivers
from ansible_collections.classic.swarm.plugins.module_utils._swarm.wire.deadline import Deadline
from ansible_collections.classic.swarm.plugins.module_utils._swarm.wire.drivers import (
    A_MOMENT,
    READ,
    WRITE,
    Steps,
    TimeIsUpError,
    Wait,
    alongside,
    run_alone,
    run_together,
)

PATIENCE = 0.2
LONG = 30.0


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Two ends; what is sent into the second can be read from the first."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def receive(source: socket.socket) -> Steps[bytes]:
    yield Wait(source, READ)
    return source.recv(10)


def late(source: socket.socket) -> Steps[str]:
    """Says that it was late, if it was."""
    try:
        yield Wait(source, READ)
    except TimeIsUpError:
        return "late"
    return "in time"


def doze(turns: int) -> Steps[int]:
    for _turn in range(turns):
        yield A_MOMENT
    return turns


def at_once(value: str) -> Steps[str]:
    return value
    yield A_MOMENT


def together(steps: Steps[t.Any]) -> t.Any:
    (result,) = run_together([(steps, LONG)])
    return result


@pytest.mark.parametrize("drive", [lambda steps: run_alone(steps, Deadline(LONG)), together], ids=["alone", "together"])
def test_work_goes_on_when_what_it_waits_for_has_come(
    drive: t.Callable[[Steps[t.Any]], t.Any], pair: tuple[socket.socket, socket.socket]
) -> None:
    def both() -> Steps[bytes]:
        yield Wait(pair[1], WRITE)
        pair[1].send(b"x")
        yield A_MOMENT
        return (yield from receive(pair[0]))

    assert drive(both()) == b"x"
    assert drive(doze(3)) == 3
    assert drive(at_once("a")) == "a"


def test_work_alone_can_wait_without_end(pair: tuple[socket.socket, socket.socket]) -> None:
    pair[1].send(b"x")
    assert run_alone(receive(pair[0]), None) == b"x"


def test_work_learns_that_its_time_is_up(pair: tuple[socket.socket, socket.socket]) -> None:
    began = time.monotonic()
    assert run_alone(late(pair[0]), Deadline(PATIENCE)) == "late"
    assert run_together([(late(pair[0]), PATIENCE)]) == ["late"]
    assert 2 * PATIENCE * 0.9 < time.monotonic() - began < 10 * PATIENCE
    with pytest.raises(TimeIsUpError):
        run_alone(receive(pair[0]), Deadline(PATIENCE))


def test_work_that_will_not_end_is_told_again(pair: tuple[socket.socket, socket.socket]) -> None:
    def stubborn() -> Steps[int]:
        for told in range(3):
            try:
                yield Wait(pair[0], READ)
            except TimeIsUpError:
                continue
            return told
        return 3

    assert run_together([(stubborn(), PATIENCE)]) == [3]


def test_results_are_in_the_order_of_the_jobs() -> None:
    assert run_together([(doze(turns), LONG) for turns in (5, 1, 3)]) == [5, 1, 3]
    assert run_together([]) == []


def test_what_hangs_holds_up_nobody() -> None:
    many = 3 * drivers._AT_ONCE
    ends = [socket.socketpair() for _number in range(many)]
    began = time.monotonic()
    hanging = [(late(ours), PATIENCE * 5) for ours, _theirs in ends]
    quick: list[float] = []

    def note() -> Steps[str]:
        yield A_MOMENT
        quick.append(time.monotonic() - began)
        return "done"

    results = run_together([*hanging, (note(), LONG)])
    assert results == ["late"] * many + ["done"]
    assert quick[0] < PATIENCE * 5
    assert time.monotonic() - began < PATIENCE * 10
    for one, other in ends:
        one.close()
        other.close()


def test_what_is_ready_is_not_late_because_others_took_long(pair: tuple[socket.socket, socket.socket]) -> None:
    pair[1].send(b"x")

    def slow() -> Steps[str]:
        yield A_MOMENT
        time.sleep(2 * PATIENCE)
        return "slow"

    assert run_together([(slow(), LONG), (late(pair[0]), PATIENCE)]) == ["slow", "in time"]


def test_work_that_always_finds_something_has_an_end(pair: tuple[socket.socket, socket.socket]) -> None:
    """Its socket is always ready, so it is never seen waiting."""

    def busy() -> Steps[str]:
        try:
            while True:
                yield Wait(pair[0], WRITE)
        except TimeIsUpError:
            return "ended"

    began = time.monotonic()
    assert run_alone(busy(), Deadline(PATIENCE)) == "ended"
    assert run_together([(busy(), PATIENCE)]) == ["ended"]
    assert time.monotonic() - began < 50 * PATIENCE


def test_work_of_one_makes_no_other_one_late(pair: tuple[socket.socket, socket.socket]) -> None:
    """One keeps the thread busy for much longer than the other may take, whose answer comes in several parts."""

    def hog() -> Steps[str]:
        for _turn in range(20):
            end = time.thread_time() + PATIENCE / 5
            while time.thread_time() < end:
                pass
            yield Wait(pair[0], WRITE)
        return "done"

    def in_parts() -> Steps[str]:
        try:
            for _turn in range(20):
                yield Wait(pair[1], WRITE)
        except TimeIsUpError:
            return "late"
        return "in time"

    assert run_together([(hog(), LONG), (in_parts(), PATIENCE)]) == ["done", "in time"]
    assert run_together([(hog_ended(hog()), PATIENCE), (in_parts(), PATIENCE)]) == ["ended", "in time"]


def hog_ended(steps: Steps[str]) -> Steps[str]:
    try:
        return (yield from steps)
    except TimeIsUpError:
        return "ended"


def test_two_pieces_of_work_are_done_as_one(pair: tuple[socket.socket, socket.socket]) -> None:
    """One can go on only when the other one has."""
    seen: list[bytes] = []

    def read_all() -> Steps[str]:
        while len(b"".join(seen)) < 500_000:
            yield Wait(pair[0], READ)
            with contextlib.suppress(BlockingIOError):
                seen.append(pair[0].recv(1000))
        return "read"

    def write_without_end() -> Steps[None]:
        pair[0].setblocking(False)
        while True:
            # into the same socket: what the other end sends back is what is read
            with contextlib.suppress(BlockingIOError):
                pair[0].send(b"x" * 1000)
            yield Wait(pair[0], WRITE)

    def echo() -> None:
        while len(b"".join(echoed)) < 500_000:
            echoed.append(pair[1].recv(1000))
            pair[1].sendall(echoed[-1])

    echoed: list[bytes] = []
    echoing = threading.Thread(target=echo, daemon=True)
    echoing.start()
    assert run_alone(alongside(read_all(), write_without_end()), Deadline(LONG)) == "read"
    echoing.join(5)


def test_never_more_is_open_than_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drivers, "OPEN_AT_ONCE", 4)
    under_way, most = 0, 0

    def counted() -> Steps[None]:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        for _turn in range(3):
            yield A_MOMENT
        under_way -= 1

    run_together([(counted(), LONG) for _number in range(20)])
    assert (under_way, most) == (0, 4)


def test_an_error_ends_all_and_closes_what_was_under_way(pair: tuple[socket.socket, socket.socket]) -> None:
    closed: list[str] = []

    def cleaning() -> Steps[None]:
        try:
            yield Wait(pair[0], READ)
        finally:
            closed.append("closed")

    def broken() -> Steps[None]:
        yield A_MOMENT
        raise ValueError("a bug")

    with pytest.raises(ValueError, match="a bug"):
        run_together([(cleaning(), LONG), (broken(), LONG)])
    assert closed == ["closed"]


def test_another_socket_with_the_number_of_one_that_was_closed_is_waited_for() -> None:
    def reopening() -> Steps[bytes]:
        first, other = socket.socketpair()
        other.send(b"x")
        yield Wait(first, READ)
        number = first.fileno()
        first.close()
        other.close()
        second, third = socket.socketpair()
        with second, third:
            (again,) = [end for end in (second, third) if end.fileno() == number]
            (third if again is second else second).send(b"y")
            yield Wait(again, READ)
            return again.recv(10)

    assert run_together([(reopening(), LONG)]) == [b"y"]
