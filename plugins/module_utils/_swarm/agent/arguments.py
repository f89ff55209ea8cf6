# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The command line: ``swarm join``, ``list`` and ``create``, in the words of the original's, and what is new."""

from __future__ import annotations

import argparse
import re
import typing as t
from dataclasses import dataclass, replace

from ..discovery.catalog import CATALOG_URL, TITLE
from ..discovery.entry import parse_entry
from ..discovery.registry import BACKENDS
from ..errors import InputError
from ..model.durations import parse_duration
from ..settings import DEFAULT_DISCOVERY, DiscoverySettings, TLSSettings
from .discovery_options import known_keys, make_discovery
from .settings import DiscoveryServiceSettings, EngineCheckSettings, JoinSettings, RegisterSettings

_NANOSECONDS = 1e9
#: What the keys of every store can be made of.
_HOST = re.compile(r"(?!\.+$)[A-Za-z0-9_.-]{1,128}")
_DISCOVERY_VARIABLE = "SWARM_DISCOVERY"

#: Options that are durations: name, default, meaning.
_JOIN_TIMES = (
    ("--ttl", "180s", "the backend forgets an entry that nobody keeps after this"),
    ("--heartbeat", "60s", "between two heartbeats"),
    ("--delay", "0s", "most to wait, by chance, before the first registration"),
)
_ENGINE_TIMES = (("--engine-timeout", "10s", "for one call to the engine"),)
_CHECK_TIMES = (
    ("--engine-interval", "10s", "between two health checks"),
    ("--engine-timeout", "5s", "for one health check"),
)


@dataclass(frozen=True)
class Help:
    """Show a text and do nothing."""

    text: str


@dataclass(frozen=True)
class Join:
    """Keep an engine in discovery. :ivar dry_run: only find out whether that can be right."""

    settings: JoinSettings
    dry_run: bool = False


@dataclass(frozen=True)
class List:
    """Show the entries. :ivar watch: and each change, until stopped"""

    discovery: DiscoverySettings
    watch: bool = False


@dataclass(frozen=True)
class Watch:
    """Write the health of an engine into a file. :ivar path: that file."""

    check: EngineCheckSettings
    path: str


@dataclass(frozen=True)
class Create:
    """Make a token for a new cluster."""

    discovery: DiscoverySettings


@dataclass(frozen=True)
class Serve:
    """Be a discovery service."""

    settings: DiscoveryServiceSettings


@dataclass(frozen=True)
class Register:
    """Keep the services of an engine in a store. :ivar dry_run: only find out whether that can be right."""

    settings: RegisterSettings
    dry_run: bool = False


@dataclass(frozen=True)
class Follow:
    """Write the containers of an engine into a file. :ivar path: that file."""

    engine: EngineCheckSettings
    path: str


Command = t.Union[Help, Join, List, Watch, Create, Serve, Register, Follow]


def parse_arguments(arguments: t.Sequence[str], environ: t.Mapping[str, str]) -> Command:
    """What the command line asks for. A file with a token is read, nothing else is.

    :raises InputError: the command line cannot be right
    """
    parser, parsers = _make_parsers()
    parsed = parser.parse_args(arguments)
    if parsed.command is None or parsed.help:
        return Help(parsers.get(parsed.command, parser).format_help())
    if parsed.command == "watch":
        return _watch_command(parsed)
    if parsed.command == "follow":
        return _follow_command(parsed)
    if parsed.command == "discovery-service":
        return _service_command(parsed)
    source = parsed.discovery or environ.get(_DISCOVERY_VARIABLE) or DEFAULT_DISCOVERY
    discovery = make_discovery(source, parsed.discovery_opt, environ, _seconds(parsed.timeout, "--timeout"))
    if parsed.command == "create":
        return Create(discovery)
    if parsed.command == "register":
        return Register(_register_settings(parsed, discovery), parsed.dry_run)
    if parsed.command == "list":
        return List(discovery, parsed.watch)
    return Join(_join_settings(parsed, discovery), parsed.dry_run)


