# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""One HTTP connection to one engine, as work that waits for its socket (see ``waiting``).

A time-out on a socket starts anew with every byte that arrives, so a server that trickles bytes could hold it for ever.
Here nothing blocks; whoever drives the work ends it at its deadline.
"""

from __future__ import annotations

import errno
import os
import socket
import ssl
import typing as t

from ..errors import EngineError
from ..model.address import split_address
from .drivers import READ, WRITE, Steps, TimeIsUpError, Wait
from .resolving import Target, resolve
from .response import ReplyTooLongError, Response, ResponseReader
from .tls import EngineTLS

#: Bytes read from the socket at once: lists of containers are long.
_PIECE = 65536

#: Questions sent together. They must find room on the way while the engine is busy with its answers to the first.
_GROUP = 32

_UNDER_WAY = (errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EINTR)

#: Waiting for a container's end is silent for as long as it runs: let the kernel find out when the engine is gone.
_OPTIONS = (
    (socket.IPPROTO_TCP, "TCP_NODELAY", 1),
    (socket.SOL_SOCKET, "SO_KEEPALIVE", 1),
    (socket.IPPROTO_TCP, "TCP_KEEPIDLE", 30),
    (socket.IPPROTO_TCP, "TCP_KEEPINTVL", 10),
    (socket.IPPROTO_TCP, "TCP_KEEPCNT", 3),
)
#: Not every system knows every one of them by name.
SOCKET_OPTIONS = [(level, getattr(socket, name), value) for level, name, value in _OPTIONS if hasattr(socket, name)]


class EngineConnection:
    """Asks one engine, over a connection that is opened on the first question and kept.

    :param tls: None for plain HTTP
    """

    def __init__(self, address: str, tls: t.Optional[EngineTLS]) -> None:
        self._address = address
        self._host, self._port = split_address(address)
        self._tls = tls
        self._socket: t.Optional[socket.socket] = None

    @property
    def closed(self) -> bool:
        """Whether a further question needs a new connection, as far as we know."""
        return self._socket is None

    @property
    def is_open(self) -> bool:
        """Whether a further question needs no new connection. False where the engine closed it meanwhile."""
        if self._socket is None:
            return False
        try:
            self._socket.recv(1)
        except (BlockingIOError, ssl.SSLWantReadError):
            return True
        except OSError:
            return False
        # its end, or something that nobody asked for
        return False

    def ask(
        self,
        method: str,
        target: str,
        body: t.Optional[bytes] = None,
        headers: t.Optional[t.Mapping[str, str]] = None,
    ) -> Steps[Response]:
        """Ask one question.

        :param target: path and query
        :param body: JSON
        :param headers: beside those that every question has
        :raises OSError: not reached, not in time, the connection broke
        :raises NoHTTPError: what answers is no HTTP server
        :raises EngineError: the answer is longer than we are ready to hold
        """
        reader = ResponseReader()
        try:
            connected = yield from self._begin(self._head(method, target, body, headers) + (body or b""))
            response = yield from _receive(connected, reader)
        except ReplyTooLongError as error:
            self.close()
            path = target.partition("?")[0]
            raise EngineError(self._address, f"{self._address} answers {path} with more than {error}") from error
        except BaseException:
            self.close()
            raise
        if response.last or reader.rest():
            self.close()
        return response

    def get_all(self, targets: t.Sequence[str]) -> Steps[t.List[Response]]:
        """Ask many questions that change nothing. They are sent in groups, and not one by one behind each answer.

        :raises: as ``ask``
        """
        responses: t.List[Response] = []
        while len(responses) < len(targets):
            begin = len(responses)
            try:
                yield from self._get_group(targets[begin : begin + _GROUP], responses)
            except ReplyTooLongError as error:
                raise EngineError(self._address, f"{self._address} answers with more than {error}") from error
            except (ConnectionError, ssl.SSLEOFError):
                # an engine may close a connection whenever it has answered; what it left open is asked again
                if len(responses) == begin:
                    raise
        return responses

    def _get_group(self, targets: t.Sequence[str], responses: t.List[Response]) -> Steps[None]:
        """Add the answers to as many as the engine answers over one connection."""
        questions = b"".join(self._head("GET", target, None) for target in targets)
        rest = b""
        try:
            connected = yield from self._begin(questions)
            for _target in targets:
                reader = ResponseReader()
                if rest:
                    reader.feed(rest)
                responses.append((yield from _receive(connected, reader)))
                rest = reader.rest()
                if responses[-1].last:
                    break
        except BaseException:
            self.close()
            raise
        if responses[-1].last or rest:
            self.close()

    def ask_ahead(self, method: str, target: str) -> Steps[ResponseReader]:
        """Ask what is answered later: until the answer has begun, and the engine has so taken the question.

        :returns: for ``rest``
        :raises OSError: and NoHTTPError as ``ask``
        """
        reader = ResponseReader()
        try:
            connected = yield from self._begin(self._head(method, target, None))
            while not reader.has_begun:
                yield from _receive_some(connected, reader)
        except BaseException:
            self.close()
            raise
        return reader

    def rest(self, reader: ResponseReader) -> Steps[Response]:
        """The answer to ``ask_ahead``. The connection is closed behind it.

        :raises OSError: and NoHTTPError as ``ask``
        """
        try:
            if self._socket is None:
                raise ConnectionAbortedError(errno.ECONNABORTED, os.strerror(errno.ECONNABORTED))
            return (yield from _receive(self._socket, reader))
        finally:
            self.close()

    def _begin(self, question: bytes) -> Steps[socket.socket]:
        if self._socket is None or not self.is_open:
            self.close()
            self._socket = yield from self._open()
        yield from _send(self._socket, question)
        return self._socket

    def close(self) -> None:
        """Close the connection; a further question opens it again."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _head(
        self,
        method: str,
        target: str,
        body: t.Optional[bytes],
        headers: t.Optional[t.Mapping[str, str]] = None,
    ) -> bytes:
        host = f"[{self._host}]" if ":" in self._host else self._host
        lines = [f"{method} {target} HTTP/1.1", f"Host: {host}:{self._port}"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        if body is not None:
            lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
        elif method == "POST":
            lines.append("Content-Length: 0")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")

    def _open(self) -> Steps[socket.socket]:
        connected = yield from _connect(self._host, self._port)
        if self._tls is None:
            return connected
        try:
            secured = self._tls.wrap(connected, self._host, handshake=False)
        except BaseException:
            connected.close()
            raise
        try:
            yield from _handshake(secured)
        except BaseException:
            secured.close()
            raise
        return secured


def _connect(host: str, port: int) -> Steps[socket.socket]:
    """A connected socket: the addresses of ``host`` are tried in turn."""
    problem: t.Optional[OSError] = None
    for target in (yield from resolve(host, port)):
        try:
            return (yield from _connect_to(target))
        except TimeIsUpError:
            raise
        except OSError as error:
            problem = error
    raise problem or socket.gaierror(socket.EAI_NONAME, "no address")


def _connect_to(target: Target) -> Steps[socket.socket]:
    family, kind, protocol, _name, address = target
    candidate = socket.socket(family, kind, protocol)
    try:
        candidate.setblocking(False)
        for option in SOCKET_OPTIONS:
            candidate.setsockopt(*option)
        problem = candidate.connect_ex(address)
        if problem in _UNDER_WAY:
            yield Wait(candidate, WRITE)
            problem = candidate.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if problem:
            raise OSError(problem, os.strerror(problem))
    except BaseException:
        candidate.close()
        raise
    return candidate


def _handshake(secured: ssl.SSLSocket) -> Steps[None]:
    while True:
        try:
            secured.do_handshake()
            return
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError) as error:
            event = _awaited(error, READ)
        yield Wait(secured, event)


def _send(connected: socket.socket, data: bytes) -> Steps[None]:
    rest = memoryview(data)
    while rest:
        try:
            sent = connected.send(rest)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError) as error:
            event = _awaited(error, WRITE)
        else:
            rest = rest[sent:]
            continue
        yield Wait(connected, event)


def _receive(connected: socket.socket, reader: ResponseReader) -> Steps[Response]:
    while not reader.complete:
        yield from _receive_some(connected, reader)
    return reader.response()


def _receive_some(connected: socket.socket, reader: ResponseReader) -> Steps[None]:
    """What has arrived, or the server's end of it."""
    while True:
        try:
            data = connected.recv(_PIECE)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError) as error:
            event = _awaited(error, READ)
        else:
            if data:
                reader.feed(data)
            else:
                reader.end()
            return
        yield Wait(connected, event)


def _awaited(error: OSError, plain: int) -> int:
    """What the socket must be ready for; TLS may have to read in order to write, and the other way round.

    The wait itself stands behind the handler of ``error``: else a deadline would be raised as if it came from there.
    """
    if isinstance(error, ssl.SSLWantReadError):
        return READ
    return WRITE if isinstance(error, ssl.SSLWantWriteError) else plain
