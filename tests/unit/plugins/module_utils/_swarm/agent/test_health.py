# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
import typing as t
from pathlib import Path

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.agent.health import make_check
from ansible_collections.classic.swarm.plugins.module_utils._swarm.agent.settings import EngineCheckSettings
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import EngineError, InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import TLSSettings

PONG = b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nOK"
WANTS_TLS = b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n"


@contextlib.contextmanager
def answering(listening: socket.socket, answer: bytes | None) -> t.Iterator[None]:
    """Answer the one connection that comes; None: take it and say nothing until the end."""
    listening.listen()
    done = threading.Event()

    def serve() -> None:
        connection, _peer = listening.accept()
        with connection:
            connection.settimeout(5)
            connection.recv(1024)
            if answer is None:
                done.wait(5)
            else:
                connection.sendall(answer)

    server = threading.Thread(target=serve, daemon=True)
    server.start()
    try:
        yield
    finally:
        done.set()
        server.join(5)
        assert not server.is_alive()


@pytest.fixture
def tcp() -> t.Iterator[socket.socket]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        yield listening


def url(listening: socket.socket) -> str:
    return f"tcp://127.0.0.1:{listening.getsockname()[1]}"


@pytest.mark.parametrize("answer", [PONG, WANTS_TLS])
def test_a_tcp_port_that_answers_is_healthy(tcp: socket.socket, answer: bytes) -> None:
    with answering(tcp, answer):
        make_check(EngineCheckSettings(url(tcp)))()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b'HTTP/1.1 503 Unavailable\r\n\r\n{"message": "starting"}', "status 503.*starting"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\nno", "status 400"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "something else than HTTP"),
        (b"HTTP/1.1\r\n\r\n", "something else than HTTP"),
        (b"", "closed the connection before"),
        (None, r"no answer from .* within 0.2 s"),
    ],
)
def test_every_other_answer_is_a_reason(tcp: socket.socket, answer: bytes | None, words: str) -> None:
    with answering(tcp, answer), pytest.raises(EngineError, match=words):
        make_check(EngineCheckSettings(url(tcp), timeout=0.2))()


def test_a_port_where_nobody_listens(tcp: socket.socket) -> None:
    with pytest.raises(EngineError, match="connection refused"):
        make_check(EngineCheckSettings(url(tcp)))()


def test_a_local_socket(tmp_path: Path) -> None:
    path = tmp_path / "docker.sock"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        with answering(listening, PONG):
            make_check(EngineCheckSettings(f"unix://{path}"))()


def test_a_local_socket_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="No such file"):
        make_check(EngineCheckSettings(f"unix://{tmp_path}/docker.sock"))()


@pytest.mark.parametrize("bad", ["/run/docker.sock", "unix://docker.sock", "tcp://10.0.0.5", "tcp://", "https://a:1"])
def test_urls_that_are_not_understood(bad: str) -> None:
    with pytest.raises(InputError, match="write"):
        make_check(EngineCheckSettings(bad))


def test_a_bad_certificate_file_is_refused_at_once(tmp_path: Path) -> None:
    tls = TLSSettings(enabled=True, ca_path=str(tmp_path / "none.pem"))
    with pytest.raises(InputError, match=r"none\.pem does not exist"):
        make_check(EngineCheckSettings("tcp://127.0.0.1:1", tls=tls))


def test_the_word_of_a_watcher(tmp_path: Path) -> None:
    path = tmp_path / "health"
    path.write_text("healthy\n")
    make_check(EngineCheckSettings(f"file://{path}"))()


@pytest.mark.parametrize(
    ("word", "age", "words"),
    [
        ("connection refused", 0, "connection refused"),
        ("", 0, "is empty"),
        ("healthy", 46, "older than 45 s"),
        ("healthy", -3600, "older than 45 s"),
        (None, 0, "no word from its watcher.*No such file"),
    ],
)
def test_the_word_of_a_watcher_that_is_no_health(tmp_path: Path, word: str | None, age: int, words: str) -> None:
    path = tmp_path / "health"
    if word is not None:
        path.write_text(word)
        written = time.time() - age
        os.utime(path, (written, written))
    with pytest.raises(EngineError, match=words):
        make_check(EngineCheckSettings(f"file://{path}", interval=10, timeout=5))()
