# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What is to be told to a HAProxy that runs so that it does what another configuration says. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .layout import Layout, ServerLine


@dataclass(frozen=True)
class Add:
    """A server that is not there."""

    backend: str
    name: str
    line: ServerLine


@dataclass(frozen=True)
class Weigh:
    """Another weight; 0 for a server that drains."""

    backend: str
    name: str
    weight: int


@dataclass(frozen=True)
class Leave:
    """A server that is there no longer."""

    backend: str
    name: str
    line: ServerLine


Change = t.Union[Add, Weigh, Leave]


def difference(running: Layout, wanted: Layout) -> t.Optional[t.List[Change]]:
    """What to tell, in this order: no backend is without a server for a moment. None where only a reload will do."""
    if running.frame != wanted.frame:
        return None
    adds: t.List[Change] = []
    weights: t.List[Change] = []
    leaves: t.List[Change] = []
    for backend in sorted({*running.servers, *wanted.servers}):
        before, after = running.servers.get(backend, {}), wanted.servers.get(backend, {})
        for name, line in after.items():
            old = before.get(name)
            if old is None:
                adds.append(Add(backend, name, line))
            elif (old.address, old.options) != (line.address, line.options):
                return None
            elif old.weight != line.weight:
                weights.append(Weigh(backend, name, line.weight))
        leaves.extend(Leave(backend, name, line) for name, line in before.items() if name not in after)
    if adds and wanted.has_defaults:
        return None
    return [*adds, *weights, *leaves]
