# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""A container that goes."""

from __future__ import annotations

import typing as t

from ..operations.base import Place
from ..survey import Existing
from .context import Context
from .plan import MemberPlan


def plan(context: Context, existing: Existing) -> MemberPlan:
    """Stop it and remove it. What waits for its room goes on even where it cannot be removed, and is told so there."""
    maker, chain = context.maker(existing.member), context.chain(existing.member)
    place, name = Place.of(existing.node), existing.member.name
    before: t.Dict[str, t.Any] = {"exists": True, "node": existing.node.name}
    after: t.Dict[str, t.Any] = {"exists": False}
    if existing.running:
        before["running"], after["running"] = True, False
        maker.drain(chain, place, name, blocks=False)
        chain.add(maker.stop(place, name), settles=True, absent=True, blocks=False)
    chain.add(maker.drop(place, name), settles=True, absent=True, blocks=False)
    return MemberPlan(
        existing.member, existing.node, "remove", chain.steps, existing=existing, before=before, after=after
    )
