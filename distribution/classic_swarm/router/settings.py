# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What ``swarm route`` was told: frozen, checked."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._swarm.settings import DiscoverySettings
from .template_options import Value

HAPROXY, NGINX = "haproxy", "nginx"


@dataclass(frozen=True)
class RouteSettings:
    """Times are in seconds.

    :ivar kind: ``haproxy`` or ``nginx``
    :ivar template: path of the user's; None for the shipped one
    :ivar metrics: host and port; None for none
    """

    discovery: DiscoverySettings
    kind: str
    template: t.Optional[str]
    options: t.Mapping[str, Value]
    output: str
    overwrite: bool
    prefix: str
    program: str
    master_socket: str
    pid_file: str
    interval: float
    grace: float
    forget: float
    drain: float
    allow_empty: bool
    status_socket: str
    metrics: t.Optional[t.Tuple[str, int]]


@dataclass(frozen=True)
class Watch:
    """Route until told to stop."""

    settings: RouteSettings


@dataclass(frozen=True)
class Once:
    """Apply once. :ivar check: only show what would change"""

    settings: RouteSettings
    check: bool


@dataclass(frozen=True)
class AskStatus:
    """Show the state of the router that runs."""

    socket: str


@dataclass(frozen=True)
class Help:
    """Show a text and do nothing."""

    text: str


RouteCommand = t.Union[Watch, Once, AskStatus, Help]
