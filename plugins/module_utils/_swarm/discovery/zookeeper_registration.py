# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""One entry that is kept in ZooKeeper: an ephemeral node, which lives as long as a session."""

from __future__ import annotations

import threading
import typing as t

from ..errors import DiscoveryError
from .backend import Registration
from .entry import Entry
from .zookeeper_session import ZooKeeperSession, check_granted

#: Tries to get hold of a node that others get hold of at the same time.
_ATTEMPTS = 10
#: Part of the TTL without a heartbeat after which the session is ended, so that the entry is gone within the TTL.
_PATIENCE = 0.75


class ZooKeeperRegistration(Registration):
    """A node of a session of its own.

    The library keeps the session alive by itself, whatever becomes of the thread that sends heartbeats. So a timer ends
    the session when no heartbeat came.
    """

    def __init__(
        self, entry: Entry, ttl: float, open_session: t.Callable[[float], ZooKeeperSession], path: str
    ) -> None:
        super().__init__(entry, ttl)
        self._open_session = open_session
        self._path = path
        self._session: t.Optional[ZooKeeperSession] = None
        self._timer: t.Optional[threading.Timer] = None
        # The timer's thread and the one that sends heartbeats.
        self._lock = threading.Lock()

    def heartbeat(self) -> None:
        self._stop_timer()
        with self._lock:
            try:
                if self._session is None:
                    self._session = self._new_session()
                self._keep(self._session)
            finally:
                self._start_timer()

    def deregister(self) -> None:
        self._stop_timer()
        with self._lock:
            session, self._session = self._session, None
        if session is not None and not session.close():
            raise DiscoveryError(
                f"ZooKeeper was not reached to remove {self.entry.address}; it vanishes within {self.ttl:g} s"
            )

    def _new_session(self) -> ZooKeeperSession:
        session = self._open_session(self.ttl)
        session.open(self._purpose("register"))
        check_granted(session, self.ttl)
        return session

    def _keep(self, session: ZooKeeperSession) -> None:
        """See that the node is there and is this session's own; only read while it is."""
        for _attempt in range(_ATTEMPTS):
            found = session.stat(self._path, self._purpose("look for the node of"))
            if found is not None and found.ephemeralOwner == session.identifier:
                return
            if found is None:
                session.make_folder(self._path.rpartition("/")[0], self._purpose("make the folder for"))
            # One of a session before this one, such as that of this process before it was restarted.
            if session.replace_ephemeral(self._path, self.entry.address, found, self._purpose("make the node of")):
                return
        raise DiscoveryError(
            f"ZooKeeper did not let {self.entry.address} be registered: the node {self._path} changed {_ATTEMPTS} "
            f"times meanwhile; the next heartbeat tries again"
        )

    def _start_timer(self) -> None:
        timer = threading.Timer(self.ttl * _PATIENCE, lambda: self._expire(timer))
        timer.daemon = True
        self._timer = timer
        timer.start()

    def _stop_timer(self) -> None:
        timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()

    def _expire(self, timer: threading.Timer) -> None:
        with self._lock:
            # A heartbeat may have come while the timer waited for the lock.
            if timer is self._timer and self._session is not None:
                self._session.close()
                self._session = None

    def _purpose(self, verb: str) -> str:
        return f"{verb} {self.entry.address}"