class _Parser(argparse.ArgumentParser):
    """Raises instead of writing to the terminal and ending the process."""

    def __init__(self, **options: t.Any) -> None:
        super().__init__(**options, add_help=False, allow_abbrev=False)
        self.add_argument("-h", "--help", action="store_true", help="show this and do nothing")

    def error(self, message: str) -> t.NoReturn:
        raise InputError(f"{self.prog}: {message}; {self.prog} --help shows what is possible")


def _make_parsers() -> t.Tuple[_Parser, t.Dict[str, _Parser]]:
    parser = _Parser(prog="swarm", description="Keeps Docker engines in discovery, and shows which are there.")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    join = commands.add_parser("join", prog="swarm join", help="keep one engine in discovery until stopped")
    _add_join(join)
    listing = commands.add_parser("list", prog="swarm list", help="show the entries, one a line")
    listing.add_argument(
        "-w", "--watch", action="store_true", help="and go on: + for each entry that comes, - for each that goes"
    )
    watch = commands.add_parser("watch", prog="swarm watch", help="write the health of an engine into a file")
    watch.add_argument("--engine", metavar="URL", help="unix://PATH or tcp://HOST:PORT")
    _add_times(watch, _CHECK_TIMES)
    watch.add_argument("file", metavar="FILE", help="what swarm join reads with --engine file://FILE")
    create = commands.add_parser("create", prog="swarm create", help="make a token for a new cluster, and show it")
    service = commands.add_parser(
        "discovery-service", prog="swarm discovery-service", help="keep the entries of clusters that have tokens"
    )
    _add_service(service)
    register = commands.add_parser(
        "register", prog="swarm register", help="keep the services of an engine's containers in a store until stopped"
    )
    _add_register(register)
    follow = commands.add_parser("follow", prog="swarm follow", help="write the containers of an engine into a file")
    follow.add_argument("--engine", metavar="URL", help="unix://PATH or tcp://HOST:PORT")
    _add_times(follow, _ENGINE_TIMES)
    follow.add_argument("file", metavar="FILE", help="what swarm register reads with --engine file://FILE")
    for each in (join, listing, create, register):
        _add_discovery(each)
    known = {
        "join": join,
        "list": listing,
        "watch": watch,
        "create": create,
        "discovery-service": service,
        "register": register,
        "follow": follow,
    }
    return parser, known


def _add_discovery(parser: _Parser) -> None:
    parser.add_argument("--timeout", default="10s", metavar="TIME", help="for one host of the backend (%(default)s)")
    parser.add_argument(
        "--discovery-opt",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help=f"an option of the backend: {', '.join(known_keys())}",
    )
    parser.add_argument(
        "discovery",
        nargs="?",
        metavar="DISCOVERY",
        help=f"such as {' or '.join(backend.EXAMPLE for backend in BACKENDS.values())} (${_DISCOVERY_VARIABLE})",
    )


def _add_service(parser: _Parser) -> None:
    parser.add_argument("--listen", metavar="URL", help="https://ADDRESS:PORT or http://ADDRESS:PORT")
    parser.add_argument("--cert", metavar="FILE", help="certificate for https://, with those of its authorities")
    parser.add_argument("--key", metavar="FILE", help="its key")
    parser.add_argument("store", metavar="FILE", help="keeps tokens and entries")


