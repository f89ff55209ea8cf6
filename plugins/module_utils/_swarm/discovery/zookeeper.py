# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""``zk://HOST[:PORT][,HOST...]/PREFIX``: entries are nodes of ZooKeeper, in two folders.

Those of agents are ephemeral nodes in ``/PREFIX/docker/swarm/nodes``, as the original's were; those that people write
may be in ``/PREFIX`` itself. Values do not matter.
"""

from __future__ import annotations

import math
import typing as t

from ..errors import InputError
from ..settings import DiscoverySettings
from .backend import Backend, Clock, Registration, Sleep, Source, check_ttl
from .entry import Entry
from .key_store import entries_of, odd_keys, parse_location, registration_folder
from .leader_lock import LeaderLock, leader_key
from .options import PASSWORD, TIMEOUT, TLS_OPTIONS, USER, own
from .owned_keys import IsOwn, KeyFolder, OwnedKeys

DEFAULT_PORT = 2181
#: Seconds; what a server grants is 2 to 20 of its ticks, and is asked when a session is opened.
SHORTEST_TTL = 1
LONGEST_TTL = 2 * 24 * 3600
#: Seconds between two looks where what is watched changes without end.
POLL_INTERVAL = 1.0


class ZooKeeperBackend(Backend):
    """Entries in ZooKeeper."""

    TITLE = "ZooKeeper"
    EXAMPLE = "zk://192.0.2.5:2181/swarm"
    HELP = (
        "`zk://192.0.2.5:2181/swarm` names a ZooKeeper server and a prefix. The engines are the nodes in "
        "`/swarm/docker/swarm/nodes` and in `/swarm` that are called `host:port`. Several servers are written as for "
        "Consul.",
    )
    OPTIONS = (
        *(option for option in TLS_OPTIONS if option.name != "tls_hostname"),
        own(USER, "zk"),
        own(PASSWORD, "zk"),
        TIMEOUT,
    )
    LIBRARY = "kazoo"

    def __init__(self, source: Source, settings: DiscoverySettings, clock: Clock, sleep: Sleep) -> None:
        from .zookeeper_session import check_options

        super().__init__(source, settings, clock, sleep)
        self._hosts, prefix = parse_location(source, "zk", DEFAULT_PORT, self.EXAMPLE, "a password")
        if any(part in ("", ".", "..") for part in prefix.split("/")):
            raise InputError(f"'{source.text}' has a prefix with an empty part, '.' or '..', which no node is called")
        check_options(settings)
        self._prefix = prefix
        self._folder = f"/{registration_folder(prefix)}"
        #: One folder, where the prefix is the original's folder itself.
        self._folders = tuple(dict.fromkeys((f"/{prefix}", self._folder)))

    def list(self) -> t.Tuple[Entry, ...]:
        with self._session(self._settings.timeout) as session:
            return self._look(session)

    def watch(self, known: t.Sequence[Entry], timeout: float) -> t.Tuple[Entry, ...]:
        deadline = self._clock() + timeout
        before = math.inf
        with self._session(self._settings.timeout) as session:
            while True:
                entries = self._look(session, watch=True)
                left = deadline - self._clock()
                if entries != tuple(known) or left <= 0:
                    return entries
                session.await_change(left)
                # Where it changed at once and is the same, it may do so without end.
                if before - left < POLL_INTERVAL:
                    self._sleep(min(max(deadline - self._clock(), 0.0), POLL_INTERVAL))
                before = left

    def register(self, entry: Entry, ttl: float) -> Registration:
        from .zookeeper_registration import ZooKeeperRegistration

        check_ttl(ttl, SHORTEST_TTL, LONGEST_TTL, "ZooKeeper")
        path = f"{self._folder}/{entry.address}"
        registration = ZooKeeperRegistration(entry, ttl, self._session, path)
        registration.heartbeat()
        return registration

    def leader_lock(self, holder: str, ttl: float) -> LeaderLock:
        from .zookeeper_lock import ZooKeeperLock

        check_ttl(ttl, SHORTEST_TTL, LONGEST_TTL, "ZooKeeper")
        return ZooKeeperLock(holder, ttl, self._session, f"/{leader_key(self._prefix)}")

    def owned_keys(self, owner: str, ttl: float, folders: t.Sequence[str], is_own: IsOwn) -> OwnedKeys:
        from .zookeeper_keys import ZooKeeperKeys

        check_ttl(ttl, SHORTEST_TTL, LONGEST_TTL, "ZooKeeper")
        return ZooKeeperKeys(owner, ttl, self._session, folders, is_own)

    def key_folder(self, folder: str) -> KeyFolder:
        from .zookeeper_keys import ZooKeeperFolder

        return ZooKeeperFolder(self._session, self._settings.timeout, folder)

    def _session(self, session_timeout: float) -> t.Any:
        """A ``ZooKeeperSession``, not opened yet."""
        from .zookeeper_session import ZooKeeperSession

        return ZooKeeperSession(self._source.text, self._hosts, self._settings, session_timeout)

    def _look(self, session: t.Any, watch: bool = False) -> t.Tuple[Entry, ...]:
        names = [
            f"{folder}/{name}"
            for folder in self._folders
            for name in sorted(session.children(folder, f"list the nodes in {folder}", watch))
        ]
        self.odd = odd_keys(names, self._prefix)
        return entries_of(names, self._source.text)
