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
from .later import Later
from .refusals import Gathering, Refusal, describe, printable, shorten, unlike_names

_HEADINGS: t.Tuple[str, ...] = ("NODE", "FILTER", "WANTED", "SEEN")
_GAP = "  "

#: Up to so many nodes each has rows of its own, and from then on nodes are put together by what they fail.
_FEW_NODES = 10
#: What is printed at most, with room for the sentence that stands before it.
_LINES = 38
_BYTES = 6500
#: Reasons in a headline.
_COUNTED = 10
#: Verdicts that are looked at for those of a few nodes: where there are many nodes, and where there are few.
_SAMPLE = 200
_SAMPLE_OF_FEW = 1000


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


class Telling(t.Protocol):
    """Who works out the verdicts, and knows more of them."""

    def refusals(self) -> t.Sequence[Refusal]:
        """The refusals by reason, that of the most nodes first."""

    def refused_only_by(self, rules: t.AbstractSet[str]) -> t.Set[str]:
        """Addresses of the nodes that no other filter than ``rules`` refused."""


@dataclass(frozen=True)
class Placement:
    """The outcome of one request.

    The scheduler hands in sequences that are worked out when they are read, and then as of the time of the placement.

    :ivar node: the chosen node, None where nothing fits
    :ivar ranking: candidates, best first
    :ivar verdicts: when nothing fits, or on demand, every filter's verdict on every node; else only those that refused
    :ivar nodes: how many nodes there are
    :ivar count: counts what ``ranking`` and ``verdicts`` hold without working them out; None for counting them
    :ivar explained: somebody asked for every verdict
    """

    request: Request
    strategy: str
    node: t.Optional[Node]
    ranking: t.Sequence[Candidate]
    verdicts: t.Sequence[Verdict]
    nodes: int
    count: t.Optional[t.Callable[[], Tally]] = field(default=None, repr=False, compare=False)
    explained: bool = field(default=False, compare=False)

    @property
    def refusals(self) -> t.Tuple[Verdict, ...]:
        """The verdicts that removed a node."""
        return tuple(verdict for verdict in self.verdicts if not verdict.passed)

    def refusals_by_reason(self) -> t.Sequence[Refusal]:
        """The refusals by reason, that of the most nodes first. What is held does not grow with the nodes."""
        telling = self._telling
        return _put_together(self.refusals) if telling is None else telling.refusals()

    def refused_only_by(self, rules: t.AbstractSet[str]) -> t.Set[str]:
        """Addresses of the nodes in whose refusals no other filter than ``rules`` has a part."""
        telling = self._telling
        if telling is not None:
            return telling.refused_only_by(rules)
        others = {verdict.address for verdict in self.refusals if verdict.filter not in rules}
        return {verdict.address for verdict in self.refusals} - others

    @property
    def _telling(self) -> t.Optional[Telling]:
        """Who can tell without the verdicts, as long as nobody has read them all."""
        source = self.verdicts.source if isinstance(self.verdicts, Later) else None
        return None if source is None else t.cast(Telling, source)

    def headline(self) -> str:
        """``0 of 5 nodes: 3 constraint zone==external, 2 port 80/tcp``, the most frequent reason first.

        A node is counted once, under the first filter that refused it.
        """
        if not self.nodes:
            return "0 of 0 nodes: the cluster is empty"
        tally = self._count_all() if self.count is None else self.count()
        counts = sorted(tally.reasons.items(), key=lambda item: (-item[1], item[0]))
        reasons = [f"{count} {shorten(reason)}" for reason, count in counts if count]
        if len(reasons) > _COUNTED:
            reasons[_COUNTED:] = [f"{len(reasons) - _COUNTED} more reasons"]
        return f"{tally.fitting} of {self.nodes} nodes" + (f": {', '.join(reasons)}" if reasons else "")

    def _count_all(self) -> Tally:
        first: t.Dict[str, str] = {}
        for verdict in self.refusals:
            first.setdefault(verdict.address, verdict.reason)
        return Tally(len(self.ranking), Counter(first.values()))

    def matrix(self, parts: int = 1) -> str:
        """What was refused, for a terminal: without a newline at the end, and empty where no node was.

        Of few nodes it is a table with a row for each node and each wish that it fails; of many, or where that would be
        long, a line for each reason. It has 40 lines and 8 KiB at most, a headline included. What engines say of
        themselves is printed without control characters.

        :param parts: how many of such texts are printed together, and share that room
        """
        lines, size = _LINES // parts, _BYTES // parts
        by_reason = self.refusals_by_reason()
        if self.nodes <= _FEW_NODES and sum(refusal.nodes for refusal in by_reason) < lines:
            table = _table(self.refusals)
            if len(table.encode(errors="replace")) <= size:
                return table
        return describe(by_reason, lines, size)

    def to_dict(
        self, explain: bool = False, ranked: t.Optional[int] = None, refused: bool = True
    ) -> t.Dict[str, t.Any]:
        """The placement as plain values that JSON can hold.

        Unless every verdict was asked for, only the refusals of the first few of many nodes are listed, and of few
        nodes those among the first thousand verdicts.

        :param explain: list the verdicts that let a node pass, too
        :param ranked: so many of the ranking, the best; None for all
        :param refused: list verdicts at all
        """
        return {
            "strategy": self.strategy,
            "node": None if self.node is None else _identity(self.node),
            "headline": self.headline(),
            "ranking": [candidate.to_dict() for candidate in self.ranking[:ranked]],
            "verdicts": [dict(vars(verdict)) for verdict in (self._listed(explain) if refused else ())],
        }

    def _listed(self, explain: bool) -> t.Sequence[Verdict]:
        if self.explained:
            return self.verdicts if explain else self.refusals
        if self.nodes <= _FEW_NODES:
            verdicts = self.verdicts[:_SAMPLE_OF_FEW]
            return verdicts if explain else [verdict for verdict in verdicts if not verdict.passed]
        refusals = [verdict for verdict in self.verdicts[:_SAMPLE] if not verdict.passed]
        shown = set(list(dict.fromkeys(verdict.address for verdict in refusals))[:_FEW_NODES])
        return [verdict for verdict in refusals if verdict.address in shown]


def _put_together(refusals: t.Sequence[Verdict]) -> t.Tuple[Refusal, ...]:
    gathering = Gathering({verdict.address: verdict.node for verdict in refusals})
    for verdict in refusals:
        gathering.add(verdict.filter, verdict.reason, verdict.wanted, verdict.address, verdict.seen)
    return gathering.refusals()


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


def _table(refusals: t.Sequence[Verdict]) -> str:
    if not refusals:
        return ""
    words = unlike_names({verdict.address: verdict.node for verdict in refusals})
    rows = [_HEADINGS]
    for verdict in refusals:
        cells = (words[verdict.address], verdict.filter, verdict.wanted, verdict.seen)
        rows.append(tuple(map(printable, cells)))
    widths = [max(map(len, column)) for column in zip(*rows)]
    return "\n".join(_GAP.join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows)
