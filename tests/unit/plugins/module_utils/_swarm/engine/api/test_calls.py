# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Calls as values: what each asks, and what it reads out of an answer."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.api import (
    containers,
    events,
    exec,
    images,
    networks,
    system,
    volumes,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.api.call import Call, Reply
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.client import EngineClient
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import EngineError, EngineNotFoundError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import EngineSettings

from tests.unit.engine_double import EngineDouble
from tests.unit.engine_double import Reply as Scripted

ID = "041b3dca0d082162ddb9fba28eced2f87a7fd8bcfdffe3d07c1dcd0f54ec6191"

#: call -> method and path, query, body, in words.
ASKED: list[tuple[Call[t.Any], str, dict[str, str], t.Any, str]] = [
    (containers.list(), "GET /containers/json", {"all": "1"}, None, "to list containers"),
    (
        containers.list({"name": ["web"]}),
        "GET /containers/json",
        {"all": "1", "filters": '{"name":["web"]}'},
        None,
        "to list containers",
    ),
    (containers.inspect(ID), f"GET /containers/{ID}/json", {}, None, "to inspect 041b3dca0d08"),
    (containers.inspect("a/b c"), "GET /containers/a%2Fb%20c/json", {}, None, "to inspect a/b c"),
    (
        containers.create("web", {"Image": "web:1"}, "linux/arm64"),
        "POST /containers/create",
        {"name": "web", "platform": "linux/arm64"},
        {"Image": "web:1"},
        "to create web",
    ),
    (containers.create("web", {}), "POST /containers/create", {"name": "web"}, {}, "to create web"),
    (containers.start("web"), "POST /containers/web/start", {}, None, "to start web"),
    (containers.stop("web", 3), "POST /containers/web/stop", {"t": "3"}, None, "to stop web"),
    (containers.stop("web"), "POST /containers/web/stop", {}, None, "to stop web"),
    (containers.restart("web", 0), "POST /containers/web/restart", {"t": "0"}, None, "to restart web"),
    (containers.kill("web"), "POST /containers/web/kill", {}, None, "to kill web"),
    (containers.kill("web", "SIGHUP"), "POST /containers/web/kill", {"signal": "SIGHUP"}, None, "to kill web"),
    (containers.pause("web"), "POST /containers/web/pause", {}, None, "to pause web"),
    (containers.unpause("web"), "POST /containers/web/unpause", {}, None, "to unpause web"),
    (containers.remove("web"), "DELETE /containers/web", {}, None, "to remove web"),
    (
        containers.remove("web", volumes=True, force=True),
        "DELETE /containers/web",
        {"v": "1", "force": "1"},
        None,
        "to remove web",
    ),
    (
        containers.rename("web", "old"),
        "POST /containers/web/rename",
        {"name": "old"},
        None,
        "to rename web to old",
    ),
    (containers.update("web", {"Memory": 5}), "POST /containers/web/update", {}, {"Memory": 5}, "to update web"),
    (containers.wait("web"), "POST /containers/web/wait", {}, None, "to wait for web"),
    (
        containers.wait("web", condition="next-exit"),
        "POST /containers/web/wait",
        {"condition": "next-exit"},
        None,
        "to wait for web",
    ),
    (
        containers.logs("web", tail=5),
        "GET /containers/web/logs",
        {"stdout": "1", "stderr": "1", "tail": "5"},
        None,
        "to give the output of web",
    ),
    (
        containers.logs("web", follow=True),
        "GET /containers/web/logs",
        {"stdout": "1", "stderr": "1", "follow": "1"},
        None,
        "to give the output of web",
    ),
    (
        containers.attach("web", logs=True),
        "POST /containers/web/attach",
        {"stream": "1", "stdout": "1", "stderr": "1", "stdin": "1", "logs": "1"},
        None,
        "to attach to web",
    ),
    (
        containers.get_archive("web", "/etc"),
        "GET /containers/web/archive",
        {"path": "/etc"},
        None,
        "to copy /etc from web",
    ),
    (containers.put_archive("web", "/"), "PUT /containers/web/archive", {"path": "/"}, None, "to copy to / of web"),
    (images.list(), "GET /images/json", {}, None, "to list images"),
    (images.inspect("host:5000/a/b:1"), "GET /images/host:5000/a/b:1/json", {}, None, None),
    (images.tag("a:1", "b", "2"), "POST /images/a:1/tag", {"repo": "b", "tag": "2"}, None, "to tag a:1 as b:2"),
    (images.remove("a:1", force=True), "DELETE /images/a:1", {"force": "1"}, None, "to remove image a:1"),
    (images.remove("a:1", keep_parents=True), "DELETE /images/a:1", {"noprune": "1"}, None, "to remove image a:1"),
    (
        images.push("host:5000/a", "1", "x"),
        "POST /images/host:5000/a/push",
        {"tag": "1"},
        None,
        "to push host:5000/a:1",
    ),
    (images.save(["a:1", "b:2"]), "GET /images/get", {"names": ("a:1", "b:2")}, None, "to export a:1, b:2"),
    (images.load(), "POST /images/load", {"quiet": "0"}, None, "to load images"),
    (images.build("a:1", {"nocache": "1"}), "POST /build", {"t": "a:1", "nocache": "1"}, None, "to build a:1"),
    (images.history("a:1"), "GET /images/a:1/history", {}, None, "to tell the history of image a:1"),
    (
        images.search("web", 5, {"is-official": ["true"]}),
        "GET /images/search",
        {"term": "web", "limit": "5", "filters": '{"is-official":["true"]}'},
        None,
        "to search for web",
    ),
    (
        images.distribution("host:5000/a:1"),
        "GET /distribution/host:5000/a:1/json",
        {},
        None,
        "to look host:5000/a:1 up in its registry",
    ),
    (
        images.prune({"dangling": ["false"]}),
        "POST /images/prune",
        {"filters": '{"dangling":["false"]}'},
        None,
        "to prune images",
    ),
    (
        images.prune_builds(every=True, keep=5),
        "POST /build/prune",
        {"all": "1", "keep-storage": "5"},
        None,
        "to prune the build cache",
    ),
    (containers.prune(), "POST /containers/prune", {}, None, "to prune containers"),
    (networks.prune(), "POST /networks/prune", {}, None, "to prune networks"),
    (volumes.prune(), "POST /volumes/prune", {}, None, "to prune volumes"),
    (networks.create({"Name": "net"}), "POST /networks/create", {}, {"Name": "net"}, "to create network net"),
    (networks.remove("net"), "DELETE /networks/net", {}, None, "to remove network net"),
    (networks.list({"name": ["n"]}), "GET /networks", {"filters": '{"name":["n"]}'}, None, "to list networks"),
    (system.disk_usage(["image"]), "GET /system/df", {"type": ("image",)}, None, "to tell what takes its disk"),
    (
        system.authenticate({"username": "u", "serveraddress": "r:5000"}),
        "POST /auth",
        {},
        {"username": "u", "serveraddress": "r:5000"},
        "to log in to r:5000",
    ),
    (networks.list(), "GET /networks", {}, None, "to list networks"),
    (networks.inspect("net"), "GET /networks/net", {}, None, "to inspect network net"),
    (
        networks.connect("net", "web", {"Aliases": ["x"]}),
        "POST /networks/net/connect",
        {},
        {"Container": "web", "EndpointConfig": {"Aliases": ["x"]}},
        "to connect web to network net",
    ),
    (
        networks.disconnect("net", "web", force=True),
        "POST /networks/net/disconnect",
        {},
        {"Container": "web", "Force": True},
        "to disconnect web from network net",
    ),
    (volumes.list(), "GET /volumes", {}, None, "to list volumes"),
    (volumes.inspect("data"), "GET /volumes/data", {}, None, "to inspect volume data"),
    (volumes.create({"Name": "data"}), "POST /volumes/create", {}, {"Name": "data"}, "to create volume data"),
    (volumes.remove("data", force=True), "DELETE /volumes/data", {"force": "1"}, None, "to remove volume data"),
    (exec.create("web", {"Cmd": ["ls"]}), "POST /containers/web/exec", {}, {"Cmd": ["ls"]}, "to run a command in web"),
    (
        exec.start(ID, terminal=True),
        f"POST /exec/{ID}/start",
        {},
        {"Detach": False, "Tty": True},
        "to start the command 041b3dca0d08",
    ),
    (exec.inspect(ID), f"GET /exec/{ID}/json", {}, None, "to inspect the command 041b3dca0d08"),
    (system.info(), "GET /info", {}, None, "to tell about itself"),
    (system.version(), "GET /version", {}, None, "to tell its version"),
    (system.ping(), "GET /_ping", {}, None, "GET /_ping"),
    (
        events.stream(since=1.5, filters={"type": ["container"]}),
        "GET /events",
        {"since": "1.500000000", "filters": '{"type":["container"]}'},
        None,
        "to tell its events",
    ),
]


