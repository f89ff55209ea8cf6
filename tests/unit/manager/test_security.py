# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who may do what: roles by certificate, the policy on what containers ask for, audit, and requests that are none."""

from __future__ import annotations

import json
import random
import socket
import ssl
import typing as t
from pathlib import Path

import pytest
from classic_swarm._swarm.errors import InputError
from classic_swarm.manager.errors import BadRequestError, ForbiddenError
from classic_swarm.manager.logger import Logger
from classic_swarm.manager.security.identity import Identity, certificate_names
from classic_swarm.manager.security.policy import CreateRules, Policy, RoleRule, read_policy
from classic_swarm.manager.security.roles import Role, Subject
from classic_swarm.manager.security.wanted import check_build, check_create, check_exec, check_volume
from classic_swarm.manager.state.builders import Builders

from tests.lab.certificates import Authority
from tests.unit.manager.endpoint import Endpoint
from tests.unit.manager.http_engine import HTTPEngine
from tests.unit.manager.test_http import cluster
from tests.unit.soak import examples

# roles

RULES = Policy(
    (RoleRule(Role.OPERATE, common_name="ci-*"), RoleRule(Role.ADMIN, unit="operators")), default_role=Role.READ
)


@pytest.mark.parametrize(
    ("policy", "name", "units", "role"),
    [
        (Policy(), "anybody", (), Role.ADMIN),
        (Policy(default_role=Role.READ), "anybody", (), Role.READ),
        (RULES, "ci-1", (), Role.OPERATE),
        (RULES, "ci-1", ("operators",), Role.OPERATE),
        (RULES, "ann", ("x", "operators"), Role.ADMIN),
        (RULES, "xci-1", (), Role.READ),
        (RULES, "", (), Role.READ),
        (Policy(RULES.rules), "bob", (), None),
    ],
)
def test_roles(policy: Policy, name: str, units: tuple[str, ...], role: Role | None) -> None:
    assert policy.role_of(name, units) is role


def test_names_in_a_certificate() -> None:
    certificate = {
        "subject": ((("organizationalUnitName", "a"),), (("organizationalUnitName", "b"),), (("commonName", "c"),))
    }
    assert certificate_names(certificate) == {"organizationalUnitName": ("a", "b"), "commonName": ("c",)}


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


