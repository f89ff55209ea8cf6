# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""How the containers of one family stand over the domains of a hierarchy: zones, racks in a zone, nodes in a rack."""

from __future__ import annotations

import typing as t
from collections import Counter

from ..model.labels import NAME
from ..model.request import Request, SpreadOver
from .placement import DomainLoad
from .state.nodeset import NodeSet
from .state.view import ClusterView

#: The domain at each level from the outermost; None for nodes without the label.
_Path = t.Tuple[t.Optional[str], ...]

#: Members are whole and shares need not be: thirds must not turn an equal load into a greater one.
_ROUNDING = 1e-9


class Spreading:
    """The members of one family, counted by domain.

    A member is a container with the label ``classic.swarm.name`` that says the family, of every state. A domain is
    within the domain of the level before it: a rack 1 of zone a is not the rack 1 of zone b.

    :param levels: the hierarchy, the outermost first
    """

    def __init__(self, cluster: ClusterView, family: str, levels: t.Sequence[SpreadOver]) -> None:
        self._all = cluster.all
        self._levels = levels
        self._domains = [cluster.domains(level.key) for level in levels]
        self._members: t.Counter[_Path] = Counter()
        self._told: t.Dict[t.Tuple[_Path, NodeSet], t.Optional[DomainLoad]] = {}
        for position, times in cluster.times_held(NAME, family).items():
            path = self._path(position)
            for depth in range(1, len(path) + 1):
                self._members[path[:depth]] += times

    def groups(self, chosen: NodeSet) -> t.Iterator[NodeSet]:
        """``chosen`` in groups, those first that have the fewest members for their share, level by level.

        Domains with equally many stay together on their level. Nodes without a label come last on its level.
        """
        return self._split([((), chosen)])

    def loads(self, position: int) -> t.Tuple[DomainLoad, ...]:
        """What stands in the domains of one node, a load for each level."""
        path = self._path(position)
        return tuple(
            DomainLoad(level.key, name, self._members[path[: depth + 1]], _share(level, name))
            for depth, (level, name) in enumerate(zip(self._levels, path))
        )

    def within_skew(self, depth: int, eligible: NodeSet) -> NodeSet:
        """The nodes on which one member more keeps the ``max_skew`` of the level at ``depth``.

        :param eligible: the nodes that the request allows; a domain without any of them is not waited for
        """
        allowed = 0
        for path, nodes in self._branches(depth):
            least = self._least(path, nodes, eligible)
            for name, here in self._domains[depth].nodes.items():
                if least is None or name is None or not nodes & here:
                    continue
                load = DomainLoad(self._levels[depth].key, name, self._members_in(path, name), self._share(depth, name))
                if self._keeps_skew(depth, load, least):
                    allowed |= nodes & here
        return allowed

    def words(self, position: int, depth: int, eligible: NodeSet) -> str:
        """What stands in the domain of one node at ``depth``, and in the one with the fewest members beside it."""
        level, path = self._levels[depth], self._path(position)
        if path[depth] is None:
            return f"no label {level.key}"
        words = f"{self._members[path[: depth + 1]]} in {level.key} {path[depth]}"
        inner = (path[:depth], eligible)
        if inner not in self._told:
            nodes = next(nodes for branch, nodes in self._branches(depth) if branch == path[:depth])
            self._told[inner] = self._least(path[:depth], nodes, eligible)
        least = self._told[inner]
        return f"{words}, {least.members} in {least.domain}" if least is not None else words

    def _split(self, branches: t.Sequence[t.Tuple[_Path, NodeSet]], depth: int = 0) -> t.Iterator[NodeSet]:
        if depth == len(self._levels):
            together = 0
            for _path, nodes in branches:
                together |= nodes
            yield together
            return
        by_load: t.Dict[t.Tuple[bool, float], t.List[t.Tuple[_Path, NodeSet]]] = {}
        for path, nodes in branches:
            for name, here in self._domains[depth].nodes.items():
                if nodes & here:
                    load = self._members_in(path, name) / self._share(depth, name)
                    by_load.setdefault((name is None, load), []).append(((*path, name), nodes & here))
        for key in sorted(by_load):
            yield from self._split(by_load[key], depth + 1)

    def _branches(self, depth: int) -> t.List[t.Tuple[_Path, NodeSet]]:
        branches: t.List[t.Tuple[_Path, NodeSet]] = [((), self._all)]
        for domains in self._domains[:depth]:
            branches = [
                ((*path, name), nodes & here)
                for path, nodes in branches
                for name, here in domains.nodes.items()
                if nodes & here
            ]
        return branches

    def _least(self, path: _Path, nodes: NodeSet, eligible: NodeSet) -> t.Optional[DomainLoad]:
        """The domain below ``path`` that has the fewest members for its share."""
        depth = len(path)
        loads = [
            DomainLoad(self._levels[depth].key, name, self._members_in(path, name), self._share(depth, name))
            for name, here in self._domains[depth].nodes.items()
            if name is not None and nodes & here & eligible
        ]
        return min(loads, key=lambda load: (load.members / load.share, load.domain), default=None)

    def _keeps_skew(self, depth: int, load: DomainLoad, least: DomainLoad) -> bool:
        skew = (load.members + 1) / load.share - least.members / least.share
        return skew <= (self._levels[depth].max_skew or 0) + _ROUNDING

    def _members_in(self, path: _Path, name: t.Optional[str]) -> int:
        inner = (*path, name)
        return self._members[inner]

    def _share(self, depth: int, name: t.Optional[str]) -> float:
        return _share(self._levels[depth], name)

    def _path(self, position: int) -> _Path:
        return tuple(domains.names[position] for domains in self._domains)


def spreading_of(cluster: ClusterView, request: Request) -> t.Optional[Spreading]:
    """How the family of ``request`` stands; None where it is not asked to be spread."""
    return Spreading(cluster, request.family_name, request.spread_over) if request.spread_over else None


def _share(level: SpreadOver, name: t.Optional[str]) -> float:
    return 1.0 if name is None else level.shares.get(name, 1.0)
