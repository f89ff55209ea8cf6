# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Memory, cpus and what else an engine can change while a container runs."""

from __future__ import annotations

import typing as t

from ..errors import InputError
from ..model.resources import Reservation, format_size
from .parse import integer_between, parse_bytes, shown
from .rule import Body, Inspect, Source, View, lookup

NANOCPUS = 10**9

#: Microseconds; what the kernel takes where no period is set.
DEFAULT_CPU_PERIOD = 100_000

#: Microseconds; the engine and the kernel take periods and quotas within these.
SHORTEST_CPU_TIME, LONGEST_CPU_PERIOD = 1_000, 1_000_000

#: As the engine says it: "range of CPUs is from 0.01 to" what the node has. No machine has as many as the last one.
_FEWEST_CPUS, _MOST_CPUS = 0.01, 2**20


def in_place(key: str) -> t.Callable[[t.Any, View], t.Optional[Body]]:
    """An update that sets ``key``. Engines read 0 and an empty text as "leave it": they need a new container."""

    def update(value: t.Any, view: View) -> t.Optional[Body]:
        return {key: value} if value else None

    return update


def update_memory(memory: int, view: View) -> t.Optional[Body]:
    """Memory with the swap limit that goes with it.

    The engine refuses memory above the swap limit that the container has, and takes -1 (unlimited) for one too, unless
    the same update says the swap limit again. Where the user sets none, it is twice the memory, as at create; one that
    somebody chose is kept.
    """
    if not memory:
        return None
    swap_seen = lookup(view.inspect, ("HostConfig", "MemorySwap")) or 0
    memory_seen = lookup(view.inspect, ("HostConfig", "Memory")) or 0
    follows = swap_seen == 2 * memory_seen or 0 <= swap_seen < memory
    swap = view.values.get("memory_swap") or (2 * memory if follows else swap_seen)
    return {"Memory": memory, "MemorySwap": swap}


def update_swap(swap: int, view: View) -> t.Optional[Body]:
    """The swap limit alone.

    Engines note down that a container is to be without one, but do not tell the kernel before its next start: the limit
    of a running container is taken away only by a new one.
    """
    running = lookup(view.inspect, ("State", "Running"))
    return {"MemorySwap": swap} if swap > 0 or (swap < 0 and not running) else None


def update_cpus(nano_cpus: int, view: View) -> t.Optional[Body]:
    """cpus in place, unless the container has the same wish in its other form, which the engine refuses to mix."""
    mixed = lookup(view.inspect, ("HostConfig", "CpuPeriod")) or lookup(view.inspect, ("HostConfig", "CpuQuota"))
    return {"NanoCpus": nano_cpus} if nano_cpus and not mixed else None


def update_cpu_time(key: str) -> t.Callable[[int, View], t.Optional[Body]]:
    """An update of period or quota, unless the container has its cpus in the other form."""

    def update(value: int, view: View) -> t.Optional[Body]:
        return {key: value} if value and not lookup(view.inspect, ("HostConfig", "NanoCpus")) else None

    return update


def update_restart_policy(_value: t.Any, view: View) -> Body:
    """Name and retries: the engine takes them only together."""
    policy: Body = {"Name": view.values["restart_policy"]}
    if "restart_retries" in view.values:
        policy["MaximumRetryCount"] = view.values["restart_retries"]
    return {"RestartPolicy": policy}


def parse_swap(value: t.Any, option: str) -> int:
    """Bytes of memory and swap together; ``unlimited`` is -1."""
    return -1 if str(value).strip().lower() in ("unlimited", "-1") else parse_bytes(value, option)


def parse_cpus(value: t.Any, option: str) -> int:
    """Billionths of a cpu."""
    try:
        cpus = float(value)
        nano_cpus = round(cpus * NANOCPUS)
    except (TypeError, ValueError, OverflowError):
        raise InputError(f"{option}: '{shown(value)}' is not a number of cpus; write one such as 1.5") from None
    if nano_cpus < 0:
        raise InputError(f"{option}: {shown(value)} is below 0; write a number of cpus such as 1.5")
    if cpus and not _FEWEST_CPUS <= cpus <= _MOST_CPUS:
        raise InputError(
            f"{option}: {shown(value)} is out of range; write a number of cpus from {_FEWEST_CPUS} to {_MOST_CPUS}, "
            f"or 0 for no limit"
        )
    return nano_cpus


