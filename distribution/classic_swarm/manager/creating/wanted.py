# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The body of a create: what it asks of its node, and what is left of it for the engine."""

from __future__ import annotations

import copy
import json
import math
import secrets
import typing as t
from dataclasses import dataclass, replace

from ..._swarm.engine.fields import Fields
from ..._swarm.engine.inspection import inspected_reservation
from ..._swarm.errors import EngineError
from ..._swarm.expression import Expression, parse_expressions
from ..._swarm.model.environment import split_environment
from ..._swarm.model.labels import (
    ORIGINAL_AFFINITIES,
    ORIGINAL_CONSTRAINTS,
    ORIGINAL_ID,
    ORIGINAL_RESCHEDULE,
    ORIGINAL_WHITELISTS,
    label_wishes,
    placement_labels,
)
from ..._swarm.model.ports import HostPortRequest
from ..._swarm.model.request import Dependency, Request
from ..._swarm.model.resources import Reservation
from ..._swarm.model.whitelist import in_all
from ..errors import BadRequestError, ManagerError

_RESCHEDULE = "reschedule:"
_POLICIES = ("off", "on-node-failure")
_PREDEFINED = frozenset(("", "default", "bridge", "host", "none"))
_SHARED = (("NetworkMode", "network_mode"), ("IpcMode", "ipc_mode"), ("PidMode", "pid_mode"))

Body = t.Dict[str, t.Any]


@dataclass(frozen=True)
class Wanted:
    """A container that is to be created.

    :ivar name: empty where the engine is to choose one
    :ivar body: for the engine, without what was said to the endpoint
    :ivar request: for the scheduler
    :ivar networks: names of networks, as the client wrote them, that must be on its node
    :ivar shares: cpus asked for in the original's way, by CpuShares; 0 for none
    """

    name: str
    body: Body
    request: Request
    networks: t.Tuple[str, ...]
    shares: int = 0

    def body_for(self, cpus: int, networks: t.Mapping[str, str]) -> Body:
        """What is sent to an engine.

        :param cpus: of its node
        :param networks: names as the client wrote them -> as the engine knows them
        """
        body = copy.deepcopy(self.body)
        body["Labels"] = {**(body.get("Labels") or {}), **placement_labels(self.request)}
        host = body.setdefault("HostConfig", {})
        if self.shares and cpus:
            host["CpuShares"] = max(2, math.ceil(self.shares * 1024 / cpus))
        mode = host.get("NetworkMode")
        if mode in networks:
            host["NetworkMode"] = networks[mode]
        networking = body.get("NetworkingConfig") or {}
        endpoints = networking.get("EndpointsConfig")
        if endpoints:
            networking["EndpointsConfig"] = {networks.get(name, name): each for name, each in endpoints.items()}
        return body


def read_wanted(name: str, body: Body) -> Wanted:
    """Read what a client sent.

    :raises BadRequestError: it cannot be right
    :raises InputError: an expression does not parse
    :raises ManagerError: a policy of rescheduling that is unknown, in the original's words
    """
    try:
        return _read(name, copy.deepcopy(body))
    except EngineError as error:
        raise BadRequestError(_in_words(error)) from None


def _in_words(error: EngineError) -> str:
    """Fields of a body are read as those of an engine's reply are; only the words differ."""
    return error.message.replace("the client answers /containers/create with", "the body has").partition("; is it")[0]


