# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Which containers a list is asked for: every filter of the Engine API, and those of the original."""

from __future__ import annotations

import json
import re
import typing as t

from ..._swarm.model.image import reference_names
from ..errors import BadRequestError, NotFoundError
from ..state.cluster import Cluster
from ..state.container import Container
from .filters import Filters, flag_of, has_labels

Test = t.Callable[[Container], bool]

_STATES = frozenset(("created", "running", "paused", "restarting", "removing", "exited", "dead"))
_HEALTH = frozenset(("starting", "healthy", "unhealthy", "none"))
_EXITED = re.compile(r"Exited \((-?\d+)\)")
_IN_WORDS = re.compile(r"\((?:health: )?(starting|healthy|unhealthy)\)")
_PORT = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?(?:/(tcp|udp|sctp))?")

#: Filters that ask for more than what runs.
REACH_FURTHER = frozenset(("status", "exited", "id", "before", "since"))


def tests_of(filters: Filters, cluster: Cluster) -> t.List[Test]:
    """What a container must be.

    :raises BadRequestError: a value cannot be right
    :raises NotFoundError: a container that is referred to is nowhere
    """
    return [_KINDS[name](values, cluster) for name, values in filters.items()]


def look_up(cluster: Cluster, reference: str) -> Container:
    """The container that a list is to begin or to end at. :raises NotFoundError: in the original's words"""
    try:
        return cluster.containers.look_up(reference)
    except NotFoundError:
        raise NotFoundError(f"No such container {reference}") from None


def _id(values: t.Sequence[str], _cluster: Cluster) -> Test:
    return lambda container: any(container.id.startswith(value) for value in values if value)


def _name(values: t.Sequence[str], _cluster: Cluster) -> Test:
    patterns = []
    for value in values:
        try:
            patterns.append(re.compile(value))
        except re.error as error:
            raise BadRequestError(f"invalid filter 'name={value}': {error}") from None

    def test(container: Container) -> bool:
        node = container.node.name
        # as engines: with the slash and without it; and as the cluster shows it
        texts = [text for name in container.names for text in (name, name[1:], f"/{node}{name}", f"{node}{name}")]
        return any(pattern.search(text) for pattern in patterns for text in texts)

    return test


def _label(values: t.Sequence[str], _cluster: Cluster) -> Test:
    return lambda container: has_labels(container.listed.labels, values)


def _status(values: t.Sequence[str], _cluster: Cluster) -> Test:
    for value in values:
        if value not in _STATES:
            raise BadRequestError(f"invalid filter 'status={value}'; known states are {', '.join(sorted(_STATES))}")
    return lambda container: container.listed.state in values


def _node(values: t.Sequence[str], _cluster: Cluster) -> Test:
    return lambda container: container.node.name in values or container.node.engine_id in values


def _health(values: t.Sequence[str], _cluster: Cluster) -> Test:
    for value in values:
        if value not in _HEALTH:
            raise BadRequestError(f"invalid filter 'health={value}'; known values are {', '.join(sorted(_HEALTH))}")

    def test(container: Container) -> bool:
        found = _IN_WORDS.search(container.listed.status)
        return (found[1] if found else "none") in values

    return test


def _is_task(values: t.Sequence[str], _cluster: Cluster) -> Test:
    wanted = flag_of({"is-task": tuple(values)}, "is-task")
    return lambda container: ("com.docker.swarm.task" in container.listed.labels) is wanted


def _exited(values: t.Sequence[str], _cluster: Cluster) -> Test:
    for value in values:
        if not re.fullmatch(r"-?\d{1,10}", value):
            raise BadRequestError(f"invalid filter 'exited={value}'; write a number")
    codes = {int(value) for value in values}

    def test(container: Container) -> bool:
        found = _EXITED.match(container.listed.status)
        return found is not None and int(found[1]) in codes

    return test


def _volume(values: t.Sequence[str], _cluster: Cluster) -> Test:
    def fits(entry: t.Mapping[str, t.Any], node: str) -> bool:
        for mount in entry.get("Mounts") or ():
            found = {mount.get("Name"), mount.get("Source"), mount.get("Destination"), f"{node}/{mount.get('Name')}"}
            if not found.isdisjoint(values):
                return True
        return False

    texts = [_written(value.rpartition("/")[2] or value) for value in values]
    return lambda container: (
        any(text in container.rest for text in texts) and fits(container.entry(), container.node.name)
    )


def _network(values: t.Sequence[str], _cluster: Cluster) -> Test:
    names = [value.rpartition("/")[2] for value in values]
    texts = [_written(name) for name in names]

    def test(container: Container) -> bool:
        if not any(text in container.rest for text in texts):
            return False
        networks = (container.entry().get("NetworkSettings") or {}).get("Networks") or {}
        for value, name in zip(values, names):
            node = value.rpartition("/")[0]
            if node not in ("", container.node.name, container.node.engine_id):
                continue
            if any(
                key == name or str((each or {}).get("NetworkID", "")).startswith(name) for key, each in networks.items()
            ):
                return True
        return False

    return test


def _ancestor(values: t.Sequence[str], _cluster: Cluster) -> Test:
    wanted = frozenset(
        name for value in values for name in (value, *((f"{value}:latest",) if ":" not in value else ()))
    )

    def test(container: Container) -> bool:
        image = container.listed.image
        identity = container.listed.image_id.rpartition(":")[2]
        if image in wanted or not wanted.isdisjoint(reference_names(image)):
            return True
        return any(len(value) >= 3 and identity.startswith(value.rpartition(":")[2]) for value in values)

    return test


def _ports(public: bool) -> t.Callable[[t.Sequence[str], Cluster], Test]:
    def make(values: t.Sequence[str], _cluster: Cluster) -> Test:
        wanted = []
        for value in values:
            match = _PORT.fullmatch(value)
            if match is None:
                raise BadRequestError(f"invalid filter: '{value}' is not a port; write 80, 80/udp or 8000-8010/tcp")
            first = int(match[1])
            wanted.append((first, int(match[2] or first), match[3] or "tcp"))

        def test(container: Container) -> bool:
            for port in container.entry().get("Ports") or ():
                number = port.get("PublicPort" if public else "PrivatePort")
                if isinstance(number, int) and any(
                    first <= number <= last and port.get("Type", "tcp") == protocol for first, last, protocol in wanted
                ):
                    return True
            return False

        return test

    return make


def _before(values: t.Sequence[str], cluster: Cluster) -> Test:
    order = min(look_up(cluster, value).order for value in values)
    return lambda container: container.order < order


def _since(values: t.Sequence[str], cluster: Cluster) -> Test:
    order = max(look_up(cluster, value).order for value in values)
    return lambda container: container.order > order


def _isolation(values: t.Sequence[str], _cluster: Cluster) -> Test:
    # a matter of Windows; everywhere else it is the default
    return lambda _container: "default" in values or "" in values


_KINDS: t.Mapping[str, t.Callable[[t.Sequence[str], Cluster], Test]] = {
    "ancestor": _ancestor,
    "before": _before,
    "exited": _exited,
    "expose": _ports(public=False),
    "health": _health,
    "id": _id,
    "is-task": _is_task,
    "isolation": _isolation,
    "label": _label,
    "name": _name,
    "network": _network,
    "node": _node,
    "publish": _ports(public=True),
    "since": _since,
    "status": _status,
    "volume": _volume,
}

FILTERS = frozenset(_KINDS)


def _written(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)[1:-1]
