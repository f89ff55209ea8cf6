# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""``swarm follow``: writes an engine's containers into a file, for ``swarm register`` to read.

As the watcher (``watch``) it may do everything to the engine, and therefore speaks to nobody else: it has no network
and takes no input.
"""

from __future__ import annotations

import os
import typing as t

from ..errors import InputError
from ..services.followed import Followed
from ..services.observed import Observed
from .word import remove_word, write_word

#: Seconds between two looks whether something has changed.
LOOK = 0.05
#: Seconds after which the file is touched where nothing has changed: whoever reads it sees that somebody is there.
SIGN_OF_LIFE = 5.0


class Containers(t.Protocol):
    """The containers of one engine, kept up to date by somebody."""

    @property
    def version(self) -> int:
        """Grows with each change; 0 before anything is known."""

    def look(self) -> t.Tuple[t.List[Observed], t.Set[str]]:
        """The containers, and the IDs of those that somebody has asked to stop."""


def follow(
    node: str, containers: Containers, path: str, clock: t.Callable[[], float], wait: t.Callable[[float], bool]
) -> None:
    """Write each change into ``path`` until the process is to stop.

    :param node: the engine's own name
    :raises InputError: the file cannot be written
    """
    seen, touch_at = 0, 0.0
    while not wait(LOOK):
        version = containers.version
        if version != seen:
            seen, touch_at = version, clock() + SIGN_OF_LIFE
            known, leaving = containers.look()
            write_word(path, Followed(node, tuple(known), frozenset(leaving)).text())
        elif seen and clock() >= touch_at:
            touch_at = clock() + SIGN_OF_LIFE
            _touch(path)
    if seen:
        remove_word(path)


def _touch(path: str) -> None:
    try:
        os.utime(path)
    except OSError as error:
        raise InputError(f"the file {path} cannot be touched: {error.strerror}") from error
