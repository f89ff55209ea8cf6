# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The questions that tell the state of one engine, and what may come instead of an answer."""

from __future__ import annotations

import socket
import threading
import time
import typing as t
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.api import system
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.client import EngineClient
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.reader import Reading
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.replies import Inspect, RawEngine
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.together import Question, read_engines
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import (
    EngineError,
    EngineNotFoundError,
    EngineResponseError,
    EngineTLSError,
    EngineUnreachableError,
    EngineVersionError,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import EngineSettings
from ansible_collections.classic.swarm.plugins.module_utils._swarm.wire import response

from tests.unit.engine_double import EngineDouble, Reply, engine_script
from tests.unit.reading import read_engine

#: Seconds that an engine gets here, and the most that a read may then take on a busy machine.
PATIENCE = 0.3
BOUND = 2.0


def read(address: str, **options: t.Any) -> RawEngine:
    settings = EngineSettings(snapshot_timeout=options.pop("timeout", 5.0), api_version=options.pop("version", "auto"))
    return read_engine(address, settings, Reading(**options))


@contextmanager
def listener() -> Iterator[socket.socket]:
    """A port where connections are taken by the kernel and nobody answers."""
    with socket.create_server(("127.0.0.1", 0)) as made:
        yield made


def address_of(listening: socket.socket) -> str:
    return f"127.0.0.1:{listening.getsockname()[1]}"


def test_two_questions_over_one_connection_tell_the_state() -> None:
    with EngineDouble(engine_script(containers=[{"Id": "a"}])) as engine:
        raw = read(engine.address)
    assert engine.asked == ["GET /info", "GET /containers/json"]
    assert engine.connections == 1
    assert engine.questions[1].query == {"all": ["1"]}
    assert {question.version for question in engine.questions} == {""}
    assert (raw.address, raw.api_version, raw.containers) == (engine.address, (1, 41), [{"Id": "a"}])
    assert (raw.info["Name"], raw.images, raw.inspections) == ("node-1", None, {})


def test_an_engine_that_hangs_up_after_each_answer_is_asked_over_new_connections() -> None:
    script = engine_script()
    script["GET /info"] = Reply({"Name": "node-1"}, headers={"Connection": "close"})
    with EngineDouble(script) as engine:
        assert read(engine.address).info == {"Name": "node-1"}
    assert engine.connections == 2


def test_images_are_asked_for_where_they_are_needed() -> None:
    with EngineDouble({**engine_script(), "GET /images/json": Reply([{"Id": "sha256:a"}])}) as engine:
        assert read(engine.address, images=True).images == [{"Id": "sha256:a"}]


def test_a_container_that_goes_while_it_is_inspected_is_not_there() -> None:
    script = {**engine_script(containers=[{"Id": "a"}, {"Id": "b"}]), "GET /containers/b/json": Reply({"Id": "b"})}
    with EngineDouble(script) as engine:
        raw = read(engine.address, inspect=Inspect.FOREIGN)
    assert engine.asked[2:] == ["GET /containers/a/json", "GET /containers/b/json"]
    assert (raw.containers, raw.inspections) == ([{"Id": "b"}], {"b": {"Id": "b"}})


@pytest.mark.parametrize(
    ("newest", "oldest", "setting", "asks"),
    [
        ("1.41", "1.12", "auto", False),
        ("1.52", "1.44", "auto", False),
        ("1.60", "1.44", "auto", True),
        ("1.45", "1.24", "1.41", True),
        ("1.41", "1.12", "1.41", False),
    ],
)
def test_the_oldest_version_is_asked_for_only_where_it_decides(
    newest: str, oldest: str, setting: str, asks: bool
) -> None:
    with EngineDouble(engine_script(api_version=newest, oldest=oldest)) as engine:
        raw = read(engine.address, version=setting)
    assert "GET /version" in engine.asked if asks else "GET /version" not in engine.asked
    assert raw.api_version == tuple(map(int, newest.split(".")))


@pytest.mark.parametrize(
    ("newest", "oldest", "setting", "words"),
    [
        ("1.40", "1.12", "auto", "speaks API versions 1.12 to 1.40, and we speak 1.41 to 1.52; the engine is too old"),
        ("1.60", "1.53", "auto", "speaks API versions 1.53 to 1.60, and we speak 1.41 to 1.52; the engine is too new"),
        ("1.52", "1.44", "1.41", "speaks API versions 1.44 to 1.52, and we speak 1.41; the engine is too new"),
        ("1.41", "1.12", "1.45", "speaks API versions 1.12 to 1.41, and we speak 1.45; the engine is too old"),
    ],
)
def test_versions_that_do_not_overlap_are_both_named(newest: str, oldest: str, setting: str, words: str) -> None:
    with (
        EngineDouble(engine_script(api_version=newest, oldest=oldest)) as engine,
        pytest.raises(EngineVersionError) as caught,
    ):
        read(engine.address, version=setting)
    assert str(caught.value).startswith(f"{engine.address} {words}")


def test_lists_with_filters_are_read_together() -> None:
    script = {**engine_script(), "GET /containers/json": [Reply([{"Id": "a"}, {"Id": "b"}]), Reply([{"Id": "b"}])]}
    with EngineDouble(script) as engine:
        raw = read(engine.address, lists=({"name": ["^/?web$"]}, {"label": ["classic.swarm.name=web"]}))
    assert [container["Id"] for container in raw.containers] == ["a", "b"]
    assert [question.query for question in engine.questions[1:]] == [
        {"all": ["1"], "filters": ['{"name":["^/?web$"]}']},
        {"all": ["1"], "filters": ['{"label":["classic.swarm.name=web"]}']},
    ]


def test_what_came_since_is_read_beside_what_a_filter_finds() -> None:
    script = {**engine_script(), "GET /containers/json": [Reply([{"Id": "a"}]), Reply([{"Id": "c"}, {"Id": "a"}])]}
    with EngineDouble(script) as engine:
        raw = read(engine.address, lists=({"name": ["^/?web$"]},), since="b")
    assert [container["Id"] for container in raw.containers] == ["a", "c"]
    assert engine.questions[2].query == {"all": ["1"], "filters": ['{"since":["b"]}']}


@pytest.mark.parametrize("status", [404, 500])
def test_all_is_read_where_the_engine_does_not_know_any_more_since_when(status: int) -> None:
    gone = Reply({"message": "no such container b"}, status=status)
    script = {**engine_script(), "GET /containers/json": [Reply([]), gone, Reply([{"Id": "c"}, {"Id": "a"}])]}
    with EngineDouble(script) as engine:
        raw = read(engine.address, lists=({"name": ["^/?web$"]},), since="b")
    assert [container["Id"] for container in raw.containers] == ["c", "a"]
    assert [question.query for question in engine.questions[3:]] == [{"all": ["1"]}]


def test_what_an_engine_is_is_asked_once_and_over_one_connection() -> None:
    with EngineDouble(engine_script()) as engine:
        client = EngineClient(engine.address, EngineSettings())
        for _turn in range(3):
            (raw,) = read_engines([Question(client, Reading(), 5.0)], lambda _client, raw: raw)
            assert raw.info["Name"] == "node-1"
        assert client.send(system.info())["Name"] == "node-1"
    assert engine.asked == ["GET /info", *["GET /containers/json"] * 3, "GET /info"]
    assert engine.connections == 1


@pytest.mark.parametrize(
    ("info", "error", "words"),
    [
        (Reply({"message": "not\n yet"}, status=503), EngineResponseError, "refuses GET /info (status 503): not yet"),
        (Reply(body=b"", status=500), EngineResponseError, "refuses GET /info (status 500): it gives no reason"),
        (Reply(body=b"<h1>Forbidden</h1>", status=403), EngineResponseError, "(status 403): <h1>Forbidden</h1>"),
        (Reply({"message": "no"}, status=404), EngineNotFoundError, "refuses GET /info (status 404): no"),
        (Reply(["a"]), EngineError, "answers /info without an object; is it a Docker engine?"),
        (Reply(body=b"<html>"), EngineError, "answers /info with something else than JSON; is it a Docker engine?"),
        (Reply(body=b"\xff\xfe\x00"), EngineError, "answers /info with something else than JSON"),
        (Reply({}, api_version=None), EngineError, "does not say which API version it speaks"),
        (Reply({}, api_version="new"), EngineError, "does not say which API version it speaks"),
        (Reply(raw=b"220 mail.example.com ESMTP\r\n"), EngineError, "answers with something else than HTTP"),
        (Reply(raw=b"\x15\x03\x01\x00\x02\x02\x46"), EngineTLSError, "wants TLS on that port; set tls"),
        (Reply(raw=b""), EngineUnreachableError, "closed the connection before its answer was complete"),
        (Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"), EngineUnreachableError, "closed the connection"),
        (
            Reply(body=b"Client sent an HTTP request to an HTTPS server.\n", status=400),
            EngineTLSError,
            "wants TLS on that port; set tls, or write the entry with https://",
        ),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_a_sentence(info: Reply, error: type[EngineError], words: str) -> None:
    with EngineDouble({**engine_script(), "GET /info": info}) as engine, pytest.raises(error) as caught:
        read(engine.address)
    assert caught.type is error
    assert str(caught.value).startswith(engine.address)
    assert words in str(caught.value)
    assert caught.value.address == engine.address


def test_a_list_that_is_none_is_a_sentence() -> None:
    with (
        EngineDouble({**engine_script(), "GET /containers/json": Reply({"a": "b"})}) as engine,
        pytest.raises(EngineError, match="answers /containers/json without a list; is it a Docker engine"),
    ):
        read(engine.address)


def test_a_reply_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(response, "LARGEST_REPLY", 1000)
    with (
        EngineDouble({**engine_script(), "GET /info": Reply({"Name": "x" * 2000})}) as engine,
        pytest.raises(EngineError, match="answers /info with more than 1000B"),
    ):
        read(engine.address)


SLOW: dict[str, dict[str, Reply]] = {
    "a delayed answer": {"GET /info": Reply({}, delay=60)},
    "a delayed second answer": {"GET /containers/json": Reply([], delay=60)},
    "a body that trickles": {"GET /info": Reply({"Name": "x" * 100}, trickle=PATIENCE / 3)},
}


@pytest.mark.parametrize("script", SLOW.values(), ids=SLOW.keys())
def test_one_deadline_covers_everything(script: dict[str, Reply]) -> None:
    with EngineDouble({**engine_script(), **script}) as engine:
        began = time.monotonic()
        with pytest.raises(EngineUnreachableError, match=r"^no answer from 127\.0\.0\.1:\d+ within 0\.3 s$"):
            read(engine.address, timeout=PATIENCE)
        assert PATIENCE * 0.9 < time.monotonic() - began < BOUND


def test_an_engine_that_takes_the_connection_and_is_silent_costs_one_time_out() -> None:
    with listener() as silent:
        began = time.monotonic()
        with pytest.raises(EngineUnreachableError, match=r"within 0\.3 s"):
            read(address_of(silent), timeout=PATIENCE)
        assert time.monotonic() - began < BOUND


def test_a_port_without_an_engine_refuses() -> None:
    with listener() as closed:
        address = address_of(closed)
    with pytest.raises(EngineUnreachableError, match=f"^connection refused by {address}; no engine listens there$"):
        read(address)


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a..b", "x" * 70])
def test_a_name_that_nobody_knows_is_a_sentence(host: str) -> None:
    with pytest.raises(EngineUnreachableError, match=f"^host name {host} cannot be resolved$"):
        read(f"{host}:2376")


def test_a_silent_name_server_costs_one_time_out(monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()
    real = socket.getaddrinfo

    def slow(host: str, *arguments: t.Any, **options: t.Any) -> t.Any:
        if not options.get("flags"):
            release.wait(30)
        return real(host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    began = time.monotonic()
    with pytest.raises(EngineUnreachableError, match=r"host name slow\.invalid cannot be resolved"):
        read("slow.invalid:2376", timeout=PATIENCE)
    assert time.monotonic() - began < BOUND
    release.set()


def test_the_next_address_of_a_name_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.getaddrinfo

    def two(host: str, port: int, **options: t.Any) -> t.Any:
        if options.get("flags"):
            raise socket.gaierror
        return real("127.0.0.2", port, **options) + real("127.0.0.1", port, **options)

    with EngineDouble(engine_script()) as engine:
        monkeypatch.setattr(socket, "getaddrinfo", two)
        port = engine.address.rpartition(":")[2]
        assert read(f"two-addresses:{port}").info["Name"] == "node-1"