def ask_over_tls(endpoint: Endpoint, request: bytes, papers: t.Any, authority: Authority) -> bytes:
    context = ssl.create_default_context(cafile=str(authority.certificate))
    if papers is not None:
        context.load_cert_chain(papers.cert, papers.key)
    host, port = endpoint.address.split(":")
    with (
        socket.create_connection((host, int(port)), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as secured,
    ):
        secured.sendall(request)
        got = b""
        while True:
            part = secured.recv(65536)
            if not part:
                return got
            got += part


def test_the_common_name_decides_over_mutual_tls(authority: Authority, tmp_path: Path) -> None:
    server = authority.issue(tmp_path / "server", "swarm", names=["127.0.0.1"], usage=("serverAuth",))
    ann, ci, bob = (authority.issue(tmp_path / name, name) for name in ("ann", "ci-1", "bob"))
    policy = Policy((RoleRule(Role.OPERATE, common_name="ci-*"), RoleRule(Role.READ, common_name="ann")))
    start = b"POST /containers/a/start HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    ping = b"GET /_ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    with (
        HTTPEngine({"POST /containers/id-of-a/start": (204, None)}) as engine,
        Endpoint(
            {"node-1": engine.address}, papers=server, authority=str(authority.certificate), identify=Identity(policy)
        ) as endpoint,
    ):
        assert ask_over_tls(endpoint, start, ci, authority).startswith(b"HTTP/1.1 204 ")
        refused = ask_over_tls(endpoint, start, ann, authority)
        assert refused.startswith(b"HTTP/1.1 403 ")
        assert json.loads(refused.partition(b"\r\n\r\n")[2]) == {
            "message": "ann may not do this: it needs the role operate, and the role of ann is read"
        }
        assert ask_over_tls(endpoint, ping, ann, authority).startswith(b"HTTP/1.1 200 ")
        assert b'{"message": "bob has no role in the policy of this cluster"}' in ask_over_tls(
            endpoint, ping, bob, authority
        )
        with pytest.raises(ssl.SSLError):
            ask_over_tls(endpoint, ping, None, authority)
        stranger = Authority(tmp_path / "other").issue(tmp_path / "stranger", "ci-1")
        with pytest.raises((ssl.SSLError, ConnectionError)):
            ask_over_tls(endpoint, ping, stranger, authority)
        assert engine.lines() == ["POST /containers/id-of-a/start"]


def test_every_request_is_told_to_the_audit() -> None:
    told: list[t.Mapping[str, t.Any]] = []
    with cluster({"POST /containers/id-of-a/start": (204, None)}) as (ask, _engine):
        ask.endpoint.manager.audit = told.append
        ask("POST", "/containers/a/start", headers={"X-Registry-Auth": "secret"})
        ask("GET", "/containers/gone/top")
        ask("GET", "/_ping")
    for line in told:
        assert isinstance(line.pop("ms"), int)  # type: ignore[attr-defined]
    who = {"subject": "127.0.0.1", "address": "127.0.0.1"}
    assert told == [
        {
            **who,
            "method": "POST",
            "route": "/containers/{name}/start",
            "container": "id-of-a",
            "node": "node-1",
            "status": "204",
        },
        {**who, "method": "GET", "route": "/containers/{name}/top", "status": "404"},
    ]


def test_log_lines() -> None:
    lines: list[str] = []
    Logger(lines.append).audit({"subject": 'a "b"', "status": 200})
    Logger(lines.append, level="warn")("not told")
    Logger(lines.append, form="json").tell("error", "x", {"node": "n\n1"})
    assert lines[0] == 'audit subject="a \\"b\\"" status=200'
    assert {**json.loads(lines[1]), "time": ""} == {"time": "", "level": "error", "message": "x", "node": "n\n1"}
    assert len(lines) == 2


# web sites


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "127.0.0.1:2375"}, 200),
        ({"Host": "localhost"}, 200),
        ({"Host": "[::1]:2375"}, 200),
        ({"Host": "evil.example:2375"}, 403),
        ({"Host": "localhost", "Origin": "http://evil.example"}, 403),
    ],
)
def test_web_sites_are_not_answered(headers: dict[str, str], status: int) -> None:
    with cluster({}) as (ask, _engine):
        got = ask("GET", "/_ping", headers=headers)
    assert got.status == status
    assert "Access-Control-Allow-Origin" not in got.headers


def test_cors_answers_scripts() -> None:
    with cluster({}, cors=True, identify=Identity(Policy(), cors=True)) as (ask, _engine):
        got = ask("GET", "/_ping", headers={"Origin": "http://any.example"})
        asked = ask("OPTIONS", "/containers/create", headers={"Origin": "http://any.example"})
    assert (got.status, got.headers["Access-Control-Allow-Origin"]) == (200, "*")
    assert (asked.status, asked.headers["Access-Control-Allow-Methods"]) == (
        200,
        "GET, POST, DELETE, PUT, OPTIONS, HEAD",
    )


# what containers may ask for

NOTHING = CreateRules()
SOME = CreateRules(binds=("/srv/*",), capabilities=("NET_*",), security_options=("no-new-privileges*",))


def host(**config: t.Any) -> dict[str, t.Any]:
    return {"Image": "web:1", "HostConfig": config}


