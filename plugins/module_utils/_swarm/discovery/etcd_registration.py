# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""One entry that is kept in etcd: a key with the lifetime of a lease."""

from __future__ import annotations

import typing as t

from ..errors import DiscoveryError
from .backend import Registration
from .entry import Entry
from .etcd_client import EtcdClient, encode
from .etcd_lease import EtcdLease, read_leased_key

#: Tries to write a key whose lease ends at the same moment.
_ATTEMPTS = 3


class EtcdRegistration(Registration):
    """A key attached to a lease; when the lease ends, by time or by ``deregister``, etcd deletes the key.

    Who writes the key attaches it to a lease of its own, in one step: a predecessor's lease then ends without it.
    """

    def __init__(self, entry: Entry, ttl: float, client: EtcdClient, key: str) -> None:
        super().__init__(entry, ttl)
        self._client = client
        self._key = key
        self._lease = EtcdLease(client, entry.address, ttl)

    def heartbeat(self) -> None:
        for _attempt in range(_ATTEMPTS):
            lease = self._lease.keep()
            # Only read while all is well: a write would wake everybody who watches.
            if self._holder() == lease or self._put(lease):
                return
            self._lease.forget()
        raise DiscoveryError(
            f"etcd did not let {self.entry.address} be registered: its lease ended {_ATTEMPTS} times before the key "
            f"'{self._key}' was written; the next heartbeat tries again"
        )

    def deregister(self) -> None:
        self._lease.revoke()

    def _holder(self) -> t.Optional[str]:
        """The lease that the key is attached to, None if the key is not there or stays for ever."""
        return read_leased_key(self._client, self._key, self._purpose("read the key of")).lease

    def _put(self, lease: str) -> bool:
        """Whether the key was written; not if the lease has ended."""
        body = {"key": encode(self._key), "value": encode(self.entry.address), "lease": lease}
        answer = self._client.call("kv/put", body, self._purpose("write the key of"), missing_ok=True)
        return answer is not None

    def _purpose(self, verb: str) -> str:
        return f"{verb} {self.entry.address}"
