# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""A session with Consul, which keys are held by, and what Consul tells of such a key."""

from __future__ import annotations

import base64
import typing as t
from dataclasses import dataclass

from ..errors import DiscoveryRefusedError
from .consul_client import ConsulClient, key_path


class ConsulSession:
    """A session that is opened when it is first needed, and opened anew when Consul has ended it.

    :param behavior: what becomes of the keys when it ends: ``delete`` or ``release``
    :param lock_delay: seconds for which Consul lets nobody else hold such a key after it ended the session
    """

    def __init__(self, client: ConsulClient, owner: str, ttl: float, behavior: str, lock_delay: float = 0.0) -> None:
        self._client = client
        self._owner = owner
        self._settings = {
            "Name": f"classic.swarm {owner}",
            "TTL": f"{round(ttl * 1000)}ms",
            "Behavior": behavior,
            "LockDelay": f"{round(lock_delay * 1000)}ms",
            # No health check of the Consul agent that happens to be asked: the session shall outlive it.
            "Checks": [],
            "NodeChecks": [],
        }
        self._identifier: t.Optional[str] = None

    @property
    def identifier(self) -> t.Optional[str]:
        """Its ID; None while there is none."""
        return self._identifier

    def keep(self) -> str:
        """Renew it, or open one. :returns: its ID"""
        if self._identifier is None or not self._renew(self._identifier):
            self._identifier = self._create()
        return self._identifier

    def destroy(self) -> None:
        """End it. Harmless if there is none."""
        if self._identifier is not None:
            purpose = f"end the session of {self._owner}"
            self._client.call("PUT", f"session/destroy/{self._identifier}", purpose)
            self._identifier = None

    def _create(self) -> str:
        answer = self._client.call("PUT", "session/create", f"open a session for {self._owner}", json=self._settings)
        identifier = answer.data.get("ID") if isinstance(answer.data, dict) else None
        if not isinstance(identifier, str):
            raise DiscoveryRefusedError(f"Consul opened a session for {self._owner} and did not say which")
        return identifier

    def _renew(self, identifier: str) -> bool:
        """Whether the session is still there to be renewed."""
        answer = self._client.call(
            "PUT", f"session/renew/{identifier}", f"renew the session of {self._owner}", allowed=(200, 404)
        )
        return answer.status == 200


@dataclass(frozen=True)
class HeldKey:
    """What Consul knows of a key that sessions hold.

    :ivar session: ID of the session that holds it; None for none
    :ivar value: its text; bytes that are no text are replaced
    :ivar lock_index: how often it has been got hold of
    :ivar index: Consul's index of this, for a blocking query
    """

    session: t.Optional[str]
    value: str
    lock_index: int
    index: int


def held_key(record: t.Mapping[str, t.Any], index: int) -> HeldKey:
    """What the record of a key says, as the API gives it; nothing is known of a key that has none."""
    session, lock_index = record.get("Session"), record.get("LockIndex")
    return HeldKey(
        session if isinstance(session, str) else None,
        _text(record.get("Value")),
        lock_index if isinstance(lock_index, int) else 0,
        index,
    )


def ask_held_key(
    client: ConsulClient, key: str, purpose: str, params: t.Optional[t.Mapping[str, str]] = None, wait: float = 0.0
) -> HeldKey:
    """The key as it is. :param params: further ones of the question; :param wait: as ``ConsulClient.call``"""
    answer = client.call("GET", key_path(key), purpose, params=params, allowed=(200, 404), wait=wait)
    record = answer.data[0] if isinstance(answer.data, list) and answer.data else {}
    return held_key(record if isinstance(record, dict) else {}, answer.index)


def _text(value: t.Any) -> str:
    try:
        return base64.b64decode(value, validate=True).decode(errors="replace") if isinstance(value, str) else ""
    except ValueError:
        return ""