@pytest.mark.parametrize(("call", "asked", "query", "body", "words"), ASKED, ids=lambda value: "")
def test_what_a_call_asks(call: Call[t.Any], asked: str, query: dict[str, str], body: t.Any, words: str | None) -> None:
    assert (f"{call.method} {call.path}", call.query, call.body) == (asked, query, body)
    assert call.asked == (words or "to inspect image host:5000/a/b:1")


def test_credentials_are_not_shown() -> None:
    for call in (
        images.push("a", "1", "c2VjcmV0"),
        images.distribution("a", "c2VjcmV0"),
        images.build("a", {}, "c2VjcmV0"),
    ):
        assert "c2VjcmV0" in call.headers.values()
        assert "c2VjcmV0" not in repr(call)


def test_calls_are_equal_by_what_they_ask() -> None:
    assert containers.wait("a", 5.0) == containers.wait("a", 5.0)
    assert containers.wait("a", 5.0) != containers.wait("a", 6.0)
    assert containers.start("a") != containers.stop("a")


@pytest.mark.parametrize(
    ("call", "seconds"),
    [
        (containers.start("a"), 60.0),
        (containers.stop("a", 3), 63.0),
        (containers.stop("a", None, own=20), 80.0),
        (containers.stop("a"), 70.0),
        (containers.stop("a", -1), None),
        (containers.restart("a", 0), 60.0),
        (containers.wait("a"), None),
        (containers.wait("a", 0.2), 0.2),
        (events.stream(), None),
    ],
    ids=lambda value: "",
)
def test_how_patient_one_must_be(call: Call[t.Any], seconds: float | None) -> None:
    assert call.patience.seconds(60.0) == seconds


