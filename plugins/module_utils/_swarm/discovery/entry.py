# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""An entry: where one engine listens, as a discovery backend gives it."""

from __future__ import annotations

import ipaddress
import re
import typing as t
from contextlib import contextmanager
from dataclasses import dataclass

from ..errors import InputError
from .ranges import MAX_ENTRIES, expand_ranges

#: Schemes that may stand before an entry.
SCHEMES = ("http", "https")

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_HOST_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?", re.ASCII)
_IPV4_LIKE = re.compile(r"[0-9.]+", re.ASCII)
_PORT = re.compile(r"[1-9][0-9]{0,4}", re.ASCII)
_SEPARATOR = re.compile(r"[\s,;]+")
_RIGHT_FORM = "an entry is written HOST:PORT, such as 10.0.0.5:2376"


@dataclass(frozen=True)
class Entry:
    """Where one engine listens.

    :ivar host: host name in lower case, IPv4 address, or IPv6 address without brackets in its short form
    :ivar port: TCP port, 1 to 65535
    :ivar scheme: ``https`` speaks TLS to this engine in any case, ``http`` and None as the settings say
    :ivar server_name: the name to expect in its certificate, where whoever lists it knows it
    :ivar labels: pairs of key and value that whoever lists it adds to the labels of its node
    """

    host: str
    port: int
    scheme: t.Optional[str] = None
    server_name: t.Optional[str] = None
    labels: t.Tuple[t.Tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        problem = _host_problem(self.host)
        if problem is None and not 1 <= self.port <= 65535:
            problem = f"port {self.port} is not between 1 and 65535"
        if problem is None and self.scheme not in (None, *SCHEMES):
            problem = "write http:// or https:// before it, or nothing"
        if problem is not None:
            raise _bad(str(self), problem)
        # One way to write a host, so that equal entries are equal.
        host = str(ipaddress.IPv6Address(self.host)) if ":" in self.host else self.host.lower()
        object.__setattr__(self, "host", host)

    @property
    def address(self) -> str:
        """``host:port``, an IPv6 address in brackets."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def __str__(self) -> str:
        """The entry as it is written in a list or a file; ``parse_entry`` reads it back."""
        return self.address if self.scheme is None else f"{self.scheme}://{self.address}"


@contextmanager
def named_as(option: str) -> t.Iterator[None]:
    """Let what is wrong with an entry be told with the option that it stands in."""
    try:
        yield
    except InputError as error:
        raise InputError(f"{option}: {error.message}") from error


def parse_entry(text: str, default_port: t.Optional[int] = None) -> Entry:
    """The one entry that ``text`` is; ranges are not expanded.

    :param default_port: for a text without a port; None if the port must be there
    :raises InputError: the text is no entry; the message shows it and the right form
    """
    _refuse_credentials(text)
    _refuse_several(text)
    scheme, rest = _split_scheme(text)
    # The last colon parts host and port, but not one inside an IPv6 address.
    host, colon, port = rest.rpartition(":")
    if not colon or "]" in port:
        host, port = rest, "" if default_port is None else str(default_port)
    if not port:
        raise _bad(text, "it has no port")
    if not _PORT.fullmatch(port):
        raise _bad(text, f"port '{port}' is not a number between 1 and 65535")
    bracketed = host.startswith("[") and host.endswith("]")
    if bracketed != (":" in host):
        raise _bad(text, "an IPv6 address, and nothing else, stands in brackets, such as [fd00::5]:2376")
    return Entry(host[1:-1] if bracketed else host, int(port), scheme)


def parse_entries(text: str, most: int = MAX_ENTRIES) -> t.Tuple[Entry, ...]:
    """All entries that one text with ranges stands for, in order.

    :param most: as many are left, where other texts of the same list or file had their part

    :raises InputError: as ``parse_entry`` and ``expand_ranges``
    """
    _refuse_credentials(text)
    _refuse_several(text)
    return tuple(parse_entry(each) for each in expand_ranges(text, most))


def unique(entries: t.Iterable[Entry]) -> t.Tuple[Entry, ...]:
    """The entries in their order, each address once; the first one of an address stays."""
    first: t.Dict[str, Entry] = {}
    for entry in entries:
        first.setdefault(entry.address, entry)
    return tuple(first.values())


def _split_scheme(text: str) -> t.Tuple[t.Optional[str], str]:
    found = _SCHEME.match(text)
    if found is None:
        return None, text
    scheme = found.group(1).lower()
    if scheme not in SCHEMES:
        raise _bad(text, f"{scheme}:// is not understood before an entry, only https:// and http:// are")
    return scheme, text[found.end() :]


def _host_problem(host: str) -> t.Optional[str]:
    """What is wrong with a host, None if nothing is."""
    if not host:
        return "it has no host"
    if ":" in host:
        try:
            ipaddress.IPv6Address(host)
        except ValueError:
            return f"'{host}' is not an IPv6 address"
        return None
    if _IPV4_LIKE.fullmatch(host):
        try:
            ipaddress.IPv4Address(host)
        except ValueError:
            return f"'{host}' is not an IPv4 address (four numbers from 0 to 255, without leading zeros)"
        return None
    if not _HOST_NAME.fullmatch(host):
        return f"'{host}' is not a host name"
    return None


def _refuse_credentials(text: str) -> None:
    """Before anything else is said of the text, for messages show it."""
    if "@" in text:
        raise InputError(f"an entry has a user name or a password before an '@'; {_RIGHT_FORM}")


def _refuse_several(text: str) -> None:
    parts = _SEPARATOR.split(text.strip())
    if len(parts) > 1 and all(":" in part for part in parts):
        raise _bad(text, "it looks like several; separate entries by commas in a list, and by lines in a file")


def _bad(text: str, problem: str) -> InputError:
    return InputError(f"bad entry '{text}': {problem}; {_RIGHT_FORM}")
