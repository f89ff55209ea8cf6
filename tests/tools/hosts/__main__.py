# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bare hosts to provision: python -m tests.tools.hosts up NAME=ADDRESS... | remove NAME... | images FILE | down.

`up` starts what is missing, the carrying engine too; `remove` takes hosts away; `images` writes the lab's images as an
archive for `docker load`; `down` takes away everything. The hosts' network is HOSTS_SUBNET (10.77.71 if not set), so
that two checkouts can have hosts at the same time.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from tests.lab import images
from tests.lab.errors import LabError

from .carrier import Carrier
from .host import Host, remove


def main() -> int:
    """Carry out one command; the exit code says whether it worked."""
    parser = argparse.ArgumentParser(prog="python -m tests.tools.hosts")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("up").add_argument("host", nargs="+", help="NAME=ADDRESS or NAME=ADDRESS/SUITE")
    commands.add_parser("remove").add_argument("host", nargs="+", help="NAME")
    commands.add_parser("images").add_argument("file", type=Path)
    commands.add_parser("down")
    try:
        _carry_out(parser.parse_args(), Carrier(os.environ.get("HOSTS_SUBNET") or "10.77.71"))
    except LabError as error:
        print(f"hosts: {error}", file=sys.stderr)
        return 1
    return 0


def _carry_out(arguments: argparse.Namespace, carrier: Carrier) -> None:
    if arguments.command == "up":
        _up(carrier, arguments.host)
    elif arguments.command == "remove":
        _remove(carrier, arguments.host)
    elif arguments.command == "images":
        arguments.file.write_bytes(images.archive(images.BASE_IMAGES))
    else:
        carrier.down()


def _up(carrier: Carrier, wanted: list[str]) -> None:
    hosts = [Host(carrier, text) for text in wanted]
    carrier.up()
    for host in hosts:
        host.start()
    for host in hosts:
        host.wait()


def _remove(carrier: Carrier, names: list[str]) -> None:
    # A carrier that does not run carries nothing.
    if carrier.engine.answers():
        for name in names:
            remove(carrier, name)


if __name__ == "__main__":
    sys.exit(main())
