# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Owned keys that a session or a lease holds: when they are read, and what of them is written."""

from __future__ import annotations

import abc
import typing as t

from .owned_keys import IsOwn, OwnedKeys
from .owned_state import Difference, FoundKey, from_last, from_store, parts_of


class HeldKeys(OwnedKeys):
    """What differs is written in parts, as stores bound their transactions.

    :param folders: where the owner's keys may be
    :param part: keys in one transaction
    """

    def __init__(self, owner: str, ttl: float, folders: t.Sequence[str], is_own: IsOwn, part: int) -> None:
        super().__init__(owner, ttl)
        self._folders = folders
        self._is_own = is_own
        self._part = part
        self._written: t.Dict[str, str] = {}
        #: The holder that all of them had when they were written; None while that is not sure.
        self._known: t.Optional[str] = None

    def keep(self, wanted: t.Mapping[str, str]) -> t.List[str]:
        holder = self._keep_holder()
        found: t.Dict[str, FoundKey] = {}
        if holder == self._known and (dict(wanted) != self._written or self._is_unchanged()):
            difference = from_last(wanted, self._written)
        else:
            for folder in self._folders:
                found.update(self._read(folder))
            difference = from_store(wanted, found, holder, self._is_own)
        # Not known until all of it is written: then the next call reads again.
        self._known = None
        for part in parts_of(difference, self._part):
            self._write(part, found, holder)
        self._known = holder
        self._written = dict(wanted)
        return difference.paths

    def _is_unchanged(self) -> bool:
        """Whether all that was written is there as it was. Somebody may have removed it by hand, or changed it.

        Who holds it does not matter here: it may be another process of the same owner, which has just taken over.
        """
        paths = sorted(self._written)
        parts = (paths[begin : begin + self._part] for begin in range(0, len(paths), self._part))
        return all(self._look(part) == {path: self._written[path] for path in part} for part in parts)

    def release(self) -> None:
        self._known = None
        self._end_holder()

    @abc.abstractmethod
    def _keep_holder(self) -> str:
        """Keep the session or lease, or open one. :returns: its ID"""

    @abc.abstractmethod
    def _end_holder(self) -> None:
        """End it, and its keys with it."""

    @abc.abstractmethod
    def _read(self, folder: str) -> t.Dict[str, FoundKey]:
        """All keys below a folder, by path."""

    @abc.abstractmethod
    def _look(self, paths: t.Sequence[str]) -> t.Mapping[str, str]:
        """Values of some keys by path; where one of them is not there, as much of them as is known at no cost."""

    @abc.abstractmethod
    def _write(self, part: Difference, found: t.Mapping[str, FoundKey], holder: str) -> None:
        """Write and remove some keys. :param found: as they were read, empty where they were not

        :raises DiscoveryError: they were not written
        """
