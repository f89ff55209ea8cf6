# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""One container created: placed, reserved, created, confirmed. Nothing is locked while an engine is asked."""

from __future__ import annotations

import asyncio
import typing as t
from dataclasses import replace

from ..._swarm.cluster.claims import PATIENCE, taken_meanwhile
from ..._swarm.cluster.operations.base import Place
from ..._swarm.cluster.operations.confirm import ConfirmClaim
from ..._swarm.cluster.planning.refusal import refusal
from ..._swarm.cluster.refusals import is_of_the_node
from ..._swarm.errors import EngineError, EngineNotFoundError, EngineResponseError, EngineUnreachableError
from ..._swarm.model.labels import EPOCH
from ..._swarm.model.request import Request
from ..engines.client import Query, Reply
from ..errors import ConflictError, ManagerError, NotFoundError, UnhealthyError
from ..http.call import Call
from ..http.replica import require_primary
from ..state.cluster import Cluster, Node
from ..state.placing import Reservation
from .wanted import Wanted, with_affinity_to_image

#: How often a container is placed anew because others were faster, at most.
_LOST = 5
_POLL = 0.2
#: Seconds for which the event of a create is waited for.
_HEARD_PATIENCE = 0.5
#: Seconds for which a node is asked what its containers hold before one is placed there all the same.
_KNOWN_PATIENCE = 6.0


class PullError(ManagerError):
    """The image is not on the node, and could not be brought there."""


class LostError(ManagerError):
    """Another creator took the name or the room meanwhile; what was created is removed again."""


