# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``swarm discovery-service`` and ``token://``, the one against the other, and the service against bad clients."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import threading
import time
import typing as t
from pathlib import Path

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.entry import Entry
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.registry import (
    create_cluster,
    discover,
    open_backend,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import (
    DiscoveryError,
    DiscoveryRefusedError,
    InputError,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import DiscoverySettings, TLSSettings
from ansible_collections.classic.swarm.tests.integration.loopback import loopback_server
from ansible_collections.classic.swarm.tests.lab.certificates import Authority
from ansible_collections.classic.swarm.tests.lab.token_service import TokenService

ENTRY = Entry("10.0.0.5", 2375)


@pytest.fixture(scope="module")
def service() -> t.Iterator[TokenService]:
    with TokenService() as running:
        yield running


@pytest.fixture(scope="module")
def secured() -> t.Iterator[TokenService]:
    with TokenService(tls=True) as running:
        yield running


@pytest.fixture
def token(service: TokenService) -> str:
    """One that has no entries."""
    return create_cluster(DiscoverySettings(f"token://http://{service.host}"))


def settings(service: TokenService, token: str, **others: t.Any) -> DiscoverySettings:
    return DiscoverySettings(f"token://http://{service.host}/{token}", **others)


# -- the protocol, as curl would speak it -----------------------------------------------------------------------------


def test_the_protocol_of_the_original(service: TokenService) -> None:
    made = service.ask("POST", "/v1/clusters")
    assert made.status_code == 200
    assert re.fullmatch("[0-9a-f]{32}", made.text)
    path = f"/v1/clusters/{made.text}"
    assert service.ask("GET", path).json() == []
    for entry in ("10.0.0.6:2375", "10.0.0.5:2375", "10.0.0.6:2375"):
        assert service.ask("POST", f"{path}?ttl=60", entry).status_code == 200
    assert service.ask("GET", path).json() == ["10.0.0.5:2375", "10.0.0.6:2375"]
    assert service.ask("DELETE", f"{path}/10.0.0.6:2375").status_code == 200
    assert service.ask("DELETE", f"{path}/10.0.0.6:2375").status_code == 200
    assert service.ask("GET", path).json() == ["10.0.0.5:2375"]


def test_a_registration_removes_what_is_its_own() -> None:
    with TokenService() as mortal:
        path = f"/v1/clusters/{mortal.token}"

        def remains(owner: str) -> list[str]:
            assert mortal.ask("DELETE", f"{path}/10.0.0.5:2375{owner}").status_code == 200
            return list(mortal.ask("GET", path).json())

        for owner in ("first", "second"):
            mortal.ask("POST", f"{path}?ttl=60&owner={owner}", "10.0.0.5:2375")
        assert remains("?owner=first") == ["10.0.0.5:2375"]
        mortal.kill()
        mortal.start()
        assert remains("?owner=first") == ["10.0.0.5:2375"]
        assert remains("?owner=second") == []
        mortal.ask("POST", f"{path}?ttl=60&owner=third", "10.0.0.5:2375")
        assert remains("") == []


def test_a_store_of_the_release_before_is_read() -> None:
    with TokenService() as mortal:
        mortal.stop()
        end = time.time() + 60
        mortal.store.write_text(json.dumps({"clusters": {mortal.token: {"10.0.0.5:2375": end}}}))
        mortal.start()
        assert mortal.ask("GET", f"/v1/clusters/{mortal.token}").json() == ["10.0.0.5:2375"]


def test_the_end_of_an_entry_is_kept_over_a_restart() -> None:
    with TokenService() as mortal:
        path = f"/v1/clusters/{mortal.token}"
        mortal.ask("POST", f"{path}?ttl=60", "10.0.0.5:2375")
        mortal.ask("POST", f"{path}?ttl=2", "10.0.0.6:2375")
        mortal.kill()
        assert mortal.store.stat().st_mode & 0o077 == 0
        time.sleep(2)
        mortal.start()
        assert mortal.ask("GET", path).json() == ["10.0.0.5:2375"]


def test_renewals_are_written_when_it_stops() -> None:
    with TokenService() as mortal:
        path = f"/v1/clusters/{mortal.token}"
        for ttl in (1, 60):
            mortal.ask("POST", f"{path}?ttl={ttl}", "10.0.0.5:2375")
        mortal.stop()
        time.sleep(1)
        mortal.start()
        assert mortal.ask("GET", path).json() == ["10.0.0.5:2375"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/v1/clusters", "", 405),
        ("GET", "/v1/clusters/", "", 405),
        ("DELETE", "/v1/clusters", "", 405),
        ("GET", "/v1/clusters/0123456789abcdef0123456789abcdef", "", 404),
        ("POST", "/v1/clusters/0123456789abcdef0123456789abcdef?ttl=60", "10.0.0.5:2375", 404),
        ("POST", "/v1/clusters/0123456789abcdef0123456789abcdef", "no entry", 404),
        ("DELETE", "/v1/clusters/0123456789abcdef0123456789abcdef/no-entry", "", 404),
        ("GET", "/v1/clusters/../../etc/passwd", "", 404),
        ("GET", "/", "", 404),
        ("POST", "/v1/clusters/TOKEN?ttl=60", "no entry", 400),
        ("POST", "/v1/clusters/TOKEN?ttl=60", "10.0.0.[1:9]:2375", 400),
        ("POST", "/v1/clusters/TOKEN?ttl=0", "10.0.0.5:2375", 400),
        ("POST", "/v1/clusters/TOKEN?ttl=1e9", "10.0.0.5:2375", 400),
        ("POST", "/v1/clusters/TOKEN?ttl=999999999999", "10.0.0.5:2375", 400),
        ("POST", "/v1/clusters/TOKEN?ttl=60&owner=a%20b", "10.0.0.5:2375", 400),
        ("POST", "/v1/clusters/TOKEN?ttl=60&owner=" + "a" * 65, "10.0.0.5:2375", 400),
        ("DELETE", "/v1/clusters/TOKEN/no-entry", "", 400),
        ("GET", "/v1/clusters/TOKEN/10.0.0.5:2375", "", 405),
        ("PUT", "/v1/clusters/TOKEN", "", 405),
        ("POST", "/v1/clusters/TOKEN?ttl=60", "1" * 513, 413),
    ],
)
def test_what_is_refused(service: TokenService, method: str, path: str, body: str, status: int) -> None:
    answer = service.ask(method, path.replace("TOKEN", service.token), body)
    assert answer.status_code == status
    assert service.token not in answer.text
    assert service.ask("GET", f"/v1/clusters/{service.token}").json() == []


def test_a_client_that_says_nothing_and_one_that_says_anything_keep_nobody_waiting(service: TokenService) -> None:
    for words in (b"", b"GET", b"\x16\x03\x01\x02\x00", b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"):
        with socket.create_connection((service.address, service.port), 5) as client:
            client.sendall(words)
            begun = time.monotonic()
            assert service.ask("GET", f"/v1/clusters/{service.token}").status_code == 200
            assert time.monotonic() - begun < 2
    assert service.token not in service.last_words()


def test_who_makes_token_after_token_is_held_back_and_nobody_else_is() -> None:
    with TokenService() as busy:
        answers = [busy.ask("POST", "/v1/clusters").status_code for _number in range(25)]
        assert answers.count(429) >= 3
        assert set(answers) == {200, 429}
        assert busy.ask("GET", f"/v1/clusters/{busy.token}").status_code == 200
        with pytest.raises(DiscoveryRefusedError) as caught:
            create_cluster(DiscoverySettings(f"token://http://{busy.host}"))
        assert str(caught.value) == (
            f"the discovery service at {busy.host} was asked too often; asked to make a token it wants to be left "
            f"alone for a while"
        )


def test_many_at_once(service: TokenService, token: str) -> None:
    def register(number: int) -> None:
        for last in range(10):
            open_backend(settings(service, token)).register(Entry(f"10.2.{number}.{last}", 2375), 60)

    threads = [threading.Thread(target=register, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(discover(settings(service, token))) == 80
    assert len(json.loads(service.store.read_text())["clusters"][token]) == 80


# -- the program ------------------------------------------------------------------------------------------------------


def test_a_store_that_is_none_is_refused_and_left_as_it_is() -> None:
    with TokenService() as broken:
        broken.stop()
        broken.store.write_text('{"clusters": {"t": {"no entry": 1}}}')
        ended = subprocess.run(
            broken.command(), env=broken.environment(), capture_output=True, text=True, timeout=30, check=False
        )
        assert (ended.returncode, ended.stderr) == (
            2,
            f"the store {broken.store} is not one of a discovery service; move it away, or name another one\n",
        )
        assert broken.store.read_text() == '{"clusters": {"t": {"no entry": 1}}}'


def test_an_address_that_is_taken(service: TokenService, tmp_path: Path) -> None:
    command = service.command()
    command[-1] = str(tmp_path / "other.json")
    ended = subprocess.run(command, env=service.environment(), capture_output=True, text=True, timeout=30, check=False)
    assert (ended.returncode, ended.stderr) == (1, f"{service.host} cannot be listened to: Address already in use\n")


def test_swarm_create_prints_a_token_and_swarm_list_takes_it(service: TokenService) -> None:
    def swarm(*words: str) -> str:
        program = [*service.command()[:2], *words]
        return subprocess.run(
            program, env=service.environment(), capture_output=True, text=True, timeout=30, check=True
        ).stdout

    token = swarm("create", f"token://http://{service.host}").strip()
    open_backend(settings(service, token)).register(ENTRY, 60)
    assert swarm("list", f"token://http://{service.host}/{token}") == f"{ENTRY}\n"


# -- the backend ------------------------------------------------------------------------------------------------------


def test_an_unknown_token_is_not_shown(service: TokenService) -> None:
    unknown = settings(service, "hunter2hunter2hunter2")
    for ask in (lambda: discover(unknown), lambda: open_backend(unknown).register(ENTRY, 60)):
        with pytest.raises(DiscoveryRefusedError) as caught:
            ask()
        assert str(caught.value) == (
            f"the discovery service at {service.host} does not know this token; "
            f"swarm create token://http://{service.host} makes one"
        )


def test_an_empty_cluster_does_not_show_its_token(service: TokenService, token: str) -> None:
    with pytest.raises(DiscoveryError) as caught:
        discover(settings(service, token))
    assert str(caught.value) == f"the discovery source 'token://http://{service.host}/...' holds no engines"


def test_tls_is_spoken_unless_http_is_written(secured: TokenService, service: TokenService) -> None:
    tls = TLSSettings(enabled=True, ca_path=str(secured.ca))
    registration = open_backend(DiscoverySettings(secured.source, tls=tls)).register(ENTRY, 60)
    # A certificate authority does not have to be named for TLS to be on.
    trusting = DiscoverySettings(secured.source, tls=TLSSettings(ca_path=str(secured.ca)))
    assert discover(trusting) == (ENTRY,)
    registration.deregister()
    with pytest.raises(DiscoveryError) as caught:
        discover(DiscoverySettings(f"token://{service.host}/{service.token}"))
    assert str(caught.value) == (
        f"no discovery service host of token://{service.host}/... was reached to list the entries: "
        f"{service.host}: TLS failed: wrong version number"
    )


def test_another_authority(secured: TokenService, tmp_path: Path) -> None:
    stranger = Authority(tmp_path, "somebody else").certificate
    with pytest.raises(DiscoveryError, match="its certificate is not accepted: unable to get local issuer certificate"):
        discover(DiscoverySettings(secured.source, tls=TLSSettings(ca_path=str(stranger))))


@pytest.mark.parametrize("body", ["hello", '{"a": 1}', '["10.0.0.5"]', "[1]", "5"])
def test_what_is_no_discovery_service(body: str) -> None:
    with loopback_server(lambda _path: (200, body)) as stranger, pytest.raises(DiscoveryRefusedError) as caught:
        discover(DiscoverySettings(f"token://http://{stranger.address}/0123456789abcdef"))
    assert str(caught.value) == (
        f"what answers at {stranger.address} is not a discovery service; asked to list the entries it said: {body}"
    )


@pytest.mark.parametrize(
    ("source", "says"),
    [
        (
            "token://0123456789abcdef",
            "a token:// source names no host: the service that Docker hosted for tokens without one was shut down in "
            "2019; write token://HOST[:PORT]/TOKEN with the host of a service of your own, which swarm "
            "discovery-service is",
        ),
        (
            "token://h1/short",
            "what stands behind token://h1:443/ is not a token, which has 8 to 128 letters, digits, '-' and '_'; write "
            "token://HOST[:PORT]/TOKEN",
        ),
        ("token:///0123456789abcdef", "'token://' names no discovery service"),
        ("token://h1:x/0123456789abcdef", "discovery: bad entry 'h1:x': port 'x' is not a number between 1 and 65535"),
    ],
)
def test_a_source_that_cannot_be_right(source: str, says: str) -> None:
    with pytest.raises(InputError) as caught:
        open_backend(DiscoverySettings(source))
    assert str(caught.value).startswith(says)
    assert "0123456789abcdef" not in str(caught.value)


def test_plain_http_with_options_for_tls() -> None:
    with pytest.raises(InputError) as caught:
        open_backend(DiscoverySettings("token://http://h1/0123456789abcdef", tls=TLSSettings(enabled=True)))
    assert str(caught.value) == (
        "token://http://h1:80 is plain HTTP, and the discovery options ask for TLS; leave http:// away, or the options"
    )


def test_other_sources_have_no_tokens() -> None:
    with pytest.raises(InputError) as caught:
        create_cluster(DiscoverySettings("consul://h1/swarm"))
    assert str(caught.value) == (
        "'consul://h1/swarm' has no tokens to be made: a cluster is there once something is registered"
    )
