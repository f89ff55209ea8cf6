# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Refusals put together by reason: what a thousand nodes have in common is said once.

What is kept of a reason does not grow with the number of nodes, and neither does what is printed.
"""

from __future__ import annotations

import typing as t
from collections import Counter
from dataclasses import dataclass

#: Of one reason so many different answers of nodes are told apart, and of each so many nodes are named.
_TOLD_APART = 5
_NAMED = 3
#: Characters of one answer, or of a reason: a label may be of any length. And of a node's name.
_LONGEST = 120
_LONGEST_NAME = 40
#: What nodes have instead is told for so many reasons, those of the most nodes: a request may ask for every port.
TOLD_REASONS = 100


@dataclass(frozen=True)
class Seen:
    """What some of the nodes have instead.

    :ivar words: for people, such as ``zone is internal``
    :ivar nodes: how many nodes
    :ivar names: the first of them by name
    """

    words: str
    nodes: int
    names: t.Tuple[str, ...]

    def __str__(self) -> str:
        """``zone is internal: 250 (node-000, node-004, node-008, ...)``."""
        more = ", ..." if self.nodes > len(self.names) else ""
        return f"{self.words}: {self.nodes} ({', '.join(self.names)}{more})"

    def to_dict(self) -> t.Dict[str, t.Any]:
        """As plain values."""
        return {"seen": self.words, "nodes": self.nodes, "names": list(self.names)}


@dataclass(frozen=True)
class Refusal:
    """The nodes that fail one wish.

    :ivar reason: short words for the wish, as in a verdict
    :ivar wanted: what was asked, for people
    :ivar nodes: how many nodes
    :ivar seen: what they have instead, the most frequent first; what few nodes have may be left out, and nothing is
        told behind the first ``TOLD_REASONS`` reasons
    """

    filter: str
    reason: str
    wanted: str
    nodes: int
    seen: t.Tuple[Seen, ...]

    def __str__(self) -> str:
        """``constraint zone==a: 9 nodes; zone is b: 7 (n1, n2, n3, ...), no label zone: 1 (n5), others: 1``."""
        told = ", ".join(map(str, self.seen))
        others = self.nodes - sum(each.nodes for each in self.seen)
        counted = f"{self.nodes} node{'' if self.nodes == 1 else 's'}"
        return f"{shorten(self.reason)}: {counted}; {told}" + (f", others: {others}" if others else "")

    def to_dict(self) -> t.Dict[str, t.Any]:
        """As plain values."""
        return {
            "filter": self.filter,
            "reason": self.reason,
            "wanted": self.wanted,
            "nodes": self.nodes,
            "seen": [each.to_dict() for each in self.seen],
        }


class Gathering:
    """Puts refusals together, node by node.

    :param names: names of all nodes by address; those of one name are told apart
    """

    def __init__(self, names: t.Mapping[str, str]) -> None:
        self._names = unlike_names(names)
        self._reasons: t.Dict[t.Tuple[str, str], _Reason] = {}

    def add(self, rule: str, reason: str, wanted: str, address: str, seen: str) -> None:
        """The node at ``address`` fails a wish; a second time for one reason does not count."""
        found = self._reasons.get((rule, reason))
        if found is None:
            found = self._reasons[rule, reason] = _Reason(wanted)
        if address not in found.nodes:
            found.nodes.add(address)
            found.answers.setdefault(seen, []).append(address)

    def refusals(self) -> t.Tuple[Refusal, ...]:
        """That of the most nodes first, and of equally many by their reasons, as in a headline."""
        ordered = sorted(self._reasons.items(), key=lambda item: by_nodes(len(item[1].nodes), *item[0]))
        return tuple(
            Refusal(
                rule,
                reason,
                found.wanted,
                len(found.nodes),
                tuple(self._seen(found)) if position < TOLD_REASONS else (),
            )
            for position, ((rule, reason), found) in enumerate(ordered)
        )

    def _seen(self, found: _Reason) -> t.Iterator[Seen]:
        frequent = sorted(found.answers.items(), key=lambda answer: -len(answer[1]))
        for words, addresses in frequent[:_TOLD_APART]:
            names = (shorten(printable(self._names[address]), _LONGEST_NAME) for address in addresses[:_NAMED])
            yield Seen(shorten(printable(words)), len(addresses), tuple(names))


def by_nodes(nodes: int, rule: str, reason: str) -> t.Tuple[int, str, str]:
    """The key by which reasons are sorted: that of the most nodes first, and of equally many by their words."""
    return (-nodes, reason, rule)


class _Reason:
    """What is gathered for one reason. :ivar answers: what nodes have instead, and their addresses"""

    __slots__ = ("answers", "nodes", "wanted")

    def __init__(self, wanted: str) -> None:
        self.wanted = wanted
        self.nodes: t.Set[str] = set()
        self.answers: t.Dict[str, t.List[str]] = {}


def describe(refusals: t.Sequence[Refusal], lines: int, size: int) -> str:
    """A line for each, without a newline at the end; of too many the last are counted.

    :param lines: so many at most, the one that counts not among them
    :param size: so many bytes at most, but for the first line, which is shortened to it
    """
    told: t.List[str] = []
    room = size
    for refusal in refusals:
        line = printable(str(refusal))
        line = line if told else shorten(line, size // 4)
        room -= len(line.encode()) + 1
        if room < 0 or len(told) == lines:
            told.append(f"and {len(refusals) - len(told)} more reasons")
            break
        told.append(line)
    return "\n".join(told)


def unlike_names(names: t.Mapping[str, str]) -> t.Dict[str, str]:
    """What to call the node at each address: its name, with the address where another node has the same name.

    :param names: names of nodes by address
    """
    bearers = Counter(names.values())
    return {address: name if bearers[name] == 1 else f"{name} ({address})" for address, name in names.items()}


def shorten(text: str, longest: int = _LONGEST) -> str:
    """The text, or its beginning where it is long."""
    return text if len(text) <= longest else f"{text[: longest - 3]}..."


def printable(text: str) -> str:
    """The text without control characters, which would steer a terminal."""
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
