# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The seam for acting on engines."""

from __future__ import annotations

import base64
import json
import socket
import sys
import threading
import time
import typing as t
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.api import (
    containers,
    images,
    networks,
    system,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.auth import Auth
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.client import EngineClient
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.pool import EnginePool
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import (
    EngineConflictError,
    EngineError,
    EngineNotFoundError,
    EngineResponseError,
    EngineTLSError,
    EngineUnreachableError,
    EngineVersionError,
    InputError,
    MissingLibraryError,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.listing import Listing
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.node import Node
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import EngineSettings, TLSSettings

from tests.unit.engine_double import EngineDouble, Question, Reply, engine_script

ID = "041b3dca0d082162ddb9fba28eced2f87a7fd8bcfdffe3d07c1dcd0f54ec6191"
DONE = Reply(body=b"", status=204)


@pytest.fixture(autouse=True)
def docker_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's docker configuration, empty."""
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    path = tmp_path / "config.json"
    path.write_text("{}")
    return path


@pytest.fixture
def engine() -> Iterator[EngineDouble]:
    with EngineDouble(engine_script()) as double:
        yield double


def client_of(engine: EngineDouble, timeout: float = 5.0, version: str = "1.41", **settings: t.Any) -> EngineClient:
    return EngineClient(engine.address, EngineSettings(timeout=timeout, **settings), api_version=version)


def script(engine: EngineDouble, **replies: Reply | list[Reply]) -> None:
    """Add replies; keys as ``POST_containers_a_start``."""
    for asked, reply in replies.items():
        method, _underscore, path = asked.partition("_")
        engine.script[f"{method} /{path.replace('_', '/')}"] = [reply] if isinstance(reply, Reply) else reply


def sent(question: Question) -> t.Any:
    return json.loads(question.body) if question.body else None


# versions


@pytest.mark.parametrize(
    ("engine_version", "setting", "spoken"),
    [("1.41", "auto", "1.41"), ("1.45", "auto", "1.45"), ("1.60", "auto", "1.52"), ("1.45", "1.41", "1.41")],
)
def test_the_version_is_negotiated_once(engine_version: str, setting: str, spoken: str) -> None:
    with EngineDouble(engine_script(api_version=engine_version)) as engine:
        client = client_of(engine, version="", api_version=setting)
        assert client.api_version == tuple(map(int, spoken.split(".")))
        client.send(system.info())
        client.send(system.info())
    assert [(str(asked), asked.version) for asked in engine.questions] == [
        ("GET /version", ""),
        ("GET /info", spoken),
        ("GET /info", spoken),
    ]


@pytest.mark.parametrize(("known", "spoken"), [("1.41", (1, 41)), ("1.60", (1, 52))])
def test_a_version_that_is_known_is_not_asked_for(known: str, spoken: tuple[int, int], engine: EngineDouble) -> None:
    client = client_of(engine, version=known)
    assert client.api_version == spoken
    assert engine.asked == []


def test_an_engine_of_another_age_is_refused_before_anything_is_done() -> None:
    with (
        EngineDouble(engine_script(api_version="1.60", oldest="1.53")) as engine,
        pytest.raises(EngineVersionError, match=r"1\.53 to 1\.60, and we speak 1\.41 to 1\.52"),
    ):
        client_of(engine, version="").send(containers.start("a"))
    assert engine.asked == ["GET /version"]


# what is sent


Act = Callable[[EngineClient], t.Any]

ACTS: dict[str, tuple[Act, str, dict[str, list[str]], t.Any]] = {
    "start": (lambda client: client.send(containers.start("a")), "POST /containers/a/start", {}, None),
    "kill": (lambda client: client.send(containers.kill("a")), "POST /containers/a/kill", {}, None),
    "signal": (
        lambda client: client.send(containers.kill("a", "SIGHUP")),
        "POST /containers/a/kill",
        {"signal": ["SIGHUP"]},
        None,
    ),
    "stop": (lambda client: client.stop_container("a", 3), "POST /containers/a/stop", {"t": ["3"]}, None),
    "restart": (lambda client: client.restart_container("a", 0), "POST /containers/a/restart", {"t": ["0"]}, None),
    "pause": (lambda client: client.send(containers.pause("a")), "POST /containers/a/pause", {}, None),
    "unpause": (lambda client: client.send(containers.unpause("a")), "POST /containers/a/unpause", {}, None),
    "rename": (
        lambda client: client.send(containers.rename("a", "b")),
        "POST /containers/a/rename",
        {"name": ["b"]},
        None,
    ),
    "remove": (
        lambda client: client.send(containers.remove("a", volumes=True, force=True)),
        "DELETE /containers/a",
        {"v": ["1"], "force": ["1"]},
        None,
    ),
    "connect": (
        lambda client: client.send(networks.connect("net", "a", {"Aliases": ["x"], "IPAMConfig": None})),
        "POST /networks/net/connect",
        {},
        {"Container": "a", "EndpointConfig": {"Aliases": ["x"], "IPAMConfig": None}},
    ),
    "disconnect": (
        lambda client: client.send(networks.disconnect("net", "a", force=True)),
        "POST /networks/net/disconnect",
        {},
        {"Container": "a", "Force": True},
    ),
}


@pytest.mark.parametrize(("act", "asked", "query", "body"), ACTS.values(), ids=ACTS.keys())
def test_what_is_asked(act: Act, asked: str, query: dict[str, list[str]], body: t.Any, engine: EngineDouble) -> None:
    engine.script[asked] = [DONE]
    act(client_of(engine))
    (question,) = engine.questions
    assert (str(question), question.version, question.query, sent(question)) == (asked, "1.41", query, body)


def test_a_body_is_sent_as_it_is(engine: EngineDouble) -> None:
    script(engine, POST_containers_create=Reply({"Id": ID, "Warnings": []}, status=201))
    body = {"Image": "web:1", "Env": ["A=ä"], "HostConfig": {"Memory": 0, "PidsLimit": None, "Ulimits": []}}
    assert client_of(engine).send(containers.create("web", body, platform="linux/amd64")).id == ID
    (question,) = engine.questions
    assert sent(question) == body
    assert question.query == {"name": ["web"], "platform": ["linux/amd64"]}


def test_an_update_gives_the_engine_s_warnings(engine: EngineDouble) -> None:
    script(engine, POST_containers_a_update=[Reply({"Warnings": ["no swap"]}), Reply({"Warnings": None})])
    client = client_of(engine)
    assert client.send(containers.update("a", {"Memory": 5, "RestartPolicy": {"Name": "always"}})) == ["no swap"]
    assert client.send(containers.update("a", {})) == []
    assert sent(engine.questions[0]) == {"Memory": 5, "RestartPolicy": {"Name": "always"}}


def test_lists_and_records_come_as_the_engine_gives_them(engine: EngineDouble) -> None:
    script(
        engine,
        GET_containers_json=Reply([{"Id": "a"}]),
        GET_containers_a_json=Reply({"Id": "a", "State": {}}),
        GET_networks_net=Reply({"Name": "net"}),
    )
    engine.script["GET /images/repo/web:1/json"] = [Reply({"Id": "sha256:a"})]
    client = client_of(engine)
    assert client.send(containers.list()) == [{"Id": "a"}]
    assert engine.questions[0].query["all"] == ["1"]
    assert client.send(containers.inspect("a")) == {"Id": "a", "State": {}}
    assert client.send(images.inspect("repo/web:1")) == {"Id": "sha256:a"}
    assert client.send(networks.inspect("net")) == {"Name": "net"}
    assert client.send(system.info())["Name"] == "node-1"


def test_what_is_not_there_is_none_or_not_found(engine: EngineDouble) -> None:
    client = client_of(engine)
    assert client.send(images.inspect("web:1")) is None
    assert client.send(networks.inspect("net")) is None
    with pytest.raises(EngineNotFoundError):
        client.send(containers.inspect("a"))


# waiting


def test_the_exit_status_is_waited_for(engine: EngineDouble) -> None:
    script(engine, POST_containers_a_wait=Reply({"StatusCode": 3, "Error": None}, delay=0.5))
    assert client_of(engine, timeout=0.1).send(containers.wait("a")) == 3


def test_waiting_can_have_an_end(engine: EngineDouble) -> None:
    script(engine, POST_containers_a_wait=Reply({"StatusCode": 0}, delay=60))
    with pytest.raises(EngineUnreachableError, match=r"no answer from .* within 0\.2 s"):
        client_of(engine).send(containers.wait("a", timeout=0.2))


def test_an_error_while_waiting_is_no_exit_status(engine: EngineDouble) -> None:
    script(engine, POST_containers_a_wait=Reply({"StatusCode": 0, "Error": {"Message": "lost it"}}))
    with pytest.raises(EngineResponseError, match=r"waiting for a on .* failed: lost it"):
        client_of(engine).send(containers.wait("a"))
    script(engine, POST_containers_a_wait=Reply({}))
    with pytest.raises(EngineError, match="answers /containers/wait without StatusCode"):
        client_of(engine).send(containers.wait("a"))


@pytest.mark.parametrize("verb", ["stop", "restart"])
@pytest.mark.parametrize(("own", "asked"), [(1, None), (None, 1)])
def test_an_engine_gets_the_time_that_the_container_may_take(
    verb: str, own: int | None, asked: int | None, engine: EngineDouble
) -> None:
    script(engine, GET_containers_a_json=Reply({"Config": {"StopTimeout": own}}))
    engine.script[f"POST /containers/a/{verb}"] = [Reply(body=b"", status=204, delay=0.6)]
    client = client_of(engine, timeout=0.3)
    (client.stop_container if verb == "stop" else client.restart_container)("a", asked)
    assert engine.questions[-1].query == ({} if asked is None else {"t": ["1"]})


def frame(stream: int, text: bytes) -> bytes:
    return bytes([stream, 0, 0, 0]) + len(text).to_bytes(4, "big") + text


@pytest.mark.parametrize(
    ("tty", "body"), [(False, frame(1, b"out\n") + frame(2, b"err \xff\n")), (True, b"out\nerr \xff\n")]
)
def test_output_is_both_streams_as_text(tty: bool, body: bytes, engine: EngineDouble) -> None:
    script(engine, GET_containers_a_json=Reply({"Config": {"Tty": tty}}), GET_containers_a_logs=Reply(body=body))
    assert client_of(engine).container_output("a") == "out\nerr \ufffd\n"


# errors


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, EngineResponseError),
        (403, EngineResponseError),
        (404, EngineNotFoundError),
        (409, EngineConflictError),
        (500, EngineResponseError),
        (503, EngineResponseError),
    ],
)
def test_a_refusal_has_the_engine_s_own_words(
    status: int, error: type[EngineResponseError], engine: EngineDouble
) -> None:
    engine.script[f"POST /containers/{ID}/start"] = [Reply({"message": "port is\nallocated"}, status=status)]
    engine.script["POST /containers/web/update"] = engine.script[f"POST /containers/{ID}/start"]
    client = client_of(engine)
    for act, asked in (
        (lambda: client.send(containers.start(ID)), "start 041b3dca0d08"),
        (lambda: client.send(containers.update("web", {})), "update web"),
    ):
        with pytest.raises(EngineResponseError) as caught:
            act()
        assert caught.type is error
        assert caught.value.status == status
        assert str(caught.value) == f"{engine.address} refuses to {asked} (status {status}): port is allocated"


