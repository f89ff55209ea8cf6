# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The command line of ``swarm manage``: the original's flag for flag, and what is new."""

from __future__ import annotations

import argparse
import secrets
import typing as t

from .._swarm.agent.discovery_options import known_keys, make_discovery
from .._swarm.discovery.entry import parse_entry
from .._swarm.discovery.registry import BACKENDS
from .._swarm.errors import InputError
from .._swarm.model.durations import parse_duration
from .._swarm.scheduler.registry import FILTERS, STRATEGIES, make_filters, make_strategy
from .._swarm.settings import DEFAULT_DISCOVERY, EngineSettings, SchedulingSettings, TLSSettings
from ..parser import Parser
from .option_file import read_option_file
from .settings import DEFAULT_LISTEN, Listen, ManagerSettings, ServerTLS, is_loopback, parse_listen

PROGRAM = "swarm manage"
_NANOSECONDS = 1e9
_LEVELS = ("debug", "info", "warn", "error", "fatal", "panic")

#: Options that are durations: name, default, meaning.
_TIMES = (
    ("--heartbeat", "60s", "most between two readings of the discovery backend; changes are seen earlier"),
    ("--engine-refresh-min-interval", "30s", "least between two full readings of an engine"),
    ("--engine-refresh-max-interval", "6m", "most between two full readings of an engine"),
    ("--engine-timeout", "60s", "that one call to an engine may take"),
    ("--replication-ttl", "20s", "after which another manager takes over"),
    ("--drain", "10s", "for which streams may go on when the manager is told to stop"),
)

#: --tls* for both sides, and --engine-tls* for engines alone: name, metavar, meaning.
_TLS_FILES = (
    ("cacert", "trust only certificates of these authorities"),
    ("cert", "certificate"),
    ("key", "its key"),
)


def parse_manage(
    arguments: t.Sequence[str], environ: t.Mapping[str, str], debug: bool = False, log_level: t.Optional[str] = None
) -> t.Union[ManagerSettings, str]:
    """The settings that the command line asks for, or the text of its help. Files are read.

    :param arguments: behind ``manage``
    :param debug: as it was set before the command
    :raises InputError: the command line cannot be right
    """
    parser = _make_parser()
    parsed = parser.parse_args(arguments)
    if parsed.help:
        return parser.format_help()
    if parsed.config is not None:
        # What stands on the command line stands behind, and so wins; lists are joined.
        parsed = parser.parse_args([*read_option_file(parsed.config, parser), *arguments])
    return _settings(parsed, environ, debug, log_level)


def _make_parser() -> Parser:
    parser = Parser(prog=PROGRAM, description="Serves the Docker API for all engines of a cluster.")
    parser.add_argument(
        "discovery",
        nargs="?",
        metavar="DISCOVERY",
        help=f"such as {' or '.join(backend.EXAMPLE for backend in BACKENDS.values())} ($SWARM_DISCOVERY)",
    )
    _add_serving(parser)
    _add_tls(parser)
    _add_scheduling(parser)
    _add_cluster(parser)
    return parser


def _add_serving(parser: Parser) -> None:
    add = parser.add_argument
    add(
        "-H",
        "--host",
        action="append",
        default=[],
        metavar="URL",
        help=f"serve there: tcp://HOST:PORT, unix://PATH or fd://; repeatable ({DEFAULT_LISTEN}, $SWARM_HOST)",
    )
    add(
        "--allow-plain-tcp",
        action="store_true",
        help="serve without TLS beyond this machine: whoever reaches the port is root on every engine",
    )
    add("--cors", "--api-enable-cors", action="store_true", help="answer scripts of any web site")
    add("--policy", metavar="FILE", help="who may do what, and what containers may ask for (JSON)")
    add(
        "--metrics",
        metavar="URL",
        help="serve /metrics, /health and a page of the cluster there, without TLS: tcp://HOST:PORT",
    )
    add("--config", metavar="FILE", help="options, one a line: NAME = VALUE; those of the command line win")
    add("--debug", action="store_true", help="the same as --log-level debug")
    add("-l", "--log-level", choices=_LEVELS, help="what is told (info)")
    add("--log-format", choices=("text", "json"), default="text", help="how it is told (%(default)s)")
    add("--replication", action="store_true", help="stand beside other managers: one acts, the others pass on to it")
    add("--advertise", "--addr", metavar="HOST:PORT", help="where other managers reach this one ($SWARM_ADVERTISE)")


