# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""A container in the state: what the scheduler and the routes ask of it, and its text in a list, nearly ready."""

from __future__ import annotations

import json
import typing as t

from ..._swarm.model.container import Container as Model
from ..._swarm.model.labels import ORIGINAL_ID
from .host import Host
from .status import HOST_DOWN, Status, read_status

_ANYWHERE = ("0.0.0.0", "::", "")
_WRITTEN = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


class Container:
    """A container on a node. It is never changed: what is listed anew is another one.

    :ivar node: where it is
    :ivar model: what the scheduler knows of it
    :ivar names: as listed, with a slash before each, those by which others link to it included
    :ivar number: of the question whose answer it comes from: a later question knows better
    :ivar exact: whether it was inspected, so that what it holds is known
    """

    __slots__ = ("_rest", "exact", "model", "names", "node", "number", "status")

    def __init__(
        self, node: Host, model: Model, listed: t.Mapping[str, t.Any], number: int, told_at: float, exact: bool
    ) -> None:
        self.node = node
        self.model = model
        self.names: t.Tuple[str, ...] = tuple(listed.get("Names") or ())
        self.status: Status = read_status(model.status, told_at)
        self.number = number
        self.exact = exact
        # Written once, without what differs from one answer to the next.
        self._rest = _WRITTEN(_shown(listed, node.ip))[1:-1]

    @property
    def id(self) -> str:
        """The whole ID."""
        return self.model.id

    @property
    def swarm_id(self) -> str:
        """The ID that the original gave it, empty if it has none."""
        return self.model.labels.get(ORIGINAL_ID, "")

    @property
    def order(self) -> t.Tuple[float, str]:
        """Its place in lists, the oldest first."""
        return self.model.created, self.model.id

    @property
    def rest(self) -> str:
        """Its entry in a list without ID, names and status; JSON without the braces around it."""
        return self._rest

    def entry(self) -> t.Dict[str, t.Any]:
        """Its entry in a list, as an engine gives it, without names and status."""
        found: t.Dict[str, t.Any] = json.loads(f"{{{self._rest}}}")
        found["Id"] = self.model.id
        return found

    def shown_names(self, both: bool) -> t.List[str]:
        """:param both: with the plain name, for clients that look for that"""
        full = [f"/{self.node.name}{name}" for name in self.names]
        return [*(name for name in self.names if name.count("/") == 1), *full] if both else full

    def text(self, both: bool, now: float) -> t.Tuple[str, float]:
        """Its entry in a list as JSON, and until when that is true."""
        sentence, until = self.status.at(now) if self.node.healthy else (HOST_DOWN, float("inf"))
        names = _WRITTEN(self.shown_names(both))
        return f'{{"Id":"{self.model.id}","Names":{names},{self._rest},"Status":{_WRITTEN(sentence)}}}', until


def _shown(listed: t.Mapping[str, t.Any], ip: str) -> t.Dict[str, t.Any]:
    shown = {key: value for key, value in listed.items() if key not in ("Id", "Names", "Status")}
    ports = shown.get("Ports")
    if ports:
        # What is bound everywhere is reached at the node, and listed once for each family.
        reached = [{**port, "IP": ip} if port.get("IP") in _ANYWHERE and "IP" in port else port for port in ports]
        shown["Ports"] = [port for number, port in enumerate(reached) if port not in reached[:number]]
    return shown
