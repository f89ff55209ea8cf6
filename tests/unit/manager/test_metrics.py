# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Metrics and health."""

from __future__ import annotations

import asyncio
import typing as t

import aiohttp
from classic_swarm.manager.http.metrics import Metrics, serve_metrics
from classic_swarm.manager.http.refusals import Refusals

from tests.unit.manager.test_http import cluster


class FakeNode(t.NamedTuple):
    health: str


def test_the_text() -> None:
    now = [0.0]
    metrics = Metrics(lambda: now[0])
    metrics.count("GET", "/info", "200", 0.004)
    metrics.count("GET", "/info", "200", 3.0)
    metrics.count("GET", "/info", "500", 0.3)
    metrics.count("MADEUP", "", "404", 0.001)
    now[0] = 12.5
    nodes = t.cast(t.Any, [FakeNode("healthy"), FakeNode("healthy"), FakeNode("unhealthy")])
    lines = metrics.text(nodes, 3, 4).splitlines()
    assert "swarm_uptime_seconds 12.500" in lines
    assert [line for line in lines if line.startswith("swarm_nodes{")] == [
        'swarm_nodes{state="pending"} 0',
        'swarm_nodes{state="healthy"} 2',
        'swarm_nodes{state="unhealthy"} 1',
        'swarm_nodes{state="disconnected"} 0',
    ]
    assert [line for line in lines if line.startswith("swarm_requests_total{")] == [
        'swarm_requests_total{method="",route="",status="404"} 1',
        'swarm_requests_total{method="GET",route="/info",status="200"} 2',
        'swarm_requests_total{method="GET",route="/info",status="500"} 1',
    ]
    info = [line for line in lines if line.startswith("swarm_request_seconds") and 'route="/info"' in line]
    labels = 'method="GET",route="/info"'
    assert info[0] == f'swarm_request_seconds_bucket{{{labels},le="0.005"}} 1'
    assert info[6:] == [
        f'swarm_request_seconds_bucket{{{labels},le="0.5"}} 2',
        f'swarm_request_seconds_bucket{{{labels},le="1"}} 2',
        f'swarm_request_seconds_bucket{{{labels},le="2.5"}} 2',
        f'swarm_request_seconds_bucket{{{labels},le="5"}} 3',
        f'swarm_request_seconds_bucket{{{labels},le="10"}} 3',
        f'swarm_request_seconds_bucket{{{labels},le="+Inf"}} 3',
        f"swarm_request_seconds_sum{{{labels}}} 3.304000",
        f"swarm_request_seconds_count{{{labels}}} 3",
    ]
    assert {"swarm_streams 3", "swarm_connections 4"} <= set(lines)


def test_requests_are_counted_by_route() -> None:
    with cluster({"GET /containers/id-of-a/top": (200, {})}) as (ask, _engine):
        ask("GET", "/containers/a/top")
        ask("GET", "/containers/b/top")
        ask("GET", "/no/such/page")
        text = ask.endpoint.server.metrics.text([], 0, 0)
    assert 'swarm_requests_total{method="GET",route="/containers/{name}/top",status="200"} 1\n' in text
    assert 'swarm_requests_total{method="GET",route="/containers/{name}/top",status="404"} 1\n' in text
    assert 'swarm_requests_total{method="",route="",status="404"} 1\n' in text


def test_health() -> None:
    class State:
        nodes: t.ClassVar[list[FakeNode]] = [FakeNode("healthy"), FakeNode("unhealthy")]
        healthy_nodes: t.ClassVar[list[FakeNode]] = [FakeNode("healthy")]

    class Told:
        cluster = State

    async def ask() -> list[tuple[int, str]]:
        telling = serve_metrics(t.cast(t.Any, Told), Metrics(), Refusals(), lambda: (1, 2))
        found = []
        server = await asyncio.get_running_loop().create_server(telling, "127.0.0.1", 0)
        address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with server, aiohttp.ClientSession(address) as session:
            for method, path in (("GET", "/health"), ("GET", "/metrics"), ("POST", "/health"), ("GET", "/x")):
                async with session.request(method, path) as answer:
                    found.append((answer.status, (await answer.text()).splitlines()[0]))
            State.healthy_nodes = []
            async with session.get("/health") as answer:
                found.append((answer.status, await answer.text()))
        return found

    assert asyncio.run(ask()) == [
        (200, "1 of 2 nodes are healthy"),
        (200, "# HELP swarm_build_info the version"),
        (405, "only GET"),
        (404, "there are /, /metrics and /health"),
        (503, "0 of 2 nodes are healthy\n"),
    ]
