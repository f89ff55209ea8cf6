# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Changes to a container that stays the same container."""

from __future__ import annotations

import typing as t

from ...container.difference import Difference
from ...engine.fields import Fields
from ...engine.inspection import inspected_reservation
from ...model.request import Request
from ...model.resources import Reservation
from ..operations.base import Operation, Place
from ..operations.change import UpdateContainer
from ..operations.lifecycle import PauseContainer, RestartContainer, UnpauseContainer
from ..operations.network import ConnectNetwork, DisconnectNetwork
from ..survey import Existing
from .context import Context
from .plan import MemberPlan
from .steps import Chain

Values = t.Dict[str, t.Any]

#: Keys of an update that decide what a container reserves.
_RESERVING = ("Memory", "MemoryReservation", "NanoCpus", "CpuQuota", "CpuPeriod")


def plan(context: Context, existing: Existing, request: Request, differences: t.Tuple[Difference, ...]) -> MemberPlan:
    """Bring it to what is wanted, step by step; each step stands by itself, so none is undone for another."""
    wanted, member = context.wanted(existing.member), existing.member
    place, maker, chain = Place.of(existing.node), context.maker(member), context.chain(member)
    before, after = compared(differences)
    if differences:
        update = update_of(existing, wanted.config.update_body(differences), request.reservation)
        chain.add(update, settles=not update.takes_room, expects=True)
        if update.takes_room:
            chain.add(maker.confirm_update(place, member, request, existing.id), settles=True)
    for operation in _networks(context, existing, before, after):
        chain.add(operation, settles=True, expects=True)
    running, paused = existing.running, existing.paused
    if wanted.runs and not running:
        before["running"], after["running"] = False, True
        maker.start(chain, place, member, settles=True, expects=True)
    elif wanted.runs and wanted.restart:
        before["restarted"], after["restarted"] = False, True
        maker.drain(chain, place, member.name)
        chain.add(RestartContainer(place, member.name, timeout=wanted.stop_timeout), settles=True, expects=True)
        paused = False
    elif wanted.state == "stopped" and running:
        before["running"], after["running"] = True, False
        maker.drain(chain, place, member.name)
        chain.add(maker.stop(place, member.name), settles=True, expects=True)
    if wanted.runs and wanted.paused is not None and paused != wanted.paused:
        before["paused"], after["paused"] = paused, wanted.paused
        _pause(chain, place, member.name, wanted.paused)
    if wanted.state == "healthy":
        chain.add(maker.healthy(place, member.name), settles=True, expects=True)
    return MemberPlan(
        member,
        existing.node,
        "keep",
        chain.steps,
        existing=existing,
        differences=differences,
        before=before,
        after=after,
    )


def _pause(chain: Chain, place: Place, name: str, paused: bool) -> None:
    chain.add((PauseContainer if paused else UnpauseContainer)(place, name), settles=True, expects=True)


def update_of(existing: Existing, body: t.Mapping[str, t.Any], wanted: Reservation) -> UpdateContainer:
    """The update in place, with what it takes of the node and what would undo it.

    Zero means "as it is" to the engine, so a limit that is set for the first time cannot be taken away again.
    """
    inspection = Fields(existing.node.address, "/containers/json", existing.inspect)
    held = inspected_reservation(inspection, existing.node.cpus)
    host_config = existing.inspect.get("HostConfig") or {}
    former = {key: host_config.get(key) for key in body}
    return UpdateContainer(
        Place.of(existing.node),
        existing.member.name,
        body=body,
        takes_room=wanted.memory > held.memory or wanted.cpus > held.cpus,
        former=None
        if any(key in _RESERVING and not value for key, value in former.items())
        else {key: value for key, value in former.items() if value},
    )


def compared(differences: t.Iterable[Difference]) -> t.Tuple[Values, Values]:
    """Before and after, without secrets."""
    masked = [difference.masked() for difference in differences]
    return ({each.option: each.seen for each in masked}, {each.option: each.wanted for each in masked})


def _networks(context: Context, existing: Existing, before: Values, after: Values) -> t.List[Operation]:
    changes = context.wanted(existing.member).config.network_differences(existing.inspect)
    seen = (existing.inspect.get("NetworkSettings") or {}).get("Networks") or {}
    place, name = Place.of(existing.node), existing.member.name
    operations: t.List[Operation] = []
    for connection in changes.to_reconnect:
        before[f"network.{connection.name}"] = _endpoint(seen, connection.name)
        operations.append(DisconnectNetwork(place, name, network=connection.name))
    for connection in changes.to_reconnect + changes.to_connect:
        before.setdefault(f"network.{connection.name}", None)
        after[f"network.{connection.name}"] = dict(connection.endpoint)
        operations.append(ConnectNetwork(place, name, network=connection.name, endpoint=connection.endpoint))
    for network in changes.to_disconnect:
        before[f"network.{network}"], after[f"network.{network}"] = _endpoint(seen, network), None
        operations.append(DisconnectNetwork(place, name, network=network))
    return operations


def _endpoint(networks: t.Mapping[str, t.Any], name: str) -> Values:
    """What a user may set of an endpoint."""
    endpoint = networks.get(name) or {}
    return {key: endpoint.get(key) for key in ("IPAMConfig", "Aliases", "Links", "MacAddress") if endpoint.get(key)}
