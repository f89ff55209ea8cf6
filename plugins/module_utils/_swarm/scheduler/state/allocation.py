# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Which host ports a request would get on a node."""

from __future__ import annotations

import typing as t

from ...model.ports import HostPort, HostPortRequest
from .node import NodeState


def allocate(node: NodeState, ports: t.Sequence[HostPortRequest]) -> t.List[t.Optional[HostPort]]:
    """A free port for each of ``ports``, in their order, no two of them colliding; None where there is none left.

    Fixed ports come first, as they have no choice; then the range that ends first takes its lowest free number. Over
    one address that order finds numbers for all wherever there is a way to.
    """
    allocated: t.List[t.Optional[HostPort]] = [None] * len(ports)
    taken: t.List[HostPort] = []
    for position in sorted(range(len(ports)), key=lambda at: (not ports[at].fixed, ports[at].last, ports[at].first)):
        port = _first_free(node, ports[position], taken)
        if port is not None:
            allocated[position] = port
            taken.append(port)
    return allocated


def claim(node: NodeState, ports: t.Sequence[HostPortRequest]) -> t.Tuple[HostPort, ...]:
    """The ports that a request holds on a node once it is placed there.

    It is placed whatever is free where the port filter was not asked, and then it claims the lowest number of a range.
    """
    if all(wish.fixed for wish in ports):
        return tuple(map(_lowest, ports))
    return tuple(port or _lowest(wish) for wish, port in zip(ports, allocate(node, ports)))


def _lowest(wish: HostPortRequest) -> HostPort:
    return HostPort(wish.address, wish.first, wish.protocol)


def _first_free(node: NodeState, wish: HostPortRequest, taken: t.Sequence[HostPort]) -> t.Optional[HostPort]:
    for number in range(wish.first, wish.last + 1):
        port = HostPort(wish.address, number, wish.protocol)
        if node.port_is_free(port) and not any(map(port.collides_with, taken)):
            return port
    return None
