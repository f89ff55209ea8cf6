# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Keys in Consul that a session holds, and folders of keys that are watched with blocking queries."""

from __future__ import annotations

import base64
import typing as t

from ..errors import DiscoveryError, DiscoveryRefusedError
from .consul_client import Answer, ConsulClient, key_path
from .consul_session import ConsulSession, held_key
from .held_keys import HeldKeys
from .owned_keys import IsOwn, KeyFolder
from .owned_state import Difference, FoundKey

#: Keys in one transaction; Consul takes 64 steps, and a key that somebody else holds takes two.
_PART = 32
#: Seconds between two looks where Consul gives no index to wait with.
_POLL_INTERVAL = 1.0


class ConsulKeys(HeldKeys):
    """Keys with the lifetime of a session."""

    def __init__(self, owner: str, ttl: float, client: ConsulClient, folders: t.Sequence[str], is_own: IsOwn) -> None:
        super().__init__(owner, ttl, folders, is_own, _PART)
        self._client = client
        # Consul waits for up to twice the TTL of a session; half of ours ends it in time.
        self._session = ConsulSession(client, owner, ttl / 2, "delete")

    def _keep_holder(self) -> str:
        return self._session.keep()

    def _end_holder(self) -> None:
        self._session.destroy()

    def _read(self, folder: str) -> t.Dict[str, FoundKey]:
        return found_keys(ask_folder(self._client, folder, {"consistent": ""}), folder)

    def _look(self, paths: t.Sequence[str]) -> t.Mapping[str, str]:
        steps = [{"KV": {"Verb": "get", "Key": path}} for path in paths]
        # 409: one of them is not there.
        answer = self._client.call("PUT", "txn", _look_purpose(self.owner), json=steps, allowed=(200, 409))
        if answer.status != 200:
            return {}
        try:
            records = [result["KV"] for result in answer.data["Results"]]
            return {str(record["Key"]): held_key(record, answer.index).value for record in records}
        except (KeyError, TypeError):
            raise DiscoveryRefusedError(
                f"what was asked to {_look_purpose(self.owner)} does not speak like Consul: it gave no list of keys"
            ) from None

    def _write(self, part: Difference, found: t.Mapping[str, FoundKey], holder: str) -> None:
        steps: t.List[t.Dict[str, t.Any]] = []
        for path, value in part.put.items():
            content = base64.b64encode(value.encode()).decode()
            before = found[path].holder if path in found else None
            if before is not None and before != holder:
                steps.append({"KV": {"Verb": "unlock", "Key": path, "Value": content, "Session": before}})
            steps.append({"KV": {"Verb": "lock", "Key": path, "Value": content, "Session": holder}})
        steps.extend({"KV": {"Verb": "delete", "Key": path}} for path in part.remove)
        # 409: a key has changed hands since it was looked at, or the session has ended.
        answer = self._client.call("PUT", "txn", f"write the keys of {self.owner}", json=steps, allowed=(200, 409))
        if answer.status != 200:
            raise DiscoveryError(
                f"Consul did not write the keys of {self.owner}: one is held by another session, or was until a "
                f"moment ago; it is tried again"
            )


class ConsulFolder(KeyFolder):
    """A folder that is read whole, and watched by its index."""

    def __init__(self, client: ConsulClient, folder: str, sleep: t.Callable[[float], None]) -> None:
        self._client = client
        self._folder = folder
        self._sleep = sleep
        self._index = 0

    def read(self) -> t.Dict[str, str]:
        answer = ask_folder(self._client, self._folder, {})
        # An index that ran backwards, as in a store that was restored, would hold nothing back.
        self._index = answer.index if answer.index >= self._index else 0
        return {path: key.value for path, key in found_keys(answer, self._folder).items()}

    def await_change(self, seconds: float) -> None:
        if self._index == 0:
            self._sleep(min(seconds, _POLL_INTERVAL))
            return
        # Only the names of keys come back; Consul reads a wait of nothing as five minutes.
        wait = {"index": str(self._index), "wait": f"{max(1, round(seconds * 1000))}ms", "keys": ""}
        self._client.call(
            "GET", key_path(f"{self._folder}/"), _purpose(self._folder), params=wait, allowed=(200, 404), wait=seconds
        )


def ask_folder(client: ConsulClient, folder: str, params: t.Mapping[str, str]) -> Answer:
    """All keys below a folder, with their values."""
    query = {"recurse": "", **params}
    return client.call("GET", key_path(f"{folder}/"), _purpose(folder), params=query, allowed=(200, 404))


def found_keys(answer: Answer, folder: str) -> t.Dict[str, FoundKey]:
    """The keys of such an answer by path.

    :raises DiscoveryRefusedError: it is no list of keys
    """
    records = answer.data or []
    try:
        found = {str(record["Key"]): held_key(record, answer.index) for record in records}
    except (KeyError, TypeError):
        raise DiscoveryRefusedError(
            f"what was asked to {_purpose(folder)} does not speak like Consul: it gave no list of keys"
        ) from None
    return {path: FoundKey(key.value, key.session) for path, key in found.items() if not path.endswith("/")}


def _look_purpose(owner: str) -> str:
    return f"look for the keys of {owner}"


def _purpose(folder: str) -> str:
    return f"read the keys below '{folder}/'"
