# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The contract of a lock that one of several managers holds; one contract test runs over every backend that has it.

A lock is safe by time, not by news: each success of ``hold`` is good for ``lease`` seconds from the moment before it
was asked for, whether or not the store can be reached meanwhile. Who holds the lock stops by its own clock.
"""

from __future__ import annotations

import abc
import typing as t

#: Where the original kept the address of its primary, below the prefix.
LEADER_PATH = "docker/swarm/leader"


class LeaderLock(abc.ABC):
    """One lock in a store, and the name of whoever holds it. To be used by one thread.

    Nothing is asked before the first call of a method.

    :ivar holder: what others read while this process holds it, such as ``host:port``
    :ivar ttl: seconds after which a holder that was not heard of has lost it
    """

    def __init__(self, holder: str, ttl: float) -> None:
        self.holder = holder
        self.ttl = ttl

    @property
    @abc.abstractmethod
    def lease(self) -> float:
        """Seconds for which nobody else can get the lock, counted from before a ``hold`` that succeeded."""

    @abc.abstractmethod
    def hold(self) -> t.Optional[int]:
        """Get the lock, or keep it. Call it at least every third of ``lease``.

        :returns: the epoch, a number that is larger for each later holder; None while somebody else holds the lock
        :raises InputError: the store cannot keep the TTL
        :raises DiscoveryError: the store did not answer; whether the lock is held is not known
        """

    @abc.abstractmethod
    def current_holder(self) -> t.Optional[str]:
        """What the one that holds the lock wrote; None while nobody does.

        :raises DiscoveryError: the store did not answer
        """

    @abc.abstractmethod
    def await_change(self, seconds: float) -> None:
        """Return when the lock may be held by another than at the last call of a method, after ``seconds`` at most.

        :raises DiscoveryError: the store did not answer
        """

    @abc.abstractmethod
    def release(self) -> None:
        """Give the lock back, so that another can have it at once. Harmless if it is not held.

        :raises DiscoveryError: the store was not told; it lets another in within the TTL
        """


def leader_key(prefix: str) -> str:
    """The key of the lock, for a prefix without slashes around it."""
    return f"{prefix}/{LEADER_PATH}"
