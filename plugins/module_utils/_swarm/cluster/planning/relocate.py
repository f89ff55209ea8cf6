# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""A container that moves to another node."""

from __future__ import annotations

import typing as t

from ...container.difference import Difference
from ...model.request import Request
from ...scheduler.placement import Verdict
from ..operations.base import FORMER, Place
from ..operations.change import RenameContainer
from ..operations.lifecycle import PauseContainer, StartContainer
from ..survey import MOVING, Existing
from .change import compared
from .context import Context
from .plan import MemberPlan
from .recreate import image_of


def plan(
    context: Context,
    existing: Existing,
    request: Request,
    differences: t.Tuple[Difference, ...],
    verdicts: t.Sequence[Verdict],
) -> MemberPlan:
    """A new copy on another node; the old one goes only when the new one is healthy.

    Once that is so, an old engine that stops answering does not hold it up: the new copy serves already.

    :raises PlacementError: no other node takes it
    """
    wanted, member = context.wanted(existing.member), existing.member
    placement, node = context.place(member, request)
    context.state.take_out(existing.id)
    place, old = Place.of(node), Place.of(existing.node)
    maker, chain, name = context.maker(member), context.chain(member), member.name + MOVING
    before, after = compared(differences)
    before["node"], after["node"] = existing.node.name, node.name
    version, host_ip = context.knowledge.api_version(node), context.knowledge.addresses.get(node, wanted)
    chain.add(maker.create(node, member, name, version, host_ip, image_of(existing)), after=context.pull(place, member))
    chain.add(maker.confirm_claim(place, member, request, existing.id))
    if wanted.runs:
        chain.add(StartContainer(place, name))
        chain.add(maker.healthy(place, name))
    if existing.running:
        maker.drain(chain, old, member.name, FORMER, behind=wanted.runs)
        chain.add(maker.stop(old, member.name, FORMER), forgoes=True)
    chain.add(maker.drop(old, member.name, FORMER), forgoes=True, settles=True)
    chain.add(RenameContainer(place, name, to=member.name))
    if wanted.runs and wanted.paused:
        chain.add(PauseContainer(place, member.name))
    return MemberPlan(
        member,
        node,
        "relocate",
        chain.steps,
        request=request,
        placement=placement,
        existing=existing,
        differences=differences,
        before=before,
        after=after,
        warnings=tuple(
            f"{member.name} moves from {existing.node.name} to {node.name}: {verdict.reason}" for verdict in verdicts
        ),
    )