@pytest.mark.parametrize(
    ("reply", "error", "words"),
    [
        (Reply(body=b"<html>"), EngineError, "sent an unexpected reply when asked"),
        (Reply([1]), EngineError, "unexpected reply"),
        (Reply({}), EngineError, "answers /containers/create without Id"),
        (Reply(body=b'{"error": "x"}', status=500), EngineResponseError, "(status 500): it gives no reason"),
        (Reply(raw=b"nonsense\r\n\r\n"), EngineError, "answers with something else than HTTP"),
        (Reply(raw=b""), EngineUnreachableError, "closed the connection before its answer was complete"),
        (Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"), EngineUnreachableError, "closed the connection"),
        (Reply({}, delay=60), EngineUnreachableError, "within 0.5 s"),
    ],
    ids=lambda value: "",
)
def test_what_is_no_answer_is_a_sentence(
    reply: Reply, error: type[EngineError], words: str, engine: EngineDouble
) -> None:
    script(engine, POST_containers_create=reply)
    with pytest.raises(error) as caught:
        client_of(engine, timeout=0.5).send(containers.create("web", {"Image": "web:1"}))
    assert caught.type is error
    assert words in str(caught.value)
    assert engine.address in str(caught.value)


@pytest.mark.parametrize("version", ["", "1.41"])
def test_an_engine_that_is_not_there_is_a_sentence(version: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        address = f"127.0.0.1:{closed.getsockname()[1]}"
    client = EngineClient(address, EngineSettings(), api_version=version)
    with pytest.raises(EngineUnreachableError, match=f"^connection refused by {address}; no engine listens there$"):
        client.send(system.info())
    client = EngineClient("no-such-host.invalid:1", EngineSettings(), api_version=version)
    with pytest.raises(EngineUnreachableError, match=r"^host name no-such-host.invalid cannot be resolved$"):
        client.send(system.info())


def test_a_silent_engine_costs_one_time_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        client = EngineClient(f"127.0.0.1:{silent.getsockname()[1]}", EngineSettings(timeout=0.3), api_version="1.41")
        began = time.monotonic()
        with pytest.raises(EngineUnreachableError, match=r"within 0\.3 s"):
            client.send(system.info())
        assert time.monotonic() - began < 2


def test_without_the_sdk_it_is_said_how_to_get_it(engine: EngineDouble, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "docker", None)
    with pytest.raises(MissingLibraryError, match="pip install docker"):
        client_of(engine).pull_image("web:1")
    assert client_of(engine).send(system.info())["Name"] == "node-1"


# pulling and credentials


def pull(engine: EngineDouble, reference: str = "registry.example.com/web:1", lines: list[t.Any] | None = None,
         auth: Auth | None = None, **reply: t.Any) -> Question:  # fmt: skip
    body = b"".join(json.dumps(line).encode() + b"\r\n" for line in lines or [{"status": "Pulling"}])
    script(engine, POST_images_create=Reply(body=body, **reply))
    client_of(engine, timeout=0.5).pull_image(reference, auth)
    return engine.questions[-1]


def credentials(question: Question) -> t.Any:
    header = question.headers.get("X-Registry-Auth")
    return None if header is None else json.loads(base64.urlsafe_b64decode(header))


@pytest.mark.parametrize(
    ("reference", "source", "tag"),
    [
        ("web", "web", "latest"),
        ("web:1", "web", "1"),
        ("registry.example.com:5000/a/web", "registry.example.com:5000/a/web", "latest"),
        ("registry.example.com:5000/a/web:1", "registry.example.com:5000/a/web", "1"),
        ("web@sha256:" + "a" * 64, "web", "sha256:" + "a" * 64),
    ],
)
def test_an_image_is_pulled_by_repository_and_tag(reference: str, source: str, tag: str, engine: EngineDouble) -> None:
    question = pull(engine, reference)
    assert question.query == {"fromImage": [source], "tag": [tag], "platform": [""]}
    assert credentials(question) is None


def test_an_error_in_the_middle_of_a_pull_is_an_error(engine: EngineDouble) -> None:
    lines = [{"status": "Pulling"}, {"error": "manifest unknown", "errorDetail": {"message": "manifest unknown"}}]
    with pytest.raises(EngineResponseError) as caught:
        pull(engine, lines=lines)
    assert str(caught.value) == (
        f"{engine.address} refuses to pull registry.example.com/web:1 (status 500): manifest unknown"
    )


def test_a_pull_ends_when_the_engine_falls_silent_and_not_before(engine: EngineDouble) -> None:
    lines = [{"status": "Pulling"}]
    pull(engine, lines=lines, trickle=0.04)  # longer in all than the time-out
    with pytest.raises(EngineUnreachableError, match=r"within 0\.5 s"):
        pull(engine, lines=lines, trickle=5.0)


def test_a_pull_that_is_cut_off_is_an_error(engine: EngineDouble) -> None:
    with pytest.raises(EngineUnreachableError, match="closed the connection"):
        pull(engine, raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}\r\n")


AUTH = Auth("me", "s3cret", email="me@example.com")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_pull_follows_nobody_elsewhere(status: int, engine: EngineDouble) -> None:
    """A redirect would carry the registry's credentials to another host, and in the clear."""
    with EngineDouble({"POST /images/create": Reply({"status": "mine now"}), "GET /": Reply({})}) as other:
        with pytest.raises(EngineResponseError) as caught:
            pull(engine, auth=AUTH, status=status, headers={"Location": f"http://{other.address}/v1.41/images/create"})
        assert str(caught.value) == (
            f"{engine.address}, asked to pull registry.example.com/web:1, answers with a redirect (status {status}), "
            "which no Docker engine does"
        )
    assert other.questions == []
    assert engine.asked == ["POST /images/create"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_nor_does_any_other_question(status: int, engine: EngineDouble) -> None:
    with EngineDouble({"GET /info": Reply({"Name": "elsewhere"})}) as other:
        script(engine, GET_info=Reply({}, status=status, headers={"Location": f"http://{other.address}/info"}))
        with pytest.raises(EngineResponseError, match="answers with a redirect"):
            client_of(engine).send(system.info())
    assert other.questions == []


def test_given_credentials_go_to_the_registry_of_the_image(engine: EngineDouble) -> None:
    assert credentials(pull(engine, auth=AUTH)) == {
        "username": "me",
        "password": "s3cret",
        "email": "me@example.com",
        "serveraddress": "",
    }


@pytest.mark.parametrize(
    ("registry", "reference", "shown"),
    [
        ("registry.example.com", "registry.example.com/web:1", True),
        ("https://registry.example.com", "registry.example.com/web:1", True),
        ("registry.example.com:5000", "registry.example.com/web:1", False),
        ("https://index.docker.io/v1/", "web:1", True),
        ("https://index.docker.io/v1/", "other.example.com/web:1", False),
    ],
)
def test_credentials_of_one_registry_are_shown_to_no_other(
    registry: str, reference: str, shown: bool, engine: EngineDouble
) -> None:
    question = pull(engine, reference, auth=Auth("me", "s3cret", registry))
    assert (credentials(question) is not None) is shown


def test_without_credentials_the_docker_configuration_is_used(engine: EngineDouble, docker_config: Path) -> None:
    entry = {"auth": base64.b64encode(b"you:pass").decode()}
    docker_config.write_text(json.dumps({"auths": {"registry.example.com": entry}}))
    shown = credentials(pull(engine))
    assert (shown["username"], shown["password"]) == ("you", "pass")
    assert credentials(pull(engine, "other.example.com/web:1")) is None


def test_a_docker_configuration_that_does_not_read_is_said_before_anything_is_asked(
    engine: EngineDouble, docker_config: Path
) -> None:
    docker_config.write_text(json.dumps({"auths": {"registry.example.com": {"auth": "???"}}}))
    with pytest.raises(InputError, match=r"docker configuration \(config.json\) of this user cannot be used"):
        client_of(engine).pull_image("web:1")
    assert engine.asked == []


def test_a_reference_that_cannot_be_is_refused(engine: EngineDouble) -> None:
    with pytest.raises(InputError, match="bad image reference"):
        client_of(engine).pull_image("https://registry.example.com/web")
    assert engine.asked == []


def test_a_password_is_in_no_message(engine: EngineDouble) -> None:
    assert "s3cret" not in repr(AUTH)
    for reply in (Reply({"message": "denied"}, status=403), Reply({}, delay=60), Reply(raw=b"")):
        script(engine, POST_images_create=reply)
        with pytest.raises(EngineError) as caught:
            client_of(engine, timeout=0.2).pull_image("web", AUTH)
        assert "s3cret" not in f"{caught.value!r} {caught.value.__dict__}"


# sharing


def test_threads_share_one_client_and_its_connections(engine: EngineDouble) -> None:
    client = client_of(engine, version="")
    barrier = threading.Barrier(8)
    names: list[str] = []

    def ask() -> None:
        barrier.wait(5)
        names.extend(client.send(system.info())["Name"] for _turn in range(5))

    threads = [threading.Thread(target=ask) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert names == ["node-1"] * 40
    assert engine.asked.count("GET /version") == 1
    assert engine.connections <= 9


def test_a_closed_client_opens_again(engine: EngineDouble) -> None:
    client = client_of(engine)
    client.send(system.info())
    client.close()
    client.close()
    assert client.send(system.info())["Name"] == "node-1"
    assert engine.connections == 2


def test_a_pool_makes_one_client_for_each_engine_from_what_is_known_of_it(engine: EngineDouble) -> None:
    node = Node(engine.address, "node-1", api_version="1.45")
    with EnginePool(EngineSettings(), [node]) as pool:
        client = pool.get(engine.address)
        assert client.api_version == (1, 45)
        assert pool.get(engine.address) is client
        assert pool.get("other:1") is not client
        client.send(system.info())
    assert engine.asked == ["GET /info"]


def test_a_pool_speaks_tls_where_the_entry_says_so(engine: EngineDouble) -> None:
    node = Node(engine.address, "node-1", api_version="1.41", listing=Listing(https=True))
    with (
        EnginePool(EngineSettings(TLSSettings(verify=False)), [node]) as pool,
        pytest.raises(EngineTLSError, match="does not speak TLS on that port"),
    ):
        pool.get(engine.address).send(system.info())


def test_a_pool_refuses_bad_tls_files_before_anything_is_asked() -> None:
    pool = EnginePool(EngineSettings(TLSSettings(enabled=True, ca_path="/nowhere/ca.pem")))
    with pytest.raises(InputError, match=r"ca_path: /nowhere/ca\.pem does not exist"):
        pool.get("a:1")
