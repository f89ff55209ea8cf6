# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What an engine would prune: told from its lists, so that a check can say it. Pure.

The rules are the engine's own (``docker container prune`` and its siblings):

containers  that neither run nor are paused nor restart
images      that no container has, without a tag; all of them where the filter ``dangling`` is false
networks    that no running container is in, but for the three that every engine has, and those that only hold a
            configuration
volumes     that no container has, anonymous ones; all of them where the filter ``all`` is true
"""

from __future__ import annotations

import re
import typing as t
from datetime import datetime, timezone

from ...engine.api.call import Filters
from ...model.durations import parse_duration
from .change import Record

_ENDED = ("created", "exited", "dead")
_OWN_NETWORKS = ("bridge", "host", "none")
_ANONYMOUS = re.compile(r"[0-9a-f]{64}")
_ANONYMOUS_LABEL = "com.docker.volume.anonymous"
_TRUE = ("1", "t", "T", "TRUE", "true", "True")

_FRACTION = re.compile(r"\.\d+")


class Found(t.NamedTuple):
    """What would go. :ivar names: IDs; of volumes names. :ivar space: bytes, as far as the engine says"""

    names: t.List[str]
    space: int = 0


def unused_containers(containers: t.Sequence[Record], filters: Filters, now: float) -> Found:
    """:param now: seconds since 1970"""
    found = [each for each in containers if each.get("State") in _ENDED and passes(each, filters, now)]
    return Found([str(each["Id"]) for each in found], sum(int(each.get("SizeRw") or 0) for each in found))


def unused_images(images: t.Sequence[Record], containers: t.Sequence[Record], filters: Filters, now: float) -> Found:
    """:param containers: those that stay"""
    taken = {each.get("ImageID") for each in containers}
    every = bool(filters.get("dangling")) and not is_true(filters["dangling"])
    found = [
        each
        for each in images
        if each.get("Id") not in taken and (every or not _tags(each)) and passes(each, filters, now)
    ]
    return Found([str(each["Id"]) for each in found], sum(_own_size(each) for each in found))


def unused_networks(
    networks: t.Sequence[Record], containers: t.Sequence[Record], filters: Filters, now: float
) -> Found:
    """:param containers: those that stay"""
    joined: t.Set[str] = set()
    for each in containers:
        if each.get("State") not in _ENDED:
            joined.update((each.get("NetworkSettings") or {}).get("Networks") or {})
    found = [
        str(each["Name"])
        for each in networks
        if each.get("Name") not in joined
        and each.get("Name") not in _OWN_NETWORKS
        and not each.get("ConfigOnly")
        and passes(each, filters, now)
    ]
    return Found(found)


def unused_volumes(volumes: t.Sequence[Record], containers: t.Sequence[Record], filters: Filters) -> Found:
    """:param containers: those that stay"""
    taken = {mount.get("Name") for each in containers for mount in each.get("Mounts") or ()}
    every = is_true(filters.get("all") or ())
    found = [
        each
        for each in volumes
        if each.get("Name") not in taken and (every or is_anonymous(each)) and passes(each, filters, 0.0)
    ]
    sizes = [int((each.get("UsageData") or {}).get("Size") or 0) for each in found]
    return Found([str(each["Name"]) for each in found], sum(size for size in sizes if size > 0))


def is_anonymous(volume: Record) -> bool:
    """Whether nobody gave it a name. Engines before API 1.42 do not write that into a label."""
    return _ANONYMOUS_LABEL in (volume.get("Labels") or {}) or bool(_ANONYMOUS.fullmatch(str(volume.get("Name"))))


def is_true(values: t.Sequence[str]) -> bool:
    """Whether a filter says yes."""
    return any(value in _TRUE for value in values)


def passes(record: Record, filters: Filters, now: float) -> bool:
    """Whether ``until``, ``label`` and ``label!`` allow that it goes."""
    labels = record.get("Labels") or {}
    moments = [moment(value, now) for value in filters.get("until") or ()]
    return (
        all(_seconds(record.get("Created")) < latest for latest in moments)
        and all(_has(labels, label) for label in filters.get("label") or ())
        and not any(_has(labels, label) for label in filters.get("label!") or ())
    )


def moment(text: str, now: float) -> float:
    """The moment that ``until`` names: so long before now (``24h``), a date, or seconds since 1970.

    :raises InputError: it is none of them
    """
    for read in (float, _parse_date):
        try:
            return read(text)
        except ValueError:
            continue
    return now - parse_duration(text, "until") / 1e9


def _seconds(created: t.Any) -> float:
    """Lists give numbers or dates."""
    if isinstance(created, (int, float)):
        return float(created)
    try:
        return _parse_date(str(created))
    except ValueError:
        return 0.0


def _parse_date(text: str) -> float:
    date = datetime.fromisoformat(_FRACTION.sub("", text).replace("Z", "+00:00"))
    return (date if date.tzinfo else date.replace(tzinfo=timezone.utc)).timestamp()


def _has(labels: t.Mapping[str, str], wanted: str) -> bool:
    key, equals, value = wanted.partition("=")
    return labels.get(key) == value if equals else key in labels


def _tags(image: Record) -> t.List[str]:
    return [tag for tag in image.get("RepoTags") or () if tag != "<none>:<none>"]


def _own_size(image: Record) -> int:
    """Bytes that no other image has as well, where the engine knows."""
    shared = int(image.get("SharedSize") or 0)
    return int(image.get("Size") or 0) - max(shared, 0)
