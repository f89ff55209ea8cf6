# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Platforms, ``os[/arch[/variant]]``, as the engine reads them."""

from __future__ import annotations

import re
import typing as t

from ..errors import InputError
from .rule import View

_PART = re.compile(r"^[A-Za-z0-9_-]+$")
_SYSTEMS = frozenset(("darwin", "freebsd", "linux", "macos", "solaris", "windows", "zos"))
#: Other names of one architecture. The variant that it implies comes second.
_ARCHITECTURES = {
    "x86_64": ("amd64", ""),
    "x86-64": ("amd64", ""),
    "i386": ("386", ""),
    "i686": ("386", ""),
    "aarch64": ("arm64", ""),
    "armhf": ("arm", "v7"),
    "armv7l": ("arm", "v7"),
    "armel": ("arm", "v6"),
    "armv6l": ("arm", "v6"),
}
#: The variant that an architecture has where none is written.
_USUAL_VARIANT = {"arm": "v7", "arm64": "v8", "amd64": "v1"}


def parse_platform(value: str, option: str) -> str:
    """A platform as written. :raises InputError: more than three parts, or a part with other than letters and digits"""
    parts = value.split("/")
    if len(parts) > 3 or not all(_PART.match(part) for part in parts):
        raise InputError(f"{option}: '{value}' is not a platform; write os[/arch[/variant]], such as linux/arm64/v8")
    return value


def wanted_platform(platform: str, view: View) -> str:
    """The platform in full; what is not written is the engine's own."""
    parts = platform.split("/")
    if len(parts) == 1:
        if parts[0].lower() in _SYSTEMS:
            return _normal(parts[0], *_engine(view)[1:])
        return _normal(_engine(view)[0], parts[0], "")
    return _normal(parts[0], parts[1], parts[2] if len(parts) == 3 else "")


def seen_platform(view: View) -> str:
    """The platform of the image that the container was made from; the container's own record holds the os alone."""
    image = view.container_image or {}
    os, architecture, variant = _engine(view)
    if image.get("Architecture"):
        architecture, variant = image["Architecture"], image.get("Variant") or ""
    return _normal(image.get("Os") or view.inspect.get("Platform") or os, architecture, variant)


def _engine(view: View) -> t.Tuple[str, str, str]:
    return str(view.host_info.get("OSType") or "linux"), str(view.host_info.get("Architecture") or ""), ""


def _normal(os: str, architecture: str, variant: str) -> str:
    os = {"macos": "darwin"}.get(os.lower(), os.lower())
    name, implied = _ARCHITECTURES.get(architecture.lower(), (architecture.lower(), ""))
    variant = variant.lower() or implied
    variant = f"v{variant}" if variant.isdigit() else variant
    return "/".join(part for part in (os, name, "" if variant == _USUAL_VARIANT.get(name) else variant) if part)
