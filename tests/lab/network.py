# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The network between the machines of a lab: one bridge, one veth pair a machine."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from .errors import LabError
from .shell import run

NETNS_FOLDER = Path("/var/run/netns")

_END_TIMEOUT = 15.0


def make_bridge(bridge: str, gateway: str) -> None:
    """Make the bridge that carries the lab's network; its address is the machine's own place in the lab."""
    other = _interface_with(gateway)
    if other is not None:
        raise LabError(f"the address {gateway} is in use by interface {other}: choose another --subnet")
    run("ip", "link", "add", bridge, "type", "bridge")
    run("ip", "address", "add", f"{gateway}/24", "dev", bridge)
    run("ip", "link", "set", bridge, "up")


def remove_link(name: str) -> None:
    """Remove a bridge or a veth pair; nothing to do when it is gone."""
    if link_exists(name):
        run("ip", "link", "delete", name)


def link_exists(name: str) -> bool:
    return Path("/sys/class/net", name).exists()


def set_link(name: str, *, up: bool) -> None:
    """Plug the cable in, or pull it."""
    run("ip", "link", "set", name, "up" if up else "down")


def link_is_up(name: str) -> bool:
    """Say whether the interface was switched on."""
    flags = Path("/sys/class/net", name, "flags")
    return flags.exists() and bool(int(flags.read_text(), 16) & 1)


def make_namespace(netns: str, bridge: str, veth: str, address: str) -> None:
    """Make a network namespace with one interface, eth0, that hangs on the bridge by `veth`."""
    run("ip", "netns", "add", netns)
    run("ip", "link", "add", veth, "type", "veth", "peer", "name", "eth0", "netns", netns)
    run("ip", "link", "set", veth, "master", bridge, "up")
    run("ip", "-n", netns, "address", "add", f"{address}/24", "dev", "eth0")
    run("ip", "-n", netns, "link", "set", "eth0", "up")
    run("ip", "-n", netns, "link", "set", "lo", "up")


def remove_namespace(netns: str) -> None:
    """End all processes in the namespace and remove it; nothing to do when it is gone."""
    if (NETNS_FOLDER / netns).exists():
        end_processes_in(netns)
        run("ip", "netns", "delete", netns)


def end_processes_in(netns: str) -> None:
    """Kill, by their ids, all processes in the namespace and wait until they are gone."""
    end = time.monotonic() + _END_TIMEOUT
    while pids := list(processes_in(netns)):
        if time.monotonic() > end:
            raise LabError(f"processes in network namespace {netns} do not end: {pids}")
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)


def namespaces_with(prefix: str) -> list[str]:
    """Names of the network namespaces whose name starts so."""
    if not NETNS_FOLDER.is_dir():
        return []
    return sorted(entry.name for entry in NETNS_FOLDER.iterdir() if entry.name.startswith(prefix))


def processes_in(netns: str) -> Iterator[int]:
    """Process ids of everything that runs in the network namespace itself (containers have their own)."""
    try:
        inode = (NETNS_FOLDER / netns).stat().st_ino
    except FileNotFoundError:
        return
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            if os.stat(entry / "ns/net").st_ino == inode:
                yield int(entry.name)
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            # Ended meanwhile; or a process with capabilities that root lacks here, which is none of the lab's.
            continue


def _interface_with(address: str) -> str | None:
    for interface in json.loads(run("ip", "-json", "-4", "address", "show")):
        for item in interface.get("addr_info", ()):
            if item.get("local") == address:
                return str(interface["ifname"])
    return None
