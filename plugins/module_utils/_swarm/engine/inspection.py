# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What a container holds of its node, read from its inspection.

Containers of this product carry that in their labels. Others, those of the original Classic Swarm among them, must be
inspected: a list tells neither memory nor cpus, nor the ports of a container that does not run. So must our own where
it has to be exact: one that was updated in place reserves something else than its labels say.
"""

from __future__ import annotations

import json
import math
import typing as t

from ..errors import EngineError
from ..model.labels import is_made_by_original
from ..model.ports import HostPort
from ..model.resources import Reservation
from .fields import Fields, is_number

_DEFAULT_CPU_PERIOD = 100_000

_NO_PORTS: t.FrozenSet[HostPort] = frozenset()

_HOST_CONFIG = b',"HostConfig":{'
#: A reply with one of these is read as a whole: characters that may be half of one, and what the original wrote.
_LOOKED_AT = (b"\\u", b"com.docker.swarm.")
_decode = json.JSONDecoder().raw_decode


class Held(t.NamedTuple):
    """What a container holds of its node. :ivar ports: those that it takes whenever it runs"""

    ports: t.AbstractSet[HostPort]
    reservation: Reservation


def read_held(address: str, where: str, inspection: t.Any, node_cpus: int) -> Held:
    """
    :param where: what was asked, for messages
    :raises EngineError: the reply is not what an engine answers
    """
    fields = Fields(address, where, inspection)
    return Held(inspected_ports(fields), inspected_reservation(fields, node_cpus))


def read_held_quickly(content: bytes) -> t.Optional[Held]:
    """The same out of a third of a reply; None where more has to be looked at.

    To be exact, a task reads every container of a node, and most replies are as this expects them.

    :param content: the reply as it came; beyond its ``HostConfig`` it need not be right
    """
    # A quote within a text has a backslash before it, so this can only be a key. Where a network has that name there
    # are two.
    if content.count(_HOST_CONFIG) != 1 or any(each in content for each in _LOOKED_AT):
        return None
    try:
        config, _end = _decode(content[content.index(_HOST_CONFIG) + len(_HOST_CONFIG) - 1 :].decode())
        numbers = [config[key] for key in ("Memory", "MemoryReservation", "NanoCpus", "CpuQuota", "CpuPeriod")]
        mode, bindings = config["NetworkMode"], config["PortBindings"]
        if not isinstance(mode, str) or mode == "host" or not all(map(is_number, numbers)):
            return None
        memory, reserved, nano, quota, period = numbers
        ports = _NO_PORTS if bindings in (None, {}) else inspected_ports(Fields("", "", {"HostConfig": config}))
        return Held(ports, Reservation(reserved or memory, _cpus(nano, quota, period)))
    except (EngineError, KeyError, RecursionError, ValueError):
        return None


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
    cpus = _cpus(*map(host_config.number, ("NanoCpus", "CpuQuota", "CpuPeriod")))
    return Reservation(memory, cpus or _classic_cpus(inspection, node_cpus))


def _cpus(nano: int, quota: int, period: int) -> float:
    return quota / (period or _DEFAULT_CPU_PERIOD) if quota > 0 else nano / 1e9


def _classic_cpus(inspection: Fields, node_cpus: int) -> float:
    """The original took ``--cpu-shares`` as a number of cpus and told the engine their part of 1024 for all cpus."""
    if not is_made_by_original(set(inspection.within("Config").within("Labels"))):
        return 0.0
    return float(math.ceil(inspection.within("HostConfig").number("CpuShares") * node_cpus / 1024))
