# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The managers' lock in etcd: a key that only one who finds none may write, with the lifetime of a lease."""

from __future__ import annotations

import math
import typing as t

from .etcd_client import EtcdClient, encode
from .etcd_lease import EtcdLease, LeasedKey, read_leased_key
from .leader_lock import LeaderLock

#: Seconds between two looks where etcd does not watch.
_POLL_INTERVAL = 1.0


class EtcdLock(LeaderLock):
    """A key attached to a lease. The epoch is the revision that made the key.

    :param key: the whole key
    """

    def __init__(self, holder: str, ttl: float, client: EtcdClient, key: str, sleep: t.Callable[[float], None]) -> None:
        super().__init__(holder, ttl)
        self._client = client
        self._key = key
        self._sleep = sleep
        self._lease = EtcdLease(client, holder, ttl)
        self._revision = 0

    @property
    def lease(self) -> float:
        return float(math.floor(self.ttl))

    def hold(self) -> t.Optional[int]:
        lease = self._lease.keep()
        found = self._look()
        if found.value is None and self._put(lease):
            found = self._look()
        return found.created if found.lease == lease else None

    def current_holder(self) -> t.Optional[str]:
        return self._look().value

    def await_change(self, seconds: float) -> None:
        if not self._client.await_change(self._key, self._revision + 1, seconds, "watch the leader's key"):
            self._sleep(min(seconds, _POLL_INTERVAL))

    def release(self) -> None:
        self._lease.revoke()

    def _put(self, lease: str) -> bool:
        """Whether the key was written; not if another was quicker, or the lease has ended."""
        body = {
            "compare": [
                {"key": encode(self._key), "target": "CREATE", "result": "EQUAL", "create_revision": "0"},
            ],
            "success": [
                {"request_put": {"key": encode(self._key), "value": encode(self.holder), "lease": lease}},
            ],
        }
        answer = self._client.call("kv/txn", body, f"make {self.holder} the leader", missing_ok=True)
        if answer is None:
            self._lease.forget()
            return False
        return answer.get("succeeded") is True

    def _look(self) -> LeasedKey:
        found = read_leased_key(self._client, self._key, "read the leader's key")
        self._revision = found.revision
        return found
