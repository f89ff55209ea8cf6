# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Which node builds for which client: a client builder opens several connections, and all must reach one engine."""

from __future__ import annotations

import contextlib
import time
import typing as t
from dataclasses import dataclass

#: Seconds for which a client keeps its node when nothing of it is open.
_KEPT = 60.0


@dataclass
class _Held:
    node: str
    open: int
    since: float


class Builders:
    """Clients by a text that names them. :param clock: seconds that never run backwards"""

    def __init__(self, clock: t.Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._held: t.Dict[str, _Held] = {}

    def node_of(self, client: str) -> t.Optional[str]:
        """The key of the client's node, None where it has none."""
        self._forget()
        held = self._held.get(client)
        return None if held is None else held.node

    @contextlib.contextmanager
    def held(self, client: str, node: str) -> t.Iterator[None]:
        """The client's node is this one while the context lasts, and for a minute more."""
        held = self._held.setdefault(client, _Held(node, 0, self._clock()))
        held.node = node
        held.open += 1
        try:
            yield
        finally:
            held.open -= 1
            held.since = self._clock()

    def _forget(self) -> None:
        now = self._clock()
        for client in [client for client, held in self._held.items() if not held.open and now - held.since > _KEPT]:
            del self._held[client]
