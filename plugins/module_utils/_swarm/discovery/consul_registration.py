# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""One entry that is kept in Consul: a key with the lifetime of a session."""

from __future__ import annotations

import base64
import typing as t

from ..errors import DiscoveryError, DiscoveryRefusedError
from .backend import Registration, Sleep
from .consul_client import ConsulClient, key_path
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
        self._session: t.Optional[str] = None

    def heartbeat(self) -> None:
        if self._session is None or not self._renew(self._session):
            self._session = self._create_session()
        if self._holder() != self._session:
            self._take(self._session)

    def deregister(self) -> None:
        if self._session is not None:
            self._destroy(self._session)
            self._session = None

    def _create_session(self) -> str:
        session = {
            "Name": f"classic.swarm {self.entry.address}",
            # Consul waits for up to twice the TTL of a session; half of ours ends it in time.
            "TTL": f"{round(self.ttl * 500)}ms",
            "Behavior": "delete",
            "LockDelay": "0s",
            # No health check of the Consul agent that happens to be asked: the entry shall outlive it.
            "Checks": [],
            "NodeChecks": [],
        }
        answer = self._client.call("PUT", "session/create", self._purpose("open a session for"), json=session)
        identifier = answer.data.get("ID") if isinstance(answer.data, dict) else None
        if not isinstance(identifier, str):
            raise DiscoveryRefusedError(f"Consul opened a session for {self.entry.address} and did not say which")
        return identifier

    def _renew(self, session: str) -> bool:
        """Whether the session is still there to be renewed."""
        answer = self._client.call(
            "PUT", f"session/renew/{session}", self._purpose("renew the session of"), allowed=(200, 404)
        )
        return answer.status == 200

    def _destroy(self, session: str) -> None:
        self._client.call("PUT", f"session/destroy/{session}", self._purpose("end the session of"))

    def _holder(self) -> t.Optional[str]:
        """The session that holds the key, None if the key is not there or is held by none."""
        answer = self._client.call("GET", key_path(self._key), self._purpose("read the key of"), allowed=(200, 404))
        record = answer.data[0] if isinstance(answer.data, list) and answer.data else {}
        holder = record.get("Session") if isinstance(record, dict) else None
        return holder if isinstance(holder, str) else None

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
