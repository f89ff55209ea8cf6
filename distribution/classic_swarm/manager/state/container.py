# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""A container in the state: what the scheduler and the routes ask of it, and its text in a list, nearly ready."""

from __future__ import annotations

import copy
import json
import typing as t
from json.encoder import encode_basestring as quoted

from ..._swarm.engine.replies import RawEngine
from ..._swarm.engine.snapshot import Listed, container_of, own_name
from ..._swarm.model.container import RUNNING
from ..._swarm.model.container import Container as Model
from ..._swarm.model.labels import ORIGINAL_ID
from .host import Host
from .status import HOST_DOWN, Status, read_status
from .texts import Texts


class Container:
    """A container on a node. It is never changed: what is listed anew is another one.

    What a thousand engines list is there a second after the start, so nothing is made of it before somebody asks.

    :ivar node: where it is
    :ivar listed: what its engine's list says of it
    :ivar number: of the question whose answer it comes from: a later question knows better
    :ivar exact: whether it was inspected, so that what it holds is known
    :param texts: of the answer that it comes from
    :param model: what the scheduler knows of it, where that is not what the list says alone
    """

    __slots__ = ("_model", "_rest", "_texts", "exact", "listed", "node", "number", "status")

    def __init__(
        self,
        node: Host,
        listed: Listed,
        number: int,
        told_at: float,
        texts: Texts,
        model: t.Optional[Model] = None,
    ) -> None:
        self.node = node
        self.listed = listed
        self.status: Status = read_status(listed.status, told_at)
        self.number = number
        self.exact = model is not None
        self._model = model
        self._rest: t.Optional[str] = None
        self._texts: t.Optional[Texts] = texts

    def known(self, model: Model) -> Container:
        """The same, once it was inspected. :param model: what the scheduler knows of it by then"""
        found = copy.copy(self)
        found._model, found.exact = model, True
        return found

    @property
    def model(self) -> Model:
        """What the scheduler knows of it."""
        if self._model is None:
            self._model = container_of(
                RawEngine(self.node.key, self.node.api_version, {}), self.node.ip, 0, self.listed
            )
        return self._model

    @property
    def id(self) -> str:
        """The whole ID."""
        return self.listed.id

    @property
    def names(self) -> t.Sequence[str]:
        """As listed, with a slash before each, those by which others link to it included."""
        return self.listed.names

    @property
    def name(self) -> str:
        """Its own name, without a slash."""
        return own_name(self.listed.names) or self.listed.id[:12]

    @property
    def running(self) -> bool:
        """Whether its processes exist."""
        return self.listed.state in RUNNING

    @property
    def swarm_id(self) -> str:
        """The ID that the original gave it, empty if it has none."""
        return self.listed.labels.get(ORIGINAL_ID, "")

    @property
    def order(self) -> t.Tuple[float, str]:
        """Its place in lists, the oldest first."""
        return self.listed.created, self.listed.id

    @property
    def rest(self) -> str:
        """Its entry in a list without ID, names and status; JSON without the braces around it."""
        if self._rest is None and self._texts is not None:
            self._rest, self._texts = self._texts.take(self.listed.id, self.node.ip), None
        return self._rest or ""

    def entry(self) -> t.Dict[str, t.Any]:
        """Its entry in a list, as an engine gives it, without names and status."""
        found: t.Dict[str, t.Any] = json.loads(f"{{{self.rest}}}")
        found["Id"] = self.listed.id
        return found

    def shown_names(self, both: bool) -> t.List[str]:
        """:param both: with the plain name, for clients that look for that"""
        names, node = self.listed.names, self.node.name
        full = [f"/{node}{name}" for name in names]
        return [*(name for name in names if name.count("/") == 1), *full] if both else full

    def text(self, both: bool, now: float) -> t.Tuple[str, float]:
        """Its entry in a list as JSON, and until when that is true."""
        sentence, until = self.status.at(now) if self.node.healthy else (HOST_DOWN, float("inf"))
        names = ",".join(map(quoted, self.shown_names(both)))
        identity = quoted(self.listed.id)
        return f'{{"Id":{identity},"Names":[{names}],{self.rest},"Status":{quoted(sentence)}}}', until
