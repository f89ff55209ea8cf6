# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The HTTP side: routes, versions, errors, what is passed on and what is not."""

from __future__ import annotations

import http.client
import json
import re
import socket
import typing as t
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from classic_swarm.manager.http.routes import ROUTES
from classic_swarm.manager.http.routing import Router, split_version
from classic_swarm.manager.security.roles import Role
from classic_swarm.manager.settings import Limits

from tests.unit.manager.endpoint import Endpoint
from tests.unit.manager.http_engine import Answer, HTTPEngine


class Answered(t.NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> t.Any:
        return json.loads(self.body)


@contextmanager
def cluster(answers: t.Mapping[str, Answer], *more: t.Mapping[str, Answer], **options: t.Any) -> Iterator[t.Any]:
    """An endpoint before one engine, or several; gives what asks the endpoint, and the engines."""
    engines = [HTTPEngine(each) for each in (answers, *more)]
    for engine in engines:
        engine.__enter__()
    try:
        addresses = {f"node-{number}": engine.address for number, engine in enumerate(engines, 1)}
        with Endpoint(addresses, **options) as endpoint:

            def ask(method: str, path: str, body: t.Any = None, headers: t.Mapping[str, str] | None = None) -> Answered:
                connection = http.client.HTTPConnection(endpoint.address, timeout=10)
                content = json.dumps(body) if isinstance(body, (dict, list)) else body
                connection.request(method, path, content, dict(headers or {}), encode_chunked=hasattr(body, "__next__"))
                answer = connection.getresponse()
                found = Answered(answer.status, dict(answer.getheaders()), answer.read())
                connection.close()
                return found

            ask.endpoint = endpoint  # type: ignore[attr-defined]
            yield ask, *engines
    finally:
        for engine in engines:
            engine.__exit__()


# the endpoint's own


@pytest.mark.parametrize("path", ["/_ping", "/v1.41/_ping", "/v1.99/_ping"])
def test_ping(path: str) -> None:
    with cluster({}) as (ask, engine):
        got, head = ask("GET", path), ask("HEAD", path)
    assert (got.status, got.body) == (200, b"OK")
    assert (got.headers["Ostype"], got.headers["Api-Version"]) == ("linux", "1.41")
    assert "Builder-Version" not in got.headers
    assert (head.status, head.body, head.headers["Api-Version"]) == (200, b"", "1.41")
    assert engine.asked == []


def test_the_announced_version_is_the_smallest_of_the_newest() -> None:
    with cluster({}, {}) as (ask, _one, _other):
        nodes = ask.endpoint.cluster.nodes
        nodes[0].client.newest, nodes[1].client.newest = (1, 51), (1, 44)
        assert ask("GET", "/version").json()["ApiVersion"] == "1.44"
        nodes[1].healthy = False
        assert ask("GET", "/_ping").headers["Api-Version"] == "1.51"


@pytest.mark.parametrize(
    ("asked", "oldest", "newest", "sent"),
    [
        ("/v1.43", (1, 24), (1, 41), "/v1.41"),
        ("/v1.43", (1, 24), (1, 51), "/v1.43"),
        ("/v1.30", (1, 44), (1, 52), "/v1.44"),
        ("", (1, 24), (1, 41), "/v1.41"),
    ],
    ids=["too new", "spoken", "too old", "none"],
)
def test_the_version_is_brought_to_what_the_engine_speaks(
    asked: str, oldest: tuple[int, int], newest: tuple[int, int], sent: str
) -> None:
    with cluster({"GET /containers/id-of-a/top": (200, {})}) as (ask, engine):
        client = ask.endpoint.cluster.nodes[0].client
        client.oldest, client.newest = oldest, newest
        assert ask("GET", f"{asked}/containers/a/top").status == 200
        assert engine.asked[0].target == f"{sent}/containers/id-of-a/top"


# errors


@pytest.mark.parametrize(
    ("method", "path", "status", "message"),
    [
        ("GET", "/nothing", 404, "page not found"),
        ("PUT", "/version", 404, "page not found"),
        ("GET", "/v1.41", 404, "page not found"),
        ("GET", "/containers/gone/top", 404, "No such container: gone"),
        ("GET", "/containers/%2Fgone/top", 404, "No such container: /gone"),
        ("GET", "/containers/a%0Ab/top", 400, "a name in the path has a control character"),
        ("GET", "/containers/%ff/top", 400, "a name in the path is not UTF-8"),
        ("GET", "/containers/a/../b/top", 400, "a name in the path has a part that is '.' or '..'"),
        ("GET", "/containers/%2e%2e/top", 400, "a name in the path has a part that is '.' or '..'"),
        ("GET", "/containers/a/top?x=%ff", 400, "the parameters behind the path cannot be read"),
        ("POST", "/commit", 400, "commit needs the parameter container"),
        ("POST", "/build/cancel", 400, "build ID not provided"),
        ("GET", "/images/viz", 501, "GET /images/viz is not supported for a cluster; ask one of its engines directly"),
    ],
)
def test_errors_are_json_with_a_status_and_reach_no_engine(method: str, path: str, status: int, message: str) -> None:
    with cluster({}) as (ask, engine):
        got = ask(method, path)
    assert (got.status, got.headers["Content-Type"], got.json()) == (status, "application/json", {"message": message})
    assert engine.asked == []


@pytest.mark.parametrize("path", ["/swarm", "/nodes", "/nodes/x", "/services", "/tasks", "/secrets", "/configs"])
def test_what_is_of_swarm_mode_is_refused_in_words(path: str) -> None:
    with cluster({}) as (ask, engine):
        got = ask("GET", f"/v1.41{path}")
    assert got.status == 406
    assert got.json()["message"].startswith("This node is not a swarm manager: ")
    assert engine.asked == []


def test_the_words_and_the_status_of_an_engine_are_passed_on() -> None:
    with cluster({"POST /containers/id-of-a/kill": (409, {"message": "is not running"})}) as (ask, _engine):
        got = ask("POST", "/containers/a/kill?signal=9")
    assert (got.status, got.json()) == (409, {"message": "is not running"})


def test_an_engine_that_is_not_there_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
    with Endpoint({"node-1": address}) as endpoint:
        connection = http.client.HTTPConnection(endpoint.address, timeout=10)
        connection.request("GET", "/containers/a/top")
        answer = connection.getresponse()
        assert (answer.status, json.loads(answer.read())) == (
            502,
            {"message": f"connection refused by {address}; no engine listens there"},
        )


# what is passed on


def test_json_is_written_anew_with_its_length() -> None:
    with cluster({"POST /containers/id-of-a/update": (200, {"Warnings": None})}) as (ask, engine):
        got = ask("POST", "/containers/a/update", iter([b'{"Memory": 1, ', b'"Memory": 2}']), {"Content-Type": "x/y"})
    assert (got.status, got.json()) == (200, {"Warnings": None})
    asked = engine.asked[0]
    assert (asked.body, asked.headers["content-length"]) == (b'{"Memory": 2}', "13")
    assert "transfer-encoding" not in asked.headers


def test_headers_of_the_connection_stay() -> None:
    with cluster({"GET /containers/id-of-a/top": (200, {})}) as (ask, engine):
        headers = {"Connection": "X-Mine, keep-alive", "X-Mine": "1", "TE": "trailers", "X-Registry-Auth": "e30="}
        ask("GET", "/containers/a/top", headers={**headers, "User-Agent": "Docker-Client/20.10"})
    passed = engine.asked[0].headers
    assert {"connection", "x-mine", "te"} & set(passed) <= {"connection"}
    assert passed.get("connection", "keep-alive") == "keep-alive"
    assert (passed["x-registry-auth"], passed["user-agent"]) == ("e30=", "Docker-Client/20.10")


def test_headers_that_are_there_several_times_all_pass() -> None:
    """The session of a build tells in such headers what it offers."""
    with cluster({"POST /build": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A: 1\r\nX-A: 2\r\n\r\n{}"}) as (
        ask,
        engine,
    ):
        host, port = ask.endpoint.address.split(":")
        with socket.create_connection((host, int(port)), timeout=10) as client:
            client.sendall(
                b"POST /build HTTP/1.1\r\nHost: localhost\r\nX-M: /a\r\nX-M: /b\r\nConnection: close\r\n\r\n"
            )
            got = b""
            while part := client.recv(65536):
                got += part
    assert (got.count(b"X-A: 1\r\n"), got.count(b"X-A: 2\r\n")) == (1, 1)
    assert engine.repeated("x-m") == ["/a", "/b"]


def test_a_tar_comes_through_as_it_is() -> None:
    archive = bytes(range(256)) * 4096
    with cluster({"PUT /containers/id-of-a/archive": (200, None)}) as (ask, engine):
        assert ask("PUT", "/containers/a/archive?path=%2Ftmp", archive).status == 200
        assert ask("PUT", "/containers/a/archive?path=%2Ftmp", iter([archive, archive])).status == 200
    assert [asked.body == archive * number for number, asked in enumerate(engine.asked, 1)] == [True, True]
    assert engine.asked[0].headers["content-length"] == str(len(archive))
    assert engine.asked[1].headers["transfer-encoding"] == "chunked"
    assert {asked.target for asked in engine.asked} == {"/v1.41/containers/id-of-a/archive?path=%2Ftmp"}


def test_the_head_of_a_wait_comes_before_its_body() -> None:
    """Clients start the container only then."""
    wait = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    with cluster({"POST /containers/id-of-a/wait": wait}) as (ask, _engine):
        host, port = ask.endpoint.address.split(":")
        with socket.create_connection((host, int(port)), timeout=10) as client:
            client.sendall(b"POST /containers/a/wait HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert client.recv(65536).startswith(b"HTTP/1.1 200 OK\r\n")


def test_a_change_is_in_the_state_before_its_answer_ends() -> None:
    answers = {"POST /containers/id-of-a/start": (204, None), "DELETE /containers/id-of-a": (204, None)}
    with cluster(answers) as (ask, engine):
        assert ask("POST", "/containers/a/start", {"Binds": ["/:/host"]}).status == 204
        assert ask("DELETE", "/containers/a?force=1").status == 204
        assert ask.endpoint.cluster.refreshed == ["id-of-a", "id-of-a"]
        assert engine.asked[0].body == b""


def test_a_name_that_another_container_has_is_refused() -> None:
    with cluster({"POST /containers/id-of-a/rename": (204, None)}) as (ask, engine):
        got = ask("POST", "/containers/a/rename?name=taken")
        assert (got.status, ask("POST", "/containers/a/rename?name=gone").status) == (409, 204)
    assert got.json()["message"].startswith("Conflict: The name taken is already assigned, to id-of-taken. ")
    assert engine.lines() == ["POST /containers/id-of-a/rename?name=gone"]


def test_an_engine_that_breaks_off_makes_no_answer_that_looks_complete() -> None:
    broken = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"

    def serve(connection: t.Any) -> None:
        connection.send(broken)

    from tests.unit.stream_server import StreamServer

    with StreamServer(serve) as server, Endpoint({"node-1": server.address}) as endpoint:
        connection = http.client.HTTPConnection(endpoint.address, timeout=10)
        connection.request("GET", "/containers/a/logs?stdout=1")
        answer = connection.getresponse()
        with pytest.raises(http.client.IncompleteRead):
            answer.read()


# many engines


def test_an_image_is_pulled_on_every_node_line_by_line() -> None:
    long = "x" * 200_000
    lines = json.dumps({"status": long}).encode() + b"\r\n" + b'{"status":"Status: Downloaded"}\r\n'
    good = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(lines), lines)
    bad = (404, {"message": "manifest unknown"})
    with cluster({"POST /images/create": good}, {"POST /images/create": bad}) as (ask, one, _other):
        got = ask("POST", "/images/create?fromImage=web&tag=1", headers={"X-Registry-Auth": "e30="})
    told = [json.loads(line) for line in got.body.splitlines()]
    assert got.status == 200
    assert [line["status"] for line in told if line.get("id") == "node-1"] == [
        "Pulling web:1...",
        f"Pulling web:1... : {long}",
        "Pulling web:1... : Status: Downloaded",
        "Pulling web:1... : downloaded",
    ]
    assert [line["status"] for line in told if line.get("id") == "node-2"] == [
        "Pulling web:1...",
        "Pulling web:1... : manifest unknown",
    ]
    assert told[-1]["errorDetail"] == {"code": 1, "message": "node-2: manifest unknown"}
    assert one.asked[0].headers["x-registry-auth"] == "e30="


def test_a_pull_that_fails_for_another_system_is_none_where_one_node_took_it() -> None:
    lines = b'{"status":"ok"}\r\n'
    good = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(lines), lines)
    bad = (500, {"message": "image operating system windows cannot be used on this platform"})
    with cluster({"POST /images/create": good}, {"POST /images/create": bad}) as (ask, *_engines):
        got = ask("POST", "/images/create?fromImage=web")
    assert b"errorDetail" not in got.body


def test_what_is_loaded_goes_to_every_node() -> None:
    archive = bytes(range(256)) * 8192
    line = b'{"stream":"Loaded image: web:1\\n"}\r\n'
    good = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(line), line)
    with cluster({"POST /images/load": good}, {"POST /images/load": good}) as (ask, *engines):
        got = ask("POST", "/images/load?quiet=1", iter([archive[:100_000], archive[100_000:]]))
    assert [engine.asked[0].body == archive for engine in engines] == [True, True]
    assert b"node-2" in got.body
    assert b"errorDetail" not in got.body


