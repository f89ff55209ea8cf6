# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Nodes in ZooKeeper that live as long as a session, and folders of nodes that are watched.

A folder has folders in it, one a service, and the keys are in these: ``folder/<service>/<identifier>``.
"""

from __future__ import annotations

import typing as t

from ..errors import DiscoveryError
from .held_keys import HeldKeys
from .owned_keys import IsOwn, KeyFolder
from .owned_state import Difference, FoundKey
from .zookeeper_session import ZooKeeperSession, check_granted

#: Nodes that are written before the next look at what is left: each is a transaction of its own.
_PART = 100

OpenSession = t.Callable[[float], ZooKeeperSession]


class ZooKeeperKeys(HeldKeys):
    """Ephemeral nodes of one session.

    :param open_session: gives a session with this time-out in seconds, not connected yet
    """

    def __init__(
        self, owner: str, ttl: float, open_session: OpenSession, folders: t.Sequence[str], is_own: IsOwn
    ) -> None:
        super().__init__(owner, ttl, folders, is_own, _PART)
        self._open_session = open_session
        self._session: t.Optional[ZooKeeperSession] = None

    def _keep_holder(self) -> str:
        session = self._connected()
        # A question that ZooKeeper answers: the library would keep a session alive for a process that hangs.
        session.stat("/", f"keep the session of {self.owner}")
        return str(session.identifier)

    def _end_holder(self) -> None:
        session, self._session = self._session, None
        if session is not None and not session.close():
            raise DiscoveryError(
                f"ZooKeeper was not reached to remove the nodes of {self.owner}; they vanish within {self.ttl:g} s"
            )

    def _read(self, folder: str) -> t.Dict[str, FoundKey]:
        return read_tree(self._connected(), folder)

    def _look(self, paths: t.Sequence[str]) -> t.Mapping[str, str]:
        purpose = f"look for the nodes of {self.owner}"
        found = {path: self._connected().read(f"/{path}", purpose, watch=False) for path in paths}
        return {path: node[0] for path, node in found.items() if node is not None}

    def _write(self, part: Difference, found: t.Mapping[str, FoundKey], holder: str) -> None:
        session = self._connected()
        for path, value in part.put.items():
            self._put(session, path, value)
        for path in part.remove:
            session.remove(f"/{path}", f"remove a node of {self.owner}")

    def _connected(self) -> ZooKeeperSession:
        if self._session is None:
            session = self._open_session(self.ttl)
            session.open(f"register {self.owner}")
            check_granted(session, self.ttl)
            self._session = session
        return self._session

    def _put(self, session: ZooKeeperSession, path: str, value: str) -> None:
        purpose = f"write a node of {self.owner}"
        session.make_folder(f"/{path}".rpartition("/")[0], f"make a folder for {self.owner}")
        found = session.stat(f"/{path}", purpose)
        if not session.replace_ephemeral(f"/{path}", value, found, purpose):
            raise DiscoveryError(f"ZooKeeper did not write the node /{path}: it changed meanwhile; it is tried again")


class ZooKeeperFolder(KeyFolder):
    """A folder whose every node is read and watched."""

    def __init__(self, open_session: OpenSession, session_timeout: float, folder: str) -> None:
        self._open_session = open_session
        self._session_timeout = session_timeout
        self._folder = folder
        self._session: t.Optional[ZooKeeperSession] = None

    def read(self) -> t.Dict[str, str]:
        return {path: key.value for path, key in read_tree(self._connected(), self._folder, watch=True).items()}

    def await_change(self, seconds: float) -> None:
        self._connected().await_change(seconds)

    def close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.close()

    def _connected(self) -> ZooKeeperSession:
        if self._session is None:
            session = self._open_session(self._session_timeout)
            session.open(f"read the nodes in /{self._folder}")
            self._session = session
        return self._session


def read_tree(session: ZooKeeperSession, folder: str, watch: bool = False) -> t.Dict[str, FoundKey]:
    """The nodes two levels below a folder, by path. :param watch: their changes end ``await_change``"""
    session.forget_changes()
    purpose = f"read the nodes in /{folder}"
    found: t.Dict[str, FoundKey] = {}
    for service in sorted(session.children(f"/{folder}", purpose, watch)):
        for name in sorted(session.children(f"/{folder}/{service}", purpose, watch)):
            path = f"{folder}/{service}/{name}"
            node = session.read(f"/{path}", purpose, watch)
            if node is not None:
                owner = node[1].ephemeralOwner
                found[path] = FoundKey(node[0], str(owner) if owner else None)
    return found
