# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lab from the shell: python3 -m tests.lab up|down|status|env|wipe [--name N] [--subnet S]."""

from __future__ import annotations

import argparse
import shlex
import sys

from .endpoint import Endpoint
from .errors import LabError
from .lab import Lab


def main() -> int:
    """Carry out one command; the exit code says whether it worked."""
    parser = argparse.ArgumentParser(prog="python3 -m tests.lab", description="A lab of real Docker engines.")
    parser.add_argument("command", choices=("up", "down", "status", "env", "wipe"))
    parser.add_argument("--name", default="demo", help="name of the lab (default: demo)")
    parser.add_argument("--subnet", default="10.77.0", help="first three numbers of its /24 (default: 10.77.0)")
    arguments = parser.parse_args()
    try:
        return _COMMANDS[arguments.command](arguments)
    except LabError as error:
        print(f"lab: {error}", file=sys.stderr)
        return 1


def _up(arguments: argparse.Namespace) -> int:
    lab = Lab(arguments.name, arguments.subnet)
    lab.up()
    return _show(lab)


def _down(arguments: argparse.Namespace) -> int:
    lab = Lab(arguments.name, arguments.subnet)
    Endpoint(lab).stop()
    lab.down()
    return 0


def _status(arguments: argparse.Namespace) -> int:
    return _show(Lab.attach(arguments.name))


def _env(arguments: argparse.Namespace) -> int:
    lab = Lab.attach(arguments.name)
    endpoint = Endpoint(lab)
    for key, value in {**lab.environment, **(endpoint.environment if endpoint.runs else {})}.items():
        print(f"export {key}={shlex.quote(value)}")
    return 0


def _wipe(arguments: argparse.Namespace) -> int:
    Lab.attach(arguments.name).reset()
    return 0


def _show(lab: Lab) -> int:
    whole = True
    for engine in lab.engines:
        answers = engine.answers()
        whole = whole and answers
        labels = " ".join(f"{key}={value}" for key, value in engine.spec.labels.items())
        print(f"{engine.name:15} {engine.url:25} {'answers' if answers else 'no answer':10} {labels}")
    return 0 if whole else 1


_COMMANDS = {"up": _up, "down": _down, "status": _status, "env": _env, "wipe": _wipe}

if __name__ == "__main__":
    sys.exit(main())