def _add_register(parser: _Parser) -> None:
    parser.add_argument("--advertise", metavar="ADDRESS", help="where published ports are reached by others")
    parser.add_argument(
        "--engine", metavar="URL", help="unix://PATH, tcp://HOST:PORT, or file://PATH for what swarm follow writes"
    )
    parser.add_argument("--engine-ca", metavar="FILE", help="speak TLS to the engine, and check it with this")
    parser.add_argument("--engine-cert", metavar="FILE", help="our certificate for the engine")
    parser.add_argument("--engine-key", metavar="FILE", help="its key")
    _add_times(
        parser,
        (
            *_ENGINE_TIMES,
            ("--ttl", "30s", "all services are gone after this when the host dies"),
        ),
    )
    parser.add_argument("--host", metavar="NAME", help="begins the identifiers (the engine's name)")
    parser.add_argument(
        "--catalog", metavar="URL", help=f"register with {TITLE} of this host as well, such as {CATALOG_URL}"
    )
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="check the command line, ask and change nothing; print the Python library that the store needs",
    )
    parser.add_argument("--prefix", default="services", metavar="PREFIX", help="of the keys (%(default)s)")


def _add_times(parser: _Parser, times: t.Iterable[t.Tuple[str, str, str]]) -> None:
    for name, default, meaning in times:
        parser.add_argument(name, default=default, metavar="TIME", help=f"{meaning} (%(default)s)")


def _add_join(parser: _Parser) -> None:
    parser.add_argument("--advertise", "--addr", metavar="HOST:PORT", help="where the engine is reached by others")
    _add_times(parser, (*_JOIN_TIMES, *_CHECK_TIMES))
    parser.add_argument(
        "--engine",
        metavar="URL",
        help="advertise only while the engine answers: unix://PATH, tcp://HOST:PORT or file://PATH (see swarm watch)",
    )
    parser.add_argument(
        "--engine-retries", default="1", metavar="NUMBER", help="failed checks to overlook in a row (%(default)s)"
    )
    parser.add_argument(
        "--engine-ca", metavar="FILE", help="speak TLS to the engine, and check its certificate with this"
    )
    parser.add_argument("--engine-cert", metavar="FILE", help="our certificate for the engine")
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="check the command line, ask and change nothing; print the Python library that the backend needs",
    )
    parser.add_argument("--engine-key", metavar="FILE", help="its key")


def _join_settings(parsed: argparse.Namespace, discovery: DiscoverySettings) -> JoinSettings:
    if parsed.advertise is None:
        raise InputError("swarm join needs --advertise HOST:PORT, where the engine is reached by others")
    try:
        entry = parse_entry(parsed.advertise)
    except InputError as error:
        raise InputError(f"--advertise: {error}") from error
    return JoinSettings(
        entry,
        discovery,
        ttl=_seconds(parsed.ttl, "--ttl"),
        heartbeat=_seconds(parsed.heartbeat, "--heartbeat"),
        delay=_seconds(parsed.delay, "--delay"),
        check=_check_settings(parsed),
    )


def _watch_command(parsed: argparse.Namespace) -> Watch:
    if parsed.engine is None or parsed.engine.startswith("file:"):
        raise InputError("swarm watch needs --engine unix://PATH or tcp://HOST:PORT, where the engine is asked")
    check = EngineCheckSettings(
        parsed.engine,
        interval=_seconds(parsed.engine_interval, "--engine-interval"),
        timeout=_seconds(parsed.engine_timeout, "--engine-timeout"),
    )
    return Watch(check, parsed.file)


