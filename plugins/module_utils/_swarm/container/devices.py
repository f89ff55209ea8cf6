# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Devices of the host in a container: bindings, requests to drivers, rates."""

from __future__ import annotations

import re
import typing as t

from ..errors import InputError
from .parse import MOST_INTEGER, integer_between, parse_flag_map, parse_positive_bytes, parse_text
from .paths import parse_node_path

Dicts = t.List[t.Dict[str, t.Any]]

_PERMISSIONS = re.compile(r"(?!.*(.).*\1)[rwm]{1,3}")


def parse_devices(value: t.Sequence[str], option: str) -> Dicts:
    """``/dev/host[:/dev/container][:rwm]`` each, as the engine's device mappings."""
    return [_parse_device(text, option) for text in value]


def _parse_device(text: str, option: str) -> t.Dict[str, t.Any]:
    parts = text.split(":")
    if len(parts) == 2 and _PERMISSIONS.fullmatch(parts[1]):
        parts.insert(1, parts[0])
    on_host = parts[0]
    in_container = parts[1] if len(parts) > 1 else on_host
    permissions = parts[2] if len(parts) > 2 else "rwm"
    if len(parts) > 3 or not on_host or not in_container or not _PERMISSIONS.fullmatch(permissions):
        raise InputError(
            f"{option}: '{text}' is not a device; write /dev/on-host:/dev/in-container:rwm, "
            f"where the last two parts may be left out"
        )
    if on_host[0] in ".~" or in_container[0] in ".~":
        raise InputError(f"{option}: '{text}' has a relative path, which means nothing on a node; write it in full")
    return {"PathOnHost": on_host, "PathInContainer": in_container, "CgroupPermissions": permissions}


def parse_byte_rates(value: t.Sequence[t.Mapping[str, t.Any]], option: str) -> Dicts:
    """Bytes a second for each device."""
    return [
        {"Path": parse_node_path(item["path"], f"{option}.path"), "Rate": parse_positive_bytes(item["rate"], option)}
        for item in value
    ]


def parse_operation_rates(value: t.Sequence[t.Mapping[str, t.Any]], option: str) -> Dicts:
    """Operations a second for each device."""
    return [
        {
            "Path": parse_node_path(item["path"], f"{option}.path"),
            "Rate": _parse_rate(item["rate"], f"{option}: the rate of '{item['path']}'"),
        }
        for item in value
    ]


_parse_rate = integer_between(1, MOST_INTEGER)
_parse_count = integer_between(-1, 2**31 - 1)

_REQUEST_KEYS = {
    "driver": "Driver",
    "count": "Count",
    "device_ids": "DeviceIDs",
    "capabilities": "Capabilities",
    "options": "Options",
}


def parse_device_requests(value: t.Sequence[t.Mapping[str, t.Any]], option: str) -> Dicts:
    """The engine's device requests, with the keys that are set."""
    requests = []
    for item in value:
        if item.get("count") is not None and item.get("device_ids"):
            raise InputError(f"{option}: count and device_ids exclude each other; write one of them in a request")
        request = {key: item[name] for name, key in _REQUEST_KEYS.items() if item.get(name) is not None}
        if "Count" in request:
            request["Count"] = _parse_count(request["Count"], f"{option}.count")
        if "Capabilities" in request:
            request["Capabilities"] = [
                [parse_text(name, f"{option}.capabilities: list {number}") for name in names]
                for number, names in enumerate(request["Capabilities"], start=1)
            ]
        if "Options" in request:
            request["Options"] = parse_flag_map(request["Options"], option)
        requests.append(request)
    return requests


def normal_device_requests(requests: t.Optional[t.Sequence[t.Mapping[str, t.Any]]]) -> Dicts:
    """Requests without the keys that say nothing: engines answer with null, with an empty value, or not at all."""
    return [{key: item for key, item in request.items() if item} for request in requests or ()]
