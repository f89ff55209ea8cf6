# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""``--metrics``: the same in Prometheus' text form. No service is named."""

from __future__ import annotations

import http.server
import socket
import threading
import typing as t

from .._swarm.errors import InputError
from ..version import VERSION
from .status import OK, Status

_Family = t.Tuple[str, str, str, t.Sequence[t.Tuple[str, float]]]


def metrics_text(document: t.Mapping[str, t.Any]) -> str:
    """:param document: a status"""
    lines = []
    for name, kind, meaning, values in _families(document):
        lines += [f"# HELP swarm_route_{name} {meaning}", f"# TYPE swarm_route_{name} {kind}"]
        lines += [f"swarm_route_{name}{labels} {value:.17g}" for labels, value in values]
    return "\n".join(lines) + "\n"


def _families(document: t.Mapping[str, t.Any]) -> t.Iterator[_Family]:
    yield "build_info", "gauge", "the version", [(f'{{version="{VERSION}"}}', 1)]
    yield "ok", "gauge", "1 when what is in the store is what is served", [("", document["state"] == OK)]
    yield "services", "gauge", "services that are known", [("", document["services"])]
    yield "instances", "gauge", "instances that are known", [("", document["instances"])]
    yield "draining", "gauge", "instances that are about to stop", [("", document["draining"])]
    yield "held", "gauge", "services that are kept though their instances are gone", [("", len(document["held"]))]
    yield "left_out", "gauge", "problems with what is in the store", [("", len(document["left_out"]))]
    applied = [(f'{{how="{how}"}}', count) for how, count in document["applied"].items()]
    yield "applied_total", "counter", "applications", applied
    failed = [(f'{{stage="{stage}"}}', count) for stage, count in document["failed"].items()]
    yield "failed_total", "counter", "applications that failed, so that the last good was kept", failed
    yield "last_applied_timestamp_seconds", "gauge", "of the last application", [("", document["last_applied"] or 0)]


def serve_metrics(host: str, port: int, status: Status) -> http.server.ThreadingHTTPServer:
    """Serve ``/metrics``, and ``/health``, which is 200 while all is well and 503 otherwise; until it is closed.

    :raises InputError: it cannot be listened on
    """

    class Handler(http.server.BaseHTTPRequestHandler):
        """One request."""

        timeout = 10

        def do_GET(self) -> None:
            document = status.document()
            if self.path == "/metrics":
                self._answer(200, "text/plain; version=0.0.4; charset=utf-8", metrics_text(document))
            elif self.path == "/health":
                self._answer(200 if document["state"] == OK else 503, "text/plain", f"{document['state']}\n")
            else:
                self._answer(404, "text/plain", "there are /metrics and /health\n")

        def log_message(self, format: str, *values: t.Any) -> None:
            # One line a scrape would hide the others.
            return

        def _answer(self, code: int, kind: str, text: str) -> None:
            content = text.encode()
            self.send_response(code)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    class Server(http.server.ThreadingHTTPServer):
        daemon_threads = True
        address_family = socket.AF_INET6 if ":" in host else socket.AF_INET

    try:
        server = Server((host, port), Handler)
    except OSError as error:
        raise InputError(f"--metrics: {host}:{port} cannot be listened on: {error.strerror}") from None
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    return server
