# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The outcome of one request: where it goes, what the others weighed, and why not."""

from __future__ import annotations

import typing as t
from collections import Counter
from dataclasses import dataclass, field

from ..errors import SwarmError
from ..model.node import Node
from ..model.request import Request

_HEADINGS: t.Tuple[str, ...] = ("NODE", "FILTER", "WANTED", "SEEN")
_GAP = "  "


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
class DomainLoad:
    """How many containers of a family stand in one domain.

    :ivar key: what makes the domain: a label of nodes, or ``node``
    :ivar domain: the value of that label or the name of the node; None where the node has no such label
    :ivar members: the containers of the family there
    :ivar share: what the domain is to get of the family, beside the shares of the others
    """

    key: str
    domain: t.Optional[str]
    members: int
    share: float

    def to_dict(self) -> t.Dict[str, t.Any]:
        """As plain values; nodes without the label are in the domain ``(no LABEL)``."""
        return {**vars(self), "domain": f"(no {self.key})" if self.domain is None else self.domain}


@dataclass(frozen=True)
class Candidate:
    """A node that passed every filter.

    :ivar soft: how many soft expressions it meets
    :ivar weight: the strategy's number for it; the docstring of each strategy says whether more is better
    :ivar domains: for each level of ``spread_over`` what stood in the domain of the node; empty where it is not set
    """

    node: Node
    soft: int
    weight: float
    domains: t.Tuple[DomainLoad, ...] = ()

    def to_dict(self) -> t.Dict[str, t.Any]:
        """The candidate as plain values; ``spread_over`` is in them where the request has it."""
        told = {**_identity(self.node), "soft": self.soft, "weight": self.weight}
        return {**told, "spread_over": [load.to_dict() for load in self.domains]} if self.domains else told


@dataclass(frozen=True)
class Tally:
    """How many nodes fit, and how many do not for which reason; a node is counted once, under the first."""

    fitting: int
    reasons: t.Mapping[str, int]


@dataclass(frozen=True)
class Placement:
    """The outcome of one request.

    The scheduler hands in sequences that are worked out when they are read, and then as of the time of the placement.

    :ivar node: the chosen node, None where nothing fits
    :ivar ranking: candidates, best first
    :ivar verdicts: when nothing fits, or on demand, every filter's verdict on every node; else only those that refused
    :ivar nodes: how many nodes there are
    :ivar count: counts what ``ranking`` and ``verdicts`` hold without working them out; None for counting them
    """

    request: Request
    strategy: str
    node: t.Optional[Node]
    ranking: t.Sequence[Candidate]
    verdicts: t.Sequence[Verdict]
    nodes: int
    count: t.Optional[t.Callable[[], Tally]] = field(default=None, repr=False, compare=False)

    @property
    def refusals(self) -> t.Tuple[Verdict, ...]:
        """The verdicts that removed a node."""
        return tuple(verdict for verdict in self.verdicts if not verdict.passed)

    def headline(self) -> str:
        """``0 of 5 nodes: 3 constraint zone==external, 2 port 80/tcp``, the most frequent reason first.

        A node is counted once, under the first filter that refused it.
        """
        if not self.nodes:
            return "0 of 0 nodes: the cluster is empty"
        tally = self._count_all() if self.count is None else self.count()
        counts = sorted(tally.reasons.items(), key=lambda item: (-item[1], item[0]))
        reasons = ", ".join(f"{count} {reason}" for reason, count in counts if count)
        return f"{tally.fitting} of {self.nodes} nodes" + (f": {reasons}" if reasons else "")

    def _count_all(self) -> Tally:
        first: t.Dict[str, str] = {}
        for verdict in self.refusals:
            first.setdefault(verdict.address, verdict.reason)
        return Tally(len(self.ranking), Counter(first.values()))

    def matrix(self) -> str:
        """A table for a terminal: one row for each node and each wish that it fails, without a newline at the end.

        Empty where no node was refused. What engines say of themselves is printed without control characters.
        """
        refusals = self.refusals
        if not refusals:
            return ""
        words = _node_words(refusals)
        rows = [_HEADINGS]
        for verdict in refusals:
            cells = (words[verdict.address], verdict.filter, verdict.wanted, verdict.seen)
            rows.append(tuple(map(_printable, cells)))
        widths = [max(map(len, column)) for column in zip(*rows)]
        return "\n".join(_GAP.join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows)

    def to_dict(
        self, explain: bool = False, ranked: t.Optional[int] = None, refused: bool = True
    ) -> t.Dict[str, t.Any]:
        """The placement as plain values that JSON can hold.

        :param explain: list the verdicts that let a node pass, too
        :param ranked: so many of the ranking, the best; None for all
        :param refused: list verdicts at all
        """
        shown: t.Iterable[Verdict] = () if not refused else self.verdicts if explain else self.refusals
        return {
            "strategy": self.strategy,
            "node": None if self.node is None else _identity(self.node),
            "headline": self.headline(),
            "ranking": [candidate.to_dict() for candidate in self.ranking[:ranked]],
            "verdicts": [dict(vars(verdict)) for verdict in shown],
        }


class PlacementError(SwarmError):
    """No node takes the request.

    :ivar placements: one for each request that found no node, every verdict kept
    :ivar actions: what had been done by then: nothing, unless another operator took the room meanwhile
    """

    def __init__(
        self,
        message: str,
        placements: t.Sequence[Placement],
        actions: t.Sequence[t.Mapping[str, t.Any]] = (),
    ) -> None:
        super().__init__(message)
        self.placements = tuple(placements)
        self.actions = tuple(actions)


def _identity(node: Node) -> t.Dict[str, str]:
    return {"name": node.name, "address": node.address, "id": node.id}


def _node_words(verdicts: t.Iterable[Verdict]) -> t.Dict[str, str]:
    """What to call the node at each address: its name, with the address where another node has the same name."""
    names = {verdict.address: verdict.node for verdict in verdicts}
    bearers = Counter(names.values())
    return {address: name if bearers[name] == 1 else f"{name} ({address})" for address, name in names.items()}


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
