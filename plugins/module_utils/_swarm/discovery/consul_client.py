# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Consul's HTTP API on several hosts: the next host is asked when one is down, and every refusal is one sentence."""

from __future__ import annotations

import ssl
import typing as t
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote

from ..errors import DiscoveryError, DiscoveryRefusedError, InputError, MissingLibraryError
from ..settings import DiscoverySettings, TLSSettings
from .entry import Entry

if t.TYPE_CHECKING:
    import requests

#: Characters of an unexpected answer that are worth showing.
_SHOWN = 200


@dataclass(frozen=True)
class Answer:
    """What Consul answered.

    :ivar status: HTTP status, one of those that the caller allowed
    :ivar data: the JSON document; None where the body is empty
    :ivar index: Consul's index of this data, for a blocking query; 0 if it gave none
    """

    status: int
    data: t.Any
    index: int


@dataclass(frozen=True)
class _Failure:
    """Why a host gave nothing; ``answered`` tells a host that is up and cannot serve from one that is down."""

    host: Entry
    reason: str
    answered: bool


class ConsulClient:
    """Calls to whichever of the hosts answers.

    :param source: the discovery text, for messages
    :param hosts: the hosts in the order to try; the one that answered last is asked first the next time
    :raises InputError: the token cannot be sent
    """

    def __init__(self, source: str, hosts: t.Sequence[Entry], settings: DiscoverySettings) -> None:
        # requests shows a header that it refuses, and this one is a secret.
        if settings.token is not None and not (settings.token.isascii() and settings.token.isprintable()):
            raise InputError("the discovery token has a line break or another character that no token has")
        if settings.token is not None and settings.token != settings.token.strip():
            raise InputError("the discovery token has a space before or behind it")
        self._source = source
        self._hosts = list(hosts)
        self._settings = settings
        self._session: t.Optional[requests.Session] = None

    def call(
        self,
        method: str,
        path: str,
        purpose: str,
        *,
        params: t.Optional[t.Mapping[str, str]] = None,
        json: t.Any = None,
        data: t.Optional[str] = None,
        allowed: t.Collection[int] = (200,),
        wait: float = 0.0,
    ) -> Answer:
        """One call of ``/v1/<path>``, put to one host after the other until one answers.

        :param purpose: what it is for, as it goes on after "to", for the message of a refusal
        :param allowed: statuses that are an answer
        :param wait: seconds that Consul may hold the answer back (a blocking query)
        :raises InputError: a certificate file cannot be used
        :raises DiscoveryRefusedError: forbidden, no leader on any host, or an answer that is none of the allowed
        :raises DiscoveryError: no host answered
        """
        if self._session is None:
            self._session = _open_session(self._settings)
        query = dict(params or {})
        query.update({key: value for key, value in self._scope().items() if value is not None})
        # Consul adds up to a sixteenth to the wait, so that not all who wait come back at once.
        timeout = (self._settings.timeout, self._settings.timeout + wait * 17 / 16)
        failures = []
        for host in tuple(self._hosts):
            scheme = "https" if self._settings.tls.enabled else "http"
            url = f"{scheme}://{host.address}/v1/{path}"
            try:
                response = self._session.request(
                    method, url, params=query, json=json, data=data, timeout=timeout, allow_redirects=False
                )
            except load_requests().RequestException as error:
                failures.append(_Failure(host, _reason(error, self._settings.timeout), answered=False))
                continue
            if response.status_code >= 500:
                failures.append(_Failure(host, self._shown(response.text), answered=True))
                continue
            self._hosts.remove(host)
            self._hosts.insert(0, host)
            return self._accept(host, response, purpose, allowed)
        raise self._all_failed(failures, purpose)

    def _scope(self) -> t.Dict[str, t.Optional[str]]:
        return {"ns": self._settings.namespace, "dc": self._settings.datacenter}

    def _accept(self, host: Entry, response: requests.Response, purpose: str, allowed: t.Collection[int]) -> Answer:
        if response.status_code == 403:
            remedy = "needs an ACL token" if self._settings.token is None else "needs another ACL token than this one"
            raise DiscoveryRefusedError(
                f"Consul at {host.address} refused to {purpose} (403: {self._shown(response.text)}); "
                f"that {remedy}, given as the discovery token"
            )
        if response.status_code not in allowed:
            raise DiscoveryRefusedError(
                f"Consul at {host.address} was asked to {purpose} "
                f"and answered {response.status_code}: {self._shown(response.text)}"
            )
        try:
            document = response.json() if response.status_code == 200 and response.content else None
        except ValueError as error:
            raise DiscoveryRefusedError(
                f"what answers at {host.address} does not speak like Consul; "
                f"asked to {purpose} it said: {self._shown(response.text)}"
            ) from error
        index = response.headers.get("X-Consul-Index", "")
        return Answer(response.status_code, document, int(index) if index.isdecimal() else 0)

    def _shown(self, text: str) -> str:
        """The beginning of an answer in one line, without the token that it may repeat."""
        token = self._settings.token
        return _shown(text.replace(token, "(token not shown)") if token else text)

    def _all_failed(self, failures: t.Sequence[_Failure], purpose: str) -> DiscoveryError:
        details = "; ".join(f"{failure.host.address}: {failure.reason}" for failure in failures)
        if any(failure.answered for failure in failures):
            return DiscoveryRefusedError(f"Consul ({self._source}) cannot {purpose} at the moment: {details}")
        return DiscoveryError(f"no Consul host of {self._source} was reached to {purpose}: {details}")


