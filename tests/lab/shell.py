# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run one command of the system, bounded in time."""

from __future__ import annotations

import shutil
import subprocess

from .errors import LabError


def run(*command: str, timeout: float = 60.0, check: bool = True, stdin: str | None = None) -> str:
    """Give what the command printed; a failure or a time-out is a LabError that shows its last words."""
    try:
        done = subprocess.run(
            command,
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
    except FileNotFoundError:
        raise LabError(f"{command[0]} is not installed") from None
    except subprocess.TimeoutExpired:
        raise LabError(f"no end after {timeout:g} s: {' '.join(command)}") from None
    if check and done.returncode != 0:
        said = (done.stderr or done.stdout).strip()[-2000:]
        raise LabError(f"exit code {done.returncode} from: {' '.join(command)}\n{said}")
    return done.stdout


def program(name: str, *preferred: str) -> str:
    """Find a program: the preferred paths first, then PATH, then the folders of the administrator."""
    for path in preferred:
        if shutil.which(path):
            return path
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin:/usr/bin:/bin")
    if found is None:
        raise LabError(f"{name} is not installed")
    return found
