# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""TLS to engines: the files, the handshake, and what went wrong in words."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.api import system
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.client import EngineClient
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import (
    EngineTLSError,
    EngineUnreachableError,
    InputError,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import EngineSettings, TLSSettings
from ansible_collections.classic.swarm.plugins.module_utils._swarm.wire.tls import EngineTLS

from tests.lab.certificates import Authority, CertificateSet
from tests.lab.shell import run
from tests.unit.engine_double import EngineDouble, Reply, engine_script
from tests.unit.reading import read_engine

LOOPBACK = "127.0.0.1"


class Papers:
    """Certificates of one authority, right and wrong, and of another one."""

    def __init__(self, folder: Path) -> None:
        ours, others = Authority(folder / "ours"), Authority(folder / "others", "another CA")
        server = {"usage": ("serverAuth",)}
        self.server = ours.issue(folder / "server", "engine", names=[LOOPBACK], **server)
        self.named = ours.issue(folder / "named", "engine", names=["engine.example.com", "10.9.9.9"], **server)
        self.nameless = ours.issue(folder / "nameless", LOOPBACK, **server)
        self.expired = ours.issue(folder / "expired", "engine", names=[LOOPBACK], days=-1, **server)
        self.foreign = others.issue(folder / "foreign", "engine", names=[LOOPBACK], **server)
        self.client = ours.issue(folder / "client", "client")
        self.foreign_client = others.issue(folder / "foreign-client", "client")
        self.expired_client = ours.issue(folder / "expired-client", "client", days=-1)


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    return Papers(tmp_path_factory.mktemp("papers"))


def server_context(papers: Papers, server: CertificateSet, mutual: bool, newest: ssl.TLSVersion) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server.cert, server.key)
    context.maximum_version = newest
    if mutual:
        context.load_verify_locations(papers.server.ca)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def settings_for(papers: Papers, client: CertificateSet | None = None) -> TLSSettings:
    made = TLSSettings(enabled=True, ca_path=str(papers.server.ca))
    return replace(made, client_cert=str(client.cert), client_key=str(client.key)) if client else made


#: Both ways to an engine: what reads it and what acts on it. They must see the same and say the same.
Way = Callable[[str, TLSSettings], str]


def by_reading(address: str, tls: TLSSettings) -> str:
    return str(read_engine(address, EngineSettings(tls, snapshot_timeout=5.0)).info["Name"])


def by_acting(address: str, tls: TLSSettings) -> str:
    client = EngineClient(address, EngineSettings(tls, timeout=5.0), api_version="1.41")
    try:
        return str(client.send(system.info())["Name"])
    finally:
        client.close()


both_ways = pytest.mark.parametrize("way", [by_reading, by_acting])
both_versions = pytest.mark.parametrize(
    "newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=["TLS 1.2", "TLS 1.3"]
)
NEWEST = ssl.TLSVersion.TLSv1_3


def ask(way: Way, papers: Papers, server: CertificateSet, tls: TLSSettings, mutual: bool = False,
        newest: ssl.TLSVersion = NEWEST) -> str:  # fmt: skip
    with EngineDouble(engine_script(), server_context(papers, server, mutual, newest)) as engine:
        try:
            return way(engine.address, tls)
        except EngineTLSError as error:
            return str(error).replace(error.address, "ENGINE")


@both_ways
@both_versions
def test_mutual_tls(way: Way, newest: ssl.TLSVersion, papers: Papers) -> None:
    assert ask(way, papers, papers.server, settings_for(papers, papers.client), True, newest) == "node-1"


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
@both_ways
def test_without_verification_any_certificate_will_do(way: Way, papers: Papers) -> None:
    tls = TLSSettings(enabled=True, verify=False, ca_path="/nowhere/ca.pem")
    assert ask(way, papers, papers.foreign, tls) == "node-1"


@both_ways
def test_the_name_to_expect_can_be_given(way: Way, papers: Papers) -> None:
    tls = replace(settings_for(papers), hostname="engine.example.com")
    assert ask(way, papers, papers.named, tls) == "node-1"


@both_ways
def test_the_environment_adds_no_authorities(way: Way, papers: Papers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(papers.foreign.ca))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    assert "is not signed by an authority" in ask(way, papers, papers.foreign, settings_for(papers))


