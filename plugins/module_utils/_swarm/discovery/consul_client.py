# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Consul's HTTP API on several hosts: the next host is asked when one is down, and every refusal is one sentence."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass
from urllib.parse import quote

from ..errors import DiscoveryRefusedError, InputError
from ..settings import DiscoverySettings
from ..wire.json_reply import NoJSONError
from .entry import Entry
from .http_hosts import HttpHosts, Reply

#: Digits of Consul's own index, which has 64 bits.
_LONGEST_INDEX = 20


@dataclass(frozen=True)
class Answer:
    """What Consul answered.

    :ivar status: HTTP status, one of those that the caller allowed
    :ivar data: the JSON document; None where the body is empty
    :ivar index: Consul's index of this data, for a blocking query; 0 if it gave none
    """

    status: int
    data: t.Any
    index: int


class ConsulClient:
    """Calls to whichever of the hosts answers.

    :param source: the discovery text, for messages
    :param hosts: the hosts in the order to try; the one that answered last is asked first the next time
    :raises InputError: the token cannot be sent
    """

    def __init__(self, source: str, hosts: t.Sequence[Entry], settings: DiscoverySettings) -> None:
        # requests shows a header that it refuses, and this one is a secret.
        token = settings.options.get("token")
        if token is not None and not (token.isascii() and token.isprintable()):
            raise InputError("the discovery token has a line break or another character that no token has")
        if token is not None and token != token.strip():
            raise InputError("the discovery token has a space before or behind it")
        headers = {} if token is None else {"X-Consul-Token": token}
        self._hosts = HttpHosts("Consul", source, hosts, settings, headers)
        self._settings = settings

    def call(
        self,
        method: str,
        path: str,
        purpose: str,
        *,
        params: t.Optional[t.Mapping[str, str]] = None,
        json: t.Any = None,
        data: t.Optional[str] = None,
        allowed: t.Collection[int] = (200,),
        wait: float = 0.0,
    ) -> Answer:
        """One call of ``/v1/<path>``, put to one host after the other until one answers.

        :param purpose: what it is for, as it goes on after "to", for the message of a refusal
        :param allowed: statuses that are an answer
        :param wait: seconds that Consul may hold the answer back (a blocking query)
        :raises InputError: a certificate file cannot be used
        :raises DiscoveryRefusedError: forbidden, no leader on any host, or an answer that is none of the allowed
        :raises DiscoveryError: no host answered
        """
        query = dict(params or {})
        query.update({key: value for key, value in self._scope().items() if value is not None})
        # Consul adds up to a sixteenth to the wait, so that not all who wait come back at once.
        host, reply = self._hosts.call(
            method, f"/v1/{path}", purpose, wait=wait * 17 / 16, params=query, json=json, data=data
        )
        return self._accept(host, reply, purpose, allowed)

    def _scope(self) -> t.Dict[str, t.Optional[str]]:
        return {"ns": self._settings.options.get("namespace"), "dc": self._settings.options.get("datacenter")}

    def _accept(self, host: Entry, reply: Reply, purpose: str, allowed: t.Collection[int]) -> Answer:
        if reply.status == 403:
            remedy = (
                "needs an ACL token"
                if self._settings.options.get("token") is None
                else "needs another ACL token than this one"
            )
            raise DiscoveryRefusedError(
                f"Consul at {host.address} refused to {purpose} (403: {self._hosts.shown(reply.text)}); "
                f"that {remedy}, given as the discovery token"
            )
        if reply.status not in allowed:
            raise DiscoveryRefusedError(
                f"Consul at {host.address} was asked to {purpose} "
                f"and answered {reply.status}: {self._hosts.shown(reply.text)}"
            )
        try:
            document = reply.json() if reply.status == 200 and reply.content else None
        except NoJSONError as error:
            raise DiscoveryRefusedError(
                f"what answers at {host.address} does not speak like Consul; "
                f"asked to {purpose} it sent {error}: {self._hosts.shown(reply.text)}"
            ) from error
        return Answer(reply.status, document, _index(reply.headers.get("X-Consul-Index", "")))


def _index(text: str) -> int:
    """The index that a header holds, 0 where it holds none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_INDEX else 0


def key_path(key: str) -> str:
    """The path of a key's calls."""
    return f"kv/{quote(key, safe='/')}"