def test_prune_of_all_nodes_is_one_answer() -> None:
    one = {"VolumesDeleted": ["a"], "SpaceReclaimed": 1}
    other = {"VolumesDeleted": None, "SpaceReclaimed": 10}
    with cluster({"POST /volumes/prune": (200, one)}, {"POST /volumes/prune": (200, other)}) as (ask, *engines):
        got = ask("POST", "/volumes/prune?filters=%7B%22label%22%3A%5B%22x%22%5D%7D")
    assert got.json() == {"VolumesDeleted": ["node-1/a"], "SpaceReclaimed": 11}
    assert engines[1].lines() == ["POST /volumes/prune?filters=%7B%22label%22%3A%5B%22x%22%5D%7D"]


def test_what_some_nodes_refuse_is_told_by_node() -> None:
    with cluster(
        {"DELETE /images/web": (200, [{"Untagged": "web"}])}, {"DELETE /images/web": (409, {"message": "in use"})}
    ) as (
        ask,
        *_engines,
    ):
        got = ask("DELETE", "/images/web")
    assert (got.status, got.json()) == (500, {"message": "node-2: in use"})


def test_a_volume_without_a_name_has_one_name_on_all_nodes() -> None:
    made = {"POST /volumes/create": (201, {"Name": "x"})}
    with cluster(made, made) as (ask, *engines):
        assert ask("POST", "/volumes/create", {"Driver": "local"}).status == 201
        assert ask("POST", "/volumes/create", {"Name": "node-2/data"}).status == 201
    names = [[json.loads(asked.body)["Name"] for asked in engine.asked] for engine in engines]
    assert names[0] == names[1][:1]
    assert re.fullmatch("[0-9a-f]{64}", names[0][0])
    assert names[1][1:] == ["data"]


