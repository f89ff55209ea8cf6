# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A client that is never silent and never done; all else is tested with the program itself."""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.agent import token_server
from ansible_collections.classic.swarm.plugins.module_utils._swarm.agent.settings import DiscoveryServiceSettings
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.entry import parse_entry


def test_a_request_that_comes_byte_by_byte_is_cut_off(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(token_server, "_MOST_TIME", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = DiscoveryServiceSettings(parse_entry(f"http://127.0.0.1:{port}"), str(tmp_path / "store"), None, None)
    stop, ready = threading.Event(), threading.Event()
    serving = threading.Thread(target=token_server.serve, args=(settings, stop.wait, lambda _line: ready.set()))
    serving.start()
    try:
        assert ready.wait(5)
        with socket.create_connection(("127.0.0.1", port), 5) as client:
            began = time.monotonic()
            with pytest.raises(OSError, match=r"Broken pipe|reset by peer"):
                _trickle(client, b"GET /v1/clusters/x HTTP/1.1\r\nX-Never-Done: " + b"a" * 200)
            assert 0.4 < time.monotonic() - began < 5
    finally:
        stop.set()
        serving.join(5)


def _trickle(client: socket.socket, data: bytes) -> None:
    for byte in data:
        client.sendall(bytes([byte]))
        time.sleep(0.05)
