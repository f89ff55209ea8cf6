# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The command line of ``swarm route``."""

from __future__ import annotations

import argparse
import typing as t

from .._swarm.agent.discovery_options import known_keys, make_discovery
from .._swarm.discovery.registry import BACKENDS
from .._swarm.errors import InputError
from .._swarm.model.address import split_address
from .._swarm.model.durations import parse_duration
from .._swarm.settings import DEFAULT_DISCOVERY
from ..parser import Parser
from .settings import HAPROXY, NGINX, AskStatus, Help, Once, RouteCommand, RouteSettings, Watch
from .template_options import parse_options

_NANOSECONDS = 1e9
_OUTPUTS = {HAPROXY: "/etc/haproxy/haproxy.cfg", NGINX: "/etc/nginx/nginx.conf"}
#: Name, default, meaning.
_TIMES = (
    ("--interval", "1s", "least between two applications, and by chance up to a quarter more"),
    ("--grace", "30s", "that a service which lost all its instances at once keeps them"),
    ("--forget", "10m", "that a service without instances answers 503 before it is no longer routed"),
    ("--drain", "30s", "that connections to a server which has left may go on at most"),
    ("--timeout", "10s", "for one host of the store"),
)
_PATHS = (
    ("--master-socket", "/run/haproxy-master.sock", "that haproxy -W -S PATH listens on"),
    ("--pid-file", "/run/nginx.pid", "of nginx' master process"),
    ("--status-socket", "/run/swarm-router/status.sock", "where the state is told, and asked for by --status"),
)


def parse_route(arguments: t.Sequence[str], environ: t.Mapping[str, str]) -> RouteCommand:
    """What the command line asks for.

    :param arguments: behind ``route``
    :raises InputError: it cannot be right
    """
    parser = _make_parser()
    parsed = parser.parse_args(arguments)
    if parsed.help:
        return Help(parser.format_help())
    if parsed.status:
        return AskStatus(parsed.status_socket)
    settings = _settings(parsed, environ)
    return Once(settings, parsed.check) if parsed.once or parsed.check else Watch(settings)


def _make_parser() -> Parser:
    parser = Parser(
        prog="swarm route", description="Keeps the configuration of HAProxy or nginx like the services in a store."
    )
    add = parser.add_argument
    add("--once", action="store_true", help="apply once, and end")
    add(
        "--check", action="store_true", help="show what would be written, change nothing; exit code 3 if it is anything"
    )
    add("--status", action="store_true", help="show the state of the router that runs; exit code 1 if it is in trouble")
    add("--for", dest="kind", choices=(HAPROXY, NGINX), default=HAPROXY, help="what is configured (%(default)s)")
    add("--template", metavar="FILE", help="in Jinja2 (one for HTTP by host and path, TCP by port, and TLS)")
    outputs = ", ".join(_OUTPUTS.values())
    add("--output", metavar="FILE", help=f"the whole configuration ({outputs})")
    add("--overwrite", action="store_true", help="replace a file that swarm route did not write")
    add("--set", action="append", default=[], metavar="NAME=VALUE", help="a value for the template; repeatable")
    add("--prefix", default="services", metavar="PREFIX", help="of the keys (%(default)s)")
    add("--program", metavar="FILE", help="that checks the configuration (haproxy, nginx)")
    for name, default, meaning in _PATHS:
        add(name, default=default, metavar="FILE", help=f"{meaning} (%(default)s)")
    add("--allow-empty", action="store_true", help="a store without any service is meant so")
    add("--metrics", metavar="URL", help="serve /metrics and /health there: tcp://HOST:PORT")
    for name, default, meaning in _TIMES:
        add(name, default=default, metavar="TIME", help=f"{meaning} (%(default)s)")
    add(
        "--discovery-opt",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help=f"an option of the store: {', '.join(known_keys())}",
    )
    examples = " or ".join(BACKENDS[scheme].EXAMPLE for scheme in ("consul", "etcd", "zk"))
    add("discovery", nargs="?", metavar="DISCOVERY", help=f"such as {examples} ($SWARM_DISCOVERY)")
    return parser


def _settings(parsed: argparse.Namespace, environ: t.Mapping[str, str]) -> RouteSettings:
    source = parsed.discovery or environ.get("SWARM_DISCOVERY") or DEFAULT_DISCOVERY
    prefix = parsed.prefix.strip("/")
    if not prefix or not prefix.isprintable() or any(part in ("", ".", "..") for part in prefix.split("/")):
        raise InputError(f"--prefix: '{parsed.prefix}' cannot be the beginning of keys; write one such as services")
    drain = _seconds(parsed, "drain")
    own = {"drain": f"{max(1, round(drain * 1000))}ms", "pid_file": parsed.pid_file}
    return RouteSettings(
        discovery=make_discovery(source, parsed.discovery_opt, environ, _seconds(parsed, "timeout")),
        kind=parsed.kind,
        template=parsed.template,
        options=parse_options(parsed.set, parsed.kind, parsed.template is None, own),
        output=parsed.output or _OUTPUTS[parsed.kind],
        overwrite=parsed.overwrite,
        prefix=prefix,
        program=parsed.program or parsed.kind,
        master_socket=parsed.master_socket,
        pid_file=parsed.pid_file,
        interval=_seconds(parsed, "interval"),
        grace=_seconds(parsed, "grace"),
        forget=_seconds(parsed, "forget"),
        drain=drain,
        allow_empty=parsed.allow_empty,
        status_socket=parsed.status_socket,
        metrics=None if parsed.metrics is None else _listen(parsed.metrics),
    )


def _listen(text: str) -> t.Tuple[str, int]:
    scheme, separator, rest = text.partition("://")
    try:
        if separator and scheme != "tcp":
            raise InputError("it is not a tcp://")
        host, port = split_address(rest if separator else text)
    except InputError:
        raise InputError(f"--metrics: '{text}' is not tcp://HOST:PORT") from None
    return host, port


def _seconds(parsed: argparse.Namespace, name: str) -> float:
    return parse_duration(getattr(parsed, name), f"--{name}") / _NANOSECONDS
