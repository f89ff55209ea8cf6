# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Freeze a process, and let it go on: its sockets stay open, and nothing answers on them."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path

from .errors import LabError

_TIMEOUT = 10.0


def freeze(pid: int) -> None:
    """Return when every thread of the process stands; a signal alone leaves them some more milliseconds.

    :raises LabError: it does not stand within ten seconds
    """
    os.kill(pid, signal.SIGSTOP)
    end = time.monotonic() + _TIMEOUT
    while not _stands(pid):
        if time.monotonic() > end:
            raise LabError(f"process {pid} goes on {_TIMEOUT:g} s after it was frozen")
        time.sleep(0.005)


def thaw(pid: int) -> None:
    """Let it go on; one that has ended needs nothing."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGCONT)


def _stands(pid: int) -> bool:
    return all(_state(thread) in "Tt" for thread in Path(f"/proc/{pid}/task").glob("*/stat"))


def _state(thread: Path) -> str:
    """One letter; empty, which is in every text, for a thread that has ended since it was listed."""
    try:
        # after the name, which is in parentheses and may hold anything
        return thread.read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""