def test_a_build_runs_where_its_arguments_say() -> None:
    done = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
    with cluster({"POST /build": done}, {"POST /build": done}) as (ask, one, other):
        ask.endpoint.cluster.nodes[1].labels["zone"] = "external"
        arguments = '{"constraint:zone":"=external","VERSION":"1"}'
        got = ask("POST", f"/build?buildargs={arguments.replace(chr(34), '%22')}", b"tar")
        refused = ask("POST", "/build?buildargs=%7B%22constraint:zone==nowhere%22:%22%22%7D", b"tar")
    assert (got.status, one.asked, other.asked[0].body) == (200, [], b"tar")
    assert other.lines() == ["POST /build?buildargs=%7B%22VERSION%22%3A+%221%22%7D"]
    assert refused.json() == {"message": "Unable to find a node that satisfies the following conditions: zone==nowhere"}


# limits and framing


def test_json_that_is_too_large_is_refused() -> None:
    with cluster({}) as (ask, engine):
        got = ask("POST", "/containers/a/update", b'{"a": "' + b"x" * (4 * 1024 * 1024) + b'"}')
    assert (got.status, got.json()) == (413, {"message": "the body of this request is larger than 4,194,304 bytes"})
    assert engine.asked == []


@pytest.mark.parametrize("body", [b"{", b"[1]", b"\xff", b'"' + b"[" * 100_000])
def test_a_body_that_is_no_object_is_refused(body: bytes) -> None:
    with cluster({}) as (ask, engine):
        assert ask("POST", "/containers/a/exec", body).status == 400
    assert engine.asked == []


