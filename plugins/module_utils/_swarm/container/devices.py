# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Devices of the host in a container: bindings, requests to drivers, rates, ulimits."""

from __future__ import annotations

import re
import typing as t

from ..errors import InputError
from .parse import parse_flag_map, parse_integer, parse_positive_bytes

Dicts = t.List[t.Dict[str, t.Any]]

_PERMISSIONS = re.compile(r"^(?!.*(.).*\1)[rwm]{1,3}$")


def parse_devices(value: t.Sequence[str], option: str) -> Dicts:
    """``/dev/host[:/dev/container][:rwm]`` each, as the engine's device mappings."""
    return [_parse_device(text, option) for text in value]


def _parse_device(text: str, option: str) -> t.Dict[str, t.Any]:
    parts = text.split(":")
    if len(parts) == 2 and _PERMISSIONS.match(parts[1]):
        parts.insert(1, parts[0])
    on_host = parts[0]
    in_container = parts[1] if len(parts) > 1 else on_host
    permissions = parts[2] if len(parts) > 2 else "rwm"
    if len(parts) > 3 or not on_host or not in_container or not _PERMISSIONS.match(permissions):
        raise InputError(
            f"{option}: '{text}' is no device; write /dev/on-host:/dev/in-container:rwm, "
            f"where the last two parts may be left out"
        )
    return {"PathOnHost": on_host, "PathInContainer": in_container, "CgroupPermissions": permissions}


def parse_byte_rates(value: t.Sequence[t.Mapping[str, t.Any]], option: str) -> Dicts:
    """Bytes a second for each device."""
    return [{"Path": item["path"], "Rate": parse_positive_bytes(item["rate"], option)} for item in value]


def parse_operation_rates(value: t.Sequence[t.Mapping[str, t.Any]], option: str) -> Dicts:
    """Operations a second for each device."""
    rates = [{"Path": item["path"], "Rate": parse_integer(item["rate"], option)} for item in value]
    for rate in rates:
        if rate["Rate"] < 1:
            raise InputError(f"{option}: the rate of '{rate['Path']}' is {rate['Rate']}; write a number above 0")
    return rates


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
        if "Options" in request:
            request["Options"] = parse_flag_map(request["Options"], option)
        requests.append(request)
    return requests


def normal_device_requests(requests: t.Optional[t.Sequence[t.Mapping[str, t.Any]]]) -> Dicts:
    """Requests without the keys that say nothing: engines answer with null, with an empty value, or not at all."""
    return [{key: item for key, item in request.items() if item} for request in requests or ()]


def parse_ulimits(value: t.Sequence[str], option: str) -> Dicts:
    """``NAME:SOFT[:HARD]`` each; one number is both."""
    return [_parse_ulimit(text, option) for text in value]


def _parse_ulimit(text: str, option: str) -> t.Dict[str, t.Any]:
    name, *numbers = text.split(":")
    try:
        limits = [int(number) for number in numbers]
    except ValueError:
        limits = []
    if not name or not 1 <= len(limits) <= 2:
        raise InputError(
            f"{option}: '{text}' is no ulimit; write NAME:SOFT or NAME:SOFT:HARD, such as nofile:1024:2048"
        )
    soft, hard = limits[0], limits[-1]
    if soft > hard >= 0:
        raise InputError(f"{option}: in '{text}' the soft limit {soft} is above the hard limit {hard}")
    return {"Name": name, "Soft": soft, "Hard": hard}
