# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What one client, and all of them, may cost at one moment."""

from __future__ import annotations

import contextlib
import typing as t

from ..errors import TooManyError


class Counter:
    """How many things of one kind are under way, by client.

    :param most: of one client
    :param what: of what, for the message
    """

    def __init__(self, most: int, what: str) -> None:
        self._most = most
        self._what = what
        self._open: t.Dict[str, int] = {}

    @property
    def total(self) -> int:
        """Of all clients."""
        return sum(self._open.values())

    @contextlib.contextmanager
    def one(self, client: str) -> t.Iterator[None]:
        """One more while the context lasts.

        :raises TooManyError: the client has as many as it may have
        """
        count = self._open.get(client, 0)
        if count >= self._most:
            raise TooManyError(f"{client} has {count} {self._what} under way, as many as one client may have")
        self._open[client] = count + 1
        try:
            yield
        finally:
            self._open[client] -= 1
            if not self._open[client]:
                del self._open[client]