def _add_tls(parser: Parser) -> None:
    add = parser.add_argument
    add("--tls", action="store_true", help="speak TLS with clients and engines, and check no certificate")
    add("--tlsverify", action="store_true", help="speak TLS, and check the certificates of both sides")
    for name, meaning in _TLS_FILES:
        add(f"--tls{name}", metavar="FILE", help=f"{meaning}, for clients and engines")
    add("--engine-tls", action="store_true", help="speak TLS with engines, where clients are served without")
    add("--engine-tlsverify", action="store_true", help="check the certificates of engines")
    for name, meaning in _TLS_FILES:
        add(f"--engine-tls{name}", metavar="FILE", help=f"{meaning}, for engines alone")


def _add_scheduling(parser: Parser) -> None:
    add = parser.add_argument
    strategies = ", ".join(strategy.name for strategy in STRATEGIES)
    add("--strategy", default="spread", metavar="NAME", help=f"where containers go: {strategies} (%(default)s)")
    filters = ", ".join(each.name for each in FILTERS)
    add("-f", "--filter", action="append", default=[], metavar="NAME", help=f"of {filters}; may be repeated (all)")
    add(
        "--cluster-opt",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="swarm.overcommit: part of a node that may be reserved beyond it (0.05); "
        "swarm.createretry: further tries after a failed create (0)",
    )
    add("-c", "--cluster-driver", default="swarm", metavar="NAME", help="swarm, there is no other")
    add("--refresh-on-node-filter", action="store_true", help="taken for the original's sake: the state is always new")
    add("--container-name-refresh-filter", metavar="NAME", help="taken for the original's sake")


def _add_cluster(parser: Parser) -> None:
    add = parser.add_argument
    add(
        "--discovery-opt",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help=f"an option of the discovery backend: {', '.join(known_keys())}",
    )
    for name, default, meaning in _TIMES:
        add(name, default=default, metavar="TIME", help=f"{meaning} (%(default)s)")
    add(
        "--engine-failure-retry",
        default="3",
        metavar="NUMBER",
        help="failures in a row after which an engine is unhealthy (%(default)s)",
    )
    add("--engine-refresh-retry", metavar="NUMBER", help="the old name of --engine-failure-retry")


def _settings(
    parsed: argparse.Namespace, environ: t.Mapping[str, str], debug: bool, log_level: t.Optional[str]
) -> ManagerSettings:
    if parsed.cluster_driver != "swarm":
        raise InputError(f"--cluster-driver: '{parsed.cluster_driver}' is unknown; the only one is swarm")
    source = parsed.discovery or environ.get("SWARM_DISCOVERY") or DEFAULT_DISCOVERY
    options = _cluster_options(parsed.cluster_opt)
    scheduling = _scheduling(parsed, _number(options.get("swarm.overcommit", "0.05"), "swarm.overcommit"))
    least, most = (_seconds(parsed, f"engine_refresh_{which}_interval") for which in ("min", "max"))
    if not 0 < least <= most:
        raise InputError("--engine-refresh-min-interval must be more than 0, and not more than the max-interval")
    advertise = parsed.advertise or environ.get("SWARM_ADVERTISE") or None
    if parsed.replication and advertise is None:
        raise InputError("--replication needs --advertise HOST:PORT, where other managers reach this one")
    tls = _server_tls(parsed)
    listens = _listens(parsed, environ, tls)
    return ManagerSettings(
        discovery=make_discovery(source, parsed.discovery_opt, environ, 10.0),
        listen=listens,
        engine=EngineSettings(tls=_engine_tls(parsed), timeout=_seconds(parsed, "engine_timeout")),
        scheduling=scheduling,
        tls=tls,
        heartbeat=_seconds(parsed, "heartbeat"),
        refresh=(least, most),
        failure_retry=_whole(parsed.engine_refresh_retry or parsed.engine_failure_retry, "--engine-failure-retry", 1),
        create_retry=_whole(options.get("swarm.createretry", "0"), "--cluster-opt swarm.createretry", 0),
        cors=parsed.cors,
        insecure=parsed.allow_plain_tcp,
        replication=parsed.replication,
        replication_ttl=_seconds(parsed, "replication_ttl"),
        advertise=None if advertise is None else _address(advertise),
        refresh_on_node_filter=parsed.refresh_on_node_filter,
        container_name_refresh_filter=parsed.container_name_refresh_filter,
        log_level="debug" if parsed.debug or debug else parsed.log_level or log_level or "info",
        log_format=parsed.log_format,
        metrics=None if parsed.metrics is None else parse_listen(parsed.metrics, "--metrics"),
        policy=parsed.policy,
        drain=_seconds(parsed, "drain"),
    )


