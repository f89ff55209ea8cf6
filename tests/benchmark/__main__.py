# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run benchmarks: python -m tests.benchmark [--small] [--output FOLDER] PART...

Each part prints its figures. A full run keeps them as JSON in results/, and draws the charts and writes the tables of
the docs anew; a small one only shows that the part works, and keeps nothing unless it is told where.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from . import (
    batch,
    chart,
    connection,
    creating,
    discovery,
    endpoint,
    foreign,
    inventory,
    page,
    placement,
    snapshot,
    verbs,
)
from .common import RESULTS, Result

#: Each takes whether to run small.
PARTS: dict[str, Callable[[bool], Result]] = {
    "placement": placement.run,
    "snapshot": snapshot.run,
    "creating": creating.run,
    "foreign": foreign.run,
    "batch": batch.run,
    "inventory": inventory.run,
    "connection": connection.run,
    "discovery": discovery.run,
    "endpoint": endpoint.run,
    "verbs": verbs.run,
}


def main() -> int:
    """Run the parts that were asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark")
    parser.add_argument("part", nargs="+", choices=(*PARTS, "all"))
    parser.add_argument("--small", action="store_true", help="a few seconds, only to see that it works")
    parser.add_argument("--output", type=Path, help="folder for results and charts (default: those of the docs)")
    arguments = parser.parse_args()
    parts = list(PARTS) if "all" in arguments.part else arguments.part
    for part in parts:
        result = PARTS[part](arguments.small)
        print(result.table(), flush=True)
        if arguments.output:
            chart.draw(result.write(arguments.output), arguments.output)
        elif not arguments.small:
            kept = result.write(RESULTS)
            chart.draw(kept)
            page.write(kept)
    return 0


if __name__ == "__main__":
    sys.exit(main())
