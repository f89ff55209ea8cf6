# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Short words for people about what stands where."""

from __future__ import annotations

import typing as t

from .state.node import NodeState

#: How many names a sentence lists before it says how many more there are.
_LISTED = 5


def listed(names: t.Iterable[str]) -> str:
    """``a, b and 3 more``; the names in order, each once."""
    ordered = sorted(set(names))
    more = len(ordered) - _LISTED
    return ", ".join(ordered[:_LISTED]) + (f" and {more} more" if more > 0 else "")


def whereabouts(nodes: t.Iterable[NodeState]) -> str:
    """``on node-1, node-2``, or ``on no node``."""
    names = listed(state.node.name for state in nodes)
    return f"on {names}" if names else "on no node"
