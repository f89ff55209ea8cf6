# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The contract that every discovery backend keeps; one contract test runs over all of them."""

from __future__ import annotations

import abc
import typing as t
from dataclasses import dataclass

from ..errors import InputError
from ..settings import DiscoverySettings
from .entry import Entry
from .leader_lock import LeaderLock
from .options import BackendOption
from .owned_keys import IsOwn, KeyFolder, OwnedKeys

#: Gives seconds that never run backwards.
Clock = t.Callable[[], float]
Sleep = t.Callable[[float], None]


@dataclass(frozen=True)
class Source:
    """A discovery text, taken apart.

    :ivar text: the whole, as the user wrote it, for messages
    :ivar location: the part behind ``://``; the whole for a bare list
    """

    text: str
    location: str


class Registration(abc.ABC):
    """One entry that this process keeps in a backend.

    :ivar entry: what was registered
    :ivar ttl: seconds, as asked; send a heartbeat at least every third of it
    """

    def __init__(self, entry: Entry, ttl: float) -> None:
        self.entry = entry
        self.ttl = ttl

    @abc.abstractmethod
    def heartbeat(self) -> None:
        """Keep the entry for another while. If it has vanished by now, for whatever reason, it is there again then.

        :raises DiscoveryError: the backend did not take it; try again with the next heartbeat
        """

    @abc.abstractmethod
    def deregister(self) -> None:
        """Take the entry away at once. Harmless if it has vanished already.

        :raises DiscoveryError: the backend did not do it; a backend with TTL forgets the entry by itself
        """


class Backend(abc.ABC):
    """Where the entries of one cluster are kept. Not to be shared between threads.

    Nothing is opened, read or asked before the first call of a method; the constructor only checks what was written.

    What the rest of the product says and asks of a backend is data of its class.
    Every task imports all backends for that, and compiles what it imports, since Ansible sends it as text. So the
    module of a backend imports what it asks its service with (clients, sessions, locks) only where that is used.

    :cvar TITLE: how people call it, as it goes on after "for"
    :cvar EXAMPLE: a source
    :cvar HELP: sentences about its source; what stands between backquotes is written literally
    :cvar OPTIONS: what ``discovery_options`` and ``--discovery-opt`` can say to it
    :cvar LIBRARY: the Python library that it needs, None for none
    :cvar TAKES_REGISTRATIONS: whether ``register`` can work
    :cvar NEEDS_INVENTORY: only Ansible on the controller can resolve its source, before it is opened
    :raises InputError: what the source says cannot be right
    """

    TITLE: t.ClassVar[str]
    EXAMPLE: t.ClassVar[str]
    HELP: t.ClassVar[t.Tuple[str, ...]]
    OPTIONS: t.ClassVar[t.Tuple[BackendOption, ...]] = ()
    LIBRARY: t.ClassVar[t.Optional[str]] = None
    TAKES_REGISTRATIONS: t.ClassVar[bool] = True
    NEEDS_INVENTORY: t.ClassVar[bool] = False

    def __init__(self, source: Source, settings: DiscoverySettings, clock: Clock, sleep: Sleep) -> None:
        self._source = source
        self._settings = settings
        self._clock = clock
        self._sleep = sleep
        #: Sentences about what the last list left out.
        self.odd: t.Tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The source as it may be shown, without what is a secret."""
        return self._source.text

    @classmethod
    def create_cluster(cls, source: Source, settings: DiscoverySettings) -> str:
        """Make a token for a new cluster, at a source that names no token yet.

        :raises InputError: this backend knows no tokens, or the source cannot be right
        :raises DiscoveryError: the backend did not do it
        """
        raise InputError(f"'{source.text}' has no tokens to be made: a cluster is there once something is registered")

    @abc.abstractmethod
    def list(self) -> t.Tuple[Entry, ...]:
        """The entries in the backend's order, each address once. Empty if there are none: that is no error here.

        :raises InputError: an entry that a user wrote cannot be right
        :raises DiscoveryError: the backend did not answer, or its answer cannot be used
        """

    def register(self, entry: Entry, ttl: float) -> Registration:
        """Add the entry. Registering an address that is there already takes it over; it is never listed twice.

        Where the backend knows time, the entry vanishes when no heartbeat came for ``ttl`` seconds, never before half
        of them are over, and at most a few seconds late. ``file://`` does not know time: the entry stays until it is
        deregistered. The scheme of the entry is kept where the backend can keep it.

        :raises InputError: the backend is read-only, or ``ttl`` is out of the range that it can keep
        :raises DiscoveryError: the backend did not take the entry
        """
        raise InputError(f"'{self._source.text}' is a fixed list and takes no registration of {entry.address}")

    def leader_lock(self, holder: str, ttl: float) -> LeaderLock:
        """The lock that one of several managers of this cluster holds; nothing is asked yet.

        :param holder: what others read of who holds it, such as ``host:port``
        :param ttl: seconds after which a holder that was not heard of has lost it
        :raises InputError: this backend has no locks, or ``ttl`` is out of the range that it can keep
        """
        raise InputError(
            f"'{self._source.text}' cannot keep the lock that several managers need; a key/value store can"
        )

    def owned_keys(self, owner: str, ttl: float, folders: t.Sequence[str], is_own: IsOwn) -> OwnedKeys:
        """Keys of one owner in the store, anywhere below these folders; nothing is asked yet.

        The prefix of the cluster does not matter: a folder is named from the root of the store.

        :param owner: for messages, such as the name of a host
        :param ttl: seconds after which the keys are gone when they are not kept
        :param is_own: tells the owner's keys from others'
        :raises InputError: this backend keeps no keys, or ``ttl`` is out of the range that it can keep
        """
        raise self._no_keys()

    def key_folder(self, folder: str) -> KeyFolder:
        """All keys below a folder, to be read and watched; nothing is asked yet.

        :raises InputError: this backend keeps no keys
        """
        raise self._no_keys()

    def _no_keys(self) -> InputError:
        return InputError(f"'{self._source.text}' keeps no services; a key/value store does")

    @abc.abstractmethod
    def watch(self, known: t.Sequence[Entry], timeout: float) -> t.Tuple[Entry, ...]:
        """Wait until the entries are others than ``known``, at most ``timeout`` seconds; then the entries as they are.

        A change between two calls is not lost, because the caller says what it knows:
        ``while True: entries = backend.watch(entries, 300)``.

        :raises InputError, DiscoveryError: as ``list``; at once, not after the timeout
        """


def check_ttl(ttl: float, shortest: float, longest: float, keeper: str) -> None:
    """:raises InputError: the TTL is outside of what the keeper (a backend's name) can keep"""
    if not shortest <= ttl <= longest:
        raise InputError(
            f"a TTL of {ttl:g} s cannot be kept by {keeper}; it must be {shortest:g} to {longest:g} seconds"
        )
