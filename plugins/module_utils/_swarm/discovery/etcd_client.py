# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""etcd's API v3 through its JSON gateway, on several hosts.

The gateway speaks JSON with keys and values in base64, and 64-bit integers as text. It leaves out what is empty or
zero. Its errors are JSON too, with a code of gRPC; a 404 that is no JSON comes from an etcd whose gateway is not there.
"""

from __future__ import annotations

import base64
import json
import typing as t

from ..errors import DiscoveryError, DiscoveryRefusedError, InputError
from ..settings import DiscoverySettings
from .entry import Entry
from .http_hosts import HttpHosts, load_requests

if t.TYPE_CHECKING:
    import requests

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
        host, response = self._authorised(path, body, purpose)
        if response.status_code == 200:
            return self._document(host, response, purpose)
        error = self._document(host, response, purpose)
        if missing_ok and error.get("code") == NOT_FOUND:
            return None
        raise self._refusal(host, response.status_code, str(error.get("error", "")), purpose)

    def await_change(self, key: str, revision: int, wait: float, purpose: str) -> bool:
        """Wait until something below a key is another than before a revision, at most ``wait`` seconds.

        :returns: whether etcd watched; False where it could not, and asking it again tells why
        """
        create = {"key": encode(key), "range_end": encode(end_of(key)), "start_revision": str(revision)}
        try:
            _host, response = self._send(
                "watch",
                {"create_request": create},
                purpose,
                stream=True,
                read_timeout=max(wait, _SHORTEST_READ),
            )
        except DiscoveryError:
            return False
        with response:
            return response.status_code == 200 and self._follow(response)

    def _follow(self, response: requests.Response) -> bool:
        """Read a watch until it tells of something, or is silent for the time that it was given."""
        try:
            for line in response.iter_lines():
                message = json.loads(line) if line else {}
                result = message.get("result") if isinstance(message, dict) else None
                if not isinstance(result, dict):
                    return False
                if result.get("events") or result.get("compact_revision"):
                    return True
                if result.get("canceled"):
                    return False
        except load_requests().ConnectionError as error:
            # Silence ends like this too.
            return "Read timed out" in str(error)
        except (load_requests().RequestException, ValueError):
            return False
        return False

    def _authorised(self, path: str, body: Document, purpose: str) -> t.Tuple[Entry, requests.Response]:
        """One call with a token. One that etcd does not know any more is asked for anew, once."""
        if self._token is None:
            self._token = self._authenticate(purpose)
        host, response = self._send(path, body, purpose)
        if self._login is not None and self._wants_another_token(response):
            self._token = self._authenticate(purpose)
            host, response = self._send(path, body, purpose)
        return host, response

    @staticmethod
    def _wants_another_token(response: requests.Response) -> bool:
        if response.status_code == 200:
            return False
        error = _json(response)
        return error is not None and (
            error.get("code") == _UNAUTHENTICATED or error.get("error") in (_NO_USER, _AUTH_CHANGED)
        )

    def _authenticate(self, purpose: str) -> str:
        if self._login is None:
            return ""
        self._token = ""
        host, response = self._send("auth/authenticate", self._login, purpose)
        answer = self._document(host, response, purpose)
        if response.status_code == 200:
            return str(answer.get("token", ""))
        if answer.get("error") == _AUTH_IS_OFF:
            return ""
        raise self._refusal(host, response.status_code, str(answer.get("error", "")), purpose)

    def _send(self, path: str, body: Document, purpose: str, **arguments: t.Any) -> t.Tuple[Entry, requests.Response]:
        """One call, to the version of the gateway that is there."""
        headers = {"Authorization": self._token} if self._token else {}
        for version in tuple(self._versions):
            host, response = self._hosts.call(
                "POST", f"{version}/{path}", purpose, json=body, headers=headers, **arguments
            )
            if response.status_code != 404 or _json(response) is not None:
                self._versions.sort(key=lambda each, found=version: each != found)  # type: ignore[misc]
                return host, response
        raise DiscoveryRefusedError(
            f"etcd at {host.address} answers 404 to everything: its JSON gateway is switched off, as it is in an "
            f"etcd 3.4 that is started with a configuration file; write 'enable-grpc-gateway: true' into that file "
            f"and restart it"
        )

    def _document(self, host: Entry, response: requests.Response, purpose: str) -> Document:
        document = _json(response)
        if document is None and response.text.startswith(_NAMED_CERTIFICATE):
            raise DiscoveryRefusedError(
                f"etcd at {host.address} refused to {purpose} "
                f"({response.status_code}: {self._hosts.shown(response.text)}); "
                f"where it has users, its JSON gateway takes no client certificate with a common name (CN): show one "
                f"without, and give the discovery options user and password"
            )
        if document is None:
            raise DiscoveryRefusedError(
                f"what answers at {host.address} does not speak like etcd; asked to {purpose} it said: "
                f"{self._hosts.shown(response.text)}"
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


def _json(response: requests.Response) -> t.Optional[Document]:
    try:
        document = response.json()
    except ValueError:
        return None
    return document if isinstance(document, dict) else None