@both_ways
def test_a_wrong_name_is_told_with_the_right_ones(way: Way, papers: Papers) -> None:
    assert ask(way, papers, papers.named, settings_for(papers)) == (
        "the certificate of ENGINE is not for 127.0.0.1; it is for engine.example.com, 10.9.9.9; "
        "connect to one of these, or set tls_hostname to one"
    )
    tls = replace(settings_for(papers), hostname="other.example.com")
    assert "is not for other.example.com; it is for engine.example.com" in ask(way, papers, papers.named, tls)


@both_ways
def test_right_names_are_told_by_an_engine_that_wants_a_certificate_too(way: Way, papers: Papers) -> None:
    told = ask(way, papers, papers.named, settings_for(papers, papers.client), mutual=True)
    assert "it is for engine.example.com, 10.9.9.9" in told


@both_ways
def test_the_common_name_does_not_count(way: Way, papers: Papers) -> None:
    told = ask(way, papers, papers.nameless, settings_for(papers))
    assert told == "the certificate of ENGINE is not for 127.0.0.1; it names no host at all"


@both_ways
def test_an_expired_certificate(way: Way, papers: Papers) -> None:
    told = ask(way, papers, papers.expired, settings_for(papers))
    assert told == "the certificate of ENGINE has expired, unless the clock of this machine is wrong"


@both_ways
def test_an_unknown_authority(way: Way, papers: Papers) -> None:
    told = ask(way, papers, papers.foreign, settings_for(papers))
    assert told == f"the certificate of ENGINE is not signed by an authority in ca_path ({papers.server.ca})"
    told = ask(way, papers, papers.foreign, TLSSettings(enabled=True))
    assert told == "the certificate of ENGINE is not signed by an authority that this machine trusts"


@both_ways
@both_versions
def test_an_engine_that_wants_a_client_certificate(way: Way, newest: ssl.TLSVersion, papers: Papers) -> None:
    for _attempt in range(5):  # what arrives first, the alert or the end of the connection, is a race
        told = ask(way, papers, papers.server, settings_for(papers), True, newest)
        # under TLS 1.2 OpenSSL, on the other side here, only says that the handshake failed; engines say more
        assert told in (
            "the engine at ENGINE wants a client certificate; set client_cert and client_key",
            "ENGINE ended the TLS handshake: handshake failure; "
            "it may want a client certificate (client_cert and client_key)",
        )
        assert newest is ssl.TLSVersion.TLSv1_2 or told.startswith("the engine at ENGINE wants")


@both_ways
@both_versions
def test_a_client_certificate_that_is_not_accepted(way: Way, newest: ssl.TLSVersion, papers: Papers) -> None:
    refused = {
        papers.foreign_client: "(unknown ca); it must be signed by an authority that the engine knows",
        papers.expired_client: "it has expired, unless the clock of this machine is wrong",
        papers.server: "it is one for servers: it must be issued with the extended key usage clientAuth",
    }
    for client, words in refused.items():
        told = ask(way, papers, papers.server, settings_for(papers, client), True, newest)
        between = " " if words.startswith("(") else ": "
        assert told == f"ENGINE does not accept the client certificate {client.cert}{between}{words}"


@both_ways
def test_an_engine_that_speaks_plain_http(way: Way, papers: Papers) -> None:
    with (
        EngineDouble(engine_script()) as engine,
        pytest.raises(EngineTLSError, match="does not speak TLS on that port; leave tls out"),
    ):
        way(engine.address, settings_for(papers))


@both_ways
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_an_engine_that_only_speaks_old_tls(way: Way, papers: Papers) -> None:
    context = server_context(papers, papers.server, False, ssl.TLSVersion.TLSv1_1)
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.set_ciphers("ALL:@SECLEVEL=0")
    for tls in (settings_for(papers), settings_for(papers, papers.client)):
        with EngineDouble(engine_script(), context) as engine:
            with pytest.raises(EngineTLSError) as caught:
                way(engine.address, tls)
            assert str(caught.value) == f"{engine.address} speaks no TLS of version 1.2 or newer"


@both_ways
@pytest.mark.parametrize("client", [None, "client"])
def test_a_plain_port_that_hangs_up_on_tls_is_not_blamed_on_a_certificate(
    way: Way, client: str | None, papers: Papers
) -> None:
    """As proxies in front of an engine do."""
    with HangsUpOnTLS() as engine, pytest.raises(EngineTLSError) as caught:
        way(engine.address, settings_for(papers, getattr(papers, client) if client else None))
    assert str(caught.value) == (
        f"{engine.address} does not speak TLS on that port; leave tls out, or give the port of its TLS socket"
    )


