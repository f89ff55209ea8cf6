# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""``volumes``: binds and anonymous volumes in the docker CLI's syntax."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ..errors import InputError
from .paths import normal_path, parse_mount_point, parse_volume_name
from .rule import Body, Source, Target, View, lookup, put

_MODES = frozenset(
    (
        *("rw", "ro", "nocopy", "z", "Z"),
        *("consistent", "delegated", "cached"),
        *("rprivate", "private", "rshared", "shared", "rslave", "slave"),
    )
)
_FORM = "write /on-host:/in-container[:MODE], VOLUME:/in-container[:MODE], or /in-container for an anonymous volume"


@dataclass(frozen=True)
class Volume:
    """One entry.

    :ivar source: host path or volume's name, None for an anonymous volume
    :ivar mode: such as ``ro,z``
    """

    target: str
    source: t.Optional[str] = None
    mode: str = "rw"

    @property
    def bind(self) -> str:
        """As the engine's ``Binds`` hold it."""
        return f"{self.source}:{self.target}:{self.mode}"


def read_volumes(source: Source) -> t.Optional[t.Tuple[Volume, ...]]:
    """The entries of ``volumes``. :raises InputError: an entry that cannot be read, two for one path"""
    entries = source.options.get("volumes")
    if entries is None:
        return None
    driver = source.options.get("volume_driver")
    volumes = tuple(_parse_volume(str(entry), source.host_path, driver) for entry in entries)
    refuse_shared_targets([(volume.target, "volumes") for volume in volumes])
    return volumes


def _parse_volume(text: str, host_path: t.Optional[t.Callable[[str], str]], driver: t.Optional[str] = None) -> Volume:
    parts = text.split(":")
    if len(parts) == 1 and text:
        if text[0] not in "/\\":
            raise InputError(f"volumes: '{text}' has no path in the container; {_FORM}")
        return Volume(parse_mount_point(text, "volumes"))
    if len(parts) == 2 and _is_mode(parts[1]):
        raise InputError(f"volumes: '{text}' has a mode and no source; {_FORM}")
    if not 2 <= len(parts) <= 3 or not parts[0] or not parts[1]:
        raise InputError(f"volumes: '{text}' cannot be read; {_FORM}")
    if len(parts) == 3 and not _is_mode(parts[2]):
        raise InputError(f"volumes: '{text}' has the mode '{parts[2]}'; modes are {', '.join(sorted(_MODES))}")
    source = _absolute(parts[0], text, host_path)
    if source[0] not in "/\\":
        parse_volume_name(source, f"volumes: '{text}'", driver)
    return Volume(parse_mount_point(parts[1], f"volumes: '{text}'"), source, parts[2] if len(parts) == 3 else "rw")


def _is_mode(text: str) -> bool:
    return all(word in _MODES for word in text.split(","))


def _absolute(path: str, text: str, host_path: t.Optional[t.Callable[[str], str]]) -> str:
    if path[0] not in ".~":
        return path
    if host_path is None:
        raise InputError(f"volumes: '{text}' has a relative path, which means nothing on a node; write it in full")
    return host_path(path)


def refuse_shared_targets(targets: t.Iterable[t.Tuple[str, str]]) -> None:
    """Two things mounted on one path. :param targets: (path in the container, option)"""
    taken: t.Dict[str, str] = {}
    for target, option in targets:
        path = normal_path(target) or target
        if path in taken:
            options = option if taken[path] == option else f"{taken[path]} and {option}"
            raise InputError(f"{options}: two mounts on '{target}'; a path in the container takes one")
        taken[path] = option


def write_volumes(body: Body, volumes: t.Sequence[Volume], target: Target) -> None:
    """``Volumes`` for the anonymous ones, ``Binds`` for the others."""
    body["Volumes"] = {volume.target: {} for volume in volumes if volume.source is None}
    put(body, ("HostConfig", "Binds"), [volume.bind for volume in volumes if volume.source is not None])


def wanted_volumes(volumes: t.Optional[t.Sequence[Volume]], view: View) -> t.Tuple[str, ...]:
    """Binds with their modes, and the bare paths of anonymous volumes, the image's among them."""
    wanted = {normal_path(path) for path in view.image_config.get("Volumes") or ()}
    for volume in volumes or ():
        wanted.add(normal_path(volume.target) if volume.source is None else normal_bind(volume.bind))
    return tuple(sorted(str(item) for item in wanted))


def seen_volumes(view: View) -> t.Tuple[str, ...]:
    """The same of the container."""
    paths = [normal_path(path) for path in lookup(view.inspect, ("Config", "Volumes")) or ()]
    binds = [normal_bind(bind) for bind in lookup(view.inspect, ("HostConfig", "Binds")) or ()]
    return tuple(sorted({str(item) for item in [*paths, *binds]}))


def normal_bind(bind: str) -> str:
    """``source:target:mode`` with clean paths; no mode is ``rw``, and the order of a mode's words says nothing."""
    source, _colon, rest = bind.partition(":")
    target, _colon, mode = rest.partition(":")
    words = sorted(set((mode or "rw").split(",")) - {"rw"}) or ["rw"]
    return f"{normal_path(source)}:{normal_path(target)}:{','.join(words)}"


def normal_volumes_from(entries: t.Optional[t.Iterable[str]]) -> t.Tuple[str, ...]:
    """``CONTAINER[:MODE]``; no mode is ``rw``."""
    return tuple(entry[: -len(":rw")] if entry.endswith(":rw") else entry for entry in entries or ())
