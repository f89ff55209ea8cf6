# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The managers' lock in Consul: a key that a session holds.

Consul ends a session that is not renewed after its TTL at the earliest and after twice its TTL at the latest, and
then holds the key back for the lock delay. All of it together is the TTL of the lock.
"""

from __future__ import annotations

import typing as t

from .consul_client import ConsulClient, key_path
from .consul_session import ConsulSession, HeldKey, ask_held_key
from .leader_lock import LeaderLock

#: Seconds; Consul takes no session that is shorter.
_SHORTEST_SESSION = 10.0
#: Seconds; Consul's own default, given where the TTL has room for it.
_LOCK_DELAY = 15.0

#: Seconds between two looks where Consul gives no index to wait with.
_POLL_INTERVAL = 1.0


class ConsulLock(LeaderLock):
    """A key with the behaviour ``release``: it stays, and Consul counts its holders.

    :param key: the whole key
    """

    def __init__(
        self, holder: str, ttl: float, client: ConsulClient, key: str, sleep: t.Callable[[float], None]
    ) -> None:
        super().__init__(holder, ttl)
        self._client = client
        self._key = key
        self._sleep = sleep
        delay = min(_LOCK_DELAY, ttl - 2 * _SHORTEST_SESSION)
        self._session_ttl = (ttl - delay) / 2
        self._session = ConsulSession(client, holder, self._session_ttl, "release", delay)
        self._index = 0

    @property
    def lease(self) -> float:
        return self._session_ttl

    def hold(self) -> t.Optional[int]:
        session = self._session.keep()
        found = self._look({"consistent": ""})
        if found.session is None and self._acquire(session):
            found = self._look({"consistent": ""})
        return found.lock_index if found.session == session else None

    def current_holder(self) -> t.Optional[str]:
        found = self._look({})
        return None if found.session is None else found.value

    def await_change(self, seconds: float) -> None:
        index = self._index
        if index == 0:
            self._sleep(min(seconds, _POLL_INTERVAL))
            return
        # Consul reads a wait of nothing as five minutes.
        wait = {"index": str(index), "wait": f"{max(1, round(seconds * 1000))}ms"}
        self._look(wait, seconds)

    def release(self) -> None:
        session = self._session.identifier
        if session is not None:
            # An end of the session alone would hold the key back for the lock delay.
            purpose = f"give the leader's key of {self.holder} back"
            self._client.call("PUT", key_path(self._key), purpose, params={"release": session}, data=self.holder)
            self._session.destroy()

    def _acquire(self, session: str) -> bool:
        answer = self._client.call(
            "PUT",
            key_path(self._key),
            f"make {self.holder} the leader",
            params={"acquire": session},
            data=self.holder,
        )
        return answer.data is True

    def _look(self, params: t.Mapping[str, str], wait: float = 0.0) -> HeldKey:
        found = ask_held_key(self._client, self._key, "read the leader's key", params, wait)
        # An index that ran backwards, as in a store that was restored, would hold nothing back.
        self._index = found.index if found.index >= self._index else 0
        return found