def _register_settings(parsed: argparse.Namespace, discovery: DiscoverySettings) -> RegisterSettings:
    if parsed.advertise is None:
        raise InputError("swarm register needs --advertise ADDRESS, where published ports are reached by others")
    try:
        advertise = parse_entry(f"[{parsed.advertise}]:1" if ":" in parsed.advertise else f"{parsed.advertise}:1").host
    except InputError:
        raise InputError(f"--advertise: '{parsed.advertise}' is neither an address nor the name of a host") from None
    if parsed.engine is None or not parsed.engine.startswith(("unix:///", "tcp://", "file:///")):
        raise InputError(
            "swarm register needs --engine unix://PATH or tcp://HOST:PORT, where the engine is followed, "
            "or file://PATH for what swarm follow writes"
        )
    prefix = parsed.prefix.strip("/")
    if not prefix or not prefix.isprintable() or any(part in ("", ".", "..") for part in prefix.split("/")):
        raise InputError(f"--prefix: '{parsed.prefix}' cannot be the beginning of keys; write one such as services")
    if parsed.host is not None and not _HOST.fullmatch(parsed.host):
        raise InputError(f"--host: '{parsed.host}' has a character that is none of letters, digits, '_', '.' and '-'")
    files = (parsed.engine_ca, parsed.engine_cert, parsed.engine_key)
    if any(files) and not parsed.engine.startswith("tcp://"):
        raise InputError(f"--engine-ca, --engine-cert and --engine-key are for tcp://, not for '{parsed.engine}'")
    tls = TLSSettings(
        enabled=any(files), ca_path=parsed.engine_ca, client_cert=parsed.engine_cert, client_key=parsed.engine_key
    )
    engine = EngineCheckSettings(parsed.engine, tls=tls, timeout=_seconds(parsed.engine_timeout, "--engine-timeout"))
    ttl, catalog = _seconds(parsed.ttl, "--ttl"), _catalog(parsed.catalog, discovery)
    return RegisterSettings(discovery, engine, advertise, parsed.host, prefix, ttl, catalog)


def _catalog(url: t.Optional[str], discovery: DiscoverySettings) -> t.Optional[DiscoverySettings]:
    """The catalog's agent of this host, which gets the token and the certificates of the store's options."""
    if url is None:
        return None
    if not url.startswith(("http://", "https://")):
        raise InputError(f"--catalog: '{url}' is not an http:// or https:// address; write {CATALOG_URL}")
    try:
        entry = parse_entry(url)
    except InputError as error:
        raise InputError(f"--catalog: {error}") from error
    return replace(discovery, source=url, tls=replace(discovery.tls, enabled=entry.scheme == "https"))


def _follow_command(parsed: argparse.Namespace) -> Follow:
    if parsed.engine is None or not parsed.engine.startswith(("unix:///", "tcp://")):
        raise InputError("swarm follow needs --engine unix://PATH or tcp://HOST:PORT, where the engine is followed")
    timeout = _seconds(parsed.engine_timeout, "--engine-timeout")
    return Follow(EngineCheckSettings(parsed.engine, timeout=timeout), parsed.file)


def _service_command(parsed: argparse.Namespace) -> Serve:
    if parsed.listen is None:
        raise InputError("swarm discovery-service needs --listen https://ADDRESS:PORT, or http://ADDRESS:PORT")
    try:
        listen = parse_entry(parsed.listen)
    except InputError as error:
        raise InputError(f"--listen: {error}") from error
    return Serve(DiscoveryServiceSettings(listen, parsed.store, parsed.cert, parsed.key))


def _check_settings(parsed: argparse.Namespace) -> t.Optional[EngineCheckSettings]:
    files = (parsed.engine_ca, parsed.engine_cert, parsed.engine_key)
    if parsed.engine is None:
        if any(files):
            raise InputError("--engine-ca, --engine-cert and --engine-key need --engine tcp://HOST:PORT")
        return None
    if any(files) and not parsed.engine.startswith("tcp://"):
        raise InputError(f"--engine-ca, --engine-cert and --engine-key are for tcp://, not for '{parsed.engine}'")
    if not (parsed.engine_retries.isascii() and parsed.engine_retries.isdecimal()):
        raise InputError(f"--engine-retries: '{parsed.engine_retries}' is not a number; write one such as 1")
    tls = TLSSettings(
        enabled=any(files), ca_path=parsed.engine_ca, client_cert=parsed.engine_cert, client_key=parsed.engine_key
    )
    return EngineCheckSettings(
        parsed.engine,
        tls=tls,
        interval=_seconds(parsed.engine_interval, "--engine-interval"),
        timeout=_seconds(parsed.engine_timeout, "--engine-timeout"),
        retries=int(parsed.engine_retries),
    )


def _seconds(text: str, option: str) -> float:
    return parse_duration(text, option) / _NANOSECONDS
