# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engines that an act of the demo begins with."""

from __future__ import annotations

import argparse

from tests.lab import Lab


def parse_lab(program: str, description: str | None) -> Lab:
    """The lab that the command line names, not brought up yet. :param program: the module's name"""
    parser = argparse.ArgumentParser(prog=f"python3 -m {program}", description=description)
    parser.add_argument("--name", default="demo", help="name of the lab (default: demo)")
    parser.add_argument("--subnet", default="10.77.0", help="first three numbers of its /24 (default: 10.77.0)")
    arguments = parser.parse_args()
    return Lab(arguments.name, arguments.subnet)


def bring_up(lab: Lab) -> None:
    """Start what is missing, and take away what another act left: it has the names that this one gives.

    :raises LabError: it cannot be had
    """
    lab.up()
    lab.wipe()
