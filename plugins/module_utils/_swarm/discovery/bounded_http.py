# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Connections of ``requests`` that read no longer and no more than one answer may cost.

The time-outs of ``requests`` are for silence: a server that sends one byte now and then is never silent. Nor is there a
limit to what it may send, be it headers, the line before a chunk, or a body. So the limits are kept where bytes come
in.
"""

from __future__ import annotations

import functools
import io
import socket
import time
import typing as t

if t.TYPE_CHECKING:
    import requests


class OutOfBoundsError(OSError):
    """An answer cost more than it may. The message says which limit it met, as it goes on after the host's name."""


class Allowance:
    """What the answer that is being read may still cost. One answer is read at a time."""

    def __init__(self) -> None:
        self._seconds = self._end = 0.0
        self._bytes = self._left = 0

    def grant(self, seconds: float, most: int) -> None:
        """Begin with another answer.

        :param most: bytes, headers included
        """
        self._seconds, self._end = seconds, time.monotonic() + seconds
        self._bytes = self._left = most

    def time_left(self) -> float:
        """Seconds.

        :raises OutOfBoundsError: there are none
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise OutOfBoundsError(f"its answer was not complete within {self._seconds:g} s")
        return left

    def spend(self, count: int) -> None:
        """
        :raises OutOfBoundsError: more bytes came than may
        """
        self._left -= count
        if self._left < 0:
            raise OutOfBoundsError(f"it answers with more than {self._bytes >> 20} MiB")


class _Reader(io.RawIOBase):
    """The incoming half of a connection."""

    def __init__(self, raw: t.Any, connection: t.Any, allowance: Allowance) -> None:
        super().__init__()
        self._raw = raw
        self._connection = connection
        self._allowance = allowance

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: t.Any) -> int:
        silence = self._connection.gettimeout()
        left = self._allowance.time_left()
        self._connection.settimeout(left if silence is None else min(left, silence))
        try:
            count: int = self._raw.readinto(buffer) or 0
        except socket.timeout:
            count = -1
        finally:
            self._connection.settimeout(silence)
        if count < 0:
            self._allowance.time_left()
            raise socket.timeout("timed out")
        self._allowance.spend(count)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Bounded:
    """A connection, plain or with TLS, whose readers keep to the allowance; all else is the connection's own."""

    def __init__(self, connection: t.Any, allowance: Allowance) -> None:
        self._connection = connection
        self._allowance = allowance

    def makefile(self, mode: str, *_arguments: t.Any, **_options: t.Any) -> t.Any:
        raw = self._connection.makefile(mode, buffering=0)
        return io.BufferedReader(_Reader(raw, self._connection, self._allowance))

    def __getattr__(self, name: str) -> t.Any:
        return getattr(self._connection, name)


def bound(session: requests.Session, allowance: Allowance, **pool: t.Any) -> None:
    """Let all connections of a session keep to an allowance.

    :param pool: options of every connection, as urllib3 calls them
    """
    for scheme in ("http", "https"):
        session.mount(f"{scheme}://", _adapter_class()(allowance, {} if scheme == "http" else pool))


@functools.lru_cache(maxsize=1)
def _adapter_class() -> t.Any:
    """The class, which can be made only where the libraries are."""
    import requests.adapters
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

    def bounded(pool: t.Any, allowance: Allowance) -> t.Any:
        class Connection(pool.ConnectionCls):  # type: ignore[misc]
            sock: t.Any

            def connect(self) -> None:
                super().connect()
                self.sock = _Bounded(self.sock, allowance)

        class Pool(pool):  # type: ignore[misc]
            ConnectionCls = Connection

        return Pool

    class Adapter(requests.adapters.HTTPAdapter):
        def __init__(self, allowance: Allowance, pool: t.Mapping[str, t.Any]) -> None:
            self._allowance = allowance
            self._pool = dict(pool)
            super().__init__()

        def init_poolmanager(self, *arguments: t.Any, **options: t.Any) -> None:
            super().init_poolmanager(*arguments, **{**options, **self._pool})
            self.poolmanager.pool_classes_by_scheme = {
                "http": bounded(HTTPConnectionPool, self._allowance),
                "https": bounded(HTTPSConnectionPool, self._allowance),
            }

    return Adapter
