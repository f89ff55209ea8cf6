# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Steps for containers of one entry, as the task wants them done."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ...container.config import FALLBACK_HOST_IP
from ...engine.versions import Version, format_version
from ...model.node import Node
from ...model.request import Request
from ..operations.base import CONTAINER, Operation, Place
from ..operations.confirm import ConfirmClaim, ConfirmUpdate
from ..operations.create import Connection, CreateContainer
from ..operations.drain import DrainContainer
from ..operations.image import PullImage
from ..operations.lifecycle import (
    KillContainer,
    PauseContainer,
    RemoveContainer,
    StartContainer,
    StopContainer,
)
from ..operations.waiting import WaitEnd, WaitHealthy
from ..secrets import Secrets
from ..wanted import Member, Wanted
from .plan import Step

#: A piece of a create body that may hold passwords, as volume drivers take them.
_DRIVER_OPTIONS = ("VolumeOptions", "DriverConfig", "Options")


class Chain:
    """Steps of one container, each of which waits for the one before it."""

    def __init__(self, member: Member, group: str) -> None:
        self._member = member
        self._group = group
        self._steps: t.List[Step] = []

    def add(self, operation: Operation, after: t.Sequence[str] = (), **flags: bool) -> None:
        """:param after: steps of others that it waits for too. :param flags: see ``Step``"""
        before = (self._steps[-1].id,) if self._steps else ()
        self._steps.append(
            Step(self._id(operation), operation, (*before, *after), self._member.name, self._group, **flags)
        )

    def _id(self, operation: Operation) -> str:
        plain = f"{self._member.name}/{operation.verb}"
        alike = sum(step.id == plain or step.id.startswith(f"{plain}-") for step in self._steps)
        return f"{plain}-{alike + 1}" if alike else plain

    @property
    def steps(self) -> t.Tuple[Step, ...]:
        """All, in order."""
        return tuple(self._steps)


