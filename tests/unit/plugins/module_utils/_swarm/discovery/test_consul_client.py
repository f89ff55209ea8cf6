# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses
import socket
import subprocess
import sys
import time
import typing as t
from pathlib import Path

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.consul_client import Answer, ConsulClient
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.entry import parse_entry
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import (
    DiscoveryError,
    DiscoveryRefusedError,
    InputError,
    MissingLibraryError,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import DiscoverySettings, TLSSettings
from ansible_collections.classic.swarm.tests.unit.plugins.module_utils._swarm.discovery.scripted_consul import (
    Reply,
    ScriptedConsul,
)

NO_LEADER = Reply(500, "No cluster leader")


def client(*hosts: str, **settings: t.Any) -> ConsulClient:
    source = f"consul://{','.join(hosts)}/swarm"
    return ConsulClient(source, [parse_entry(host) for host in hosts], DiscoverySettings(source, **settings))


def ask(client: ConsulClient, **arguments: t.Any) -> Answer:
    return client.call("GET", "kv/swarm/", "list the keys", **arguments)


@pytest.fixture
def closed() -> t.Iterator[str]:
    """A host where nobody listens: the port is taken, so that nobody else gets it."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{taken.getsockname()[1]}"


def test_an_answer() -> None:
    with ScriptedConsul(Reply(body=["a"], headers={"X-Consul-Index": "7"})) as consul:
        assert ask(client(consul.host)) == Answer(200, ["a"], 7)


def test_an_allowed_404_has_no_data() -> None:
    with ScriptedConsul(Reply(404)) as consul:
        assert ask(client(consul.host), allowed=(200, 404)) == Answer(404, None, 0)


def test_token_namespace_and_datacenter_are_sent() -> None:
    with ScriptedConsul(Reply(body=[])) as consul:
        ask(
            client(consul.host, options={"token": "secret", "namespace": "team", "datacenter": "dc2"}),
            params={"keys": ""},
        )
    assert consul.calls[0].headers["X-Consul-Token"] == "secret"
    assert consul.calls[0].path == "/v1/kv/swarm/?keys=&ns=team&dc=dc2"


def test_the_environment_decides_nothing(monkeypatch: pytest.MonkeyPatch, closed: str) -> None:
    monkeypatch.setenv("http_proxy", f"http://{closed}")
    monkeypatch.setenv("no_proxy", "")
    with ScriptedConsul(Reply(body=[])) as consul:
        assert ask(client(consul.host)).status == 200


def test_the_next_host_is_asked_and_then_asked_first(closed: str) -> None:
    with ScriptedConsul(NO_LEADER) as leaderless, ScriptedConsul(Reply(body=[])) as consul:
        several = client(closed, leaderless.host, consul.host)
        ask(several)
        ask(several)
    assert len(leaderless.calls) == 1
    assert len(consul.calls) == 2


def test_a_host_that_hangs_is_left_in_time() -> None:
    begun = time.monotonic()
    with ScriptedConsul(Reply(hangs=True)) as hanging, ScriptedConsul(Reply(body=[])) as consul:
        assert ask(client(hanging.host, consul.host, timeout=0.3)).status == 200
    assert 0.3 <= time.monotonic() - begun < 5


def test_every_host_is_named_with_its_reason(closed: str) -> None:
    with ScriptedConsul(Reply(hangs=True)) as hanging, pytest.raises(DiscoveryError) as caught:
        ask(client(closed, hanging.host, timeout=0.3))
    assert not isinstance(caught.value, DiscoveryRefusedError)
    assert str(caught.value) == (
        f"no Consul host of consul://{closed},{hanging.host}/swarm was reached to list the keys: "
        f"{closed}: Connection refused; {hanging.host}: no answer within 0.3 s"
    )


def test_no_leader_anywhere_is_a_refusal(closed: str) -> None:
    with ScriptedConsul(NO_LEADER) as leaderless, pytest.raises(DiscoveryRefusedError) as caught:
        ask(client(closed, leaderless.host))
    assert f"cannot list the keys at the moment: {closed}: Connection refused; " in str(caught.value)
    assert f"{leaderless.host}: No cluster leader" in str(caught.value)


@pytest.mark.parametrize(
    ("token", "says"), [(None, "that needs an ACL token"), ("secret", "that needs another ACL token than this one")]
)
def test_403_is_final_and_says_what_would_help(token: t.Optional[str], says: str) -> None:
    with (
        ScriptedConsul(Reply(403, "Permission denied")) as consul,
        ScriptedConsul(Reply(body=[])) as next_host,
        pytest.raises(DiscoveryRefusedError) as caught,
    ):
        ask(client(consul.host, next_host.host, options={"token": token}))
    assert f"Consul at {consul.host} refused to list the keys (403: Permission denied); {says}" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert next_host.calls == []


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        (Reply(400, "Bad request:\n Invalid query parameter"), "answered 400: Bad request: Invalid query parameter"),
        (Reply(404), "answered 404: an empty answer"),
        (Reply(301, headers={"Location": "http://127.0.0.1:1/"}), "answered 301"),
        (
            Reply(body="<html>"),
            "does not speak like Consul; asked to list the keys it sent something else than JSON: <html>",
        ),
        (Reply(400, "x" * 5000), "answered 400: " + "x" * 200),
    ],
)
def test_any_other_answer_is_shown(reply: Reply, says: str) -> None:
    with ScriptedConsul(reply) as consul, pytest.raises(DiscoveryRefusedError) as caught:
        ask(client(consul.host))
    assert says in str(caught.value)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("status", [200, 403, 418, 500])
def test_a_token_that_consul_repeats_is_not_shown(status: int) -> None:
    reply = Reply(status, "ACL not found: s3cret-token")
    with ScriptedConsul(reply) as consul, pytest.raises(DiscoveryError) as caught:
        ask(client(consul.host, options={"token": "s3cret-token"}))
    assert "ACL not found: (token not shown)" in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_a_token_does_not_follow_a_redirect() -> None:
    with ScriptedConsul(Reply(body=[])) as other:
        redirect = Reply(302, headers={"Location": f"http://{other.host}/"})
        with ScriptedConsul(redirect) as consul, pytest.raises(DiscoveryRefusedError):
            ask(client(consul.host, options={"token": "secret"}))
    assert other.calls == []


def test_a_name_that_does_not_resolve() -> None:
    with pytest.raises(
        DiscoveryError, match=r"no-such-host\.invalid:8500: (Name or service not known|.*name resolution)"
    ):
        ask(client("no-such-host.invalid:8500"))


def test_tls_towards_a_host_that_speaks_none() -> None:
    with ScriptedConsul(Reply(body=[])) as consul, pytest.raises(DiscoveryError, match="TLS failed: "):
        ask(client(consul.host, tls=TLSSettings(enabled=True)))


@pytest.mark.parametrize("name", ["ca_path", "client_cert", "client_key"])
def test_a_certificate_file_that_is_missing_is_named(tmp_path: Path, name: str) -> None:
    present = tmp_path / "present.pem"
    present.touch()
    files = TLSSettings(True, ca_path=str(present), client_cert=str(present), client_key=str(present))
    tls = dataclasses.replace(files, **{name: f"{tmp_path}/none.pem"})
    with pytest.raises(
        InputError, match=f"{name} for the discovery backend, '.*/none.pem', cannot be read: No such file"
    ):
        ask(client("127.0.0.1:1", tls=tls))


def test_an_authority_that_is_no_certificate_is_named(tmp_path: Path) -> None:
    rubbish = tmp_path / "rubbish.pem"
    rubbish.write_text("hello\n")
    with pytest.raises(
        InputError, match=r"ca_path for the discovery backend, '.*/rubbish\.pem', cannot be used: no cert"
    ):
        ask(client("127.0.0.1:1", tls=TLSSettings(True, ca_path=str(rubbish))))


def test_a_client_certificate_that_is_none_is_named(tmp_path: Path) -> None:
    rubbish = tmp_path / "rubbish.pem"
    rubbish.write_text("hello\n")
    tls = TLSSettings(True, client_cert=str(rubbish), client_key=str(rubbish))
    with pytest.raises(
        InputError, match=r"client_cert '.*/rubbish\.pem' with client_key '.*' .* cannot be used: .* PEM"
    ):
        ask(client("127.0.0.1:1", tls=tls))


def test_a_key_with_a_passphrase_is_refused_and_not_asked_for(tmp_path: Path) -> None:
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-passout", "pass:hunter2", "-subj", "/CN=x"]
    subprocess.run([*command, "-keyout", key, "-out", cert], check=True, capture_output=True, timeout=60)
    with pytest.raises(InputError, match="client_key for the discovery backend is protected by a passphrase"):
        ask(client("127.0.0.1:1", tls=TLSSettings(True, client_cert=str(cert), client_key=str(key))))


def test_a_missing_library_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "requests", None)
    with pytest.raises(MissingLibraryError, match=r"discovery through consul:// needs .* pip install requests"):
        ask(client("127.0.0.1:1"))
