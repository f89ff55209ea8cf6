# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Whether a body asks for what the policy allows. Pure.

Engines read keys without regard to case, and take the last of several. A body that writes a key that matters here in
another way than the Engine API does is therefore refused, not interpreted.
"""

from __future__ import annotations

import fnmatch
import posixpath
import typing as t

from ..errors import BadRequestError, ForbiddenError
from .policy import CreateRules

#: Where an engine's socket is; who has it is root on that node, whatever else is refused.
_SOCKETS = ("/var/run/docker.sock", "/run/docker.sock", "/run/containerd/containerd.sock")

_CREATE_KEYS = ("HostConfig",)
_HOST_KEYS = (
    "Privileged",
    "Binds",
    "Mounts",
    "NetworkMode",
    "PidMode",
    "IpcMode",
    "UTSMode",
    "UsernsMode",
    "CgroupnsMode",
    "Devices",
    "DeviceCgroupRules",
    "DeviceRequests",
    "CapAdd",
    "SecurityOpt",
    "MaskedPaths",
    "ReadonlyPaths",
    "Runtime",
    "CgroupParent",
)
_MOUNT_KEYS = ("Type", "Source", "VolumeOptions")
_VOLUME_KEYS = ("DriverConfig", "Options", "DriverOpts", "device", "type", "o")
_NAMESPACES = ("NetworkMode", "PidMode", "IpcMode", "UTSMode", "UsernsMode", "CgroupnsMode")


def check_create(body: t.Mapping[str, t.Any], rules: CreateRules) -> None:
    """:raises ForbiddenError: the first thing that is not allowed. :raises BadRequestError: a key in another case"""
    _check_case(body, _CREATE_KEYS)
    host = body.get("HostConfig") or {}
    if not isinstance(host, dict):
        raise BadRequestError("HostConfig must be an object")
    _check_case(host, _HOST_KEYS)
    _check_privileges(host, rules)
    for option in _texts(host, "SecurityOpt"):
        if not _fits(option, rules.security_options):
            raise _refusal(f"the security option {option}", "security_options")
    for bind in _texts(host, "Binds"):
        source = bind.partition(":")[0]
        # A name without a slash is a volume.
        if source.startswith("/"):
            _check_bind(source, rules)
    mounts = host.get("Mounts") or []
    if not isinstance(mounts, list):
        raise BadRequestError("HostConfig.Mounts must be a list")
    for mount in mounts:
        _check_mount(mount, rules)


def check_exec(body: t.Mapping[str, t.Any], rules: CreateRules) -> None:
    """:raises ForbiddenError: a privileged exec. :raises BadRequestError: a key in another case"""
    _check_case(body, ("Privileged",))
    if body.get("Privileged") and not rules.privileged:
        raise _refusal("a privileged exec", "privileged")


def check_volume(body: t.Mapping[str, t.Any], rules: CreateRules) -> None:
    """:raises ForbiddenError: a volume that is a folder of the node. :raises BadRequestError: a key in another case"""
    _check_case(body, ("DriverOpts",))
    _check_device(body.get("DriverOpts"), rules)


def check_build(query: t.Mapping[str, str], rules: CreateRules) -> None:
    """:raises ForbiddenError: a build in the node's network"""
    if query.get("networkmode", "").lower() == "host" and not rules.host_namespaces:
        raise _refusal("a build with networkmode host", "host_namespaces")


def _check_privileges(host: t.Mapping[str, t.Any], rules: CreateRules) -> None:
    if host.get("Privileged") and not rules.privileged:
        raise _refusal("a privileged container", "privileged")
    for key in ("MaskedPaths", "ReadonlyPaths", "Runtime", "CgroupParent"):
        # Lists that are set replace the engine's own protection; null and empty texts leave it.
        if host.get(key) not in (None, "") and not rules.privileged:
            raise _refusal(f"HostConfig.{key}", "privileged")
    for key in _NAMESPACES:
        if str(host.get(key) or "").lower() == "host" and not rules.host_namespaces:
            raise _refusal(f"{key} host", "host_namespaces")
    for key in ("Devices", "DeviceCgroupRules", "DeviceRequests"):
        if host.get(key) and not rules.devices:
            raise _refusal(f"HostConfig.{key}", "devices")
    for capability in _texts(host, "CapAdd"):
        name = capability.upper()
        name = name[4:] if name.startswith("CAP_") else name
        if not _fits(name, rules.capabilities):
            raise _refusal(f"the capability {name}", "capabilities")


def _check_mount(mount: t.Any, rules: CreateRules) -> None:
    if not isinstance(mount, dict):
        raise BadRequestError("a mount must be an object")
    _check_case(mount, _MOUNT_KEYS)
    if str(mount.get("Type") or "").lower() in ("bind", "npipe"):
        _check_bind(str(mount.get("Source") or ""), rules)
    options = mount.get("VolumeOptions")
    if isinstance(options, dict):
        _check_case(options, _VOLUME_KEYS)
        driver = options.get("DriverConfig")
        if isinstance(driver, dict):
            _check_case(driver, _VOLUME_KEYS)
            _check_device(driver.get("Options"), rules)


def _check_device(options: t.Any, rules: CreateRules) -> None:
    """A local volume may be a folder or a device of the node: that is a bind by another name."""
    if not isinstance(options, dict):
        return
    _check_case(options, _VOLUME_KEYS)
    device = str(options.get("device") or "")
    if device.startswith("/"):
        _check_bind(device, rules)


def _check_bind(source: str, rules: CreateRules) -> None:
    # Two slashes at the beginning would stay.
    path = posixpath.normpath("/" + source.lstrip("/"))
    inside = path if path == "/" else f"{path}/"
    if not rules.engine_socket and any(socket == path or socket.startswith(inside) for socket in _SOCKETS):
        raise _refusal(f"a bind of {path}, where the engine's socket is", "engine_socket")
    if not _fits(path, rules.binds):
        raise _refusal(f"a bind of {path}", "binds")


def _texts(host: t.Mapping[str, t.Any], key: str) -> t.List[str]:
    value = host.get(key) or []
    # One text in place of a list is read by older engines.
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
        raise BadRequestError(f"HostConfig.{key} must be a list of strings")
    return values


def _check_case(content: t.Mapping[str, t.Any], known: t.Sequence[str]) -> None:
    spelled = {name.casefold(): name for name in known}
    for key in content:
        right = spelled.get(key.casefold(), key)
        if right != key:
            raise BadRequestError(f"the key {key!r} must be written {right}")


def _fits(text: str, globs: t.Sequence[str]) -> bool:
    return any(fnmatch.fnmatchcase(text, each) for each in globs)


def _refusal(what: str, key: str) -> ForbiddenError:
    return ForbiddenError(f"the policy of this cluster does not allow {what} (create.{key})")
