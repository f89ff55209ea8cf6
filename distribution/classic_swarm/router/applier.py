# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""A configuration's text -> checked, in the file, and in what runs; or none of it."""

from __future__ import annotations

import typing as t

from .configuration_file import MARK, ConfigurationFile
from .errors import RouteError
from .proxy import Proxy


class Applier:
    """Keeps the file and what runs together."""

    def __init__(self, file: ConfigurationFile, proxy: Proxy) -> None:
        self._file = file
        self._proxy = proxy

    def apply(self, text: str) -> t.Optional[str]:
        """Apply a configuration.

        :returns: how, see ``proxy``; None if nothing was to be done
        :raises RouteError: what was there is there again
        :raises InputError: the file is somebody else's, or there is no program that checks it
        """
        wanted = MARK + text
        before = self._file.read()
        if before == wanted and self._proxy.is_in_step(wanted):
            return None
        self._check(wanted)
        self._file.accept()
        try:
            return self._proxy.take(before, wanted)
        except RouteError:
            self._file.restore(before)
            raise

    def is_in_step(self) -> bool:
        """Whether what runs is what the file says, as far as can be known."""
        text = self._file.read()
        return text is None or self._proxy.is_in_step(text)

    def difference_to(self, text: str) -> t.Tuple[str, str]:
        """What the file holds, and what it would hold; the latter has been checked.

        :raises RouteError, InputError: as ``apply``
        """
        before = self._file.read() or ""
        self._check(MARK + text)
        self._file.drop()
        return before, MARK + text

    def _check(self, text: str) -> None:
        self._file.propose(text)
        try:
            self._proxy.check(self._file.candidate)
        except BaseException:
            self._file.drop()
            raise
