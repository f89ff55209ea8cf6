# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Connections of ``kazoo`` that take no message longer than one answer may be.

A message begins with its length in four bytes, up to 2 GiB, and kazoo collects as many before it looks at any.
"""

from __future__ import annotations

import struct
import typing as t

from ..wire.limits import LARGEST_REPLY

_LENGTH = struct.Struct(">i")


class TooLongError(OSError):
    """A message is longer than we are ready to hold. The text says so, as it goes on after the server's name."""


class Bounded:
    """A connection that ends when a message is too long; all else is the connection's own.

    :param told: called with the reason, as kazoo keeps it to itself
    """

    def __init__(self, connection: t.Any, told: t.Callable[[str], None]) -> None:
        self._connection = connection
        self._told = told
        #: Bytes of the length that came so far, and bytes that are left of the message behind it.
        self._length = b""
        self._left = 0

    def recv(self, size: int) -> bytes:
        """
        :raises TooLongError: what comes is the length of a message that is too long
        """
        # kazoo asks for the whole of what it expects, and room for it is taken before anything has come.
        data: bytes = self._connection.recv(min(size, LARGEST_REPLY))
        self._follow(memoryview(data))
        return data

    def _follow(self, data: memoryview) -> None:
        while data:
            if not self._left:
                missing = _LENGTH.size - len(self._length)
                self._length += bytes(data[:missing])
                data = data[missing:]
                if len(self._length) == _LENGTH.size:
                    self._begin(_LENGTH.unpack(self._length)[0])
            taken = min(self._left, len(data))
            self._left -= taken
            data = data[taken:]

    def _begin(self, length: int) -> None:
        self._length = b""
        if not 0 <= length <= LARGEST_REPLY:
            reason = f"it answers with more than {LARGEST_REPLY >> 20} MiB, or is not a ZooKeeper server"
            self._told(reason)
            raise TooLongError(reason)
        self._left = length

    def __getattr__(self, name: str) -> t.Any:
        return getattr(self._connection, name)


def bounded_handler(handler: t.Any, told: t.Callable[[str], None]) -> t.Any:
    """One of kazoo's handlers, of which every connection is bounded."""
    create = handler.create_connection
    handler.create_connection = lambda *arguments, **options: Bounded(create(*arguments, **options), told)
    return handler
