# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""A lease of etcd, which keys live as long as, and what etcd tells of such a key."""

from __future__ import annotations

import math
import typing as t
from dataclasses import dataclass

from ..errors import DiscoveryRefusedError, InputError
from .etcd_client import Document, EtcdClient, decode, encode

#: Digits of the largest number that etcd has.
_LONGEST_NUMBER = 20


class EtcdLease:
    """A lease that is opened when it is first needed, and opened anew when etcd has ended it.

    :param ttl: seconds; etcd knows whole ones
    """

    def __init__(self, client: EtcdClient, owner: str, ttl: float) -> None:
        self._client = client
        self._owner = owner
        self._ttl = ttl
        self._identifier: t.Optional[str] = None

    @property
    def identifier(self) -> t.Optional[str]:
        """Its ID; None while there is none."""
        return self._identifier

    def keep(self) -> str:
        """Keep it alive, or open one. :returns: its ID

        :raises InputError: this etcd does not grant so short a TTL
        """
        if self._identifier is None or not self._keep_alive(self._identifier):
            self._identifier = self._grant()
        return self._identifier

    def forget(self) -> None:
        """Open another one the next time: this one has ended, as a call that needed it has shown."""
        self._identifier = None

    def revoke(self) -> None:
        """End it; its keys are gone at once. Harmless if there is none."""
        if self._identifier is not None:
            purpose = f"end the lease of {self._owner}"
            self._client.call("lease/revoke", {"ID": self._identifier}, purpose, missing_ok=True)
            self._identifier = None

    def _grant(self) -> str:
        answer = self._client.call(
            "lease/grant", {"TTL": str(math.floor(self._ttl))}, f"open a lease for {self._owner}"
        )
        lease, granted = (answer or {}).get("ID"), str((answer or {}).get("TTL", ""))
        if not isinstance(lease, str) or not granted.isdecimal() or len(granted) > _LONGEST_NUMBER:
            raise DiscoveryRefusedError(f"etcd opened a lease for {self._owner} and did not say which")
        if int(granted) > self._ttl:
            self._identifier = lease
            self.revoke()
            raise InputError(
                f"a TTL of {self._ttl:g} s cannot be kept by this etcd; the least that it grants is {granted} s"
            )
        return lease

    def _keep_alive(self, lease: str) -> bool:
        """Whether the lease is still there. Of one that is not, etcd answers as of any other, without a TTL."""
        purpose = f"keep the lease of {self._owner}"
        answer = self._client.call("lease/keepalive", {"ID": lease}, purpose, missing_ok=True)
        return answer is not None and "TTL" in answer


@dataclass(frozen=True)
class LeasedKey:
    """What etcd knows of a key.

    :ivar lease: ID of the lease that it lives as long as; None if it is not there or stays for ever
    :ivar value: its text; None if it is not there
    :ivar created: revision of the store that made it, 0 if it is not there
    :ivar revision: revision of the store that this is of
    """

    lease: t.Optional[str]
    value: t.Optional[str]
    created: int
    revision: int


def read_leased_key(client: EtcdClient, key: str, purpose: str) -> LeasedKey:
    """The key as it is.

    :raises DiscoveryRefusedError: the answer is none of etcd's
    """
    answer = client.call("kv/range", {"key": encode(key)}, purpose) or {}
    try:
        return _leased_key(answer)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise DiscoveryRefusedError(f"what was asked to {purpose} does not speak like etcd") from None


def _leased_key(answer: Document) -> LeasedKey:
    revision = int(answer["header"]["revision"])
    records = answer.get("kvs") or []
    if not records:
        return LeasedKey(None, None, 0, revision)
    record = records[0]
    lease = record.get("lease")
    return LeasedKey(
        lease if isinstance(lease, str) else None,
        decode(record.get("value", "")),
        int(record["create_revision"]),
        revision,
    )
