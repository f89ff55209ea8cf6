# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Two connections tied together: what comes over one goes out over the other, ends included, as fast as it is taken."""

from __future__ import annotations

import asyncio
import typing as t


class Side(asyncio.Protocol):
    """One of two. Bytes that come before the other side is there are kept.

    :param linger: seconds for which this side's peer may go on sending when the other side is gone. To close at once
        would reset the connection, and with it what was sent and is not read yet
    :param lost: called when the connection is gone
    """

    def __init__(self, linger: float, lost: t.Optional[t.Callable[[t.Optional[Exception]], None]] = None) -> None:
        self._linger = linger
        self._lost = lost
        self._transport: t.Optional[asyncio.Transport] = None
        self._other: t.Optional[Side] = None
        self._early: t.List[bytes] = []
        self._ended = False
        self.gone = False
        self._lingering: t.Optional[asyncio.TimerHandle] = None

    def use(self, transport: asyncio.Transport) -> None:
        """Speak over a connection that another protocol spoke over before."""
        self._transport = transport

    def tie(self, other: Side) -> None:
        """Begin to copy towards ``other``, which ties itself likewise."""
        self._other = other
        early, self._early = self._early, []
        for data in early:
            other.send(data)
        if self._ended:
            other.end()
        if self.gone:
            other.partner_lost()

    def send(self, data: bytes) -> None:
        """Send to this side's peer."""
        if self._transport is not None and not self.gone:
            self._transport.write(data)

    def end(self) -> None:
        """Tell this side's peer that no more comes."""
        if self._transport is None or self.gone or self._transport.is_closing():
            return
        if self._transport.can_write_eof():
            self._transport.write_eof()
        if self._ended:
            # Both directions are over.
            self._transport.close()

    def partner_lost(self) -> None:
        """The other side is gone: what waits is sent, and then this side ends too."""
        if self._transport is None or self.gone or self._transport.is_closing():
            return
        self.resume()
        if self._ended:
            self._transport.close()
            return
        if self._transport.can_write_eof():
            self._transport.write_eof()
        self._lingering = asyncio.get_running_loop().call_later(self._linger, self._transport.close)

    def close(self) -> None:
        """Send what waits, and go."""
        if self._transport is not None:
            self._transport.close()

    def pause(self) -> None:
        """Let this side's peer wait."""
        if self._transport is not None and not self.gone:
            self._transport.pause_reading()

    def resume(self) -> None:
        """Take from this side's peer again."""
        if self._transport is not None and not self.gone:
            self._transport.resume_reading()

    # what the connection tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A connection of its own is there."""
        self._transport = t.cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Bytes of this side's peer."""
        if self._other is None:
            self._early.append(data)
        else:
            self._other.send(data)

    def eof_received(self) -> bool:
        """This side's peer sends no more, and may still read."""
        self._ended = True
        if self._other is not None:
            if self._other.gone and self._transport is not None:
                self._transport.close()
            self._other.end()
        return True

    def pause_writing(self) -> None:
        """This side's peer reads too slowly: whoever sends to it must wait."""
        if self._other is not None:
            self._other.pause()

    def resume_writing(self) -> None:
        """It has caught up."""
        if self._other is not None:
            self._other.resume()

    def connection_lost(self, error: t.Optional[Exception]) -> None:
        """This side is gone."""
        self.gone = True
        if self._lingering is not None:
            self._lingering.cancel()
        if self._other is not None:
            self._other.partner_lost()
        if self._lost is not None:
            self._lost(error)
