# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""``mounts``: the long form of volumes, binds and file systems in memory."""

from __future__ import annotations

import re
import typing as t

from ..errors import InputError
from .environment import HIDDEN
from .parse import parse_bytes, parse_flag_map, shown
from .paths import normal_path, parse_mount_point, parse_node_path, parse_volume_name
from .rule import ApiVersion, Source, View, lookup, put
from .volumes import refuse_shared_targets

Mount = t.Mapping[str, t.Any]


class _Suboption(t.NamedTuple):
    """Where a suboption sits in the engine's mount, for which types it is, and since which API version."""

    path: t.Tuple[str, ...]
    types: t.Tuple[str, ...] = ()
    api: t.Optional[ApiVersion] = None


_SUBOPTIONS: t.Mapping[str, _Suboption] = {
    "type": _Suboption(("Type",)),
    "source": _Suboption(("Source",)),
    "target": _Suboption(("Target",)),
    "read_only": _Suboption(("ReadOnly",)),
    "consistency": _Suboption(("Consistency",)),
    "propagation": _Suboption(("BindOptions", "Propagation"), ("bind",)),
    "non_recursive": _Suboption(("BindOptions", "NonRecursive"), ("bind",)),
    "create_mountpoint": _Suboption(("BindOptions", "CreateMountpoint"), ("bind",), (1, 42)),
    "read_only_non_recursive": _Suboption(("BindOptions", "ReadOnlyNonRecursive"), ("bind",), (1, 44)),
    "read_only_force_recursive": _Suboption(("BindOptions", "ReadOnlyForceRecursive"), ("bind",), (1, 44)),
    "no_copy": _Suboption(("VolumeOptions", "NoCopy"), ("volume",)),
    "labels": _Suboption(("VolumeOptions", "Labels"), ("volume",)),
    "volume_driver": _Suboption(("VolumeOptions", "DriverConfig", "Name"), ("volume",)),
    "volume_options": _Suboption(("VolumeOptions", "DriverConfig", "Options"), ("volume",)),
    "tmpfs_size": _Suboption(("TmpfsOptions", "SizeBytes"), ("tmpfs",)),
    "tmpfs_mode": _Suboption(("TmpfsOptions", "Mode"), ("tmpfs",)),
    "tmpfs_options": _Suboption(("TmpfsOptions", "Options"), ("tmpfs",), (1, 46)),
    # Where it sits depends on the type; see _path.
    "subpath": _Suboption((), ("volume", "image"), (1, 45)),
}
_TYPES_SINCE: t.Mapping[str, ApiVersion] = {"cluster": (1, 42), "image": (1, 47)}
_SOURCE_OPTIONAL = ("tmpfs", "volume", "image", "cluster")
_FLAGS = (
    "read_only",
    "non_recursive",
    "create_mountpoint",
    "read_only_non_recursive",
    "read_only_force_recursive",
    "no_copy",
)


_OCTAL = re.compile(r"(?:0o)?0*[0-7]{1,4}")


def _path(suboption: str, kind: str) -> t.Tuple[str, ...]:
    if suboption == "subpath":
        return ("ImageOptions" if kind == "image" else "VolumeOptions", "Subpath")
    return _SUBOPTIONS[suboption].path


def read_mounts(source: Source) -> t.Optional[t.Tuple[Mount, ...]]:
    """Each mount with the suboptions that are set, in the names of the option.

    :raises InputError: a suboption of another type, a missing source, two mounts on one path (``volumes`` included)
    """
    entries = source.options.get("mounts")
    if entries is None:
        return None
    mounts = tuple(_parse_mount(entry) for entry in entries)
    others = [str(entry).split(":") for entry in source.options.get("volumes") or ()]
    refuse_shared_targets(
        [(mount["target"], "mounts") for mount in mounts]
        + [(parts[min(1, len(parts) - 1)], "volumes") for parts in others]
    )
    return mounts


def _parse_mount(entry: t.Mapping[str, t.Any]) -> Mount:
    mount = {name: entry[name] for name in _SUBOPTIONS if entry.get(name) is not None}
    kind = mount.setdefault("type", "volume")
    where = f"mounts: '{mount['target']}' of type {kind}"
    if "source" not in mount and kind not in _SOURCE_OPTIONAL:
        raise InputError(f"{where} has no source; set source to what is mounted there")
    for name in mount:
        types = _SUBOPTIONS[name].types
        if types and kind not in types:
            raise InputError(f"{where} has {name}, which is for type {' or '.join(types)} alone")
    parse_mount_point(mount["target"], "mounts")
    if mount.get("source"):
        _check_source(mount, kind, where)
    for name, parse in _PARSERS.items():
        if name in mount:
            mount[name] = parse(mount[name], f"{where}, {name}")
    return mount


