# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""``sysctls``: kernel parameters that a container can have for itself.

A parameter is the container's own only where its namespace is. Which ones that is for is what runc refuses at the start
of a container (``libcontainer/configs/validate``), on every node alike.
"""

from __future__ import annotations

import re
import typing as t

from ..errors import InputError
from .parse import parse_string_map
from .rule import Source

_IPC = frozenset(
    (
        *("kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.sem"),
        *("kernel.shmall", "kernel.shmmax", "kernel.shmmni", "kernel.shm_rmid_forced"),
    )
)
_IPC_PREFIX = "fs.mqueue."
_NETWORK_PREFIX = "net."
_UTS = "kernel.domainname"


def read_sysctls(source: Source) -> t.Optional[t.Dict[str, str]]:
    """The parameters by name.

    :raises InputError: a parameter of the node's, or one whose namespace the container shares with the node
    """
    value = source.options.get("sysctls")
    if value is None:
        return None
    for name, item in value.items():
        if isinstance(item, bool):
            raise InputError(
                f"sysctls: the value of '{name}' is a boolean, which the kernel does not know; write 1 or 0"
            )
    sysctls = parse_string_map(value, "sysctls")
    # Other runtimes (Kata, gVisor) have kernels and rules of their own.
    if not source.options.get("runtime"):
        for name in sysctls:
            _refuse_shared(name, source.options)
    return sysctls


def _refuse_shared(name: str, options: t.Mapping[str, t.Any]) -> None:
    # Like the sysctl command, newer runtimes take slashes for dots if the first of the two is a slash.
    first = re.search(r"[./]", name)
    dotted = name.replace("/", ".") if first and first[0] == "/" else name
    if dotted in _IPC or dotted.startswith(_IPC_PREFIX):
        mode = "ipc_mode"
    elif dotted.startswith(_NETWORK_PREFIX):
        mode = "network_mode"
    elif dotted == _UTS:
        mode = "uts"
    else:
        raise InputError(
            f"sysctls: '{name}' is not a parameter that a container can have for itself; those are net.*, fs.mqueue.*, "
            f"{', '.join(sorted(_IPC))} and {_UTS}"
        )
    if options.get(mode) == "host":
        raise InputError(f"sysctls: '{name}' would be the node's own with {mode}: host; leave one of the two out")
