# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""One entry that is kept in etcd: a key with the lifetime of a lease."""

from __future__ import annotations

import math
import typing as t

from ..errors import DiscoveryError, DiscoveryRefusedError, InputError
from .backend import Registration
from .entry import Entry
from .etcd_client import EtcdClient, encode

#: Tries to write a key whose lease ends at the same moment.
_ATTEMPTS = 3
#: Digits of the largest number that etcd has.
_LONGEST_NUMBER = 20


class EtcdRegistration(Registration):
    """A key attached to a lease; when the lease ends, by time or by ``deregister``, etcd deletes the key.

    Who writes the key attaches it to a lease of its own, in one step: a predecessor's lease then ends without it.
    """

    def __init__(self, entry: Entry, ttl: float, client: EtcdClient, key: str) -> None:
        super().__init__(entry, ttl)
        self._client = client
        self._key = key
        self._lease: t.Optional[str] = None

    def heartbeat(self) -> None:
        for _attempt in range(_ATTEMPTS):
            if self._lease is None or not self._keep_alive(self._lease):
                self._lease = self._grant()
            # Only read while all is well: a write would wake everybody who watches.
            if self._holder() == self._lease or self._put(self._lease):
                return
            self._lease = None
        raise DiscoveryError(
            f"etcd did not let {self.entry.address} be registered: its lease ended {_ATTEMPTS} times before the key "
            f"'{self._key}' was written; the next heartbeat tries again"
        )

    def deregister(self) -> None:
        if self._lease is not None:
            self._client.call("lease/revoke", {"ID": self._lease}, self._purpose("end the lease of"), missing_ok=True)
            self._lease = None

    def _grant(self) -> str:
        asked = math.floor(self.ttl)
        answer = self._client.call("lease/grant", {"TTL": str(asked)}, self._purpose("open a lease for"))
        lease, granted = (answer or {}).get("ID"), str((answer or {}).get("TTL", ""))
        if not isinstance(lease, str) or not granted.isdecimal() or len(granted) > _LONGEST_NUMBER:
            raise DiscoveryRefusedError(f"etcd opened a lease for {self.entry.address} and did not say which")
        if int(granted) > self.ttl:
            self._lease = lease
            self.deregister()
            raise InputError(
                f"a TTL of {self.ttl:g} s cannot be kept by this etcd; the least that it grants is {granted} s"
            )
        return lease

    def _keep_alive(self, lease: str) -> bool:
        """Whether the lease is still there. Of one that is not, etcd answers as of any other, without a TTL."""
        answer = self._client.call(
            "lease/keepalive", {"ID": lease}, self._purpose("keep the lease of"), missing_ok=True
        )
        return answer is not None and "TTL" in answer

    def _holder(self) -> t.Optional[str]:
        """The lease that the key is attached to, None if the key is not there or stays for ever."""
        answer = self._client.call("kv/range", {"key": encode(self._key)}, self._purpose("read the key of"))
        kvs = (answer or {}).get("kvs")
        record = kvs[0] if isinstance(kvs, list) and kvs else {}
        lease = record.get("lease") if isinstance(record, dict) else None
        return lease if isinstance(lease, str) else None

    def _put(self, lease: str) -> bool:
        """Whether the key was written; not if the lease has ended."""
        body = {"key": encode(self._key), "value": encode(self.entry.address), "lease": lease}
        answer = self._client.call("kv/put", body, self._purpose("write the key of"), missing_ok=True)
        return answer is not None

    def _purpose(self, verb: str) -> str:
        return f"{verb} {self.entry.address}"
