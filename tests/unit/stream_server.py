# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A server on loopback, or on a socket of this machine, that handles each connection as a test says: plain or with TLS.

    with StreamServer(lambda connection: connection.send(b"HTTP/1.1 101 UPGRADED\\r\\n\\r\\n")) as server:
        server.address

TLS is the standard library's own, so that ours is tried against another one.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import typing as t

#: Seconds that a connection may be silent before a test that hangs is given up.
_PATIENCE = 20.0


class Connection:
    """One accepted connection. `head`: what the client asked, up to the empty line."""

    def __init__(self, accepted: socket.socket) -> None:
        self.socket = accepted
        self._rest = b""
        self.head = self._read_head()

    def _read_head(self) -> str:
        while b"\r\n\r\n" not in self._rest:
            data = self.socket.recv(65536)
            if not data:
                raise ConnectionResetError("no question")
            self._rest += data
        head, self._rest = self._rest.split(b"\r\n\r\n", 1)
        return head.decode("latin-1")

    def next_question(self) -> str:
        """The head of a further question over the same connection."""
        self.head = self._read_head()
        return self.head

    def receive(self) -> bytes:
        """What comes next, empty at the client's end."""
        if self._rest:
            data, self._rest = self._rest, b""
            return data
        return self.socket.recv(65536)

    def receive_exactly(self, size: int) -> bytes:
        while len(self._rest) < size:
            data = self.socket.recv(65536)
            if not data:
                raise ConnectionResetError("too little")
            self._rest += data
        data, self._rest = self._rest[:size], self._rest[size:]
        return data

    def receive_chunked(self) -> t.Iterator[bytes]:
        """The chunks of a body."""
        while True:
            while b"\r\n" not in self._rest:
                self._rest += self.socket.recv(65536)
            line, self._rest = self._rest.split(b"\r\n", 1)
            size = int(line, 16)
            chunk = self.receive_exactly(size + 2)[:-2]
            if not chunk:
                return
            yield chunk

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def end(self) -> None:
        """End properly: with TLS by its own word."""
        if isinstance(self.socket, ssl.SSLSocket):
            with contextlib.suppress(OSError):
                self.socket.unwrap()


class StreamServer:
    """Handles connections until the end of the `with` block. `errors`: what handlers raised."""

    def __init__(
        self, handle: t.Callable[[Connection], None], tls: ssl.SSLContext | None = None, path: str | None = None
    ) -> None:
        self._handle = handle
        self._tls = tls
        if path is None:
            self._listening = socket.create_server(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{self._listening.getsockname()[1]}"
        else:
            self._listening = socket.socket(socket.AF_UNIX)
            self._listening.bind(path)
            self._listening.listen()
            self.address = f"unix://{path}"
        self.connections = 0
        self.errors: list[Exception] = []
        self._threads: list[threading.Thread] = []
        self._accepting = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> StreamServer:
        self._accepting.start()
        return self

    def __exit__(self, *exception: object) -> None:
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for thread in (self._accepting, *self._threads):
            thread.join(_PATIENCE)

    def _accept(self) -> None:
        while True:
            try:
                accepted, _peer = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(accepted,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, accepted: socket.socket) -> None:
        accepted.settimeout(_PATIENCE)
        if accepted.family != socket.AF_UNIX:
            # as engines do: else a short answer waits on this side, and is lost when the connection breaks
            accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            with self._tls.wrap_socket(accepted, server_side=True) if self._tls else accepted as secured:
                connection = Connection(secured)
                self._handle(connection)
                connection.end()
        except Exception as error:
            self.errors.append(error)
