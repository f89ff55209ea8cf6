# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""python -m tests.benchmark.simulator --engines 1000: runs until its standard input ends.

Prints a line of JSON when it takes connections. Each line of JSON that it reads is a command, answered by a line of
JSON with its counts and its own processor seconds: {"do": "counts"}, {"do": "reset"}, {"do": "faults", "hang": [3]}.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import resource
import ssl
import sys
import time
import typing as t
from dataclasses import asdict
from pathlib import Path

from .scenario import PORT, Scenario
from .server import Faults, Simulator


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark.simulator", description=__doc__)
    parser.add_argument("--engines", type=int, default=3)
    parser.add_argument("--containers", type=int, default=50, help="on each engine")
    parser.add_argument("--octet", type=int, default=18, help="the engines listen on 127.OCTET.x.y")
    parser.add_argument("--port", type=int, default=PORT)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tls", type=Path, help="folder with ca.pem, cert.pem, key.pem of the engines: mutual TLS")
    parser.add_argument("--foreign", action="store_true", help="containers that this product did not make")
    chosen = parser.parse_args()
    _raise_limit(2 * chosen.engines + 200)
    scenario = Scenario(chosen.engines, chosen.containers, chosen.octet, chosen.port, chosen.seed, chosen.foreign)
    asyncio.run(_serve(scenario, _context(chosen.tls) if chosen.tls else None))
    return 0


async def _serve(scenario: Scenario, tls: ssl.SSLContext | None) -> None:
    simulator = Simulator(scenario, tls)
    await simulator.listen()
    # what stands now stands to the end: the collector need not walk it again and again
    gc.collect()
    gc.freeze()
    _tell({"addresses": scenario.addresses})
    commands = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    while True:
        line = await commands.readline()
        if not line:
            return
        command = json.loads(line)
        if command["do"] == "reset":
            simulator.reset()
        elif command["do"] == "faults":
            await simulator.set_faults(Faults.from_json(command))
        _tell({**asdict(simulator.counts), "cpu": time.process_time()})


def _tell(value: t.Mapping[str, t.Any]) -> None:
    print(json.dumps(value), flush=True)


def _context(folder: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    context.load_verify_locations(folder / "ca.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    return context


def _raise_limit(wanted: int) -> None:
    """As many open files as engines and their connections need, within what the machine allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if allowed < wanted:
        print(f"only {hard} open files are allowed, {wanted} may be needed: simulate fewer engines", file=sys.stderr)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))


if __name__ == "__main__":
    sys.exit(main())
