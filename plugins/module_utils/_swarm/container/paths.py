# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Paths in a container and on its node, and names of volumes, as the engine takes them."""

from __future__ import annotations

import posixpath
import re
import typing as t

from ..errors import InputError

#: A drive (``C:\\data``), or a share or pipe (``\\\\.\\pipe\\name``): engines on Windows.
_WINDOWS = re.compile(r"[A-Za-z]:[\\/]|\\")

#: The engine's rule for names of its own volumes (``RestrictedNamePattern`` of moby); other drivers have theirs.
_VOLUME_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+")


def is_absolute(path: str) -> bool:
    """Whether a path starts at the root, of Linux or of Windows."""
    return path.startswith("/") or bool(_WINDOWS.match(path))


def parse_container_path(path: t.Any, option: str) -> str:
    """A path in the container, from its root on. The empty text is the engine's default."""
    if path and not is_absolute(str(path)):
        raise InputError(
            f"{option}: '{path}' is not an absolute path; write it from the root of the container on, as in /data"
        )
    return str(path)


def parse_mount_point(path: t.Any, option: str) -> str:
    """A path in the container where something is mounted: absolute, and not the root itself."""
    if not path or not is_absolute(str(path)):
        raise InputError(
            f"{option}: '{path}' is not an absolute path; write it from the root of the container on, as in /data"
        )
    if normal_path(str(path)) == "/":
        raise InputError(f"{option}: '{path}' is the root of the container, which nothing can be mounted on")
    return str(path)


def parse_node_path(path: t.Any, option: str) -> str:
    """A path on the node, where neither a working directory nor a home directory is known."""
    if not is_absolute(str(path)):
        raise InputError(
            f"{option}: '{path}' is not an absolute path, and means nothing on a node; write it in full, as in "
            "/srv/data"
        )
    return str(path)


def parse_volume_name(name: str, option: str, driver: t.Optional[str] = None) -> str:
    """The name of a volume. :param driver: the volume's, whose rules are its own unless it is the engine's"""
    if driver in (None, "", "local") and not _VOLUME_NAME.fullmatch(name):
        raise InputError(
            f"{option}: '{name}' is neither an absolute path nor the name of a volume; such names are two or more "
            f"letters, digits, '_', '.' or '-', with a letter or digit first"
        )
    return name


def normal_path(text: t.Optional[str]) -> t.Optional[str]:
    """A path inside a container, cleaned as the engine cleans it: no double or trailing slash, no dots."""
    return "/" + posixpath.normpath(text).lstrip("/") if text and text.startswith("/") else text