def _listens(
    parsed: argparse.Namespace, environ: t.Mapping[str, str], tls: t.Optional[ServerTLS]
) -> t.Tuple[Listen, ...]:
    from_environment = [each for each in environ.get("SWARM_HOST", "").split(",") if each]
    texts = parsed.host or from_environment or [DEFAULT_LISTEN]
    listens = tuple(parse_listen(text) for text in texts)
    for listen in listens:
        if listen.kind == "tcp" and tls is None and not parsed.allow_plain_tcp and not is_loopback(listen.host):
            raise InputError(
                f"--host: {listen} would be served without TLS, and whoever reaches it would be root on every engine; "
                "give --tlsverify with --tlscacert, --tlscert and --tlskey, or --allow-plain-tcp if that is meant"
            )
    return listens


def _server_tls(parsed: argparse.Namespace) -> t.Optional[ServerTLS]:
    if not (parsed.tls or parsed.tlsverify):
        if parsed.tlscert or parsed.tlskey or parsed.tlscacert:
            raise InputError("--tlscacert, --tlscert and --tlskey need --tlsverify, or --tls to check no certificate")
        return None
    if not (parsed.tlscert and parsed.tlskey):
        raise InputError("--tlscert and --tlskey are needed when clients are served over TLS")
    if parsed.tlsverify and not parsed.tlscacert:
        raise InputError("--tlscacert is needed with --tlsverify")
    return ServerTLS(parsed.tlscert, parsed.tlskey, parsed.tlscacert if parsed.tlsverify else None)


def _engine_tls(parsed: argparse.Namespace) -> TLSSettings:
    own = parsed.engine_tls or parsed.engine_tlsverify
    if not own and (parsed.engine_tlscacert or parsed.engine_tlscert or parsed.engine_tlskey):
        own = True
    if not (own or parsed.tls or parsed.tlsverify):
        return TLSSettings()
    return TLSSettings(
        enabled=True,
        # --engine-tls alone checks nothing, as --tls alone does; files of its own mean that it is meant seriously.
        verify=parsed.engine_tlsverify or bool(parsed.engine_tlscacert) or (parsed.tlsverify and not parsed.engine_tls),
        ca_path=parsed.engine_tlscacert or parsed.tlscacert,
        client_cert=parsed.engine_tlscert or parsed.tlscert,
        client_key=parsed.engine_tlskey or parsed.tlskey,
    )


def _scheduling(parsed: argparse.Namespace, overcommit: float) -> SchedulingSettings:
    settings = SchedulingSettings(
        strategy=parsed.strategy,
        filters=tuple(parsed.filter) or None,
        # By chance, for the strategy that goes by chance.
        seed=secrets.randbelow(2**32),
        overcommit=overcommit,
    )
    # Names that are not known are found out before anything is served.
    make_filters(settings)
    make_strategy(settings)
    return settings


def _cluster_options(texts: t.Sequence[str]) -> t.Dict[str, str]:
    known = ("swarm.overcommit", "swarm.createretry")
    found = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or key not in known:
            raise InputError(
                f"--cluster-opt: '{text}' is unknown; known options are {' and '.join(known)}, each KEY=VALUE"
            )
        found[key] = value
    return found


def _number(text: str, option: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise InputError(f"--cluster-opt {option}: '{text}' is not a number; write one such as 0.05") from None


def _whole(text: str, option: str, least: int) -> int:
    if not (text.isascii() and text.isdecimal()) or int(text) < least:
        raise InputError(f"{option}: '{text}' must be a whole number, {least} or more")
    return int(text)


def _seconds(parsed: argparse.Namespace, name: str) -> float:
    return parse_duration(getattr(parsed, name), f"--{name.replace('_', '-')}") / _NANOSECONDS


def _address(text: str) -> str:
    try:
        return parse_entry(text).address
    except InputError as error:
        raise InputError(f"--advertise: {error}") from error
