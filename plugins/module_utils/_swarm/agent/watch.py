# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The watcher: asks the engine again and again, and writes its health into a file for the agent to read.

It may do everything to the engine, and therefore speaks to nobody else: it has no network, takes no input, and what it
writes is one word or one sentence.
"""

from __future__ import annotations

import typing as t

from ..errors import EngineError
from .health import HEALTHY, HealthCheck
from .word import remove_word, write_word

#: Waits so many seconds, or until the process is to stop; tells whether it is.
Wait = t.Callable[[float], bool]


def watch(check: HealthCheck, path: str, interval: float, wait: Wait, log: t.Callable[[str], None]) -> None:
    """Write the engine's health into ``path`` every ``interval`` seconds, until the process is to stop.

    :raises InputError: the file cannot be written
    """
    last: t.Optional[str] = None
    while True:
        word = _ask(check)
        write_word(path, word)
        if word != last:
            log("the engine is healthy" if word == HEALTHY else f"the engine is not healthy: {word}")
        last = word
        if wait(interval):
            break
    # An engine that nobody watches is not known to be healthy.
    remove_word(path)


def _ask(check: HealthCheck) -> str:
    try:
        check()
    except EngineError as error:
        return " ".join(str(error).split())
    return HEALTHY