class Creation:
    """The create of one request.

    :param call: the client's; its ``X-Registry-Auth`` is for the pull
    """

    def __init__(self, call: Call, wanted: Wanted) -> None:
        self._call = call
        self._cluster: Cluster = call.manager.cluster
        self._wanted = wanted
        self._avoid: t.Dict[str, str] = {}

    async def create(self) -> t.Dict[str, t.Any]:
        """The engine's answer.

        :raises ConflictError: the name is taken
        :raises UnhealthyError: no node answers
        :raises ManagerError: no node takes it, and why not
        :raises EngineError: the engine refused it
        """
        retries, lost = self._call.manager.settings.create_retry, 0
        while True:
            try:
                return await self._attempt()
            except LostError as error:
                lost += 1
                if lost >= _LOST:
                    raise ConflictError(error.message) from error
            except PullError:
                if not self._may_take_another():
                    raise
                self._wanted = with_affinity_to_image(self._wanted)
                self._avoid.clear()
            except EngineError as error:
                if retries <= 0 or not is_of_the_node(error):
                    raise
                retries -= 1
                self._avoid[error.address] = f"an attempt failed there: {error.message}"

    async def _attempt(self) -> t.Dict[str, t.Any]:
        self._refuse_taken_name()
        node, reservation, known = await self._place()
        name = self._wanted.name
        try:
            reply = (await self._create_on(node)).json()
            identity = str(reply["Id"])
            self._call.noted["container"], self._call.noted["node"] = identity, node.name
            # What others created there before is in the state after that, and what they create later sees ours.
            await node.heard_of(identity, _HEARD_PATIENCE)
            await self._cluster.refresh_pending(node, identity)
            reason = await self._confirm(node, identity, known)
            if reason:
                await self._withdraw(node, identity)
                raise LostError(f"{name or identity[:12]} could not be kept on {node.name}: {reason}")
        finally:
            self._cluster.placing.release(reservation)
        return {"Id": identity, "Warnings": list(reply.get("Warnings") or [])}

    # before

    def _refuse_taken_name(self) -> None:
        name = self._wanted.name
        if name and (self._cluster.containers.named(name) or name in self._cluster.placing.names()):
            raise ConflictError(
                f"Conflict: The name {name} is already assigned. You have to delete (or rename) that container to be "
                f"able to assign {name} to a container again."
            )

    async def _place(self) -> t.Tuple[Node, Reservation, t.FrozenSet[str]]:
        """A node, and what is held of it. Between the choice and the reservation nothing else happens."""
        cluster = self._cluster
        deadline = asyncio.get_running_loop().time() + _KNOWN_PATIENCE
        while True:
            if not cluster.healthy_nodes:
                raise UnhealthyError("No healthy node available in the cluster")
            request = self._request()
            placement = cluster.placing.place(request)
            if placement.node is None:
                named = replace(
                    placement, request=replace(request, name=request.name or f"a container of {request.image}")
                )
                raise ManagerError(refusal([named], 1))
            node = cluster.node_at(placement.node.address)
            weighs = request.ports or request.reservation.memory or request.reservation.cpus
            if not node.unknown or not weighs or asyncio.get_running_loop().time() >= deadline:
                return node, cluster.placing.reserve(node, request), frozenset(node.containers)
            # what its containers hold is being found out
            await asyncio.sleep(0.02)
            self._refuse_taken_name()

    def _request(self) -> Request:
        wanted = self._wanted
        nodes = self._nodes_with_networks()
        request = replace(wanted.request, avoid=dict(self._avoid))
        if nodes is None:
            return request
        both = tuple(name for name in nodes if not request.whitelist or name in request.whitelist)
        if not both:
            raise ManagerError(
                f"no node has all of the networks {', '.join(wanted.networks)}"
                + (" and is in the whitelist" if request.whitelist else "")
            )
        return replace(request, whitelist=both)

    def _nodes_with_networks(self) -> t.Optional[t.List[str]]:
        """Names of the nodes that have every network it is to be in; None where it asks for none."""
        if not self._wanted.networks:
            return None
        fitting = [node for node in self._cluster.nodes if self._names_on(node) is not None]
        if not fitting:
            raise NotFoundError(f"network {' and '.join(self._wanted.networks)} not found")
        return [node.name or node.key for node in fitting]

    def _names_on(self, node: Node) -> t.Optional[t.Dict[str, str]]:
        """The networks as the node's engine knows them; None where it lacks one."""
        names = {}
        for written in self._wanted.networks:
            prefix, _slash, name = written.rpartition("/")
            if prefix not in ("", node.name, node.engine_id):
                return None
            if not any(name == each.get("Name") or str(each.get("Id", "")).startswith(name) for each in node.networks):
                return None
            names[written] = name
        return names

    def _may_take_another(self) -> bool:
        """Whether a node that has the image may do it: the client did not say which node it has to be."""
        request = self._wanted.request
        if any(each.key == "image" for each in request.affinities):
            return False
        if any(each.key == "node" and not each.soft for each in request.constraints):
            return False
        from ..state import lookups

        return any(lookups.has_image(node, request.image) for node in self._cluster.healthy_nodes)

    # on the engine

    async def _create_on(self, node: Node) -> Reply:
        body = self._wanted.body_for(node.facts.cpus, self._names_on(node) or {})
        query = [(key, value) for key, value in self._call.query.items() if key != "name"]
        if self._wanted.name:
            query.append(("name", self._wanted.name))
        try:
            return await self._send(node, query, body)
        except EngineNotFoundError as error:
            if "image" not in error.message.lower():
                raise
        await self._pull(node)
        return await self._send(node, query, body)

    async def _send(self, node: Node, query: Query, body: t.Mapping[str, t.Any]) -> Reply:
        # A manager that was frozen in the midst of this finds that another one acts by now.
        epoch = require_primary(self._call)
        labels = {**(body.get("Labels") or {}), **({EPOCH: str(epoch)} if epoch else {})}
        return await node.client.request(
            "POST", "/containers/create", query=query, data={**body, "Labels": labels}, version=self._call.version
        )

    async def _pull(self, node: Node) -> None:
        image = self._wanted.request.image
        query = [("fromImage", image)]
        if "@" not in image and image.rfind(":") <= image.rfind("/"):
            query.append(("tag", "latest"))
        platform = self._call.query.get("platform")
        if platform:
            query.append(("platform", platform))
        auth = self._call.request.headers.get("X-Registry-Auth")
        problem = ""
        try:
            async with node.client.stream(
                "POST", "/images/create", query=query, headers={"X-Registry-Auth": auth} if auth else None
            ) as answer:
                async for line in answer.content.iter_any():
                    if b'"errorDetail"' in line:
                        problem = _words(line)
        except EngineUnreachableError:
            raise
        except EngineResponseError as error:
            problem = error.message
        if problem:
            raise PullError(f"No such image: {image}: {node.name} could not pull it: {problem}")
        await self._cluster.refresh_images(node)

    # after

    async def _confirm(self, node: Node, identity: str, known: t.FrozenSet[str]) -> str:
        """Whether another creator has the name or the room, in words; empty where the container may stay.

        The rule is that of a task beside it: see ``_swarm/cluster/claims.py``.
        """
        request = self._request_there(node)
        step = ConfirmClaim(Place(node.key, node.name), self._wanted.name, request=request, unique=True)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + PATIENCE
        while True:
            if not node.healthy:
                return f"{node.name} stopped answering"
            others = [each for each in self._cluster.containers.named(self._wanted.name) if each.id != identity]
            come = [each for each in node.containers.values() if each.id not in known and each.id != identity]
            if not others and not come:
                return ""
            waiting = {
                each.id
                for each in (*others, *come)
                if each.id > identity and each.id not in known and each.listed.state == "created"
            }
            reason = self._collision(step, node, identity, waiting)
            if reason or not waiting or not self._collision(step, node, identity, frozenset()):
                return reason
            if loop.time() >= deadline:
                return self._collision(step, node, identity, frozenset())
            await asyncio.sleep(_POLL)

    def _collision(self, step: ConfirmClaim, node: Node, identity: str, without: t.AbstractSet[str]) -> str:
        name = self._wanted.name
        for each in self._cluster.containers.named(name) if name else ():
            if each.id != identity and each.id not in without:
                return f"another operator created {name} on {each.node.name}"
        here = replace(node.model(), containers=tuple(each.model for each in node.containers.values()))
        return taken_meanwhile(self._cluster.placing.scheduler, step, here, {identity, *without})

    def _request_there(self, node: Node) -> Request:
        return replace(self._wanted.request, avoid={})

    async def _withdraw(self, node: Node, identity: str) -> None:
        try:
            await node.client.request("DELETE", f"/containers/{identity}", query=[("v", "1"), ("force", "1")])
        except EngineNotFoundError:
            pass
        except EngineError as error:
            raise ManagerError(
                f"{self._wanted.name or identity[:12]} was created on {node.name}, where another has its name or its "
                f"room, and it could not be removed again: {error.message}"
            ) from error
        self._cluster.drop_container(node, identity, self._cluster.next_number())


def _words(line: bytes) -> str:
    import json

    for each in line.splitlines():
        try:
            value = json.loads(each)
        except ValueError:
            continue
        if isinstance(value, dict) and value.get("error"):
            return str(value["error"])
    return line.decode("utf-8", "replace")[:500]