class StepMaker:
    """Makes the operations of one entry's containers.

    :param secrets: takes what steps must not hold
    """

    def __init__(self, wanted: Wanted, secrets: Secrets) -> None:
        self._wanted = wanted
        self._secrets = secrets

    def pull(self, place: Place, member: Member) -> t.Optional[PullImage]:
        """The pull of the image that a container is created from; None where none is to be tried."""
        wanted = self._wanted
        if not wanted.image_is_pulled:
            return None
        auth = None if wanted.auth is None else self._secrets.keep(f"{wanted.name}/auth", wanted.auth)
        return PullImage(
            place,
            member.name,
            image=wanted.config.image or "",
            platform=wanted.config.platform,
            auth=auth,
            only_missing=wanted.pull != "always",
        )

    def create(
        self, node: Node, member: Member, name: str, api_version: Version, host_ip: t.Optional[str], image: str = ""
    ) -> CreateContainer:
        """:param host_ip: of the node's networks; None where it is not known yet
        :param image: where the task names none"""
        wanted, config = self._wanted, self._wanted.config
        body = config.create_body(
            image=config.image or image,
            api_version=api_version,
            default_host_ip=FALLBACK_HOST_IP if host_ip is None else host_ip,
            extra_labels=wanted.labels(member),
            containers=ids_by_name(node),
        )
        unsupported = config.unsupported(api_version)
        return CreateContainer(
            Place.of(node),
            name,
            body=self._without_secrets(member, body),
            platform=config.platform,
            connections=tuple(Connection(each.name, each.endpoint) for each in config.extra_networks(api_version)),
            unsupported=(
                f"the engine of {node.name} speaks API {format_version(api_version)}; {'; '.join(unsupported)}"
                if unsupported
                else ""
            ),
        )

    def confirm_claim(
        self, place: Place, member: Member, request: Request, replaces: t.Optional[str] = None
    ) -> ConfirmClaim:
        """The look behind the create. :param replaces: ID of the container that goes for it"""
        return ConfirmClaim(
            place,
            member.name,
            request=replace(request, avoid={}),
            replaces=replaces,
            unique=replaces is None,
        )

    def confirm_update(self, place: Place, member: Member, request: Request, existing: str) -> ConfirmUpdate:
        """The look behind an update in place. :param existing: ID of the container"""
        return ConfirmUpdate(place, member.name, request=replace(request, avoid={}), replaces=existing)

    def start(
        self,
        chain: Chain,
        place: Place,
        member: Member,
        *,
        settles: bool = False,
        elsewhere: bool = False,
        expects: bool = False,
    ) -> None:
        """Start it and, where the task waits for its end, wait. The flags are those of the start, see ``Step``."""
        wanted = self._wanted
        start = StartContainer(place, member.name, watched=not wanted.detach)
        chain.add(start, settles=settles, elsewhere=elsewhere, expects=expects)
        if not wanted.detach:
            chain.add(
                WaitEnd(place, member.name, removes_itself=wanted.auto_remove, timeout=wanted.removal_wait_timeout)
            )
            if wanted.cleanup:
                chain.add(RemoveContainer(place, member.name, volumes=not wanted.keep_volumes, force=True))

    def first_start(
        self, chain: Chain, place: Place, member: Member, *, settles: bool = False, elsewhere: bool = False
    ) -> None:
        """What brings a container that was just created to the wanted state."""
        wanted = self._wanted
        if not wanted.runs:
            return
        self.start(chain, place, member, settles=settles, elsewhere=elsewhere)
        if wanted.paused:
            chain.add(PauseContainer(place, member.name))
        if wanted.state == "healthy":
            chain.add(self.healthy(place, member.name))

    def healthy(self, place: Place, name: str) -> WaitHealthy:
        """Wait until it is healthy."""
        return WaitHealthy(place, name, timeout=self._wanted.healthy_wait_timeout)

    def drain(
        self, chain: Chain, place: Place, name: str, role: str = CONTAINER, *, behind: bool = False, blocks: bool = True
    ) -> None:
        """Let it leave the services first, where the task knows some.

        :param behind: a successor of it runs
        :param blocks: see ``Step``
        """
        if self._wanted.deregister_wait:
            chain.add(
                DrainContainer(place, name, role, timeout=self._wanted.deregister_wait, behind=behind), blocks=blocks
            )

    def stop(self, place: Place, name: str, role: str = CONTAINER, known_as: str = "") -> Operation:
        """Stop it, or kill it where the task says so. :param known_as: the name that it had before it made way"""
        wanted = self._wanted
        if wanted.force_kill:
            return KillContainer(
                place, name, role, signal=wanted.kill_signal, timeout=wanted.stop_timeout, known_as=known_as
            )
        return StopContainer(place, name, role, timeout=wanted.stop_timeout, known_as=known_as)

    def drop(self, place: Place, name: str, role: str = CONTAINER) -> RemoveContainer:
        """Remove it once it is stopped."""
        wanted = self._wanted
        return RemoveContainer(place, name, role, volumes=not wanted.keep_volumes, timeout=wanted.removal_wait_timeout)

    def _without_secrets(self, member: Member, body: t.Dict[str, t.Any]) -> t.Dict[str, t.Any]:
        if body.get("Env"):
            body["Env"] = self._secrets.hide(f"{member.name}/env", body["Env"])
        mounts = body.get("HostConfig", {}).get("Mounts")
        if mounts:
            body["HostConfig"]["Mounts"] = [
                self._hide_driver_options(f"{member.name}/mount-{number}", mount) for number, mount in enumerate(mounts)
            ]
        return body

    def _hide_driver_options(self, name: str, mount: t.Mapping[str, t.Any]) -> t.Mapping[str, t.Any]:
        volume, driver, options = _DRIVER_OPTIONS
        config = (mount.get(volume) or {}).get(driver) or {}
        if not config.get(options):
            return mount
        hidden = {**config, options: self._secrets.hide(name, config[options])}
        return {**mount, volume: {**mount[volume], driver: hidden}}


def ids_by_name(node: Node) -> t.Dict[str, str]:
    """The IDs of a node's containers by their names, as ``container:NAME`` needs them."""
    return {container.name: container.id for container in node.containers}
