# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Services -> what a template sees."""

from __future__ import annotations

import typing as t

from .certificates import certificate_for, read_certificates
from .routing import route
from .template_options import Value, taken_ports
from .view import Service, View


def make_view(services: t.Mapping[str, Service], options: t.Mapping[str, Value]) -> t.Tuple[View, t.List[str]]:
    """The view, and sentences about what is not routed. The folder of certificates is listed."""
    default = options["default_service"]
    routing = route(services, taken_ports(options), default if isinstance(default, str) else None)
    problems = [*routing.problems]
    folder = options["certificates"]
    if not isinstance(folder, str):
        return View(services, routing.sites, routing.ports), problems
    certificates, state, odd = read_certificates(folder)
    problems += odd
    problems += [
        f"{site.host or 'every other host'} has no certificate in {folder}"
        for site in routing.sites
        if certificate_for(site.host, certificates) is None
    ]
    return View(services, routing.sites, routing.ports, certificates, state), problems