@pytest.mark.parametrize(
    ("call", "status", "answer", "result"),
    [
        (containers.list(), 200, [{"Id": "a"}], [{"Id": "a"}]),
        (containers.create("a", {}), 201, {"Id": "x", "Warnings": ["no swap"]}, ("x", ("no swap",))),
        (containers.create("a", {}), 201, {"Id": "x", "Warnings": None}, ("x", ())),
        (containers.update("a", {}), 200, {"Warnings": ["no swap"]}, ["no swap"]),
        (containers.wait("a"), 200, {"StatusCode": 3, "Error": None}, 3),
        (images.inspect("a"), 404, {"message": "no such image"}, None),
        (images.inspect("a"), 200, {"Id": "a"}, {"Id": "a"}),
        (images.remove("a"), 200, [{"Deleted": "a"}], [{"Deleted": "a"}]),
        (networks.inspect("a"), 404, {"message": "no such network"}, None),
        (networks.create({}), 201, {"Id": "x", "Warning": ""}, ("x", "")),
        (images.prune(), 200, {"ImagesDeleted": None, "SpaceReclaimed": 0}, ([], 0)),
        (containers.prune(), 200, {"ContainersDeleted": ["a"], "SpaceReclaimed": 7}, (["a"], 7)),
        (networks.prune(), 200, {"NetworksDeleted": ["a"]}, (["a"], None)),
        (system.authenticate({}), 204, None, {}),
        (system.authenticate({}), 200, {"Status": "Login Succeeded"}, {"Status": "Login Succeeded"}),
        (volumes.list(), 200, {"Volumes": [{"Name": "a"}], "Warnings": None}, [{"Name": "a"}]),
        (volumes.list(), 200, {"Volumes": None}, []),
        (volumes.inspect("a"), 404, {"message": "no such volume"}, None),
        (exec.create("a", {}), 201, {"Id": "x"}, "x"),
        (containers.start("a"), 304, None, None),
    ],
    ids=lambda value: "",
)
def test_what_is_read_out_of_an_answer(call: Call[t.Any], status: int, answer: t.Any, result: t.Any) -> None:
    body = b"" if answer is None else json.dumps(answer).encode()
    assert call.read(Reply("n:1", call.asked, call.path, status, {}, body)) == result


@pytest.mark.parametrize(
    ("call", "body", "message"),
    [
        (containers.list(), b"{}", "n:1 sent an unexpected reply when asked to list containers"),
        (containers.list(), b"[1]", "n:1 sent an unexpected reply when asked to list containers"),
        (containers.inspect("a"), b"[" * 3000, "n:1 sent an unexpected reply when asked to inspect a"),
        (containers.inspect("a"), b"[]", "n:1 sent an unexpected reply when asked to inspect a"),
        (
            containers.inspect("a"),
            b'{"A":' + b"9" * 5000 + b"}",
            "n:1 sent an unexpected reply when asked to inspect a",
        ),
        (containers.create("a", {}), b'{"Id": 5}', "n:1 answers /containers/create with Id = '5' where text belongs"),
        (images.prune(), b'{"ImagesDeleted": 5}', "n:1 sent an unexpected reply when asked to prune images"),
        (volumes.list(), b'{"Volumes": [1]}', "n:1 sent an unexpected reply when asked to list volumes"),
    ],
    ids=lambda value: "",
)
def test_what_is_no_answer_is_a_sentence(call: Call[t.Any], body: bytes, message: str) -> None:
    with pytest.raises(EngineError) as caught:
        call.read(Reply("n:1", call.asked, call.path, 200, {}, body))
    assert str(caught.value).startswith(message)


def test_a_name_with_several_values_is_sent_several_times() -> None:
    with EngineDouble({"GET /system/df": Scripted({})}) as engine:
        client = EngineClient(engine.address, EngineSettings(timeout=5.0), api_version="1.42")
        client.send(system.disk_usage(["image", "volume"]))
    assert engine.questions[0].query == {"type": ["image", "volume"]}


def test_a_client_sends_a_call() -> None:
    with EngineDouble(
        {"POST /containers/a/start": Scripted(body=b"", status=204), "GET /_ping": Scripted("OK")}
    ) as engine:
        client = EngineClient(engine.address, EngineSettings(timeout=5.0), api_version="1.41")
        client.send(containers.start("a"))
        client.send(system.ping())
        with pytest.raises(EngineNotFoundError):
            client.send(containers.inspect("a"))
        assert client.send(networks.inspect("a")) is None
    assert [(str(asked), asked.version) for asked in engine.questions] == [
        ("POST /containers/a/start", "1.41"),
        ("GET /_ping", ""),
        ("GET /containers/a/json", "1.41"),
        ("GET /networks/a", "1.41"),
    ]