def test_headers_of_60_kib_are_taken() -> None:
    with cluster({"GET /containers/id-of-a/top": (200, {})}) as (ask, engine):
        assert ask("GET", "/containers/a/top", headers={"X-Registry-Config": "x" * 60_000}).status == 200
        assert len(engine.asked[0].headers["x-registry-config"]) == 60_000
        assert ask("GET", "/containers/a/top", headers={"X-Registry-Config": "x" * 70_000}).status == 400


def test_a_client_has_as_many_streams_as_it_may() -> None:
    never = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    with cluster({"GET /containers/id-of-a/logs": never}, limits=Limits(streams=2)) as (ask, _engine):
        host, port = ask.endpoint.address.split(":")
        open_ones = [socket.create_connection((host, int(port)), timeout=10) for _number in range(2)]
        for client in open_ones:
            client.sendall(b"GET /containers/a/logs?follow=1 HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert client.recv(100).startswith(b"HTTP/1.1 200")
        got = ask("GET", "/containers/a/top")
        assert (got.status, got.json()) == (
            429,
            {"message": "127.0.0.1 (127.0.0.1) has 2 requests and streams under way, as many as one client may have"},
        )
        for client in open_ones:
            client.close()


def test_a_client_that_asks_nothing_is_sent_away() -> None:
    with cluster({}, limits=Limits(handshake=0.3)) as (ask, _engine):
        host, port = ask.endpoint.address.split(":")
        with socket.create_connection((host, int(port)), timeout=10) as client:
            client.sendall(b"GET / HTTP/1.1\r\n")
            assert client.recv(100) == b""


# the table


def test_every_route_has_a_role_that_fits_its_method() -> None:
    """What changes something takes more than looking."""
    looking = {"/containers/{name}/wait"}
    refused = re.compile("/(swarm|nodes|services|tasks|secrets|configs)(/.*)?")
    for route in ROUTES:
        if (
            route.method in ("POST", "PUT", "DELETE")
            and route.path not in looking
            and not refused.fullmatch(route.path)
        ):
            assert route.role >= Role.OPERATE, route.path
        assert route.body in ("none", "json", "raw")


@pytest.mark.parametrize(
    ("method", "path", "route", "values"),
    [
        ("GET", "/containers/json", "/containers/json", {}),
        ("GET", "/containers/json/json", "/containers/{name}/json", {"name": "json"}),
        ("GET", "/containers/n1/c/json", "/containers/{name}/json", {"name": "n1/c"}),
        ("GET", "/containers//c/json", "/containers/{name}/json", {"name": "/c"}),
        ("GET", "/images/r.example:5000/a/b:1/json", "/images/{name}/json", {"name": "r.example:5000/a/b:1"}),
        (
            "DELETE",
            "/containers/c/checkpoints/k",
            "/containers/{name}/checkpoints/{checkpoint}",
            {"name": "c", "checkpoint": "k"},
        ),
        ("POST", "/containers/prune", "/containers/prune", {}),
        ("GET", "/networks/n1%2Fnet", "/networks/{name}", {"name": "n1/net"}),
    ],
)
def test_routes(method: str, path: str, route: str, values: dict[str, str]) -> None:
    found, got = Router(ROUTES).find(method, path)
    assert (found.path, got) == (route, values)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/v1.41/info", ((1, 41), "/info")),
        ("/info", (None, "/info")),
        ("/v1/info", (None, "/v1/info")),
        ("/v1.41/v1.42/info", ((1, 41), "/v1.42/info")),
    ],
)
def test_versions_in_paths(path: str, found: t.Any) -> None:
    assert split_version(path) == found
