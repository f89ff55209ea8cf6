# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What the discovery service keeps: for each token its entries, each with the time of its end, in one file.

The file is replaced in one step. What is new or gone is in it before the answer is sent; renewals, which come all the
time, are written together every second.
"""

from __future__ import annotations

import json
import os
import secrets
import tempfile
import threading
import typing as t

from ..discovery.entry import Entry, parse_entry
from ..errors import DiscoveryError, InputError

#: Random bytes of a token.
_TOKEN_BYTES = 16
#: More than this is no use of the service, it is an attack.
MOST_TOKENS = 10_000
MOST_ENTRIES = 5_000

#: Gives seconds since the epoch: ends of entries outlive the process.
WallClock = t.Callable[[], float]


class UnknownTokenError(Exception):
    """Nobody made this token here."""


class Kept(t.NamedTuple):
    """What is kept of an entry. :ivar end: seconds since the epoch
    :ivar owner: the registration that it is of, by a word of its own; empty where it did not say one"""

    end: float
    owner: str = ""


class FullError(Exception):
    """There is no room for more."""


class TokenStore:
    """Tokens and their entries. May be used by many threads.

    :param path: the file; made when there is something to keep
    :raises InputError: the file is there and is not one of these
    :raises DiscoveryError: the file cannot be read
    """

    def __init__(self, path: str, clock: WallClock) -> None:
        self._path = path
        self._clock = clock
        self._lock = threading.Lock()
        self._changed = False
        #: For each token its entries, as written.
        self._clusters: t.Dict[str, t.Dict[str, Kept]] = self._read()

    def create(self) -> str:
        """A new token.

        :raises FullError: there are too many already
        :raises DiscoveryError: the file cannot be written
        """
        with self._lock:
            if len(self._clusters) >= MOST_TOKENS:
                raise FullError(f"there are {MOST_TOKENS} tokens already")
            token = secrets.token_hex(_TOKEN_BYTES)
            self._clusters[token] = {}
            self._write()
            return token

    def entries(self, token: str) -> t.Tuple[str, ...]:
        """The entries of a token whose time is not over, in order.

        :raises UnknownTokenError: there is no such token
        """
        with self._lock:
            return tuple(sorted(self._alive(token)))

    def register(self, token: str, entry: Entry, ttl: float, owner: str = "") -> None:
        """Keep an entry for so many seconds from now. From whoever had it before it is taken over.

        :param owner: a word by which the registration tells itself from others of the same entry
        :raises UnknownTokenError: there is no such token
        :raises FullError: the token has too many entries
        :raises DiscoveryError: the file cannot be written
        """
        with self._lock:
            alive = self._alive(token)
            known = alive.get(entry.address)
            if known is None and len(alive) >= MOST_ENTRIES:
                raise FullError(f"this token has {MOST_ENTRIES} entries already")
            alive[entry.address] = Kept(self._clock() + ttl, owner)
            self._changed = True
            if known is None or known.owner != owner:
                self._write()

    def remove(self, token: str, entry: Entry, owner: str = "") -> None:
        """Forget an entry, if it is there.

        :param owner: a registration that removes nothing but what is its own; empty to remove the entry of anybody
        :raises UnknownTokenError: there is no such token
        :raises DiscoveryError: the file cannot be written
        """
        with self._lock:
            alive = self._alive(token)
            known = alive.get(entry.address)
            if known is not None and owner in ("", known.owner):
                del alive[entry.address]
                self._write()

    def flush(self) -> None:
        """Write what is not written yet.

        :raises DiscoveryError: the file cannot be written
        """
        with self._lock:
            if self._changed:
                self._write()

    def _alive(self, token: str) -> t.Dict[str, Kept]:
        """The entries of a token, those left out for good whose time is over."""
        if token not in self._clusters:
            raise UnknownTokenError
        now = self._clock()
        entries = {text: kept for text, kept in self._clusters[token].items() if kept.end > now}
        self._clusters[token] = entries
        return entries

    def _read(self) -> t.Dict[str, t.Dict[str, Kept]]:
        try:
            with open(self._path, encoding="utf-8") as file:
                return _checked(json.load(file)["clusters"])
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise DiscoveryError(f"the store {self._path} cannot be read: {error.strerror}") from error
        except (ValueError, TypeError, KeyError, AttributeError, InputError) as error:
            raise InputError(
                f"the store {self._path} is not one of a discovery service; move it away, or name another one"
            ) from error

    def _write(self) -> None:
        try:
            folder = os.path.dirname(os.path.abspath(self._path))
            descriptor, temporary = tempfile.mkstemp(dir=folder, prefix=".tokens-")
            try:
                with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                    json.dump({"clusters": self._clusters}, file)
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(temporary, self._path)
            except BaseException:
                os.unlink(temporary)
                raise
        except OSError as error:
            raise DiscoveryError(f"the store {self._path} cannot be written: {error.strerror}") from error
        self._changed = False


def _checked(clusters: t.Any) -> t.Dict[str, t.Dict[str, Kept]]:
    """:raises ValueError, TypeError, AttributeError, InputError: they are no clusters"""
    return {
        str(token): {parse_entry(text).address: _kept(value) for text, value in entries.items()}
        for token, entries in clusters.items()
    }


def _kept(value: t.Any) -> Kept:
    """:raises ValueError, TypeError: it is nothing that is kept of an entry"""
    if not isinstance(value, list):
        # As a release before this one wrote it.
        return Kept(float(value))
    end, owner = value
    return Kept(float(end), str(owner))
