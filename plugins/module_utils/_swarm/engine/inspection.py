# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What a container holds of its node, read from its inspection.

Containers of this product carry that in their labels. Others, those of the original Classic Swarm among them, must be
inspected: a list tells neither memory nor cpus, nor the ports of a container that does not run. So must our own where
it has to be exact: one that was updated in place reserves something else than its labels say.
"""

from __future__ import annotations

import math
import typing as t

from ..model.labels import is_made_by_original
from ..model.ports import HostPort
from ..model.resources import Reservation
from .fields import Fields

_DEFAULT_CPU_PERIOD = 100_000


def inspected_ports(inspection: Fields) -> t.Set[HostPort]:
    """The host ports that it takes whenever it runs; one whose number the engine chooses at start is not among them."""
    host_config = inspection.within("HostConfig")
    if host_config.text("NetworkMode") == "host":
        exposed = inspection.within("Config").within("ExposedPorts")
        return _fixed_ports((port, "", "") for port in exposed)
    bindings = host_config.within("PortBindings")
    return _fixed_ports(
        (port, binding.text("HostPort"), binding.text("HostIp"))
        for port in bindings
        for binding in bindings.objects(port)
        if binding.text("HostPort") not in ("", "0")
    )


def _fixed_ports(bindings: t.Iterable[t.Tuple[str, str, str]]) -> t.Set[HostPort]:
    """Of (``80/tcp``, host port or ``""`` for the same, host address)."""
    ports = set()
    for port, host_port, address in bindings:
        number, _slash, protocol = port.partition("/")
        number = host_port or number
        if number.isascii() and number.isdigit() and len(number) <= 5:  # else a range, of which the engine chooses one
            ports.add(HostPort(address, int(number), protocol or "tcp"))
    return ports


def inspected_reservation(inspection: Fields, node_cpus: int) -> Reservation:
    """Memory: the reservation if there is one, else the limit. Cpus: the limit, in either of its two forms."""
    host_config = inspection.within("HostConfig")
    memory = host_config.number("MemoryReservation") or host_config.number("Memory")
    return Reservation(memory, _cpus(host_config) or _classic_cpus(inspection, node_cpus))


def _cpus(host_config: Fields) -> float:
    quota = host_config.number("CpuQuota")
    if quota > 0:
        return quota / (host_config.number("CpuPeriod") or _DEFAULT_CPU_PERIOD)
    return host_config.number("NanoCpus") / 1e9


def _classic_cpus(inspection: Fields, node_cpus: int) -> float:
    """The original took ``--cpu-shares`` as a number of cpus and told the engine their part of 1024 for all cpus."""
    if not is_made_by_original(set(inspection.within("Config").within("Labels"))):
        return 0.0
    return float(math.ceil(inspection.within("HostConfig").number("CpuShares") * node_cpus / 1024))
