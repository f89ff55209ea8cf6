# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The configuration's file: written beside itself, checked there, renamed."""

from __future__ import annotations

import os
import typing as t

from .._swarm.errors import InputError
from .errors import RouteError

#: The first line of what we wrote.
MARK = "# Written by swarm route: changes here are lost.\n"
_MODE = 0o644


class ConfigurationFile:
    """
    :param overwrite: replace what somebody else wrote
    """

    def __init__(self, path: str, overwrite: bool) -> None:
        self.path = path
        self._overwrite = overwrite
        folder, name = os.path.split(os.path.abspath(path))
        # Beside it, as relative names in it are of its folder; with a dot, as folders are read whole (conf.d/*).
        self.candidate = os.path.join(folder, f".{name}.swarm-route")

    def read(self) -> t.Optional[str]:
        """What it holds; None if it is not there.

        :raises InputError: somebody else wrote it
        :raises RouteError: it cannot be read
        """
        try:
            with open(self.path, encoding="utf-8", errors="surrogateescape") as file:
                text = file.read()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise RouteError("apply", f"{self.path} cannot be read: {error.strerror}") from None
        if text and not text.startswith(MARK) and not self._overwrite:
            raise InputError(f"{self.path} was not written by swarm route; give --overwrite to replace it")
        return text

    def propose(self, text: str) -> None:
        """Write the candidate.

        :raises RouteError: it cannot be written
        """
        try:
            with open(self.candidate, "w", encoding="utf-8", errors="surrogateescape") as file:
                os.chmod(self.candidate, self._mode())
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise RouteError("apply", f"{self.candidate} cannot be written: {error.strerror}") from None

    def drop(self) -> None:
        """Remove the candidate."""
        try:
            os.unlink(self.candidate)
        except OSError as error:
            raise RouteError("apply", f"{self.candidate} cannot be removed: {error.strerror}") from None

    def accept(self) -> None:
        """Make the candidate the file."""
        try:
            os.replace(self.candidate, self.path)
        except OSError as error:
            raise RouteError("apply", f"{self.path} cannot be written: {error.strerror}") from None

    def restore(self, text: t.Optional[str]) -> None:
        """Put back what was there."""
        if text is None:
            try:
                os.unlink(self.path)
            except OSError as error:
                raise RouteError("apply", f"{self.path} cannot be removed: {error.strerror}") from None
            return
        self.propose(text)
        self.accept()

    def _mode(self) -> int:
        try:
            return os.stat(self.path).st_mode & 0o777
        except OSError:
            return _MODE
