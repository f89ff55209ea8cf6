# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Short words for people about what stands where."""

from __future__ import annotations

import itertools
import typing as t

from .state.nodeset import NodeSet, positions_in, size_of
from .state.view import ClusterView

#: How many names a sentence lists before it says how many more there are.
_LISTED = 5


def listed(names: t.Iterable[str]) -> str:
    """``a, b and 3 more``; the names in order, each once."""
    ordered = sorted(set(names))
    more = len(ordered) - _LISTED
    return ", ".join(ordered[:_LISTED]) + (f" and {more} more" if more > 0 else "")


def whereabouts(cluster: ClusterView, nodes: NodeSet) -> str:
    """``on node-1, node-2``, or ``on no node``. It is asked for each refused node: only the first are looked at."""
    first = [cluster.nodes[position].node.name for position in itertools.islice(positions_in(nodes), _LISTED)]
    more = size_of(nodes) - len(first)
    return f"on {', '.join(first)}" + (f" and {more} more" if more else "") if first else "on no node"
