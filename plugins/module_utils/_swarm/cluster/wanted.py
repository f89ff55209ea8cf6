# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What one task wants: a container, or ``count`` of them, with everything that decides how it gets there."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass
from types import MappingProxyType

from ..container.config import ContainerConfig
from ..engine.auth import Auth
from ..errors import InputError
from ..expression import Expression
from ..model.image import is_image_id
from ..model.labels import placement_labels
from ..model.request import Request, SpreadOver

#: The rule of the engine for names (``RestrictedNamePattern`` of moby): two characters at least.
_NAME = re.compile(r"^[a-zA-Z0-9][a-zA-Z0-9_.-]+$")

STATES = ("absent", "present", "stopped", "started", "healthy")


@dataclass(frozen=True)
class Member:
    """One container of the task.

    :ivar number: where ``count`` made it: 3 for ``web-3``
    :ivar entry: number of the entry in its batch, from 0
    :ivar home: name of the only node that it may be on, where each node has one
    """

    name: str
    number: t.Optional[int] = None
    entry: int = 0
    home: t.Optional[str] = None


@dataclass(frozen=True)
class Wanted:
    """The task, checked on construction.

    :ivar identity: ID of the container, where the task gave that in place of its name
    :ivar count: None for one container called ``name``; N for ``name-1`` to ``name-N``
    :ivar detach: False: wait for the container's end and return what it printed
    :ivar healthy_wait_timeout: seconds; None waits without end
    :ivar removal_wait_timeout: seconds to wait until an old container is gone; None waits as long as it takes
    :ivar relocate: ``never`` or ``when_needed``
    :ivar createretry: how many further nodes are tried when one fails for reasons of its own
    :ivar group: the group of containers that it is one of; see ``Batch``
    :ivar deregister_wait: most seconds that a container which is registered is drained before it is asked to stop; 0
        for not at all
    :ivar spread_over: the domains that the containers are spread over, the outermost level first
    """

    name: str
    config: ContainerConfig
    identity: t.Optional[str] = None
    count: t.Optional[int] = None
    state: str = "started"
    paused: t.Optional[bool] = None
    recreate: bool = False
    restart: bool = False
    force_kill: bool = False
    kill_signal: t.Optional[str] = None
    keep_volumes: bool = True
    cleanup: bool = False
    detach: bool = True
    stop_timeout: t.Optional[int] = None
    healthy_wait_timeout: t.Optional[float] = 300.0
    removal_wait_timeout: t.Optional[float] = None
    pull: str = "missing"
    pull_check_mode_always: bool = False
    current_image: bool = False
    auth: t.Optional[Auth] = None
    constraints: t.Tuple[Expression, ...] = ()
    affinities: t.Tuple[Expression, ...] = ()
    whitelist: t.Tuple[str, ...] = ()
    relocate: str = "never"
    createretry: int = 3
    group: t.Optional[str] = None
    deregister_wait: float = 0.0
    spread_over: t.Tuple[SpreadOver, ...] = ()

    def __post_init__(self) -> None:
        if not _NAME.match(self.name if self.count is None else f"{self.name}-1"):
            raise InputError(
                f"name: '{self.name}' is not a container name; two or more letters, digits, '_', '.' or '-' "
                "with a letter or digit first, such as web-1"
            )
        if self.state not in STATES:
            raise InputError(f"state: '{self.state}' is unknown; it is one of {', '.join(STATES)}")
        if self.count is not None and self.count < 0:
            raise InputError(f"count: {self.count} is less than 0")
        if self.count is not None and self.count > 1:
            self._refuse_one_address_for_many()
        if not self.deregister_wait >= 0:
            raise InputError(f"deregister_wait: {self.deregister_wait:g} is less than 0; 0 does not wait")
        if self.createretry < 0:
            raise InputError(f"createretry: {self.createretry} is less than 0")

    def _refuse_one_address_for_many(self) -> None:
        values = self.config.values
        addresses = [("mac_address", values.get("mac_address"))]
        for network in values.get("networks") or ():
            addresses += [
                (f"networks: '{network.name}'", address)
                for address in (network.ipv4_address, network.ipv6_address, network.mac_address)
            ]
        for where, address in addresses:
            if address:
                raise InputError(f"{where}: {self.count} containers (count) cannot all have the address {address}")

    @property
    def image_is_pulled(self) -> bool:
        """Whether the image may come from a registry."""
        image = self.config.image
        return bool(image) and not is_image_id(image or "") and self.pull != "never"

    @property
    def auto_remove(self) -> bool:
        """Whether the engine removes the container by itself when it ends."""
        return bool(self.config.values.get("auto_remove"))

    @property
    def holds_something(self) -> bool:
        """Whether the containers take ports, memory or cpus of their nodes."""
        return bool(self.config.host_ports()) or self.reserves

    @property
    def reserves(self) -> bool:
        """Whether the containers take memory or cpus of their nodes."""
        reservation = self.config.reservation()
        return bool(reservation.memory or reservation.cpus)

    @property
    def needs_images(self) -> bool:
        """Whether it matters which images a node has."""
        return self.pull == "never" or any(each.key == "image" for each in self.affinities)

    @property
    def absent(self) -> bool:
        """Whether the containers are to be gone."""
        return self.state == "absent"

    @property
    def runs(self) -> bool:
        """Whether the containers are to run."""
        return self.state in ("started", "healthy")

    def members(self) -> t.Tuple[Member, ...]:
        """The containers of the task, in the order in which they are placed."""
        if self.count is None:
            return (Member(self.name),)
        return tuple(Member(f"{self.name}-{number}", number) for number in range(1, self.count + 1))

    def request(
        self, member: Member, replaces: t.Optional[str] = None, avoid: t.Mapping[str, str] = MappingProxyType({})
    ) -> Request:
        """What the scheduler is asked for ``member``.

        :param replaces: ID of the container that goes away for it
        :param avoid: addresses of nodes that must not be taken, each with the reason in words
        """
        return Request(
            name=member.name,
            image=self.config.image or "",
            labels=self.config.labels,
            constraints=self.constraints,
            affinities=self.affinities,
            whitelist=self.whitelist if member.home is None else (member.home,),
            ports=self.config.host_ports(),
            reservation=self.config.reservation(),
            dependencies=self.config.dependencies(),
            starts=self.runs,
            avoid=avoid,
            replaces=replaces,
            spread_over=self.spread_over,
            family=self.name if self.count is not None else "",
        )

    def labels(self, member: Member) -> t.Dict[str, str]:
        """The labels of our own that ``member`` is created with, so that a list of containers tells what it holds."""
        return placement_labels(self.request(member), self.name, member.number, self.group)
