# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Bytes that are read once and taken by many, each in its own thread and at its own pace, a few pieces apart at most.

    with FanOut(pieces, len(nodes)) as lanes:
        ...                                   # in a thread for each: for piece in lane

The slowest takes the pace of all, until it is closed: a lane that nobody takes from any more holds up nobody.
"""

from __future__ import annotations

import collections
import threading
import typing as t

#: Pieces that wait in one lane. Lanes hold the same pieces, so all of them together hold not many more.
HELD = 64


class Lane:
    """What one of the takers gets: an iterator over the pieces. The error of the source is raised here, too."""

    def __init__(self) -> None:
        self._change = threading.Condition()
        self._pieces: t.Deque[bytes] = collections.deque()
        self._ended = False
        self._closed = False
        self._error: t.Optional[BaseException] = None

    def __iter__(self) -> t.Iterator[bytes]:
        while True:
            with self._change:
                self._change.wait_for(lambda: self._pieces or self._ended or self._closed)
                if self._error is not None:
                    raise self._error
                if not self._pieces:
                    return
                piece = self._pieces.popleft()
                self._change.notify_all()
            yield piece

    def close(self) -> None:
        """Take no more."""
        with self._change:
            self._closed = True
            self._pieces.clear()
            self._change.notify_all()

    def put(self, piece: bytes) -> bool:
        """Hand a piece over, once there is room. :returns: whether anybody takes it"""
        with self._change:
            self._change.wait_for(lambda: len(self._pieces) < HELD or self._closed)
            if not self._closed:
                self._pieces.append(piece)
                self._change.notify_all()
            return not self._closed

    def end(self, error: t.Optional[BaseException] = None) -> None:
        """There is no more. :param error: why, where it is not the end"""
        with self._change:
            self._ended, self._error = True, error
            self._change.notify_all()


class FanOut:
    """A context manager; its end waits until the source is read to its end, or nobody takes from it any more.

    :param pieces: the source; read in a thread of its own
    """

    def __init__(self, pieces: t.Iterable[bytes], takers: int) -> None:
        self._pieces = pieces
        self.lanes = [Lane() for _number in range(takers)]
        self._thread = threading.Thread(target=self._pump, daemon=True)

    def __enter__(self) -> t.List[Lane]:
        self._thread.start()
        return self.lanes

    def __exit__(self, *exception: object) -> None:
        for lane in self.lanes:
            lane.close()
        self._thread.join()

    def _pump(self) -> None:
        error = None
        try:
            for piece in self._pieces:
                takers = [lane for lane in self.lanes if lane.put(piece)]
                if not takers:
                    break
        except BaseException as caught:
            # it is raised where the pieces are taken
            error = caught
        finally:
            for lane in self.lanes:
                lane.end(error)