ALLOWED_BY_SOME = [
    {"Image": "web:1"},
    {"Image": "web:1", "HostConfig": None},
    host(Binds=["/srv/data:/data", "volume:/v"], CapAdd=["CAP_NET_ADMIN"], SecurityOpt=["no-new-privileges:true"]),
    host(Mounts=[{"Type": "volume", "Source": "v"}, {"Type": "bind", "Source": "/srv/a/../b"}]),
    host(NetworkMode="bridge", PidMode="container:x", Privileged=False, MaskedPaths=None, Runtime=""),
]
REFUSED = [
    (host(Privileged=True), "a privileged container (create.privileged)"),
    (host(MaskedPaths=[]), "HostConfig.MaskedPaths (create.privileged)"),
    (host(NetworkMode="host"), "NetworkMode host (create.host_namespaces)"),
    (host(PidMode="host"), "PidMode host (create.host_namespaces)"),
    (host(IpcMode="host"), "IpcMode host (create.host_namespaces)"),
    (host(UTSMode="host"), "UTSMode host (create.host_namespaces)"),
    (host(UsernsMode="host"), "UsernsMode host (create.host_namespaces)"),
    (host(Devices=[{"PathOnHost": "/dev/sda"}]), "HostConfig.Devices (create.devices)"),
    (host(DeviceCgroupRules=["a *:* rwm"]), "HostConfig.DeviceCgroupRules (create.devices)"),
    (host(CapAdd=["SYS_ADMIN"]), "the capability SYS_ADMIN (create.capabilities)"),
    (host(CapAdd=["ALL"]), "the capability ALL (create.capabilities)"),
    (host(SecurityOpt=["seccomp=unconfined"]), "the security option seccomp=unconfined (create.security_options)"),
    (host(Binds=["/etc:/x"]), "a bind of /etc (create.binds)"),
    (host(Binds=["/srv/../etc:/x"]), "a bind of /etc (create.binds)"),
    (host(Binds="/etc:/x"), "a bind of /etc (create.binds)"),
    (
        host(Binds=["/var/run/docker.sock:/s"]),
        "a bind of /var/run/docker.sock, where the engine's socket is (create.engine_socket)",
    ),
    (host(Binds=["//:/s"]), "a bind of /, where the engine's socket is (create.engine_socket)"),
    (host(Binds=["/run:/s"]), "a bind of /run, where the engine's socket is (create.engine_socket)"),
    (host(Mounts=[{"Type": "bind", "Source": "/etc"}]), "a bind of /etc (create.binds)"),
    (
        host(
            Mounts=[{"Type": "volume", "VolumeOptions": {"DriverConfig": {"Options": {"device": "/etc", "o": "bind"}}}}]
        ),
        "a bind of /etc (create.binds)",
    ),
]


@pytest.mark.parametrize("body", ALLOWED_BY_SOME)
def test_what_the_policy_allows(body: dict[str, t.Any]) -> None:
    check_create(body, SOME)


@pytest.mark.parametrize(("body", "what"), REFUSED, ids=[what for _body, what in REFUSED])
def test_what_the_policy_refuses(body: dict[str, t.Any], what: str) -> None:
    with pytest.raises(ForbiddenError) as raised:
        check_create(body, SOME)
    assert str(raised.value) == f"the policy of this cluster does not allow {what}"


def test_binds_do_not_open_the_socket() -> None:
    with pytest.raises(ForbiddenError, match="engine_socket"):
        check_create(host(Binds=["/var:/x"]), CreateRules(binds=("*",)))
    check_create(host(Binds=["/var/run/docker.sock:/s"]), CreateRules(binds=("*",), engine_socket=True))


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"hostconfig": {"Privileged": True}}, "the key 'hostconfig' must be written HostConfig"),
        (host(privileged=True), "the key 'privileged' must be written Privileged"),
        # Go folds the long s as well.
        ({"HostConfig": {"Bind\u017f": ["/:/x"]}}, "the key 'Bind\u017f' must be written Binds"),
        (host(Mounts=[{"type": "bind", "Source": "/"}]), "the key 'type' must be written Type"),
        (host(Mounts="x"), "HostConfig.Mounts must be a list"),
        (host(Binds=[1]), "HostConfig.Binds must be a list of strings"),
        ({"HostConfig": []}, None),
        ({"HostConfig": "x"}, "HostConfig must be an object"),
    ],
)
def test_keys_in_another_case_are_refused_as_engines_read_them(body: dict[str, t.Any], message: str | None) -> None:
    if message is None:
        check_create(body, NOTHING)
        return
    with pytest.raises(BadRequestError) as raised:
        check_create(body, NOTHING)
    assert str(raised.value) == message


