# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""``token://HOST[:PORT]/TOKEN``: entries that a discovery service keeps for who knows the token.

The protocol is that of the service that Docker once hosted, and a DELETE besides:

    ======  ==============================  =====================================
    POST    /v1/clusters                    a new token
    GET     /v1/clusters/TOKEN              the entries, a list in JSON
    POST    /v1/clusters/TOKEN?ttl=SECONDS  the body, an entry, is kept so long
    DELETE  /v1/clusters/TOKEN/HOST:PORT    the entry goes
    ======  ==============================  =====================================

A registration adds ``owner=WORD``, a word of its own, to both of the latter: a DELETE with it removes the entry only if
nobody else has registered it since. What does not know this parameter ignores it.

Who knows the token reads and writes, so that it is shown in no message.
"""

from __future__ import annotations

import re
import secrets
import typing as t
from dataclasses import dataclass, replace

from ..errors import DiscoveryRefusedError, InputError
from ..settings import DiscoverySettings
from ..wire.json_reply import NoJSONError
from .backend import Backend, Clock, Registration, Sleep, Source, check_ttl
from .entry import Entry, named_as, parse_entry, unique
from .key_store import check_count
from .options import TIMEOUT, tls_options

#: Where a service listens if its port is not written.
DEFAULT_PORTS = {"https": 443, "http": 80}
#: Seconds.
SHORTEST_TTL = 1
LONGEST_TTL = 2 * 24 * 3600
#: Seconds between two looks; the protocol has nothing to wait with.
POLL_INTERVAL = 2.0

_SERVICE = re.compile(r"(?:(https?)://)?([^/]*)", re.IGNORECASE)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{8,128}", re.ASCII)
#: Asks the service, as ``HttpHosts.call`` does.
_Ask = t.Callable[..., t.Tuple[Entry, t.Any]]

_RIGHT_FORM = "write token://HOST[:PORT]/TOKEN"


@dataclass(frozen=True)
class _Service:
    """Where the service is. :ivar shown: its part of the source, without a token."""

    host: Entry
    scheme: str

    @property
    def shown(self) -> str:
        return f"token://{'http://' if self.scheme == 'http' else ''}{self.host.address}"


class TokenBackend(Backend):
    """Entries of a discovery service such as ``swarm discovery-service``."""

    TITLE = "tokens"
    EXAMPLE = "token://192.0.2.5:8443/0123456789abcdef0123456789abcdef"
    HELP = (
        "`token://192.0.2.5:8443/0123456789abcdef0123456789abcdef` names a discovery service, as "
        "`swarm discovery-service` is one, and a token that `swarm create` made there. It is spoken to over TLS, "
        "unless `token://http://192.0.2.5:8080/TOKEN` is written.",
    )
    OPTIONS = (*(option for option in tls_options() if option.name != "tls"), TIMEOUT)
    LIBRARY = "requests"

    def __init__(self, source: Source, settings: DiscoverySettings, clock: Clock, sleep: Sleep) -> None:
        super().__init__(source, settings, clock, sleep)
        before, slash, token = source.location.rstrip("/").rpartition("/")
        if not slash or before.lower() in ("http:/", "https:/"):
            raise InputError(
                "a token:// source names no host: the service that Docker hosted for tokens without one was shut down "
                f"in 2019; {_RIGHT_FORM} with the host of a service of your own, which swarm discovery-service is"
            )
        service = _parse_service(before)
        if not _TOKEN.fullmatch(token):
            raise InputError(
                f"what stands behind {service.shown}/ is not a token, which has 8 to 128 letters, digits, '-' and '_'; "
                f"{_RIGHT_FORM}"
            )
        self._service = service
        self._path = f"/v1/clusters/{token}"
        self._ask = _asker(service, settings)

    @property
    def shown(self) -> str:
        return f"{self._service.shown}/..."

    @classmethod
    def create_cluster(cls, source: Source, settings: DiscoverySettings) -> str:
        service = _parse_service(source.location.rstrip("/"))
        host, reply = _asker(service, settings)("POST", "/v1/clusters", "make a token")
        token = reply.text.strip().strip('"')
        if reply.status != 200 or not _TOKEN.fullmatch(token):
            raise _refusal(host, reply.status, reply.text, "make a token")
        return str(token)

    def list(self) -> t.Tuple[Entry, ...]:
        from .http_hosts import shown

        host, reply = self._call("GET", self._path, "list the entries")
        try:
            texts = reply.json()
            if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
                raise NoJSONError("no list of texts")
            check_count(len(texts), self.shown)
            return unique(map(parse_entry, texts))
        except (NoJSONError, InputError):
            raise DiscoveryRefusedError(
                f"what answers at {host.address} is not a discovery service; asked to list the entries it said: "
                f"{shown(reply.text)}"
            ) from None

    def watch(self, known: t.Sequence[Entry], timeout: float) -> t.Tuple[Entry, ...]:
        deadline = self._clock() + timeout
        while True:
            entries = self.list()
            left = deadline - self._clock()
            if entries != tuple(known) or left <= 0:
                return entries
            self._sleep(min(left, POLL_INTERVAL))

    def register(self, entry: Entry, ttl: float) -> Registration:
        check_ttl(ttl, SHORTEST_TTL, LONGEST_TTL, "a discovery service")
        registration = TokenRegistration(self, entry, ttl)
        registration.heartbeat()
        return registration

    def put(self, entry: Entry, ttl: float, owner: str) -> None:
        """Keep an entry for another while.

        :param owner: the word of the registration
        :raises DiscoveryError: the service did not take it
        """
        params = {"ttl": f"{int(ttl)}", "owner": owner}
        self._call("POST", self._path, f"register {entry.address}", params=params, data=entry.address.encode())

    def remove(self, entry: Entry, owner: str) -> None:
        """Take an entry away. Harmless if it is not there, or is another registration's by now.

        :raises DiscoveryError: the service did not do it
        """
        self._call("DELETE", f"{self._path}/{entry.address}", f"remove {entry.address}", params={"owner": owner})

    def _call(self, method: str, path: str, purpose: str, **arguments: t.Any) -> t.Tuple[Entry, t.Any]:
        host, reply = self._ask(method, path, purpose, **arguments)
        if reply.status == 404:
            raise DiscoveryRefusedError(
                f"the discovery service at {host.address} does not know this token; swarm create {self._service.shown} "
                f"makes one"
            )
        if reply.status != 200:
            raise _refusal(host, reply.status, reply.text, purpose)
        return host, reply


class TokenRegistration(Registration):
    """An entry that the service forgets by itself."""

    def __init__(self, backend: TokenBackend, entry: Entry, ttl: float) -> None:
        super().__init__(entry, ttl)
        self._backend = backend
        self._owner = secrets.token_hex(8)

    def heartbeat(self) -> None:
        self._backend.put(self.entry, self.ttl, self._owner)

    def deregister(self) -> None:
        self._backend.remove(self.entry, self._owner)


def _parse_service(text: str) -> _Service:
    found = _SERVICE.fullmatch(text)
    if found is None or not found.group(2):
        raise InputError(f"'token://{text[:200]}' names no discovery service; {_RIGHT_FORM}")
    scheme = (found.group(1) or "https").lower()
    with named_as("discovery"):
        return _Service(parse_entry(found.group(2), default_port=DEFAULT_PORTS[scheme]), scheme)


def _asker(service: _Service, settings: DiscoverySettings) -> _Ask:
    from .http_hosts import HttpHosts

    if service.scheme == "http" and settings.tls.enabled:
        raise InputError(
            f"{service.shown} is plain HTTP, and the discovery options ask for TLS; leave http:// away, or the options"
        )
    secured = replace(settings, tls=replace(settings.tls, enabled=service.scheme == "https"))
    return HttpHosts("discovery service", f"{service.shown}/...", (service.host,), secured).call


def _refusal(host: Entry, status: int, text: str, purpose: str) -> DiscoveryRefusedError:
    from .http_hosts import shown

    if status == 429:
        return DiscoveryRefusedError(
            f"the discovery service at {host.address} was asked too often; asked to {purpose} it wants to be left "
            f"alone for a while"
        )
    return DiscoveryRefusedError(
        f"the discovery service at {host.address} was asked to {purpose} and answered {status}: {shown(text)}"
    )
