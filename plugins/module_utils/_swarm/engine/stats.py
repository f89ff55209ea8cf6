# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""An engine's measurements of a container -> the numbers that ``docker stats`` shows."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ..errors import EngineError
from .fields import Fields

#: What an engine writes in place of a time where it has measured nothing.
_NEVER = "0001-"

#: What the kernel keeps of files and gives up at once, by version of control groups.
_CACHES = ("inactive_file", "total_inactive_file")


@dataclass(frozen=True)
class Stats:
    """What a container uses. All but ``cpu`` is the sum since its start, or holds at that moment.

    :ivar time: when it was measured, in the engine's words
    :ivar cpu: per cent of one cpu, over about a second before; may be more than 100
    :ivar memory: bytes, without caches of files that the kernel gives up at once
    :ivar memory_limit: bytes
    :ivar received: bytes over all networks, as ``sent``
    :ivar read: bytes from disks, as ``written``
    """

    time: str
    cpu: float
    memory: int
    memory_limit: int
    received: int
    sent: int
    read: int
    written: int
    processes: int


def read_stats(address: str, record: t.Mapping[str, t.Any]) -> Stats:
    """The measurements in a record of ``/containers/ID/stats``.

    :raises EngineError: it is no such record, or holds nothing but zeros
    """
    fields = Fields(address, "/containers/stats", record)
    if fields.text("read").startswith(_NEVER):
        raise EngineError(
            address,
            f"{address} has measured nothing of it: it does not run any more, or its control groups cannot be read",
        )
    memory = fields.within("memory_stats")
    networks = fields.within("networks")
    each = [networks.within(name) for name in networks]
    blocks = fields.within("blkio_stats").objects("io_service_bytes_recursive")
    return Stats(
        time=fields.text("read"),
        cpu=_cpu(fields.within("cpu_stats"), fields.within("precpu_stats")),
        memory=_memory(memory),
        memory_limit=memory.number("limit"),
        received=sum(network.number("rx_bytes") for network in each),
        sent=sum(network.number("tx_bytes") for network in each),
        read=_blocks(blocks, "read"),
        written=_blocks(blocks, "write"),
        processes=fields.within("pids_stats").number("current"),
    )


def _cpu(now: Fields, before: Fields) -> float:
    used = now.within("cpu_usage").number("total_usage") - before.within("cpu_usage").number("total_usage")
    passed = now.number("system_cpu_usage") - before.number("system_cpu_usage")
    if used <= 0 or passed <= 0 or not before.has("system_cpu_usage"):
        return 0.0
    return round(100.0 * used / passed * (now.number("online_cpus") or 1), 2)


def _memory(memory: Fields) -> int:
    used, more = memory.number("usage"), memory.within("stats")
    cache = next((more.number(name) for name in reversed(_CACHES) if more.has(name)), 0)
    return used - cache if cache < used else used


def _blocks(blocks: t.Sequence[Fields], what: str) -> int:
    return sum(block.number("value") for block in blocks if block.text("op").lower() == what)