def test_other_ways_to_the_same() -> None:
    with pytest.raises(ForbiddenError, match="privileged exec"):
        check_exec({"Cmd": ["sh"], "Privileged": True}, NOTHING)
    with pytest.raises(ForbiddenError, match="a bind of /etc"):
        check_volume({"DriverOpts": {"type": "none", "o": "bind", "device": "/etc"}}, NOTHING)
    with pytest.raises(ForbiddenError, match="networkmode host"):
        check_build({"networkmode": "host"}, NOTHING)
    check_exec({"Cmd": ["sh"]}, NOTHING)
    check_volume({"DriverOpts": {"type": "tmpfs", "device": "tmpfs"}}, NOTHING)


def test_the_policy_stands_before_every_route_that_it_is_for() -> None:
    with cluster({}, {}) as (ask, one, other):
        ask.endpoint.manager.policy = Policy(create=NOTHING)
        assert ask("POST", "/v1.41/containers/create?name=x", host(Privileged=True)).status == 403
        assert ask("POST", "/containers/a/exec", {"Cmd": ["x"], "Privileged": True}).status == 403
        assert ask("POST", "/volumes/create", {"Name": "v", "DriverOpts": {"device": "/"}}).status == 403
        assert ask("POST", "/build?networkmode=host", b"").status == 403
    assert (one.asked, other.asked) == ([], [])


# the file


