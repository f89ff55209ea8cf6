# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""A container that an interrupted run left under a temporary name."""

from __future__ import annotations

from dataclasses import replace

from ..operations.base import Place
from ..operations.change import RenameContainer
from ..survey import Existing
from ..wanted import Member
from . import keep
from .context import Context
from .plan import MemberPlan


def plan(context: Context, member: Member, left: Existing) -> MemberPlan:
    """It gets its name back first; a run then plans it anew."""
    chain = context.chain(member)
    chain.add(RenameContainer(Place.of(left.node), left.member.name, to=member.name), settles=True)
    return MemberPlan(
        member,
        left.node,
        "resume",
        chain.steps,
        existing=left,
        before={"name": left.member.name},
        after={"name": member.name},
        warnings=(
            f"{left.member.name} on {left.node.name} was left behind by an interrupted run; "
            f"it is renamed back to {member.name}",
        ),
        then=keep.plan(context, replace(left, member=member)),
    )
