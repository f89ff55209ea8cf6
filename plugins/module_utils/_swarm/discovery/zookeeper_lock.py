# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The managers' lock in ZooKeeper: an ephemeral node that only one who finds none may make."""

from __future__ import annotations

import typing as t

from ..errors import DiscoveryError
from .leader_lock import LeaderLock
from .zookeeper_session import ZooKeeperSession, check_granted


class ZooKeeperLock(LeaderLock):
    """A node of a session. The epoch is the transaction that made the node.

    The library keeps the session alive by itself. That counts for nothing here: a lease begins with a ``hold`` that
    ZooKeeper answered, so that a process that hangs does not lead on.

    :param open_session: gives a session with this time-out in seconds, not connected yet
    :param path: of the node
    """

    def __init__(self, holder: str, ttl: float, open_session: t.Callable[[float], ZooKeeperSession], path: str) -> None:
        super().__init__(holder, ttl)
        self._open_session = open_session
        self._path = path
        self._session: t.Optional[ZooKeeperSession] = None

    @property
    def lease(self) -> float:
        return self.ttl

    def hold(self) -> t.Optional[int]:
        session = self._connected(f"make {self.holder} the leader")
        found = self._look(session)
        if found is None:
            session.make_folder(self._path.rpartition("/")[0], "make the folder of the leader's node")
            session.replace_ephemeral(self._path, self.holder, None, f"make {self.holder} the leader")
            found = self._look(session)
        return int(found[1].czxid) if found is not None and found[1].ephemeralOwner == session.identifier else None

    def current_holder(self) -> t.Optional[str]:
        found = self._look(self._connected("read the leader's node"))
        return None if found is None else found[0]

    def await_change(self, seconds: float) -> None:
        self._connected("watch the leader's node").await_change(seconds)

    def release(self) -> None:
        session, self._session = self._session, None
        if session is not None and not session.close():
            raise DiscoveryError(
                f"ZooKeeper was not reached to end the session of {self.holder}; it ends within {self.ttl:g} s"
            )

    def _connected(self, purpose: str) -> ZooKeeperSession:
        if self._session is None:
            session = self._open_session(self.ttl)
            session.open(purpose)
            check_granted(session, self.ttl)
            self._session = session
        return self._session

    def _look(self, session: ZooKeeperSession) -> t.Optional[t.Tuple[str, t.Any]]:
        """Value and state of the node, and a watch on it; None if it is not there."""
        session.forget_changes()
        return session.read(self._path, "read the leader's node")
