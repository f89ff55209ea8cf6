# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""One entry that is kept in Consul: a key with the lifetime of a session."""

from __future__ import annotations

import base64
import typing as t

from ..errors import DiscoveryError
from .backend import Registration, Sleep
from .consul_client import ConsulClient, key_path
from .consul_session import ConsulSession, ask_held_key
from .entry import Entry

#: Tries to get hold of a key that others get hold of at the same time, and seconds between two of them.
_ATTEMPTS = 10
_ATTEMPT_INTERVAL = 0.5


class ConsulRegistration(Registration):
    """A key held by a session; when the session ends, by time or by ``deregister``, Consul deletes the key."""

    def __init__(self, entry: Entry, ttl: float, client: ConsulClient, key: str, sleep: Sleep) -> None:
        super().__init__(entry, ttl)
        self._client = client
        self._key = key
        self._sleep = sleep
        # Consul waits for up to twice the TTL of a session; half of ours ends it in time.
        self._session = ConsulSession(client, entry.address, ttl / 2, "delete")

    def heartbeat(self) -> None:
        session = self._session.keep()
        if self._holder() != session:
            self._take(session)

    def deregister(self) -> None:
        self._session.destroy()

    def _holder(self) -> t.Optional[str]:
        """The session that holds the key, None if the key is not there or is held by none."""
        return ask_held_key(self._client, self._key, self._purpose("read the key of")).session

    def _take(self, session: str) -> None:
        """Get hold of the key; from a holder before us, such as this process before it was restarted, in one step.

        Ending that holder's session first would take the entry away for a moment, and all who watch would see it go.
        """
        for _attempt in range(_ATTEMPTS):
            holder = self._holder()
            taken = self._acquire(session) if holder is None else self._take_over(holder, session)
            if taken:
                return
            self._sleep(_ATTEMPT_INTERVAL)
        raise DiscoveryError(
            f"Consul did not let {self.entry.address} be registered: the key '{self._key}' is held by another session, "
            f"or was until a moment ago; the next heartbeat tries again"
        )

    def _acquire(self, session: str) -> bool:
        answer = self._client.call(
            "PUT",
            key_path(self._key),
            self._purpose("write the key of"),
            params={"acquire": session},
            data=self.entry.address,
        )
        return answer.data is True

    def _take_over(self, holder: str, session: str) -> bool:
        value = base64.b64encode(self.entry.address.encode()).decode()
        steps = [
            {"KV": {"Verb": verb, "Key": self._key, "Value": value, "Session": owner}}
            for verb, owner in (("unlock", holder), ("lock", session))
        ]
        # 409: the key has changed hands since it was looked at.
        answer = self._client.call("PUT", "txn", self._purpose("write the key of"), json=steps, allowed=(200, 409))
        return answer.status == 200

    def _purpose(self, verb: str) -> str:
        return f"{verb} {self.entry.address}"
