# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""How far long work has come, told while it goes on: one sentence for each node, of which the last one counts. Pure."""

from __future__ import annotations

import re
import threading
import typing as t

#: Takes the name of a node, or nothing for the task as a whole, and how far it has come there. May be called by many
#: threads, and often.
Telling = t.Callable[[str, str], None]

#: Nodes that have a line of their own at one time.
SHOWN = 10

#: Where a builder begins a step: its own, and BuildKit.
_STEP = re.compile(r"(Step \d+/\d+ : .*|#\d+ \[.*)")

_MB = 1_000_000


def silent(node: str, text: str) -> None:
    """Nobody listens."""


class Board:
    """The last sentence of every node. Threads write to it as often as they like; one reads it from time to time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._new: t.Dict[str, str] = {}
        self._told: t.Dict[str, str] = {}

    def tell(self, node: str, text: str) -> None:
        """What ``Telling`` is."""
        with self._lock:
            self._new[node] = text

    def take(self) -> t.List[t.Tuple[str, str]]:
        """What is new since the last time, by name. Of very many nodes only the first have a line."""
        with self._lock:
            new = {node: text for node, text in self._new.items() if self._told.get(node) != text}
            self._told.update(new)
            self._new.clear()
        lines = sorted(new.items())
        if len(lines) <= SHOWN:
            return lines
        return [*lines[:SHOWN], ("", f"and {len(lines) - SHOWN} more nodes")]


def counted(pieces: t.Iterable[bytes], length: t.Optional[int], tell: t.Callable[[str], None]) -> t.Iterator[bytes]:
    """``pieces``, and word of how many bytes of them were taken. :param length: of all, None where it is not known"""
    taken, end = 0, "" if length is None else f" of {length / _MB:.1f}"
    for piece in pieces:
        yield piece
        taken += len(piece)
        tell(f"{taken / _MB:.1f}{end} MB sent")
    tell(f"{taken / _MB:.1f} MB sent, and the engine unpacks them")


def build_step(line: str) -> t.Optional[str]:
    """The step of a build that a line of its output begins, None where it begins none."""
    found = _STEP.match(line)
    return found[0].rstrip() if found else None
