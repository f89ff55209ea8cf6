# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""``etcd://HOST[:PORT][,HOST...]/PREFIX``: entries are keys of etcd below ``/PREFIX/``, as in ``key_store``."""

from __future__ import annotations

import math
import typing as t

from ..errors import DiscoveryRefusedError
from ..settings import DiscoverySettings
from .backend import Backend, Clock, Registration, Sleep, Source, check_ttl
from .entry import Entry
from .key_store import check_count, entries_of, odd_keys, parse_location, registration_folder
from .leader_lock import LeaderLock, leader_key
from .options import PASSWORD, TIMEOUT, USER, own, tls_options
from .owned_keys import IsOwn, KeyFolder, OwnedKeys

DEFAULT_PORT = 2379
#: Seconds; what etcd grants at least depends on its election time-out, and is asked when a lease is opened.
SHORTEST_TTL = 2
LONGEST_TTL = 2 * 24 * 3600
#: Seconds after which a silent watch is given up and the keys are listed: a member without a leader is silent too.
LONGEST_WATCH = 30.0
#: Seconds between two looks where etcd does not watch.
POLL_INTERVAL = 1.0


class EtcdBackend(Backend):
    """Entries in etcd, through its JSON gateway."""

    TITLE = "etcd"
    EXAMPLE = "etcd://192.0.2.5:2379/swarm"
    HELP = (
        "`etcd://192.0.2.5:2379/swarm` names an etcd server with the API v3, and a prefix. The engines are the keys "
        "below `/swarm/` whose last part is `host:port`. Several servers are written as for Consul.",
    )
    OPTIONS = (
        *tls_options(ca_path="ETCDCTL_CACERT", client_cert="ETCDCTL_CERT", client_key="ETCDCTL_KEY"),
        own(USER, "etcd", variable="ETCDCTL_USER"),
        own(PASSWORD, "etcd", variable="ETCDCTL_PASSWORD"),
        TIMEOUT,
    )
    LIBRARY = "requests"

    def __init__(self, source: Source, settings: DiscoverySettings, clock: Clock, sleep: Sleep) -> None:
        from .etcd_client import EtcdClient

        super().__init__(source, settings, clock, sleep)
        hosts, self._prefix = parse_location(source, "etcd", DEFAULT_PORT, self.EXAMPLE, "a password")
        self._client = EtcdClient(source.text, hosts, settings)

    def list(self) -> t.Tuple[Entry, ...]:
        return self._look()[0]

    def watch(self, known: t.Sequence[Entry], timeout: float) -> t.Tuple[Entry, ...]:
        deadline = self._clock() + timeout
        before = math.inf
        while True:
            entries, revision = self._look()
            left = deadline - self._clock()
            if entries != tuple(known) or left <= 0:
                return entries
            wait = min(left, LONGEST_WATCH)
            watched = self._client.await_change(self._folder, revision + 1, wait, self._purpose("watch"))
            # What changed at once and led to the same list may do so without end.
            if not watched or before - left < POLL_INTERVAL:
                self._sleep(min(max(deadline - self._clock(), 0.0), POLL_INTERVAL))
            before = left

    def register(self, entry: Entry, ttl: float) -> Registration:
        from .etcd_registration import EtcdRegistration

        check_ttl(ttl, SHORTEST_TTL, LONGEST_TTL, "etcd")
        key = f"/{registration_folder(self._prefix)}/{entry.address}"
        registration = EtcdRegistration(entry, ttl, self._client, key)
        registration.heartbeat()
        return registration

    def leader_lock(self, holder: str, ttl: float) -> LeaderLock:
        from .etcd_lock import EtcdLock

        check_ttl(ttl, SHORTEST_TTL, LONGEST_TTL, "etcd")
        return EtcdLock(holder, ttl, self._client, f"/{leader_key(self._prefix)}", self._sleep)

    def owned_keys(self, owner: str, ttl: float, folders: t.Sequence[str], is_own: IsOwn) -> OwnedKeys:
        from .etcd_keys import EtcdKeys

        check_ttl(ttl, SHORTEST_TTL, LONGEST_TTL, "etcd")
        return EtcdKeys(owner, ttl, self._client, folders, is_own)

    def key_folder(self, folder: str) -> KeyFolder:
        from .etcd_keys import EtcdFolder

        return EtcdFolder(self._client, folder, self._sleep)

    @property
    def _folder(self) -> str:
        return f"/{self._prefix}/"

    def _purpose(self, verb: str) -> str:
        return f"{verb} the keys below '{self._folder}'"

    def _look(self) -> t.Tuple[t.Tuple[Entry, ...], int]:
        """The entries, and the revision of the store that they are of."""
        from .etcd_client import decode, encode, end_of

        body = {"key": encode(self._folder), "range_end": encode(end_of(self._folder)), "keys_only": True}
        answer = self._client.call("kv/range", body, self._purpose("list")) or {}
        try:
            # Without a key below the prefix there is no list.
            records = answer.get("kvs", [])
            check_count(len(records), self._source.text)
            keys = [decode(record["key"]) for record in records]
            revision = int(answer["header"]["revision"])
        except (KeyError, OverflowError, TypeError, ValueError):
            raise DiscoveryRefusedError(
                f"what answers for {self._source.text} does not speak like etcd: it gave no list of keys"
            ) from None
        self.odd = odd_keys(keys, self._prefix)
        return entries_of(keys, self._source.text), revision
