# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The outcome of one request: where it goes, what the others weighed, and why not."""

from __future__ import annotations

import typing as t
from collections import Counter
from dataclasses import dataclass

from ..model.node import Node
from ..model.request import Request


@dataclass(frozen=True)
class Verdict:
    """One filter's answer for one node.

    :ivar passed: whether the filter lets the node through
    :ivar reason: short words for one failed wish, the same for every node that fails it, so that it can be counted:
        ``constraint zone==external``, ``port 80/tcp``
    :ivar wanted: what was asked, for people
    :ivar seen: what the node has instead, for people
    """

    filter: str
    node: str
    address: str
    passed: bool
    reason: str = ""
    wanted: str = ""
    seen: str = ""


@dataclass(frozen=True)
class Candidate:
    """A node that passed every filter.

    :ivar soft: how many soft expressions it meets
    :ivar weight: the strategy's number for it; the docstring of each strategy says whether more is better
    """

    node: Node
    soft: int
    weight: float


@dataclass(frozen=True)
class Placement:
    """The outcome of one request.

    :ivar node: the chosen node, None where nothing fits
    :ivar ranking: candidates, best first
    :ivar verdicts: when nothing fits, or on demand, every filter's verdict on every node; else only those that refused
    """

    request: Request
    strategy: str
    node: t.Optional[Node]
    ranking: t.Tuple[Candidate, ...]
    verdicts: t.Tuple[Verdict, ...]
    nodes: int

    def headline(self) -> str:
        """``0 of 5 nodes: 3 constraint zone==external, 2 port 80/tcp``, the most frequent reason first.

        A node is counted once, under the first filter that refused it.
        """
        first: t.Dict[str, str] = {}
        for verdict in self.verdicts:
            if not verdict.passed:
                first.setdefault(verdict.address, verdict.reason)
        counts = sorted(Counter(first.values()).items(), key=lambda item: (-item[1], item[0]))
        taken = 1 if self.node is not None else 0
        return f"{len(self.ranking) if taken else 0} of {self.nodes} nodes: " + (
            ", ".join(f"{count} {reason}" for reason, count in counts) or "the cluster is empty"
        )