def key_path(key: str) -> str:
    """The path of a key's calls."""
    return f"kv/{quote(key, safe='/')}"


def load_requests() -> t.Any:
    """The library, when it is needed: loading it takes longer than many a task that finds its engines in a file.

    :raises MissingLibraryError: it is not there
    """
    try:
        import requests
        import requests.adapters
    except ImportError:
        raise MissingLibraryError("requests", "discovery through consul://") from None
    return requests


def _open_session(settings: DiscoverySettings) -> requests.Session:
    session: requests.Session = load_requests().Session()
    # The settings say it all: no proxy, .netrc or certificate bundle that the environment happens to name.
    session.trust_env = False
    if settings.token is not None:
        session.headers["X-Consul-Token"] = settings.token
    if settings.tls.enabled:
        _secure(session, settings.tls)
    return session


def _secure(session: requests.Session, tls: TLSSettings) -> None:
    _check_files(tls)
    session.verify = (tls.ca_path or True) if tls.verify else False
    if tls.client_cert is not None and tls.client_key is not None:
        session.cert = (tls.client_cert, tls.client_key)
    if tls.hostname is not None:
        adapter = load_requests().adapters.HTTPAdapter()
        adapter.init_poolmanager(1, 1, assert_hostname=tls.hostname, server_hostname=tls.hostname)
        session.mount("https://", adapter)


def _check_files(tls: TLSSettings) -> None:
    """Load the files once, to say which one is wrong. requests would say less of it, or blame the host.

    :raises InputError: a file is missing, cannot be read or is not what it should be
    """
    for name, path in (("ca_path", tls.ca_path), ("client_cert", tls.client_cert), ("client_key", tls.client_key)):
        with _file_errors(f"{name} for the discovery backend, '{path}',"):
            if path is not None:
                open(path, "rb").close()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if tls.ca_path is not None:
        with _file_errors(f"ca_path for the discovery backend, '{tls.ca_path}',"):
            context.load_verify_locations(cafile=tls.ca_path)
    if tls.client_cert is not None:
        pair = f"client_cert '{tls.client_cert}' with client_key '{tls.client_key}' for the discovery backend"
        with _file_errors(pair):
            context.load_cert_chain(tls.client_cert, tls.client_key, password=_refuse_passphrase)


@contextmanager
def _file_errors(what: str) -> t.Iterator[None]:
    try:
        yield
    except ssl.SSLError as error:
        raise InputError(f"{what} cannot be used: {_words(error)}; it must be PEM") from error
    except OSError as error:
        raise InputError(f"{what} cannot be read: {error.strerror}") from error


def _refuse_passphrase() -> str:
    """In place of the question that OpenSSL would put to the terminal."""
    raise InputError("client_key for the discovery backend is protected by a passphrase; give one that is not")


def _reason(error: BaseException, timeout: float) -> str:
    """Why a host was not reached, in the words of the innermost error that has some.

    What requests itself says repeats the URL and the names of its own classes.
    """
    library = load_requests()
    if isinstance(error, library.Timeout):
        return f"no answer within {timeout:g} s"
    innermost: t.Optional[BaseException] = error
    words = type(error).__name__
    while innermost is not None:
        if isinstance(innermost, ssl.SSLError):
            return _tls_reason(innermost)
        if isinstance(innermost, OSError) and innermost.strerror:
            words = innermost.strerror
        elif not isinstance(innermost, library.RequestException):
            words = str(innermost) or words
        innermost = _cause(innermost)
    return words


def _tls_reason(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not accepted: {error.verify_message}"
    reason = _words(error)
    if "alert" in reason and "certificate" in reason:
        return f"it wants a client certificate, and the right one ({reason})"
    return f"TLS failed: {reason}"


def _words(error: ssl.SSLError) -> str:
    """OpenSSL's reason as words; what it has no reason for lies in a PEM file."""
    return error.reason.replace("_", " ").lower() if error.reason else "no certificate or key in it can be read"


def _cause(error: BaseException) -> t.Optional[BaseException]:
    inner = [value for value in (getattr(error, "reason", None), *error.args) if isinstance(value, BaseException)]
    return inner[0] if inner else error.__cause__ or error.__context__


def _shown(text: str) -> str:
    """The beginning of an answer in one line."""
    line = " ".join(text.split())
    return line[:_SHOWN] or "an empty answer"
