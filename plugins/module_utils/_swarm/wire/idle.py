# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Connections that are not in use, kept for the next question: one task opens none twice."""

from __future__ import annotations

import threading
import typing as t

from .connection import EngineConnection
from .limits import KEPT


class IdleConnections:
    """Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_address: t.Dict[str, t.List[EngineConnection]] = {}
        self._count = 0

    def take(self, address: str) -> t.Optional[EngineConnection]:
        """A connection to ``address`` that is still open, None where there is none."""
        while True:
            with self._lock:
                kept = self._by_address.get(address)
                if not kept:
                    return None
                connection = kept.pop()
                self._count -= 1
            if connection.is_open:
                return connection
            connection.close()

    def keep(self, address: str, connection: EngineConnection) -> None:
        """Keep a connection, unless there are too many already."""
        with self._lock:
            room = self._count < KEPT
            if room:
                self._by_address.setdefault(address, []).append(connection)
                self._count += 1
        if not room:
            connection.close()

    def close(self, address: t.Optional[str] = None) -> None:
        """Close those to ``address``, or all."""
        with self._lock:
            if address is None:
                lists, self._by_address = list(self._by_address.values()), {}
            else:
                lists = [self._by_address.pop(address, [])]
            self._count -= sum(map(len, lists))
        for connections in lists:
            for connection in connections:
                connection.close()
