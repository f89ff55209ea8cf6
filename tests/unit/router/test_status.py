# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a router tells: over its socket, and as metrics."""

from __future__ import annotations

import json
import socket
import urllib.request
from pathlib import Path

import pytest
from classic_swarm._swarm.errors import InputError
from classic_swarm.router.errors import NotRunningError, RouteError
from classic_swarm.router.metrics import metrics_text, serve_metrics
from classic_swarm.router.status import Status
from classic_swarm.router.status_socket import StatusSocket, ask_status

from tests.unit.router.services import services


@pytest.fixture
def status() -> Status:
    made = Status("haproxy", "/etc/x", lambda: 1000.0)
    made.see(services(("web", "a", {}), ("web", "b", {}), draining=("b",)), ("db",))
    made.leave_out(["x is left out"])
    return made


def test_from_waiting_to_trouble_and_back(status: Status) -> None:
    assert status.document()["state"] == "waiting"
    status.applied("reload")
    assert status.failed(RouteError("check", "no"))
    assert not status.failed(RouteError("check", "no"))
    told = status.document()
    assert (told["state"], told["stage"], told["reason"], told["since"]) == ("trouble", "check", "no", 1000.0)
    status.applied(None)
    told = status.document()
    assert (told["state"], told["stage"], told["reason"], told["since"]) == ("ok", None, None, None)
    assert told["applied"] == {"runtime": 0, "reload": 1, "file": 0}
    assert told["failed"]["check"] == 2
    assert (told["services"], told["instances"], told["draining"], told["held"]) == (1, 2, 1, ["db"])
    assert (told["left_out"], told["last_applied"]) == (["x is left out"], 1000.0)


def test_the_socket(status: Status, tmp_path: Path) -> None:
    path = str(tmp_path / "status.sock")
    told = StatusSocket(path, status)
    told.open()
    try:
        assert ask_status(path) == json.loads(json.dumps(status.document()))
        assert Path(path).stat().st_mode & 0o777 == 0o660
        with pytest.raises(InputError, match="another swarm route is there"):
            StatusSocket(path, status).open()
    finally:
        told.close()
    with pytest.raises(NotRunningError):
        ask_status(path)
    # What a crash left behind is in nobody's way.
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(path)
    told.open()
    told.close()
    with pytest.raises(InputError, match="cannot be listened on: No such file or directory"):
        StatusSocket(f"{tmp_path}/none/x", status).open()


def test_metrics(status: Status) -> None:
    status.applied("runtime")
    status.failed(RouteError("store", "no"))
    lines = metrics_text(status.document()).splitlines()
    for line in (
        "swarm_route_ok 0",
        "swarm_route_services 1",
        "swarm_route_instances 2",
        "swarm_route_draining 1",
        "swarm_route_held 1",
        "swarm_route_left_out 1",
        'swarm_route_applied_total{how="runtime"} 1',
        'swarm_route_failed_total{stage="store"} 1',
        "swarm_route_last_applied_timestamp_seconds 1000",
        "# TYPE swarm_route_applied_total counter",
    ):
        assert line in lines
    server = serve_metrics("127.0.0.1", 0, status)
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{server.server_address[1]}/metrics", timeout=5) as answer:
            assert answer.read().decode().splitlines() == lines
        with pytest.raises(OSError, match="503"):
            urllib.request.urlopen(f"http://127.0.0.1:{server.server_address[1]}/health", timeout=5)
    finally:
        server.shutdown()
        server.server_close()