class HangsUpOnTLS:
    """Answers plain HTTP, and closes the connection on anything else."""

    def __init__(self) -> None:
        self._server = socket.create_server((LOOPBACK, 0))
        self._thread = threading.Thread(target=self._serve)
        self.address = f"{LOOPBACK}:{self._server.getsockname()[1]}"

    def __enter__(self) -> HangsUpOnTLS:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        # Wakes the thread, which closing alone does not.
        self._server.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)
        self._server.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _client = self._server.accept()
            except OSError:
                return
            with connection:
                if connection.recv(65536).startswith(b"GET "):
                    connection.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nOK")


def test_an_engine_that_speaks_tls_where_we_do_not(papers: Papers) -> None:
    script = {"GET /info": Reply(body=b"Client sent an HTTP request to an HTTPS server.\n", status=400)}
    with EngineDouble(script) as engine:
        with pytest.raises(EngineTLSError, match="wants TLS on that port; set tls"):
            read_engine(engine.address, EngineSettings())
        with pytest.raises(EngineTLSError, match="wants TLS on that port; set tls"):
            EngineClient(engine.address, EngineSettings(), api_version="1.41").send(system.info())


def test_a_handshake_without_answer_costs_one_time_out(papers: Papers) -> None:
    with socket.create_server((LOOPBACK, 0)) as silent:
        address = f"{LOOPBACK}:{silent.getsockname()[1]}"
        with pytest.raises(EngineUnreachableError, match=f"^no answer from {address} within 0.3 s$"):
            read_engine(address, EngineSettings(settings_for(papers), snapshot_timeout=0.3))


# files


@pytest.mark.parametrize("option", ["ca_path", "client_cert", "client_key"])
@pytest.mark.parametrize(("content", "words"), [(None, "does not exist; give the path of"), ("hello", "is not a PEM")])
def test_a_file_that_cannot_be_is_refused_by_its_option(
    option: str, content: str | None, words: str, papers: Papers, tmp_path: Path
) -> None:
    path = tmp_path / "x.pem"
    if content is not None:
        path.write_text(content)
    with pytest.raises(InputError) as caught:
        EngineTLS(replace(settings_for(papers, papers.client), **{option: str(path)}))
    assert str(caught.value).startswith(f"{option}: {path} {words}")


@pytest.mark.parametrize("option", ["ca_path", "client_cert", "client_key"])
def test_a_folder_is_no_file(option: str, papers: Papers, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=rf"^{option}: {tmp_path} cannot be read \(Is a directory\)"):
        EngineTLS(replace(settings_for(papers, papers.client), **{option: str(tmp_path)}))


@pytest.mark.parametrize("option", ["ca_path", "client_cert", "client_key"])
def test_a_damaged_file_is_refused(option: str, papers: Papers, tmp_path: Path) -> None:
    good = {"ca_path": papers.client.ca, "client_cert": papers.client.cert, "client_key": papers.client.key}[option]
    lines = good.read_text().splitlines()
    path = tmp_path / "x.pem"
    path.write_text("\n".join([lines[0], lines[1][:10], *lines[2:]]) + "\n")
    with pytest.raises(InputError, match=f"{option}.*{path}"):
        EngineTLS(replace(settings_for(papers, papers.client), **{option: str(path)}))


def test_a_key_of_another_certificate_is_refused(papers: Papers) -> None:
    tls = replace(settings_for(papers, papers.client), client_key=str(papers.foreign_client.key))
    with pytest.raises(InputError, match=r"^client_key: .* does not belong to the certificate in client_cert"):
        EngineTLS(tls)


def test_a_key_with_a_passphrase_is_refused_and_nothing_is_asked_at_the_terminal(
    papers: Papers, tmp_path: Path
) -> None:
    path = tmp_path / "key.pem"
    run("openssl", "pkcs8", "-topk8", "-in", str(papers.client.key), "-out", str(path), "-passout", "pass:secret")
    with pytest.raises(InputError, match="is protected by a passphrase; give a key without one"):
        EngineTLS(replace(settings_for(papers, papers.client), client_key=str(path)))


def test_an_authority_without_certificates_in_its_file_is_refused(papers: Papers) -> None:
    with pytest.raises(InputError, match=r"^ca_path: .* holds no certificate that can be read"):
        EngineTLS(TLSSettings(enabled=True, ca_path=str(papers.client.key)))
