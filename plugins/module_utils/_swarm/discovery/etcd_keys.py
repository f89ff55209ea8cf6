# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Keys in etcd that live as long as a lease, and folders of keys that are watched. Keys there begin with a slash."""

from __future__ import annotations

import typing as t

from ..errors import DiscoveryError, DiscoveryRefusedError
from .etcd_client import EtcdClient, decode, encode, end_of
from .etcd_lease import EtcdLease
from .held_keys import HeldKeys
from .owned_keys import IsOwn, KeyFolder
from .owned_state import Difference, FoundKey

#: Keys in one transaction; etcd takes 128 steps unless it was told otherwise.
_PART = 100
#: Seconds between two looks where etcd does not watch.
_POLL_INTERVAL = 1.0
#: Seconds after which a silent watch is given up: a member without a leader is silent too.
_LONGEST_WATCH = 30.0


class EtcdKeys(HeldKeys):
    """Keys attached to one lease. Who writes a key attaches it to his own lease, in one step."""

    def __init__(self, owner: str, ttl: float, client: EtcdClient, folders: t.Sequence[str], is_own: IsOwn) -> None:
        super().__init__(owner, ttl, folders, is_own, _PART)
        self._client = client
        self._lease = EtcdLease(client, owner, ttl)

    def _keep_holder(self) -> str:
        return self._lease.keep()

    def _end_holder(self) -> None:
        self._lease.revoke()

    def _read(self, folder: str) -> t.Dict[str, FoundKey]:
        return read_folder(self._client, folder)[0]

    def _look(self, paths: t.Sequence[str]) -> t.Mapping[str, str]:
        steps = [{"request_range": {"key": encode(f"/{path}")}} for path in paths]
        purpose = f"look for the keys of {self.owner}"
        answer = self._client.call("kv/txn", {"success": steps}, purpose) or {}
        try:
            records = [each for found in answer["responses"] for each in found["response_range"].get("kvs") or ()]
            return {decode(record["key"])[1:]: decode(record.get("value", "")) for record in records}
        except (AttributeError, KeyError, TypeError, ValueError):
            raise DiscoveryRefusedError(
                f"what was asked to {purpose} does not speak like etcd: it gave no list of keys"
            ) from None

    def _write(self, part: Difference, found: t.Mapping[str, FoundKey], holder: str) -> None:
        steps: t.List[t.Dict[str, t.Any]] = [
            {"request_put": {"key": encode(f"/{path}"), "value": encode(value), "lease": holder}}
            for path, value in part.put.items()
        ]
        steps.extend({"request_delete_range": {"key": encode(f"/{path}")}} for path in part.remove)
        purpose = f"write the keys of {self.owner}"
        if self._client.call("kv/txn", {"success": steps}, purpose, missing_ok=True) is None:
            self._lease.forget()
            raise DiscoveryError(
                f"etcd ended the lease of {self.owner} before its keys were written; it is tried again"
            )


class EtcdFolder(KeyFolder):
    """A folder that is read whole, and watched from its revision on."""

    def __init__(self, client: EtcdClient, folder: str, sleep: t.Callable[[float], None]) -> None:
        self._client = client
        self._folder = folder
        self._sleep = sleep
        self._revision = 0

    def read(self) -> t.Dict[str, str]:
        found, self._revision = read_folder(self._client, self._folder)
        return {path: key.value for path, key in found.items()}

    def await_change(self, seconds: float) -> None:
        wait = min(seconds, _LONGEST_WATCH)
        if not self._client.await_change(f"/{self._folder}/", self._revision + 1, wait, _purpose(self._folder)):
            self._sleep(min(wait, _POLL_INTERVAL))


def read_folder(client: EtcdClient, folder: str) -> t.Tuple[t.Dict[str, FoundKey], int]:
    """All keys below a folder by path, and the revision of the store that they are of.

    :raises DiscoveryRefusedError: the answer is none of etcd's
    """
    begin = f"/{folder}/"
    answer = client.call("kv/range", {"key": encode(begin), "range_end": encode(end_of(begin))}, _purpose(folder)) or {}
    try:
        found = {
            decode(record["key"])[1:]: FoundKey(decode(record.get("value", "")), record.get("lease"))
            for record in answer.get("kvs") or ()
        }
        return found, int(answer["header"]["revision"])
    except (AttributeError, KeyError, TypeError, ValueError):
        raise DiscoveryRefusedError(
            f"what was asked to {_purpose(folder)} does not speak like etcd: it gave no list of keys"
        ) from None


def _purpose(folder: str) -> str:
    return f"read the keys below '/{folder}/'"
