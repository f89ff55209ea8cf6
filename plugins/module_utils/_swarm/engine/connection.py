# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""One HTTP connection to one engine, of which every step ends by one deadline.

A time-out on a socket starts anew with every byte that arrives, so a server that trickles bytes could hold it for ever.
Here each read gets what is left of the deadline.
"""

from __future__ import annotations

import http.client
import io
import json
import queue
import socket
import threading
import typing as t

from ..errors import EngineError
from ..model.resources import format_size
from .address import split_address
from .deadline import Deadline
from .failure import explain_failure, explain_status
from .tls import EngineTLS

#: Bytes read from the socket at once: lists of containers are long.
_BUFFER = 65536
#: Bytes of one reply that we are ready to hold; a list of 10,000 containers has about 20 MB.
_LARGEST_REPLY = 256 * 1024 * 1024


class Reply(t.NamedTuple):
    """What the engine answered. :ivar content: the JSON value. :ivar api_version: its newest, or empty."""

    content: t.Any
    api_version: str


class EngineConnection:
    """Asks one engine, over a connection that is opened on the first question and kept.

    :param tls: None for plain HTTP
    """

    def __init__(self, address: str, tls: t.Optional[EngineTLS], deadline: Deadline) -> None:
        self._address = address
        self._tls = tls
        self._deadline = deadline
        self._http = _DeadlineHTTPConnection(address, tls, deadline)

    def get(self, path: str) -> Reply:
        """Ask for ``path``.

        :raises EngineError: not reached, not in time, no engine, or an answer with an error status
        """
        try:
            self._http.request("GET", path)
            response = self._http.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException) as error:
            raise explain_failure(error, self._address, self._deadline.seconds, self._tls) from error
        except _ReplyTooLongError as error:
            raise EngineError(self._address, f"{self._address} answers {path} with more than {error}") from error
        if response.status >= 400:
            raise explain_status(self._address, response.status, body, f"GET {path}")
        return Reply(self._parse(path, body), response.getheader("Api-Version") or "")

    def close(self) -> None:
        """Close the connection; a further question opens it again."""
        self._http.close()

    def _parse(self, path: str, body: bytes) -> t.Any:
        try:
            return json.loads(body)
        except ValueError as error:
            raise EngineError(
                self._address, f"{self._address} answers {path} with something else than JSON; is it a Docker engine?"
            ) from error


class _ReplyTooLongError(Exception):
    """The reply is longer than what we are ready to hold. The message is that size."""


class _DeadlineHTTPConnection(http.client.HTTPConnection):
    """``http.client``'s connection over a socket of ours."""

    def __init__(self, address: str, tls: t.Optional[EngineTLS], deadline: Deadline) -> None:
        host, port = split_address(address)
        super().__init__(host, port)
        self._tls = tls
        self._deadline = deadline

    def connect(self) -> None:
        connected = _connect(self.host, self.port, self._deadline)
        try:
            if self._tls is not None:
                connected.settimeout(self._deadline.remaining())
                connected = self._tls.wrap(connected, self.host)
        except BaseException:
            connected.close()
            raise
        # http.client uses no more of a socket than sendall, makefile and close.
        self.sock = t.cast(socket.socket, _DeadlineSocket(connected, self._deadline))


class _DeadlineSocket:
    def __init__(self, connected: socket.socket, deadline: Deadline) -> None:
        self._socket = connected
        self._deadline = deadline

    def sendall(self, data: bytes) -> None:
        self._socket.settimeout(self._deadline.remaining())
        self._socket.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_DeadlineRaw(self._socket, self._deadline), _BUFFER)

    def close(self) -> None:
        self._socket.close()


class _DeadlineRaw(io.RawIOBase):
    def __init__(self, connected: socket.socket, deadline: Deadline) -> None:
        self._socket = connected
        # keeps the socket open until the reply is read, also where the connection closes its end before
        self._raw = connected.makefile("rb", buffering=0)
        self._deadline = deadline
        self._room = _LARGEST_REPLY

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: t.Any) -> t.Optional[int]:
        self._socket.settimeout(self._deadline.remaining())
        count = self._raw.readinto(buffer)
        self._room -= count or 0
        if self._room < 0:
            raise _ReplyTooLongError(format_size(_LARGEST_REPLY))
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


def _connect(host: str, port: int, deadline: Deadline) -> socket.socket:
    """A connected socket: the addresses of ``host`` are tried in turn."""
    problem: t.Optional[OSError] = None
    for family, kind, protocol, _name, target in _resolve(host, port, deadline):
        candidate = socket.socket(family, kind, protocol)
        try:
            candidate.settimeout(deadline.remaining())
            candidate.connect(target)
            candidate.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return candidate
        except OSError as error:
            candidate.close()
            problem = error
    raise problem or socket.gaierror(socket.EAI_NONAME, "no address")


def _resolve(host: str, port: int, deadline: Deadline) -> t.List[t.Any]:
    """``getaddrinfo`` within the deadline: it has no time-out, and a silent name server holds it for half a minute."""
    try:
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except (socket.gaierror, UnicodeError):
        pass  # a name
    answers: queue.SimpleQueue[t.Union[t.List[t.Any], Exception]] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=ask, daemon=True).start()
    try:
        answer = answers.get(timeout=deadline.remaining())
    except queue.Empty:
        answer = socket.timeout("timed out")
    if isinstance(answer, list):
        return answer
    raise socket.gaierror(socket.EAI_NONAME, "not resolved") from answer
