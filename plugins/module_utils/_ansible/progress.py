# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module tells while it runs, to the action plugin that started it on the same machine.

The plugin names a pipe in the environment. Where it names none, or nobody reads it, nothing is told: a task never
fails, and never waits, for this.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
import typing as t

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.progress import Board, Telling, silent
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.visible import visible

#: The variable of the environment: the seconds between two looks, a colon, and the path of the pipe.
VARIABLE = "CLASSIC_SWARM_PROGRESS"

#: Characters of a line. With them it is written as a whole or not at all, however little room the pipe has.
_LONGEST = 300


@contextlib.contextmanager
def telling(module: AnsibleModule) -> t.Iterator[Telling]:
    """What a module tells its progress to while it is in this context."""
    handle, seconds = _opened(os.environ) if not module.check_mode else (None, 0.0)
    if handle is None:
        yield silent
        return
    board, ended = Board(), threading.Event()

    def write() -> None:
        while not ended.wait(seconds):
            for node, text in board.take():
                if not _written(handle, {"node": node, "text": text}):
                    return

    thread = threading.Thread(target=write, daemon=True)
    thread.start()
    try:
        yield board.tell
    finally:
        ended.set()
        thread.join()
        os.close(handle)


def _opened(environment: t.Mapping[str, str]) -> t.Tuple[t.Optional[int], float]:
    """The pipe, opened, and the seconds between two looks."""
    number, _colon, path = environment.get(VARIABLE, "").partition(":")
    try:
        return os.open(path, os.O_WRONLY | os.O_NONBLOCK), max(0.01, float(number))
    except (OSError, ValueError):
        return None, 0.0


def _written(handle: int, line: t.Mapping[str, str]) -> bool:
    """Write a line, if there is room. :returns: whether anybody reads"""
    shown = {name: visible(text)[:_LONGEST] for name, text in line.items()}
    try:
        os.write(handle, json.dumps(shown).encode() + b"\n")
    except BlockingIOError:
        # the next one says how far it has come by then
        return True
    except OSError:
        return False
    return True
