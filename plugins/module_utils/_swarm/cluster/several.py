# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Which containers of a cluster a task is about, where it may be about many of them:

web           by name or ID, as the one container of a task is
node-1/web    on one node
web-*         by a glob, in which * stands for any text
web           the family that was made with that name and a count
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from ..errors import InputError
from ..model.container import Container
from ..model.labels import NAME
from ..model.node import Node
from ..model.reference import refers_to
from .queries import ContainerQuery, is_called
from .snapshot import Place

_NAME = re.compile(r"[A-Za-z0-9*][A-Za-z0-9_.*-]*")


@dataclass(frozen=True)
class Pattern:
    """One entry of a list of containers. :ivar node: the node that they must be on, empty for any."""

    text: str
    node: str
    name: str

    def matches(self, node: Node, container: Container) -> bool:
        """Whether it means that container."""
        if self.node and not is_called(node, (self.node,)):
            return False
        if "*" in self.name:
            return _matches_glob(self.name, container.name)
        return refers_to(self.name, container) or container.labels.get(NAME) == self.name


def parse_patterns(texts: t.Iterable[str], option: str = "containers") -> t.Tuple[Pattern, ...]:
    """:raises InputError: one can mean no container"""
    patterns = []
    for text in texts:
        node, _slash, name = text.strip().rpartition("/")
        if not _NAME.fullmatch(name):
            raise InputError(
                f"{option}: '{text}' is not a container; write a name, an ID, or a name with * in it for any text, "
                "with a node before it if need be, as in node-1/web-*"
            )
        patterns.append(Pattern(text, node, name))
    return tuple(patterns)


@dataclass(frozen=True)
class ContainerChoice:
    """The containers of a task. With patterns and labels, both must hold; with neither, all are meant.

    :ivar labels: ``key=value``, or ``key`` for any value; all must be there
    :ivar running: only containers that run
    """

    patterns: t.Tuple[Pattern, ...] = ()
    labels: t.Tuple[str, ...] = ()
    running: bool = False

    def select(self, nodes: t.Iterable[Node]) -> t.List[Place]:
        """The containers, by name and then by node."""
        return [
            (node, container)
            for node, container in ContainerQuery(labels=self.labels).select(nodes)
            if (container.running or not self.running)
            and (not self.patterns or any(each.matches(node, container) for each in self.patterns))
        ]

    def unmatched(self, places: t.Sequence[Place]) -> t.List[str]:
        """The patterns that mean none of ``places``."""
        return [each.text for each in self.patterns if not any(each.matches(*place) for place in places)]


def _matches_glob(glob: str, name: str) -> bool:
    """In a time that grows with the length of both: each part is looked for behind the one before it."""
    first, *middle, last = glob.split("*")
    if len(name) < len(first) + len(last) or not name.startswith(first) or not name.endswith(last):
        return False
    position, end = len(first), len(name) - len(last)
    for part in middle:
        found = name.find(part, position, end)
        if found < 0:
            return False
        position = found + len(part)
    return True
