# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""etcd's API v3 through its JSON gateway, on several hosts.

The gateway speaks JSON with keys and values in base64, and 64-bit integers as text. It leaves out what is empty or
zero. Its errors are JSON too, with a code of gRPC; a 404 that is no JSON comes from an etcd whose gateway is not there.
"""

from __future__ import annotations

import base64
import typing as t

from ..errors import DiscoveryError, DiscoveryRefusedError, InputError
from ..settings import DiscoverySettings
from ..wire.json_reply import NoJSONError, read_json
from .entry import Entry
from .http_hosts import HttpHosts, Reply, failures_of_requests, is_silence

Document = t.Dict[str, t.Any]

#: Paths of the gateway: etcd 3.4 and newer, etcd 3.3.
_VERSIONS = ("/v3", "/v3beta")

#: Codes of gRPC, as they stand in an error.
NOT_FOUND = 5
_PERMISSION_DENIED = 7
_UNAUTHENTICATED = 16

#: The gateway has no code of its own for these.
_NO_USER = "etcdserver: user name is empty"
_AUTH_IS_OFF = "etcdserver: authentication is not enabled"
_WRONG_PASSWORD = "etcdserver: authentication failed, invalid user ID or password"
_AUTH_CHANGED = "etcdserver: revision of auth store is old"
#: No JSON; from a server that wants client certificates and has users.
_NAMED_CERTIFICATE = "CommonName of client"

#: Bytes of one message of a watch; of a longer one it is enough to know that there is one.
_LONGEST_MESSAGE = 4 * 1024 * 1024

#: A read that ends after less is cut short by a busy machine rather than by silence.
_SHORTEST_READ = 0.2


class EtcdClient:
    """Calls to whichever of the hosts answers.

    :param source: the discovery text, for messages
    :raises InputError: one of user and password is missing
    """

    def __init__(self, source: str, hosts: t.Sequence[Entry], settings: DiscoverySettings) -> None:
        user, password = settings.options.get("user"), settings.options.get("password")
        if user is not None and password is None and ":" in user:
            # As etcd's own tool takes it, from its environment variable too.
            user, _colon, password = user.partition(":")
        if (user is None) != (password is None):
            given, missing = ("user", "password") if password is None else ("password", "user")
            raise InputError(f"the discovery option {given} is set and {missing} is not; for etcd they go together")
        self._login = None if user is None else {"name": user, "password": password}
        self._hosts = HttpHosts("etcd", source, hosts, settings)
        self._versions = list(_VERSIONS)
        #: None: not asked for yet; empty: etcd wants none.
        self._token: t.Optional[str] = None

    def call(self, path: str, body: Document, purpose: str, missing_ok: bool = False) -> t.Optional[Document]:
        """One call of ``/v3/<path>``.

        :param purpose: what it is for, as it goes on after "to", for messages
        :param missing_ok: what it is about may be gone; then the answer is None
        :raises DiscoveryRefusedError: etcd said no, or what answers is no etcd
        :raises DiscoveryError: no host answered
        """
        host, reply = self._authorised(path, body, purpose)
        if reply.status == 200:
            return self._document(host, reply, purpose)
        error = self._document(host, reply, purpose)
        if missing_ok and error.get("code") == NOT_FOUND:
            return None
        raise self._refusal(host, reply.status, str(error.get("error", "")), purpose)

    def await_change(self, key: str, revision: int, wait: float, purpose: str) -> bool:
        """Wait until something below a key is another than before a revision, at most ``wait`` seconds.

        :returns: whether etcd watched; False where it could not, and asking it again tells why
        """
        create = {"key": encode(key), "range_end": encode(end_of(key)), "start_revision": str(revision)}
        try:
            _host, reply = self._send(
                "watch",
                {"create_request": create},
                purpose,
                take=_news,
                read_timeout=max(wait, _SHORTEST_READ),
            )
        except DiscoveryError:
            return False
        return reply.status == 200 and bool(reply.content)

    def _authorised(self, path: str, body: Document, purpose: str) -> t.Tuple[Entry, Reply]:
        """One call with a token. One that etcd does not know any more is asked for anew, once."""
        if self._token is None:
            self._token = self._authenticate(purpose)
        host, reply = self._send(path, body, purpose)
        if self._login is not None and self._wants_another_token(reply):
            self._token = self._authenticate(purpose)
            host, reply = self._send(path, body, purpose)
        return host, reply

    @staticmethod
    def _wants_another_token(reply: Reply) -> bool:
        if reply.status == 200:
            return False
        error = reply.document()
        return error is not None and (
            error.get("code") == _UNAUTHENTICATED or error.get("error") in (_NO_USER, _AUTH_CHANGED)
        )

    def _authenticate(self, purpose: str) -> str:
        if self._login is None:
            return ""
        self._token = ""
        host, reply = self._send("auth/authenticate", self._login, purpose)
        answer = self._document(host, reply, purpose)
        if reply.status == 200:
            return str(answer.get("token", ""))
        if answer.get("error") == _AUTH_IS_OFF:
            return ""
        raise self._refusal(host, reply.status, str(answer.get("error", "")), purpose)

    def _send(self, path: str, body: Document, purpose: str, **arguments: t.Any) -> t.Tuple[Entry, Reply]:
        """One call, to the version of the gateway that is there."""
        headers = {"Authorization": self._token} if self._token else {}
        for version in tuple(self._versions):
            host, reply = self._hosts.call(
                "POST", f"{version}/{path}", purpose, json=body, headers=headers, **arguments
            )
            if reply.status != 404 or reply.document() is not None:
                self._versions.sort(key=lambda each, found=version: each != found)  # type: ignore[misc]
                return host, reply
        raise DiscoveryRefusedError(
            f"etcd at {host.address} answers 404 to everything: its JSON gateway is switched off, as it is in an "
            f"etcd 3.4 that is started with a configuration file; write 'enable-grpc-gateway: true' into that file "
            f"and restart it"
        )

    def _document(self, host: Entry, reply: Reply, purpose: str) -> Document:
        document = reply.document()
        if document is None and reply.text.startswith(_NAMED_CERTIFICATE):
            raise DiscoveryRefusedError(
                f"etcd at {host.address} refused to {purpose} "
                f"({reply.status}: {self._hosts.shown(reply.text)}); "
                f"where it has users, its JSON gateway takes no client certificate with a common name (CN): show one "
                f"without, and give the discovery options user and password"
            )
        if document is None:
            raise DiscoveryRefusedError(
                f"what answers at {host.address} does not speak like etcd; asked to {purpose} it said: "
                f"{self._hosts.shown(reply.text)}"
            )
        # The answer to a stream of one request.
        result = document.get("result")
        return result if isinstance(result, dict) else document

    def _refusal(self, host: Entry, status: int, error: str, purpose: str) -> DiscoveryRefusedError:
        begin = f"etcd at {host.address} refused to {purpose} ({status}: {self._hosts.shown(error)})"
        if error == _NO_USER:
            return DiscoveryRefusedError(
                f"{begin}; give the discovery options user and password, for the JSON gateway takes no user from a "
                f"client certificate"
            )
        if error == _WRONG_PASSWORD:
            return DiscoveryRefusedError(f"{begin}; correct the discovery options user and password")
        if status == 403:
            return DiscoveryRefusedError(f"{begin}; the user needs a role that permits it")
        return DiscoveryRefusedError(
            f"etcd at {host.address} was asked to {purpose} and answered {status}: {self._hosts.shown(error)}"
        )


def encode(text: str) -> str:
    """A key or a value as the gateway takes it."""
    return base64.b64encode(text.encode()).decode()


def decode(text: str) -> str:
    """A key or a value as people wrote it; bytes that are no text are replaced.

    :raises ValueError: the gateway did not give base64
    """
    return base64.b64decode(text, validate=True).decode(errors="replace")


def end_of(key: str) -> str:
    """The end of the range of all keys that begin with this one, which ends with an ASCII character below DEL."""
    return key[:-1] + chr(ord(key[-1]) + 1)


def _news(pieces: t.Iterator[bytes]) -> bytes:
    """Follow a watch until it tells of something or is silent for the time that it was given.

    :returns: something, or nothing where it is no watch
    """
    try:
        for message in _messages(pieces):
            result = message.get("result") if isinstance(message, dict) else None
            if not isinstance(result, dict):
                return b""
            # A watch that a compaction ended is told so, and is cancelled as well.
            if result.get("events") or result.get("compact_revision"):
                return b"changed"
            if result.get("canceled"):
                return b""
    except NoJSONError:
        return b""
    except failures_of_requests() as error:
        return b"silent" if is_silence(error) else b""
    return b""


def _messages(pieces: t.Iterator[bytes]) -> t.Iterator[t.Any]:
    """The messages of a watch, one in a line."""
    begun = bytearray()
    for piece in pieces:
        *lines, rest = piece.split(b"\n")
        for line in lines:
            if begun or line:
                yield read_json(bytes(begun + line))
            begun.clear()
        begun += rest
        if len(begun) > _LONGEST_MESSAGE:
            raise NoJSONError("a message without end")
