# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The containers of an engine that this process may not ask: what ``swarm follow`` writes down.

Whatever becomes of the file, what was known stays, as with an engine that does not answer. A file that nobody has
touched for long is told, and is not believed by a process that knows nothing yet.
"""

from __future__ import annotations

import os
import time
import typing as t

from ..services.followed import Followed, read_followed
from ..services.observed import Observed
from .follow import SIGN_OF_LIFE

#: Seconds after which nobody seems to be there.
_SILENT = 3 * SIGN_OF_LIFE


class FollowedFile:
    """
    :param path: of the file
    :param log: takes one line for each change of whether the engine is followed
    """

    def __init__(self, path: str, log: t.Callable[[str], None]) -> None:
        self._path = path
        self._log = log
        self._known: t.Optional[Followed] = None
        #: What tells one content from the next without reading it.
        self._mark: t.Tuple[int, int] = (0, 0)
        self._version = 0
        self._trouble: t.Optional[str] = ""

    @property
    def version(self) -> int:
        """Grows with each change; 0 before the first word. Looks at the file."""
        try:
            self._look_at_file()
        except OSError as error:
            self._tell(f"{self._path}: {error.strerror}")
        except ValueError as error:
            self._tell(f"{self._path}: {error}")
        return self._version

    @property
    def node(self) -> t.Optional[str]:
        """The engine's own name; None before the first word."""
        return None if self._known is None else self._known.node

    def look(self) -> t.Tuple[t.List[Observed], t.Set[str]]:
        """The containers, and the IDs of those that somebody has asked to stop."""
        return ([], set()) if self._known is None else (list(self._known.containers), set(self._known.leaving))

    def _look_at_file(self) -> None:
        with open(self._path, encoding="utf-8") as file:
            status = os.fstat(file.fileno())
            # Compared both ways: a clock that was set back makes the future out of the past.
            silent = abs(time.time() - status.st_mtime) > _SILENT
            mark = (status.st_ino, status.st_mtime_ns)
            if mark != self._mark and not (silent and self._known is None):
                told = read_followed(file.read())
                self._mark = mark
                self._version += told != self._known
                self._known = told
        self._tell(f"nobody has touched {self._path} for {_SILENT:g} s; is swarm follow running?" if silent else None)

    def _tell(self, trouble: t.Optional[str]) -> None:
        if trouble != self._trouble:
            self._log(f"the engine is not followed, trying again: {trouble}" if trouble else "the engine is followed")
        self._trouble = trouble
