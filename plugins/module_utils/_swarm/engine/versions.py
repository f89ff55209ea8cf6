# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Versions of the Engine API: ``1.41`` <-> ``(1, 41)``, and which one both sides speak."""

from __future__ import annotations

import re
import typing as t

from ..errors import EngineVersionError, InputError
from ..settings import API_VERSION_NEWEST, API_VERSION_OLDEST

#: (major, minor)
Version = t.Tuple[int, int]

_VERSION = re.compile(r"(\d{1,4})\.(\d{1,4})")


def parse_version(text: str) -> t.Optional[Version]:
    """``1.41`` as ``(1, 41)``; None where ``text`` is no version."""
    match = _VERSION.fullmatch(text)
    return (int(match[1]), int(match[2])) if match else None


def format_version(version: Version) -> str:
    """``(1, 41)`` as ``1.41``."""
    return f"{version[0]}.{version[1]}"


def our_versions(api_version: str) -> t.Tuple[Version, Version]:
    """Oldest and newest version that we may speak.

    :param api_version: the setting: ``auto``, or one version, which is then both
    :raises InputError: it is neither, or a version that this product does not speak
    """
    if api_version == "auto":
        return API_VERSION_OLDEST, API_VERSION_NEWEST
    version = parse_version(api_version)
    if version is None:
        raise InputError(f"api_version is '{api_version}'; write auto, or a version such as 1.41")
    if not API_VERSION_OLDEST <= version <= API_VERSION_NEWEST:
        spoken = f"{format_version(API_VERSION_OLDEST)} to {format_version(API_VERSION_NEWEST)}"
        raise InputError(f"api_version is '{api_version}'; this product speaks {spoken}, or write auto")
    return version, version


def negotiate(address: str, ours: t.Tuple[Version, Version], theirs: t.Tuple[Version, Version]) -> Version:
    """The newest version that both sides speak; ``ours`` and ``theirs`` are (oldest, newest).

    :raises EngineVersionError: the ranges do not overlap; the message names both
    """
    version = min(ours[1], theirs[1])
    if version < max(ours[0], theirs[0]):
        raise EngineVersionError(
            address,
            f"{address} speaks API versions {_range(theirs)}, and we speak {_range(ours)}; "
            f"the engine is too {'old' if theirs[1] < ours[0] else 'new'} for us",
        )
    return version


def _range(versions: t.Tuple[Version, Version]) -> str:
    oldest, newest = map(format_version, versions)
    return oldest if oldest == newest else f"{oldest} to {newest}"