def _check_source(mount: Mount, kind: str, where: str) -> None:
    if kind == "bind":
        parse_node_path(mount["source"], f"{where}, source")
    elif kind == "volume":
        parse_volume_name(mount["source"], f"{where}, source", mount.get("volume_driver"))


def _parse_octal(value: t.Any, option: str) -> int:
    """A mode. YAML reads a bare 0777 as the number 511, and nobody can tell whether that or octal 511 was written."""
    if not isinstance(value, str):
        raise InputError(
            f"{option}: {shown(value)} is not a string, as YAML reads octal numbers; put it in quotes, as in '1777'"
        )
    if not _OCTAL.fullmatch(value):
        raise InputError(f"{option}: '{shown(value)}' is not an octal mode; write one such as '1777'")
    return int(value, 8)


def _parse_tmpfs_options(value: t.Sequence[t.Mapping[t.Any, t.Any]], option: str) -> t.List[t.List[str]]:
    options = []
    for number, item in enumerate(value, start=1):
        if len(item) != 1:
            raise InputError(f"{option}: item {number} has {len(item)} keys; write one key with a value or null each")
        ((name, argument),) = item.items()
        if not isinstance(name, str) or not (argument is None or isinstance(argument, str)):
            raise InputError(f"{option}: item {number} must be a string with a string or null; put it in quotes")
        options.append([name] if argument is None else [name, argument])
    return options


_PARSERS: t.Mapping[str, t.Callable[[t.Any, str], t.Any]] = {
    "labels": parse_flag_map,
    "volume_options": parse_flag_map,
    "tmpfs_size": parse_bytes,
    "tmpfs_mode": _parse_octal,
    "tmpfs_options": _parse_tmpfs_options,
}


def encode_mounts(mounts: t.Sequence[Mount]) -> t.List[t.Dict[str, t.Any]]:
    """The engine's ``Mounts``."""
    result = []
    for mount in mounts:
        encoded: t.Dict[str, t.Any] = {}
        for name, value in mount.items():
            put(encoded, _path(name, mount["type"]), value)
        result.append(encoded)
    return result


def wanted_mounts(mounts: t.Sequence[Mount], view: View) -> t.List[t.Dict[str, t.Any]]:
    """Each mount with what the user set, paths cleaned. What is empty is no wish; a flag that is false is one."""
    return [
        _with_clean_paths({name: value for name, value in mount.items() if value or name in _FLAGS}) for mount in mounts
    ]


def seen_mounts(view: View) -> t.List[t.Dict[str, t.Any]]:
    """The container's mounts in the names of the option, with what is set.

    The engine leaves out what is false, so a flag is false where it does not stand.
    """
    mounts = []
    for seen in lookup(view.inspect, ("HostConfig", "Mounts")) or ():
        mount: t.Dict[str, t.Any] = dict.fromkeys(_FLAGS, False)
        for name in _SUBOPTIONS:
            value = lookup(seen, _path(name, str(seen.get("Type"))))
            if value:
                mount[name] = value
        mounts.append(_with_clean_paths(mount))
    return mounts


def _with_clean_paths(mount: t.Dict[str, t.Any]) -> t.Dict[str, t.Any]:
    if mount.get("type") == "bind":
        mount["source"] = normal_path(mount.get("source"))
    return {**mount, "target": normal_path(mount.get("target"))}


def mask_mounts(mounts: t.Sequence[Mount]) -> t.List[t.Dict[str, t.Any]]:
    """Mounts with words in place of the volume driver's options: shares of other machines have passwords there."""
    return [
        {name: dict.fromkeys(value, HIDDEN) if name == "volume_options" else value for name, value in mount.items()}
        for mount in mounts
    ]


def needs_api(mounts: t.Sequence[Mount]) -> t.Sequence[t.Tuple[str, ApiVersion]]:
    """What the mounts ask of newer engines."""
    needs = []
    for mount in mounts:
        if mount["type"] in _TYPES_SINCE:
            needs.append((f"mounts.type={mount['type']}", _TYPES_SINCE[mount["type"]]))
        for name in mount:
            since = _SUBOPTIONS[name].api
            if since is not None:
                needs.append((f"mounts.{name}", since))
    return tuple(dict.fromkeys(needs))