def _read(name: str, body: Body) -> Wanted:
    fields = Fields("the client", "/containers/create", body)
    host = fields.within("HostConfig")
    split = split_environment(fields.texts("Env"))
    environment = t.cast("t.List[str]", split.env)
    policies = [each[len(_RESCHEDULE) :] for each in environment if each.startswith(_RESCHEDULE)]
    labels = dict(fields.map_of_texts("Labels"))
    wishes = label_wishes(labels)
    constraints = (*wishes.constraints, *parse_expressions(split.constraints, "constraint"))
    affinities = (*wishes.affinities, *parse_expressions(split.affinities, "affinity"))
    whitelist = in_all([wishes.whitelist, split.whitelist], "the whitelists of labels and environment")
    _label(labels, ORIGINAL_CONSTRAINTS, constraints)
    _label(labels, ORIGINAL_AFFINITIES, affinities)
    if split.whitelist:
        labels[ORIGINAL_WHITELISTS] = json.dumps([f"node=={'|'.join(whitelist)}"])
    _check_policies(policies, labels)
    labels.setdefault(ORIGINAL_ID, secrets.token_hex(32))
    if body.get("Env") is not None:
        body["Env"] = [each for each in environment if not each.startswith(_RESCHEDULE)]
    body["Labels"] = labels
    shares = host.number("CpuShares")
    reservation = inspected_reservation(
        Fields("the client", "/containers/create", {"HostConfig": body.get("HostConfig") or {}}), 0
    )
    if reservation.cpus or shares < 0:
        shares = 0
    if shares:
        reservation = Reservation(reservation.memory, float(shares))
    request = Request(
        name=name,
        image=fields.text("Image"),
        labels=labels,
        constraints=constraints,
        affinities=affinities,
        whitelist=whitelist,
        ports=_ports(fields, host),
        reservation=reservation,
        dependencies=_dependencies(host),
    )
    return Wanted(name, body, request, _networks(fields, host), shares)


def _label(labels: t.Dict[str, str], key: str, expressions: t.Sequence[Expression]) -> None:
    if expressions:
        labels[key] = json.dumps([str(each) for each in expressions])


def _check_policies(policies: t.List[str], labels: t.Dict[str, str]) -> None:
    if not policies and ORIGINAL_RESCHEDULE in labels:
        try:
            written = json.loads(labels[ORIGINAL_RESCHEDULE])
        except ValueError:
            written = None
        policies = written if isinstance(written, list) else [labels[ORIGINAL_RESCHEDULE]]
    if len(policies) > 1:
        raise ManagerError("too many reschedule policies")
    for policy in policies:
        if policy not in _POLICIES:
            raise ManagerError(f"invalid reschedule policy: {policy}")
    if policies:
        labels[ORIGINAL_RESCHEDULE] = json.dumps(policies)


def _ports(fields: Fields, host: Fields) -> t.Tuple[HostPortRequest, ...]:
    """The host ports that it will hold, as far as the client chose them."""
    found = []
    if host.text("NetworkMode") == "host":
        for target in fields.within("ExposedPorts"):
            number, _slash, protocol = target.partition("/")
            found.append(_port("", number, number, protocol or "tcp"))
        return tuple(found)
    bindings = host.within("PortBindings")
    for target in bindings:
        protocol = target.partition("/")[2] or "tcp"
        for binding in bindings.objects(target):
            first, _dash, last = binding.text("HostPort").partition("-")
            if first not in ("", "0"):
                found.append(_port(binding.text("HostIp"), first, last or first, protocol))
    return tuple(found)


def _port(address: str, first: str, last: str, protocol: str) -> HostPortRequest:
    if not all(each.isascii() and each.isdigit() and 0 < int(each[:6]) < 65536 for each in (first, last)):
        raise BadRequestError(f"invalid port specification: {first}{'' if first == last else '-' + last}/{protocol}")
    return HostPortRequest(address.strip("[]"), int(first), int(last), protocol)


def _dependencies(host: Fields) -> t.Tuple[Dependency, ...]:
    found = [Dependency(each.partition(":")[0], "volumes_from") for each in host.texts("VolumesFrom")]
    found += [Dependency(each.partition(":")[0].lstrip("/"), "links") for each in host.texts("Links")]
    for key, kind in _SHARED:
        kind_of_mode, _colon, container = host.text(key).partition(":")
        if kind_of_mode == "container" and container:
            found.append(Dependency(container, kind))
    return tuple(dict.fromkeys(found))


def _networks(fields: Fields, host: Fields) -> t.Tuple[str, ...]:
    mode = host.text("NetworkMode")
    names = [] if mode.startswith("container:") else [mode]
    names += list(fields.within("NetworkingConfig").within("EndpointsConfig"))
    return tuple(name for name in dict.fromkeys(names) if name not in _PREDEFINED)


def with_affinity_to_image(wanted: Wanted) -> Wanted:
    """The same, on a node that has the image already."""
    more = parse_expressions([f"image=={wanted.request.image}"], "affinity")
    return replace(wanted, request=replace(wanted.request, affinities=(*wanted.request.affinities, *more)))
