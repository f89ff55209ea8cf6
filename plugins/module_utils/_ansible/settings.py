# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From option values to the product's settings, for modules and the inventory alike.

Every function takes the option values as a mapping, after Ansible has checked them, and the environment where it
matters. Certificates are only named here. They are read where they are used.

When TLS is on for engines:

=========================================================  =====
``tls`` is true                                            on
``tls`` is false                                           off
not set; ``ca_path``, ``client_cert`` or ``client_key``    on
not set; DOCKER_TLS_VERIFY holds anything                  on
not set; DOCKER_TLS is true                                on
none of these (DOCKER_CERT_PATH alone does not count)      off
=========================================================  =====

An entry that is written with ``https://`` is spoken to over TLS in any case, by whoever reads the entries.
"""

from __future__ import annotations

import math
import os
import secrets
import typing as t
from dataclasses import dataclass

from ansible_collections.classic.swarm.plugins.module_utils._swarm.container.parse import shown
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.configuration import make_settings
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.options import parse_switch
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.registry import open_backend
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.expression import Expression, parse_expressions
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.labels import label_wishes
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.request import SpreadOver
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.resources import parse_size
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.text import refuse_unusable_text
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.whitelist import check_names, in_all
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import (
    ClusterSettings,
    DiscoverySettings,
    EngineSettings,
    SchedulingSettings,
    TLSSettings,
)

from .contents import refuse_content

Options = t.Mapping[str, t.Any]
Environment = t.Mapping[str, str]

#: Seconds, eleven days. Sockets and locks of the operating system cannot wait for much longer.
LONGEST_TIME = 1_000_000
_MOST_OVERCOMMIT = 1000
_MOST_CPUS = 2**20

_CERTIFICATES = ("ca_path", "client_cert", "client_key")
#: What the docker CLI calls the files in DOCKER_CERT_PATH.
_CERTIFICATE_FILES = {"ca_path": "ca.pem", "client_cert": "cert.pem", "client_key": "key.pem"}


@dataclass(frozen=True)
class Wishes:
    """What the placement options say about one request. :ivar warnings: sentences for the user about their form."""

    constraints: t.Tuple[Expression, ...] = ()
    affinities: t.Tuple[Expression, ...] = ()
    whitelist: t.Tuple[str, ...] = ()
    spread_over: t.Tuple[SpreadOver, ...] = ()
    warnings: t.Tuple[str, ...] = ()


def cluster_settings(options: Options, environment: Environment) -> ClusterSettings:
    """From the values of ``CLUSTER_ARGUMENT_SPEC`` and ``TLS_ARGUMENT_SPEC``.

    :raises InputError: a value cannot be right
    """
    refuse_unusable_text({name: value for name, value in options.items() if value is not None}, "")
    for name in ("timeout", "snapshot_timeout"):
        _check_time(name, options[name])
    return ClusterSettings(
        discovery=discovery_settings(options, environment),
        engine=EngineSettings(
            tls=tls_settings(options, environment),
            timeout=float(options["timeout"]),
            snapshot_timeout=float(options["snapshot_timeout"]),
            api_version=options.get("api_version") or "auto",
        ),
        partition=parse_expressions(options.get("partition") or (), "partition"),
        services=_services_settings(options, environment) if options.get("services") else None,
    )


def _services_settings(options: Options, environment: Environment) -> DiscoverySettings:
    """From ``services``; the store is spoken to as that of ``discovery`` is.

    :raises InputError: it is no store, or has no prefix
    """
    settings = discovery_settings({**options, "discovery": options["services"]}, environment)
    try:
        open_backend(settings).key_folder("")
    except InputError as error:
        raise InputError(f"services: {error.message}") from None
    return settings


def discovery_settings(options: Options, environment: Environment) -> DiscoverySettings:
    """From ``discovery`` and ``discovery_options``; environment variables are those that the source's backend names.

    :raises InputError: a value cannot be right
    """
    given = options.get("discovery_options") or {}
    for name in _CERTIFICATES:
        refuse_content(f"discovery_options.{name}", given.get(name))
    settings = make_settings(options["discovery"].strip(), given, environment, context="discovery_options: ")
    _check_time("discovery_options.timeout", settings.timeout)
    return settings


def tls_settings(
    options: Options, environment: Environment, is_file: t.Callable[[str], bool] = os.path.isfile
) -> TLSSettings:
    """How engines are spoken to, after the table at the top.

    :raises InputError: a certificate without its key, DOCKER_TLS that is neither true nor false, or a DOCKER_CERT_PATH
        without certificates where they are needed
    """
    for name in _CERTIFICATES:
        refuse_content(name, options.get(name))
    enabled = options.get("tls")
    if enabled is None:
        enabled = (
            any(options.get(name) for name in _CERTIFICATES)
            or bool(environment.get("DOCKER_TLS_VERIFY"))
            or bool(_switch(environment, "DOCKER_TLS"))
        )
    files = _certificate_folder(environment, is_file)
    files.update({name: options[name] for name in _CERTIFICATES if options.get(name)})
    if enabled and not files and environment.get("DOCKER_CERT_PATH"):
        raise InputError(
            f"the environment variable DOCKER_CERT_PATH is {environment['DOCKER_CERT_PATH']}, and none of "
            f"{', '.join(_CERTIFICATE_FILES.values())} is there"
        )
    return TLSSettings(
        enabled=enabled,
        verify=options.get("validate_certs") is not False,
        hostname=options.get("tls_hostname") or None,
        **files,
    )


def scheduling_settings(options: Options) -> SchedulingSettings:
    """From the values of ``PLACEMENT_ARGUMENT_SPEC``; the scheduler's registry checks the names.

    Without a ``seed`` one is drawn: who asks for ``random`` and no seed wants chance.

    :raises InputError: a value cannot be right
    """
    refuse_unusable_text({name: value for name, value in options.items() if value is not None}, "")
    for name, most in (("overcommit", _MOST_OVERCOMMIT), ("headroom_cpus", _MOST_CPUS)):
        # What is below 0 is said where these are used.
        if not options[name] < 0:
            check_number(name, options[name], 0, most)
    if options.get("seed") is not None:
        check_number("seed", options["seed"], -(2**63), 2**63 - 1)
    filters = options.get("filters")
    return SchedulingSettings(
        strategy=options["strategy"],
        filters=None if filters is None else tuple(filters),
        rank=options.get("rank"),
        seed=_seed(options),
        overcommit=options["overcommit"],
        headroom_memory=parse_size(options["headroom_memory"], "headroom_memory"),
        headroom_cpus=options["headroom_cpus"],
        spread_counts=options["spread_counts"],
    )


def _seed(options: Options) -> t.Optional[int]:
    if options.get("seed") is None and options["strategy"] == "random":
        return secrets.randbelow(2**31)
    return t.cast("t.Optional[int]", options.get("seed"))


def placement_wishes(options: Options) -> Wishes:
    """``constraints``, ``affinities`` and ``whitelist``, and what ``labels`` says in the form of Classic Swarm.

    :raises ExpressionError: one does not parse
    :raises InputError: an entry of a whitelist is no name, a label of Classic Swarm is no list, or no node is in all
        whitelists
    """
    labelled = label_wishes({key: str(value) for key, value in (options.get("labels") or {}).items()})
    constraints = parse_expressions(options.get("constraints") or (), "constraints") + labelled.constraints
    affinities = parse_expressions(options.get("affinities") or (), "affinities") + labelled.affinities
    return Wishes(
        constraints=constraints,
        affinities=affinities,
        whitelist=join_whitelists(check_names(options.get("whitelist") or (), "whitelist"), labelled.whitelist),
        spread_over=tuple(_spread_over(each) for each in options.get("spread_over") or ()),
        warnings=tuple(expression.warning for expression in constraints + affinities if expression.warning),
    )


def join_whitelists(*whitelists: t.Sequence[str]) -> t.Tuple[str, ...]:
    """The nodes that every one of them allows; one that is empty allows all.

    :raises InputError: there is none
    """
    return in_all(whitelists, "the task has several whitelists (in whitelist, env or labels)")


def _spread_over(value: t.Any) -> SpreadOver:
    """One element of ``spread_over``.

    :raises InputError: it is neither a label nor a dictionary with one
    """
    if isinstance(value, str):
        return SpreadOver(value.strip())
    if not isinstance(value, dict) or not isinstance(value.get("label"), str):
        raise InputError(f"spread_over: {value!r} is not a label; write a label, or a dictionary with label")
    unknown = sorted(set(value) - {"label", "shares", "max_skew"})
    if unknown:
        raise InputError(f"spread_over {value['label']}: {', '.join(unknown)} is unknown; it takes shares and max_skew")
    shares, max_skew = value.get("shares") or {}, value.get("max_skew")
    try:
        if not isinstance(shares, dict) or not all(math.isfinite(float(share)) for share in shares.values()):
            raise ValueError
        return SpreadOver(
            value["label"].strip(),
            {str(domain): float(share) for domain, share in shares.items()},
            None if max_skew is None else int(max_skew),
        )
    except (TypeError, ValueError, OverflowError):
        raise InputError(
            f"spread_over {value['label']}: shares is a dictionary of numbers, such as {{a: 2, b: 1}}, and max_skew "
            "a whole number"
        ) from None


def _certificate_folder(environment: Environment, is_file: t.Callable[[str], bool]) -> t.Dict[str, str]:
    folder = environment.get("DOCKER_CERT_PATH")
    if not folder:
        return {}
    paths = {name: os.path.join(os.path.expanduser(folder), file) for name, file in _CERTIFICATE_FILES.items()}
    return {name: path for name, path in paths.items() if is_file(path)}


def _switch(environment: Environment, variable: str) -> t.Optional[bool]:
    text = environment.get(variable)
    if not text:
        return None
    value = parse_switch(text)
    if value is None:
        raise InputError(f"the environment variable {variable} is '{text}'; it must be true or false")
    return value


def check_number(name: str, value: float, least: float, most: float) -> None:
    """:raises InputError: a number is out of range, or none at all (``.nan`` and ``.inf`` of YAML)"""
    if not least <= value <= most:
        raise InputError(f"{name} is {_written(value)}; it must be a number from {least} to {most}")


def _check_time(name: str, seconds: float) -> None:
    if not seconds > 0:
        raise InputError(f"{name} is {_written(seconds)}; it must be more than 0 seconds")
    if seconds > LONGEST_TIME:
        raise InputError(f"{name} is {_written(seconds)}; it must be {LONGEST_TIME} seconds or less")


def _written(number: float) -> str:
    return f"{number:g}" if isinstance(number, float) else shown(number)
