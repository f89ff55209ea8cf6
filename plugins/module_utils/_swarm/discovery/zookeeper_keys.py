# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Nodes in ZooKeeper that live as long as a session, and folders of nodes that are watched.

A folder has folders in it, one a service, and the keys are in these: ``folder/<service>/<identifier>``.
"""

from __future__ import annotations

import typing as t

from ..errors import DiscoveryError
from .owned_keys import IsOwn, KeyFolder, OwnedKeys
from .owned_state import FoundKey, from_last, from_store
from .zookeeper_session import ZooKeeperSession, check_granted

OpenSession = t.Callable[[float], ZooKeeperSession]


class ZooKeeperKeys(OwnedKeys):
    """Ephemeral nodes of one session.

    :param open_session: gives a session with this time-out in seconds, not connected yet
    :param folders: where the owner's nodes may be
    """

    def __init__(
        self, owner: str, ttl: float, open_session: OpenSession, folders: t.Sequence[str], is_own: IsOwn
    ) -> None:
        super().__init__(owner, ttl)
        self._open_session = open_session
        self._folders = folders
        self._is_own = is_own
        self._session: t.Optional[ZooKeeperSession] = None
        self._written: t.Dict[str, str] = {}
        self._known: t.Optional[str] = None

    def keep(self, wanted: t.Mapping[str, str]) -> t.List[str]:
        session = self._connected()
        # A question that ZooKeeper answers: the library would keep a session alive for a process that hangs.
        session.stat("/", f"keep the session of {self.owner}")
        holder = str(session.identifier)
        if holder == self._known:
            difference = from_last(wanted, self._written)
        else:
            found: t.Dict[str, FoundKey] = {}
            for folder in self._folders:
                found.update(read_tree(session, folder))
            difference = from_store(wanted, found, holder, self._is_own)
        self._known = None
        for path, value in difference.put.items():
            self._put(session, path, value)
        for path in difference.remove:
            session.remove(f"/{path}", f"remove a node of {self.owner}")
        self._known = holder
        self._written = dict(wanted)
        return difference.paths

    def release(self) -> None:
        session, self._session, self._known = self._session, None, None
        if session is not None and not session.close():
            raise DiscoveryError(
                f"ZooKeeper was not reached to remove the nodes of {self.owner}; they vanish within {self.ttl:g} s"
            )

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
