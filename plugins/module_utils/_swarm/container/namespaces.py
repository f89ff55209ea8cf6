# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Namespaces shared with another container: ``container:NAME`` in network, IPC and PID modes."""

from __future__ import annotations

import typing as t

from ..errors import InputError
from ..model.reference import full_id
from .rule import Body, Target, View, lookup

PREFIX = "container:"


def parse_mode(value: str, option: str) -> str:
    """A mode as written; ``container:`` must name one."""
    if value == PREFIX:
        raise InputError(f"{option}: '{value}' names no container; write {PREFIX}NAME or {PREFIX}ID")
    return value


def container_in(mode: t.Optional[str]) -> t.Optional[str]:
    """The container that a mode joins, None for any other mode."""
    return mode[len(PREFIX) :] if mode and mode.startswith(PREFIX) else None


def resolve(mode: str, target: Target) -> str:
    """``container:NAME`` with the ID that the container has on the target.

    The engine keeps the mode as it was sent, and a name may pass to another container later; an ID does not.
    """
    container = container_in(mode)
    return mode if container is None else PREFIX + full_id(container, target.containers)


def mode_writer(key: str) -> t.Callable[[Body, str, Target], None]:
    """A writer of the mode into ``HostConfig[key]``."""

    def write(body: Body, mode: str, target: Target) -> None:
        body.setdefault("HostConfig", {})[key] = resolve(mode, target)

    return write


def wanted_mode(mode: str, view: View) -> str:
    """The mode with the ID of the container that it joins."""
    return resolve(mode, view.target)


def mode_reader(key: str) -> t.Callable[[View], t.Any]:
    """A reader of the mode in ``HostConfig[key]``, with the ID of the container that it joins."""

    def seen(view: View) -> t.Any:
        mode = lookup(view.inspect, ("HostConfig", key))
        return resolve(mode, view.target) if mode else mode

    return seen


def normal_network_mode(mode: t.Optional[str]) -> t.Optional[str]:
    """``default`` is the bridge on Linux and NAT on Windows; engines from 26.1 on write it out, older ones do not."""
    return "default" if mode in (None, "", "bridge", "nat") else mode


def wanted_network_mode(mode: str, view: View) -> t.Optional[str]:
    """The mode with the ID of the container that it joins."""
    return normal_network_mode(resolve(mode, view.target))


def seen_network_mode(view: View) -> t.Optional[str]:
    """The same of the container."""
    return normal_network_mode(mode_reader("NetworkMode")(view))
