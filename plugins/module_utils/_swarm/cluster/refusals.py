# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Whose fault it is when an engine refuses to create or start a container: the node's, so that another one may do it,
or the request's, which would fail everywhere.

The status does not tell: engines answer 400 to a bind source that only they lack, and 500 to a user that the image
lacks everywhere. So the engine's own words decide where they are known, and the status only where they are not.
"""

from __future__ import annotations

import re
import typing as t

from ..errors import EngineError, EngineResponseError, SwarmError

#: What engines say of something that this very host lacks.
OF_THE_NODE: t.Tuple[str, ...] = (
    r"bind source path does not exist",
    r"bind mount source path does not exist",
    r"Are you trying to mount a directory onto a file",
    r"error mounting .* to rootfs",
    r"error gathering device information",
    r"could not select device driver",
    r"[Uu]nknown (or invalid )?runtime",
    r"unknown or invalid runtime name",
    r"Requested CPUs are not available",
    r"Requested memory nodes are not available",
    r"Invalid value .* for cpuset",
    r"[Rr]ange of CPUs is from",
    r"network .* not found",
    r"no log driver named",
    r"error looking up (volume|logging) plugin",
    r"plugin .* not found",
    r"storage-opt is supported only",
    r"Your kernel does not support",
    r"open /proc/sys/.*: no such file or directory",
    r"apparmor profile .* not found|apparmor failed to apply profile",
    r"failed to set up container networking",
    r"address already in use",
    r"port is already allocated",
    r"no space left on device",
)

#: What engines say of something that is wrong with the container or its image wherever it is.
OF_THE_REQUEST: t.Tuple[str, ...] = (
    r"unable to find (user|group) ",
    r"no matching entries in (passwd|group) file",
    r"executable file not found",
    r"exec: .*: (permission denied|no such file or directory|is a directory)",
    r"exec format error",
    r"error setting rlimit",
    r"[Uu]limit",
    r"sysctl .* is not in a separate kernel namespace",
    r"sysctl .* (isn't|is not) (allowed|supported|whitelisted)",
    r"sysctl .* not allowed",
    r"[Cc]apability",
    r"invalid CapAdd",
    r"[Mm]inimum memory limit",
    r"working directory .* is invalid",
    r"chdir to cwd",
    r"mount destination .* not absolute|invalid mount (path|target)",
    r"Duplicate mount point",
    r"[Cc]onflicting options",
    r"seccomp profile",
)

_NODE = re.compile("|".join(OF_THE_NODE))
_REQUEST = re.compile("|".join(OF_THE_REQUEST))


def is_of_the_node(error: SwarmError) -> bool:
    """Whether another node may succeed where this one failed.

    No answer, and an answer that is none, are the node's. Of a refusal the engine's words are looked up, the node's own
    first; where they are unknown, 400 is its word for a request that is wrong in itself, and every other status is the
    node's: no image, no room, a port taken.
    """
    if not isinstance(error, EngineResponseError):
        return isinstance(error, EngineError)
    if _NODE.search(error.message):
        return True
    if _REQUEST.search(error.message):
        return False
    return error.status != 400
