# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Sets of nodes as whole numbers: bit 0 stands for the first node of the cluster, bit 1 for the second, and so on.

Two sets of 5,000 nodes are intersected by one operation on two numbers of 625 bytes, faster than one node can be asked
one question. Such a set never changes: who keeps one keeps what was true when it was made.
"""

from __future__ import annotations

import typing as t

NodeSet = int

#: So many nodes are taken out of a set one by one; of more all digits are looked through.
_FEW = 8


def from_positions(positions: t.Iterable[int]) -> NodeSet:
    """The set of the nodes at ``positions``."""
    nodes = 0
    for position in positions:
        nodes |= 1 << position
    return nodes


def from_answers(answers: t.Iterable[bool]) -> NodeSet:
    """The set of the nodes whose answer is true; one answer for each node, in their order."""
    digits = ["1" if answer else "0" for answer in answers]
    return int("".join(reversed(digits)) or "0", 2)


def positions_in(nodes: NodeSet) -> t.Iterator[int]:
    """The positions of the nodes in a set, in their order."""
    if size_of(nodes) <= _FEW:
        while nodes:
            lowest = nodes & -nodes
            yield lowest.bit_length() - 1
            nodes ^= lowest
        return
    digits = bin(nodes)[:1:-1]
    position = digits.find("1")
    while position >= 0:
        yield position
        position = digits.find("1", position + 1)


def holds(nodes: NodeSet, position: int) -> bool:
    """Whether the node at ``position`` is in the set."""
    return bool(nodes >> position & 1)


def size_of(nodes: NodeSet) -> int:
    """How many nodes are in the set."""
    # From Python 3.10 on there is int.bit_count, twenty times as fast.
    return _bit_count(nodes)


def _count_digits(nodes: NodeSet) -> int:
    return bin(nodes).count("1")


_bit_count: t.Callable[[int], int] = getattr(int, "bit_count", _count_digits)
