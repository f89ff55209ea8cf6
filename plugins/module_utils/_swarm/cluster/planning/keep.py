# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""A container that is there: it stays as it is, is changed in place, is replaced, or moves."""

from __future__ import annotations

from dataclasses import replace

from ...errors import ClusterError
from ...scheduler.placement import Placement, PlacementError, Verdict
from ..survey import Existing
from . import change, recreate, relocate
from .context import Context
from .plan import MemberPlan
from .refusal import refusal
from .steps import ids_by_name

#: Filters that say where a container may be, as against what a node has room for.
_WHERE = ("affinity", "constraint", "whitelist")


def plan(context: Context, existing: Existing) -> MemberPlan:
    """:raises PlacementError: it needs more than its node has left, or no node takes it where it has to move
    :raises ClusterError: its image has labels that it must not have"""
    member, state = existing.member, context.state
    wanted, scheduler = context.wanted(member), context.scheduler(member)
    request = context.request(existing.member, replaces=existing.id)
    differences = wanted.config.differences(
        existing.inspect,
        image=existing.comparison_image,
        container_image=existing.own_image,
        host_info=existing.host_info,
        api_version=existing.api_version,
        default_host_ip=existing.default_host_ip,
        containers=ids_by_name(existing.node),
    ) + wanted.config.image_differences(existing.inspect, existing.image)
    _refuse_image_labels(context, existing)
    anew = wanted.recreate or any(not difference.updatable for difference in differences)
    verdicts = scheduler.judge(state, request, existing.node.address)
    misplaced = [verdict for verdict in verdicts if verdict.filter in _WHERE]
    no_room = [verdict for verdict in verdicts if verdict.filter not in _WHERE]
    needs_room = anew or any(difference.updatable for difference in differences)
    if wanted.relocate == "when_needed" and (misplaced or (needs_room and no_room)):
        return relocate.plan(context, existing, request, differences, verdicts)
    if needs_room and no_room:
        placement = Placement(request, scheduler.strategy_name, None, (), tuple(verdicts), 1)
        raise PlacementError(refusal([placement], 1), [placement])
    placement = context.stay(existing, request)
    make = recreate.plan if anew else change.plan
    made = make(context, existing, request, differences)
    if needs_room:
        state.take_out(existing.id)
        state.add_request(existing.node.address, request)
    warnings = tuple(_stays(existing, verdict) for verdict in misplaced)
    return replace(made, warnings=warnings, placement=placement)


def _refuse_image_labels(context: Context, existing: Existing) -> None:
    labels = context.wanted(existing.member).config.mismatching_image_labels(existing.comparison_image)
    if labels:
        raise ClusterError(
            f"{existing.member.name}: the image has labels that the task does not set, and image_label_mismatch is "
            f"fail: {', '.join(labels)}"
        )


def _stays(existing: Existing, verdict: Verdict) -> str:
    return (
        f"{existing.member.name} stays on {existing.node.name} although {verdict.reason} no longer matches "
        f"({verdict.seen}); relocate: when_needed would move it"
    )
