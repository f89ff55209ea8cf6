# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Looks at the cluster after a step that takes room, to see whether others took the same meanwhile (see claims.py)."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ...engine.client import EngineClient
from ...model.request import Request
from .base import Action, Operation, OutdatedError, Work


@dataclass(frozen=True)
class Confirm(Operation):
    """A look at what a step took.

    :ivar request: what the container needs of its node; None where it takes nothing
    :ivar replaces: ID of the container that goes for it, and so does not stand in its way
    """

    verb: t.ClassVar[str] = "confirm"
    changes: t.ClassVar[bool] = False
    request: t.Optional[Request] = None
    replaces: t.Optional[str] = None


@dataclass(frozen=True)
class ConfirmClaim(Confirm):
    """Confirm a container that was created. The executor decides on the claims of a plan together.

    :ivar unique: whether its name must be nowhere else; that of one that replaces another is, by then
    """

    unique: bool = False

    def perform(self, client: EngineClient, work: Work) -> t.Optional[Action]:
        raise NotImplementedError("claims are confirmed together")


@dataclass(frozen=True)
class ConfirmUpdate(Confirm):
    """Confirm what a container was given by an update in place.

    :raises OutdatedError: others have it
    """

    waits: t.ClassVar[bool] = True

    def perform(self, client: EngineClient, work: Work) -> t.Optional[Action]:
        reason = work.tools.confirm_update(self, work.ids[self.role])
        if reason:
            raise OutdatedError(reason)
        return None