_parse_retries = integer_between(0, 2**31 - 1)


def read_restart_retries(source: Source) -> t.Optional[int]:
    """Retries count with a policy alone."""
    retries = source.options.get("restart_retries")
    if retries is None or source.options.get("restart_policy") is None:
        return None
    return _parse_retries(retries, "restart_retries")


def normal_pids_limit(limit: t.Optional[int]) -> int:
    """Nothing, 0 and below are unlimited."""
    return limit if limit is not None and limit > 0 else -1


def refuse_contradictions(values: t.Mapping[str, t.Any]) -> None:
    """Wishes that no engine can fulfil together. :raises InputError: names both"""
    if values.get("cpus") and (values.get("cpu_quota") or values.get("cpu_period")):
        other = "cpu_quota" if values.get("cpu_quota") else "cpu_period"
        raise InputError(f"cpus and {other} say the same thing in two ways; write one of them")
    for option in ("cpu_period", "cpu_quota"):
        if 0 < (values.get(option) or 0) < SHORTEST_CPU_TIME:
            raise InputError(
                f"{option}: {values[option]} is too short; write {SHORTEST_CPU_TIME} microseconds or more, or 0"
            )
    memory, reservation, swap = (values.get(name) or 0 for name in ("memory", "memory_reservation", "memory_swap"))
    if memory and reservation > memory:
        raise InputError(
            f"memory_reservation of {format_size(reservation)} is above memory of {format_size(memory)}; "
            f"it must be the smaller of the two"
        )
    if swap > 0 and memory > swap:
        raise InputError(
            f"memory_swap of {format_size(swap)} is below memory of {format_size(memory)}; it is memory and swap "
            f"together, or -1 for unlimited swap"
        )


def reservation_of(values: t.Mapping[str, t.Any]) -> Reservation:
    """What the container takes of its node: the soft limit before the hard one; cpus, or quota by period."""
    cpus = (values.get("cpus") or 0) / NANOCPUS
    quota = values.get("cpu_quota") or 0
    if not cpus and quota > 0:
        cpus = quota / (values.get("cpu_period") or DEFAULT_CPU_PERIOD)
    return Reservation(values.get("memory_reservation") or values.get("memory") or 0, cpus)


def without(flag: str) -> t.Callable[[Inspect], bool]:
    """Whether /info says that the kernel cannot do what ``flag`` names; the engine then drops the option."""

    def discarded(host_info: Inspect) -> bool:
        return host_info.get(flag) is False

    return discarded


def on_cgroup_v2(host_info: Inspect) -> bool:
    """Whether the engine is on cgroup v2, which has neither swappiness nor a switch for the OOM killer."""
    return str(host_info.get("CgroupVersion") or "") == "2"


def without_io_weight(host_info: Inspect) -> bool:
    """Whether block I/O has no weights: on cgroup v1 since kernel 5.0, which /info does not say; on v2 it says so."""
    if str(host_info.get("CgroupVersion") or "") == "1":
        major = str(host_info.get("KernelVersion") or "").partition(".")[0]
        return major.isdigit() and int(major) >= 5
    return _warns(host_info, "No io.weight support")


def without_io_limit(name: str, name_on_v1: str) -> t.Callable[[Inspect], bool]:
    """Whether /info warns that block I/O cannot be limited in this way, in the words of either cgroup version."""

    def discarded(host_info: Inspect) -> bool:
        return _warns(host_info, f"No io.max ({name}) support") or _warns(
            host_info, f"No blkio throttle.{name_on_v1} support"
        )

    return discarded


def _warns(host_info: Inspect, text: str) -> bool:
    return any(text in warning for warning in host_info.get("Warnings") or ())
