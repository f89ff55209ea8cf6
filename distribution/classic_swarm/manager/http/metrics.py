# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""``--metrics``: what happens, in Prometheus' text form, whether there is a node to ask, and a page for people.

In the metrics no client, container or image is named: labels are routes, statuses and states. The page names them.
"""

from __future__ import annotations

import time
import typing as t
from collections import Counter

from aiohttp import web

from ...version import VERSION
from ..errors import ForbiddenError
from ..manager import Manager
from ..security.identity import refuse_web_sites
from ..state.cluster import Node
from .page import render
from .refusals import Refusals

#: The page loads nothing from anywhere, and no other page may frame it.
_PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
#: Upper ends of the buckets of latencies, in seconds.
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """Counts requests. :param clock: seconds that never run backwards"""

    def __init__(self, clock: t.Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._begun = clock()
        self._requests: Counter[t.Tuple[str, str, str]] = Counter()
        self._buckets: Counter[t.Tuple[str, str, float]] = Counter()
        self._seconds: t.Dict[t.Tuple[str, str], float] = {}

    def count(self, method: str, route: str, status: str, seconds: float) -> None:
        """A request has been answered. :param route: its path in the table, empty where there is none"""
        # What clients make up is no label.
        method = method if route else ""
        self._requests[method, route, status] += 1
        self._seconds[method, route] = self._seconds.get((method, route), 0.0) + seconds
        for bucket in _BUCKETS:
            if seconds <= bucket:
                self._buckets[method, route, bucket] += 1

    def text(self, nodes: t.Sequence[Node], streams: int, connections: int) -> str:
        """All of it. :param streams: requests and streams under way"""
        lines = [
            *_family("swarm_build_info", "gauge", "the version", [f'{{version="{VERSION}"}} 1']),
            *_family("swarm_uptime_seconds", "gauge", "since the start", [f" {self._clock() - self._begun:.3f}"]),
            *_family("swarm_nodes", "gauge", "nodes by state", _by_state(nodes)),
            *_family("swarm_streams", "gauge", "requests and streams under way", [f" {streams}"]),
            *_family("swarm_connections", "gauge", "connections of clients", [f" {connections}"]),
            *_family("swarm_requests_total", "counter", "requests by route and status", self._request_lines()),
            *_family("swarm_request_seconds", "histogram", "until the end of the answer", self._latency_lines()),
        ]
        return "\n".join(lines) + "\n"

    def _request_lines(self) -> t.Iterator[str]:
        for (method, route, status), count in sorted(self._requests.items()):
            yield f'{{method="{method}",route="{route}",status="{status}"}} {count}'

    def _latency_lines(self) -> t.Iterator[str]:
        totals: Counter[t.Tuple[str, str]] = Counter()
        for (method, route, _status), count in self._requests.items():
            totals[method, route] += count
        for (method, route), total in sorted(totals.items()):
            labels = f'method="{method}",route="{route}"'
            for bucket in _BUCKETS:
                yield f'_bucket{{{labels},le="{bucket:g}"}} {self._buckets[method, route, bucket]}'
            yield f'_bucket{{{labels},le="+Inf"}} {total}'
            yield f"_sum{{{labels}}} {self._seconds[method, route]:.6f}"
            yield f"_count{{{labels}}} {total}"


def serve_metrics(
    manager: Manager, metrics: Metrics, refusals: Refusals, counted: t.Callable[[], t.Tuple[int, int]]
) -> web.Server:
    """What answers on the listener of metrics: ``/metrics``, ``/health`` for load balancers, and the page ``/``.

    :param counted: gives requests under way, and connections
    """

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        if request.method not in ("GET", "HEAD"):
            return web.Response(status=405, text="only GET\n")
        if request.path == "/metrics":
            text = metrics.text(manager.cluster.nodes, *counted())
            return web.Response(body=text.encode(), headers={"Content-Type": "text/plain; version=0.0.4"})
        if request.path == "/health":
            healthy = len(manager.cluster.healthy_nodes)
            words = f"{healthy} of {len(manager.cluster.nodes)} nodes are healthy\n"
            return web.Response(status=200 if healthy else 503, text=words)
        if request.path == "/":
            try:
                refuse_web_sites(request)
            except ForbiddenError as error:
                return web.Response(status=403, text=f"{error.message}\n")
            text = render(manager, refusals.newest_first(), request.query, time.time())
            return web.Response(
                body=text.encode(), headers={**_PAGE_HEADERS, "Content-Type": "text/html; charset=utf-8"}
            )
        return web.Response(status=404, text="there are /, /metrics and /health\n")

    return web.Server(answer, access_log=None)


def _family(name: str, kind: str, meaning: str, lines: t.Iterable[str]) -> t.Iterator[str]:
    yield f"# HELP {name} {meaning}"
    yield f"# TYPE {name} {kind}"
    for line in lines:
        yield f"{name}{line}"


def _by_state(nodes: t.Sequence[Node]) -> t.Iterator[str]:
    states = Counter(str(getattr(node.health, "value", node.health)) for node in nodes)
    for state in ("pending", "healthy", "unhealthy", "disconnected"):
        yield f'{{state="{state}"}} {states[state]}'