def test_a_policy_file(tmp_path: Path) -> None:
    path = tmp_path / "policy.json"
    path.write_text(
        json.dumps(
            {
                "roles": [{"cn": "ci-*", "role": "operate"}, {"ou": "ops", "role": "admin"}],
                "default_role": "read",
                "create": {"devices": True, "binds": ["/srv/*"]},
            }
        )
    )
    assert read_policy(str(path)) == Policy(
        (RoleRule(Role.OPERATE, "ci-*"), RoleRule(Role.ADMIN, None, "ops")),
        Role.READ,
        CreateRules(devices=True, binds=("/srv/*",)),
    )


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("{", "cannot be read"),
        ("[]", "must be an object"),
        ('{"rules": []}', "'rules' is unknown; known keys are roles, default_role, create"),
        ('{"roles": {}}', "roles must be a list"),
        (
            '{"roles": [{"cn": "a", "ou": "b", "role": "read"}]}',
            "a rule in roles must have either cn or ou, which is a string",
        ),
        ('{"roles": [{"cn": "a", "role": "root"}]}', "'root' is not a role; known roles are read, operate, admin"),
        ('{"create": {"privileged": "no"}}', "create: privileged must be true or false"),
        ('{"create": {"binds": "/srv"}}', "create: binds must be a list of strings"),
    ],
)
def test_a_policy_that_is_not_understood(content: str, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "policy.json"
    path.write_text(content)
    with pytest.raises(InputError) as raised:
        read_policy(str(path))
    assert str(raised.value).startswith(f"--policy: {path}")
    assert problem in str(raised.value)


# builds


def test_a_client_keeps_its_node_a_minute_longer() -> None:
    now = [0.0]
    builders = Builders(lambda: now[0])
    with builders.held("ann", "node-2"):
        now[0] = 500.0
        assert (builders.node_of("ann"), builders.node_of("bob")) == ("node-2", None)
    now[0] = 559.0
    assert builders.node_of("ann") == "node-2"
    now[0] = 561.0
    assert builders.node_of("ann") is None


# requests that are none

PIECES = (
    *(b"GET ", b"POST ", b"DELETE ", b"/containers/a/start", b"/v1.41", b"/containers/a/attach", b"/_ping"),
    *(b" HTTP/1.1\r\n", b" HTTP/1.0\r\n", b" HTTP/9.9\r\n", b"Host: localhost\r\n", b": \r\n", b"\r\n", b"\n"),
    *(b"Content-Length: 5\r\n", b"Content-Length: -1\r\n", b"Content-Length: 99999999999999999999\r\n"),
    *(b"Transfer-Encoding: chunked\r\n", b"Upgrade: tcp\r\n", b"Connection: Upgrade\r\n", b"Expect: 100-continue\r\n"),
    *(b"hello", b"5\r\nhello\r\n", b"0\r\n\r\n", b"\x00", b"\xff\xfe", b"%2e%2e", b"?a=%", b"x" * 9000),
    *(b"\x16\x03\x01", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
)


def refuse_all(request: t.Any) -> Subject:
    raise ForbiddenError("nobody may do anything")


@pytest.mark.parametrize("seed", range(4))
def test_malformed_requests_reach_no_engine_and_leave_no_trace(seed: int) -> None:
    """Nobody is authorized: so not one byte may reach the engine, whatever is sent."""
    chance = random.Random(seed)
    with cluster({}, identify=refuse_all) as (ask, engine):
        host_name, port = ask.endpoint.address.split(":")
        for _number in range(examples(250)):
            data = b"".join(chance.choice(PIECES) for _piece in range(chance.randint(1, 12)))
            with socket.create_connection((host_name, int(port)), timeout=10) as client:
                client.sendall(data)
                client.shutdown(socket.SHUT_WR)
                try:
                    answer = client.recv(65536)
                except ConnectionError:
                    continue
            assert answer == b"" or answer.startswith((b"HTTP/1.1 4", b"HTTP/1.0 4", b"HTTP/1.1 5")), (data, answer)
            assert b"Traceback" not in answer
        assert (engine.asked, ask.endpoint.log) == ([], [])
        assert ask("GET", "/_ping").status == 403


def test_malformed_requests_of_an_admin_end_and_leave_no_trace() -> None:
    chance = random.Random(5)
    with cluster({}, timeout=2.0) as (ask, engine):
        host_name, port = ask.endpoint.address.split(":")
        for _number in range(examples(250)):
            data = b"".join(chance.choice(PIECES) for _piece in range(chance.randint(1, 12)))
            with socket.create_connection((host_name, int(port)), timeout=10) as client:
                client.sendall(data)
                client.shutdown(socket.SHUT_WR)
                try:
                    while client.recv(65536):
                        pass
                except ConnectionError:
                    continue
        assert ask.endpoint.log == []
        assert ask("GET", "/_ping").status == 200
        # Whatever reached the engine was one of its own routes, written anew.
        assert {line.partition("?")[0] for line in engine.lines()} <= {
            "POST /containers/id-of-a/start",
            "POST /containers/id-of-a/attach",
            "DELETE /containers/id-of-a/start",
        }


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
        b"Content-Length: 3\r\nContent-Length: 4\r\n",
        b"Content-Length: +3\r\n",
        b"Transfer-Encoding: chunked, identity\r\n",
        b"Transfer-Encoding : chunked\r\n",
        b"X: a\r\n b\r\n",
    ],
)
def test_framing_that_can_be_read_in_two_ways_is_refused(head: bytes) -> None:
    with cluster({}) as (ask, engine):
        host_name, port = ask.endpoint.address.split(":")
        with socket.create_connection((host_name, int(port)), timeout=10) as client:
            client.sendall(b"POST /containers/a/update HTTP/1.1\r\nHost: localhost\r\n" + head + b"\r\n0\r\n\r\n")
            assert client.recv(65536).startswith((b"HTTP/1.1 400 ", b"HTTP/1.0 400 "))
    assert engine.asked == []
