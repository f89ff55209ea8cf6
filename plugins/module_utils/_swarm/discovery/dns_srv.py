# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""``dns+srv://[SERVER[:PORT][,SERVER...]/]NAME``: entries are the SRV records of a name in the DNS. Read-only.

Priorities and weights say who is asked first, not who is there: they do not matter here. The target of a record stays
the name that it is, which a certificate can be good for.
"""

from __future__ import annotations

import re
import socket
import typing as t

from ..errors import DiscoveryError, DiscoveryRefusedError, InputError, MissingLibraryError
from ..settings import DiscoverySettings
from .backend import Backend, Clock, Registration, Sleep, Source
from .entry import Entry, named_as, parse_entry, unique
from .options import TIMEOUT

DEFAULT_PORT = 53
#: Seconds between two looks while the records are watched.
POLL_INTERVAL = 5.0

#: Characters of a whole name, and the form of it; labels of services begin with an underscore.
_LONGEST_NAME = 253
_NAME = re.compile(r"_?[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62})(?:\._?[A-Za-z0-9][A-Za-z0-9_-]{0,62})*\.?", re.ASCII)
_RIGHT_FORM = "write dns+srv://NAME, such as dns+srv://_docker._tcp.example.org"

Server = t.Tuple[str, int]


class DnsBackend(Backend):
    """Entries from SRV records."""

    TITLE = "the DNS"
    EXAMPLE = "dns+srv://_docker._tcp.example.org"
    HELP = (
        "`dns+srv://_docker._tcp.example.org` names SRV records of the DNS. Each one is an engine, whatever its "
        "priority and weight. The name servers of the system are asked, unless some are written before the name, as in "
        "`dns+srv://192.0.2.53,192.0.2.54:5353/_docker._tcp.example.org`.",
    )
    OPTIONS = (TIMEOUT,)
    LIBRARY = "dnspython"
    TAKES_REGISTRATIONS = False

    def __init__(self, source: Source, settings: DiscoverySettings, clock: Clock, sleep: Sleep) -> None:
        super().__init__(source, settings, clock, sleep)
        servers, slash, name = source.location.rpartition("/")
        if len(name) > _LONGEST_NAME or not _NAME.fullmatch(name):
            raise InputError(f"'{source.text}' names no SRV records; {_RIGHT_FORM}")
        if slash and not servers.strip(" ,"):
            raise InputError(f"'{source.text}' has a '/' and names no server before it; {_RIGHT_FORM}")
        self._name = name.rstrip(".")
        with named_as("discovery"):
            texts = servers.split(",") if slash else ()
            self._servers = unique(parse_entry(text.strip(), default_port=DEFAULT_PORT) for text in texts)

    def list(self) -> t.Tuple[Entry, ...]:
        dns = load_dns()
        reasons = []
        for host, port in self._addresses(dns):
            try:
                return self._entries(_ask(dns, host, port, self._name, self._settings.timeout))
            except dns.resolver.NXDOMAIN:
                raise DiscoveryRefusedError(
                    f"there is no name {self._name} in the DNS, says the name server {host}; {_RIGHT_FORM} with the "
                    f"name of your records"
                ) from None
            except dns.resolver.NoAnswer:
                return ()
            except dns.exception.DNSException as error:
                reasons.append(f"{_shown(host, port)}: {_reason(dns, error, self._settings.timeout)}")
            except OSError as error:
                reasons.append(f"{_shown(host, port)}: {error.strerror or error}")
        raise DiscoveryError(
            f"no name server gave the SRV records of {self._name}: {'; '.join(reasons) or 'the system names none'}"
        )

    def watch(self, known: t.Sequence[Entry], timeout: float) -> t.Tuple[Entry, ...]:
        deadline = self._clock() + timeout
        while True:
            entries = self.list()
            left = deadline - self._clock()
            if entries != tuple(known) or left <= 0:
                return entries
            self._sleep(min(left, POLL_INTERVAL))

    def register(self, entry: Entry, ttl: float) -> Registration:
        raise InputError(
            f"'{self._source.text}' is read-only and takes no registration of {entry.address}; who keeps the zone of "
            f"{self._name} writes its record"
        )

    def _addresses(self, dns: t.Any) -> t.Iterator[Server]:
        """The name servers in the order to ask them; the library wants addresses."""
        if not self._servers:
            try:
                yield from ((str(address), DEFAULT_PORT) for address in dns.resolver.Resolver().nameservers)
            except dns.resolver.NoResolverConfiguration:
                return
        for server in self._servers:
            try:
                found = socket.getaddrinfo(server.host, server.port, type=socket.SOCK_DGRAM)
            except OSError as error:
                raise DiscoveryError(f"the name server {server.host} is not known: {error.strerror}") from error
            yield str(found[0][4][0]), server.port

    def _entries(self, records: t.Any) -> t.Tuple[Entry, ...]:
        """Sorted, because the order of an answer changes from one to the next."""
        found = []
        for record in records:
            target = record.target.to_text(omit_final_dot=True)
            # The root as target says that there is decidedly no such service.
            if target in ("", "."):
                continue
            try:
                found.append(parse_entry(f"{target}:{record.port}"))
            except InputError as error:
                raise DiscoveryRefusedError(f"a SRV record of {self._name} cannot be used: {error}") from error
        return tuple(sorted(unique(found), key=lambda entry: (entry.host, entry.port)))


def load_dns() -> t.Any:
    """The library, when it is needed.

    :raises MissingLibraryError: it is not there
    """
    try:
        import dns.exception
        import dns.resolver
    except ImportError:
        raise MissingLibraryError("dnspython", "discovery through dns+srv://") from None
    return dns


def _ask(dns: t.Any, host: str, port: int, name: str, timeout: float) -> t.Any:
    """The records; an answer that is cut short is asked for again over TCP, by the library."""
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers = [host]
    resolver.port = port
    resolver.timeout = resolver.lifetime = timeout
    return resolver.resolve(f"{name}.", "SRV", search=False)


def _reason(dns: t.Any, error: t.Any, timeout: float) -> str:
    if isinstance(error, dns.exception.Timeout):
        return f"no answer within {timeout:g} s"
    # Of one server there is one entry: server, TCP or not, port, what went wrong, the answer.
    errors = error.kwargs.get("errors") if error.kwargs else None
    last = errors[-1][3] if errors else error
    return f"it answered {last}" if isinstance(last, str) else str(last)


def _shown(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
