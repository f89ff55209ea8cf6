# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The entries of discovery shown as they come and go."""

from __future__ import annotations

import typing as t

from ..discovery.backend import Backend
from ..discovery.entry import Entry
from ..errors import DiscoveryError

#: Seconds for which one watch waits: a signal is noticed between two of them.
_WATCH = 2.0
#: Seconds between two tries where the backend does not answer.
_PAUSE = 2.0


def follow_entries(
    backend: Backend, wait: t.Callable[[float], bool], show: t.Callable[[str], None], log: t.Callable[[str], None]
) -> None:
    """Show every entry, and then a line for each that comes (``+ HOST:PORT``) or goes (``- HOST:PORT``).

    While the backend does not answer nothing has gone; that it does not is told once.

    :param wait: waits so many seconds, and tells whether to stop
    :raises InputError: the discovery text cannot be right
    :raises DiscoveryError: the backend does not answer at the start
    """
    known = tuple(backend.list())
    for entry in known:
        show(str(entry))
    silent = False
    while not wait(0.0):
        try:
            entries = tuple(backend.watch(known, _WATCH))
        except DiscoveryError as error:
            if not silent:
                log(str(error))
            silent = True
            if wait(_PAUSE):
                return
            continue
        if silent:
            log("the backend answers again")
        silent = False
        for line in _changes(known, entries):
            show(line)
        known = entries


def _changes(before: t.Sequence[Entry], after: t.Sequence[Entry]) -> t.Iterator[str]:
    gone, come = {str(entry) for entry in before}, {str(entry) for entry in after}
    yield from (f"- {entry}" for entry in sorted(gone - come))
    yield from (f"+ {entry}" for entry in sorted(come - gone))
