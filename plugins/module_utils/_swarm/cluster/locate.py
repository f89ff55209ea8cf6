# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Where the one container is that a task is about, by what people call it:

web              its name, which is unique in the cluster
4fa6e0f0c678     its ID, or at least eight characters from the beginning of it
node-1/web       either of them on one node, which is called by its name, its ID or its address
"""

from __future__ import annotations

import re
import typing as t

from ..errors import AmbiguousNameError, ClusterError, InputError
from ..model.container import Container
from ..model.node import Node
from ..model.reference import is_id_prefix, require_one
from .chosen_nodes import ChosenNodes
from .names import Filters, name_filter
from .queries import is_called
from .snapshot import Place, Snapshot

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


class Reference(t.NamedTuple):
    """What a container is called. :ivar node: the node that it must be on, empty for any."""

    text: str
    node: str
    name: str

    def may_be_on(self, node: Node) -> bool:
        """Whether it would be looked for there."""
        return not self.node or is_called(node, (self.node,))

    def filters(self) -> t.Optional[t.Tuple[Filters, ...]]:
        """Filters of lists that find it; None where only whole lists do."""
        return None if is_id_prefix(self.name) else name_filter(self.name)


def parse_reference(text: str, option: str = "container") -> Reference:
    """:raises InputError: neither a name nor an ID can be written so; the message begins with ``option``"""
    node, _slash, name = text.strip().rpartition("/")
    if not _NAME.fullmatch(name):
        raise InputError(
            f"{option}: '{text}' is not a container; write its name, its ID or the first eight characters of it, with "
            "a node before it if need be, as in node-1/web"
        )
    return Reference(text, node, name)


def find_container(reference: Reference, snapshot: Snapshot, chosen: t.Optional[ChosenNodes] = None) -> Place:
    """The one container that ``reference`` means.

    :param chosen: the nodes that it is looked for on; None for all
    :raises AmbiguousNameError: it is there more than once; every place is named
    :raises ClusterError: it is nowhere; engines that do not answer, which may have it, are named
    """
    found = find_containers(reference, snapshot, chosen)
    if len(found) == 1:
        return found[0]
    if found:
        require_one(reference.name, found)
        places = ", ".join(sorted(f"{node.name} ({node.address}, {each.id[:12]})" for node, each in found))
        raise AmbiguousNameError(
            f"'{reference.text}' is in the cluster {len(found)} times: {places}. Write the node before the name, as in "
            f"{found[0][0].name}/{reference.name}, or remove or rename all but one"
        )
    raise ClusterError(_nowhere(reference, snapshot, chosen))


def find_containers(
    reference: Reference, snapshot: Snapshot, chosen: t.Optional[ChosenNodes] = None
) -> t.List[t.Tuple[Node, Container]]:
    """All that ``reference`` may mean, as where a name was given twice."""
    usable = None if chosen is None else {node.address for node in chosen.nodes}
    return [
        (node, container)
        for node, container in snapshot.find(reference.name)
        if reference.may_be_on(node) and (usable is None or node.address in usable)
    ]


def _nowhere(reference: Reference, snapshot: Snapshot, chosen: t.Optional[ChosenNodes]) -> str:
    healthy = snapshot.healthy if chosen is None else chosen.nodes
    missing = snapshot.unhealthy if chosen is None else chosen.missing
    asked = [node for node in healthy if reference.may_be_on(node)]
    if reference.node and not asked:
        known = ", ".join(node.name for node in healthy)
        sentence = f"container: no node has the name, ID or address '{reference.node}'; there are {known or 'none'}"
    else:
        where = f"on {asked[0].name}" if len(asked) == 1 else f"on any of the {len(asked)} nodes"
        sentence = f"no container has the name or ID '{reference.name}' {where}"
    if not missing:
        return sentence
    unasked = ChosenNodes(tuple(healthy), tuple(missing)).told_missing
    return f"{sentence}; it may be where nobody answers: {unasked}"
