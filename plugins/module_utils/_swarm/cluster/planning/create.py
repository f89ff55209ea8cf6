# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""A container that is not there yet."""

from __future__ import annotations

import typing as t

from ...errors import ClusterError
from ...model.node import Node
from ...model.request import Request
from ...scheduler.placement import Placement
from ..operations.base import Place
from ..wanted import Member
from .context import Context
from .plan import MemberPlan


def plan(context: Context, member: Member) -> MemberPlan:
    """Create it where the scheduler says.

    :raises ClusterError: the task does not say from which image
    :raises PlacementError: it fits nowhere
    """
    wanted = context.wanted(member)
    if not wanted.config.image:
        raise ClusterError(f"there is no container '{member.name}' yet; to create it, set image")
    request = context.request(member)
    placement, node = context.place(member, request)
    return plan_on(context, member, request, placement, node)


def plan_on(context: Context, member: Member, request: Request, placement: Placement, node: Node) -> MemberPlan:
    """Create it where it was placed."""
    wanted, maker = context.wanted(member), context.maker(member)
    place = Place.of(node)
    host_ip = context.knowledge.addresses.get(node, wanted)
    chain = context.chain(member)
    chain.add(
        maker.create(node, member, member.name, context.knowledge.api_version(node), host_ip),
        after=context.pull(place, member),
        elsewhere=True,
    )
    chain.add(maker.confirm_claim(place, member, request))
    maker.first_start(chain, place, member, elsewhere=True, settles=True)
    after: t.Dict[str, t.Any] = {"exists": True, "node": node.name, "image": wanted.config.image}
    if wanted.runs:
        after["running"] = True
    if wanted.paused:
        after["paused"] = True
    return MemberPlan(
        member,
        node,
        "create",
        chain.steps,
        request=request,
        placement=placement,
        before={"exists": False},
        after=after,
    )
