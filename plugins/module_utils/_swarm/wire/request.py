# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What a request is on the wire: its head, and a body as a whole or in pieces."""

from __future__ import annotations

import typing as t


class Body(t.NamedTuple):
    """A request's body that is sent in pieces.

    :ivar pieces: taken one by one, as there is room on the way
    :ivar length: bytes of all of them together; None where that is not known, and it is sent in chunks
    :ivar kind: its content type
    """

    pieces: t.Iterable[bytes]
    length: t.Optional[int] = None
    kind: str = "application/x-tar"

    def framed(self) -> t.Iterator[bytes]:
        """The pieces as they travel.

        :raises ValueError: they are not as long as ``length`` says
        """
        if self.length is not None:
            yield from self._counted(self.length)
            return
        for piece in self.pieces:
            if piece:
                yield b"%x\r\n%b\r\n" % (len(piece), piece)
        yield b"0\r\n\r\n"

    def _counted(self, length: int) -> t.Iterator[bytes]:
        left = length
        for piece in self.pieces:
            left -= len(piece)
            if left < 0:
                break
            yield piece
        if left:
            raise ValueError(f"the body is not {length} bytes long")


#: What a request carries: nothing, JSON, or pieces.
Carried = t.Union[None, bytes, Body]

Headers = t.Mapping[str, str]


def request_head(host: str, method: str, target: str, carried: Carried, headers: t.Optional[Headers]) -> bytes:
    """The request line and the headers.

    :param target: path and query
    :param headers: beside those that every request has
    :raises ValueError: a line break or a character beyond ASCII in any of them
    """
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}"]
    if isinstance(carried, Body):
        lines.append(f"Content-Type: {carried.kind}")
        lines.append("Transfer-Encoding: chunked" if carried.length is None else f"Content-Length: {carried.length}")
    elif carried is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(carried)}"]
    elif method in ("POST", "PUT"):
        lines.append("Content-Length: 0")
    if headers:
        lines += [f"{name}: {value}" for name, value in headers.items()]
    if any("\n" in line or "\r" in line for line in lines):
        raise ValueError("a line break in a request's head")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")
