# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""A container that is replaced on its node."""

from __future__ import annotations

import typing as t

from ...container.difference import Difference
from ...model.request import Request
from ..operations.base import FORMER, Place
from ..operations.change import RenameContainer
from ..survey import NEW, OLD, Existing
from .change import compared
from .context import Context
from .plan import MemberPlan


def plan(context: Context, existing: Existing, request: Request, differences: t.Tuple[Difference, ...]) -> MemberPlan:
    """A new container takes the name of the old one; the old one goes only when the new one has started.

    The new one is created first, because the engine then refuses what it cannot take while the old one still runs.
    """
    wanted, member, node = context.wanted(existing.member), existing.member, existing.node
    place, maker, chain = Place.of(node), context.maker(member), context.chain(existing.member)
    before, after = compared(differences)
    if wanted.recreate:
        before["recreated"], after["recreated"] = False, True
    if existing.running != wanted.runs:
        before["running"], after["running"] = existing.running, wanted.runs
    version, host_ip = context.knowledge.api_version(node), context.knowledge.addresses.get(node, wanted)
    chain.add(maker.create(node, member, member.name + NEW, version, host_ip, image_of(existing)))
    chain.add(maker.confirm_claim(place, member, request, existing.id))
    if existing.running:
        # Under its own name still: what it is registered as begins with that.
        maker.drain(chain, place, member.name, FORMER)
    chain.add(RenameContainer(place, member.name, FORMER, to=member.name + OLD), expects=True)
    chain.add(RenameContainer(place, member.name + NEW, to=member.name), expects=True)
    if existing.running:
        chain.add(maker.stop(place, member.name + OLD, FORMER, known_as=member.name), expects=True)
    maker.first_start(chain, place, member)
    chain.add(maker.drop(place, member.name + OLD, FORMER), settles=True)
    return MemberPlan(
        member,
        node,
        "recreate",
        chain.steps,
        existing=existing,
        differences=differences,
        before=before,
        after=after,
    )


def image_of(existing: Existing) -> str:
    """The reference that a container was made from, for a task that names no image."""
    return str((existing.inspect.get("Config") or {}).get("Image") or existing.inspect.get("Image") or "")
