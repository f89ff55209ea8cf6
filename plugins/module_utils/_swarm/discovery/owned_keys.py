# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The contracts of keys that one process owns in a store, and of a folder of keys that others read.

One contract test runs over every backend that has them. Paths have no slashes around them; a folder and the keys in it
are named by the whole path.
"""

from __future__ import annotations

import abc
import typing as t

#: Tells by path and value whether a key that is found is of this owner, whichever process of his wrote it.
IsOwn = t.Callable[[str, str], bool]


class OwnedKeys(abc.ABC):
    """Keys that live as long as this process keeps them: one session or lease holds them all. For one thread.

    Nothing is asked before the first call of a method.

    :ivar owner: for messages
    :ivar ttl: seconds after which all keys are gone if ``keep`` was not called
    """

    def __init__(self, owner: str, ttl: float) -> None:
        self.owner = owner
        self.ttl = ttl

    @abc.abstractmethod
    def keep(self, wanted: t.Mapping[str, str]) -> t.List[str]:
        """Make the owned keys exactly these, and keep them for another while. Call it at least every third of the TTL.

        The first time, and whenever the session is another, the folders are read: keys of a predecessor are taken over
        where they are wanted, without having been away for a moment, and removed where they are not. Otherwise only
        what differs from the last time is written; where nothing does, what was written is looked for, and written
        again if somebody has removed or changed it.

        :param wanted: values by path
        :returns: the paths that were written or removed
        :raises InputError: the store cannot keep the TTL
        :raises DiscoveryError: the store did not take it all; what it did not take is written by the next call
        """

    @abc.abstractmethod
    def release(self) -> None:
        """Remove all of them at once.

        :raises DiscoveryError: the store was not told; they are gone within the TTL
        """


class KeyFolder(abc.ABC):
    """All keys below a folder, whoever wrote them. For one thread."""

    @abc.abstractmethod
    def read(self) -> t.Dict[str, str]:
        """Values by path; bytes that are no text are replaced. Empty where there is no such folder.

        :raises DiscoveryError: the store did not answer, or its answer cannot be used
        """

    @abc.abstractmethod
    def await_change(self, seconds: float) -> None:
        """Return when something is another than at the last ``read``, after ``seconds`` at most.

        :raises DiscoveryError: the store did not answer
        """

    def close(self) -> None:  # noqa: B027  # most stores hold nothing
        """Give back what is held between two calls, such as a session; the next call begins anew."""
