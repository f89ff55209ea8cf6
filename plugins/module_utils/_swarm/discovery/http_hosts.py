# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Several HTTP servers of one service: the next one is asked when one is down, and every failure is one sentence."""

from __future__ import annotations

import http.client
import socket
import ssl
import typing as t
from contextlib import contextmanager
from dataclasses import dataclass

from ..errors import DiscoveryError, DiscoveryRefusedError, InputError, MissingLibraryError
from ..settings import DiscoverySettings, TLSSettings
from ..wire.json_reply import NoJSONError, read_json
from ..wire.limits import LARGEST_HEAD, LARGEST_REPLY, PIECE
from .bounded_http import Allowance, OutOfBoundsError, bound
from .entry import Entry
from .options import PASSWORD, TOKEN

if t.TYPE_CHECKING:
    import requests

#: Characters of an unexpected answer that are worth showing.
_SHOWN = 200
#: Errors of the library below requests.
_NOT_HTTP = ("ProtocolError", "InvalidHeader")
_NO_HTTP = "it answers with something else than HTTP"
#: Bytes of it that are looked at for them.
_LOOKED_AT = 4096


@dataclass(frozen=True)
class _Failure:
    """Why a host gave nothing; ``answered`` tells a host that is up and cannot serve from one that is down."""

    host: Entry
    reason: str
    answered: bool


@dataclass(frozen=True)
class Reply:
    """An answer, read to its end.

    :ivar headers: by name, whichever case it is written in
    """

    status: int
    headers: t.Mapping[str, str]
    content: bytes

    @property
    def text(self) -> str:
        """The beginning of the content."""
        return self.content[:_LOOKED_AT].decode("utf-8", "replace")

    def json(self) -> t.Any:
        """:raises NoJSONError: it is none, or none that we read"""
        return read_json(self.content)

    def document(self) -> t.Optional[t.Dict[str, t.Any]]:
        """The JSON object that it is, None if it is none."""
        try:
            found = self.json()
        except NoJSONError:
            return None
        return found if isinstance(found, dict) else None


class HttpHosts:
    """Calls to whichever of the hosts answers.

    :param service: its name, for messages
    :param source: the discovery text, for messages
    :param hosts: the hosts in the order to try; the one that answered last is asked first the next time
    :param headers: sent with each call; some may be secrets
    """

    def __init__(
        self,
        service: str,
        source: str,
        hosts: t.Sequence[Entry],
        settings: DiscoverySettings,
        headers: t.Optional[t.Mapping[str, str]] = None,
    ) -> None:
        self._service = service
        self._source = source
        self._hosts = list(hosts)
        self._settings = settings
        self._headers = dict(headers or {})
        self._session: t.Optional[requests.Session] = None
        self._allowance = Allowance()

    @property
    def scheme(self) -> str:
        """Scheme of every URL that is called."""
        return "https" if self._settings.tls.enabled else "http"

    def shown(self, text: str) -> str:
        """The beginning of an answer in one line, without the token or password that it may repeat."""
        for name in (TOKEN.name, PASSWORD.name):
            secret = self._settings.options.get(name)
            if secret:
                text = text.replace(str(secret), f"({name} not shown)")
        return shown(text)

    def call(
        self,
        method: str,
        path: str,
        purpose: str,
        *,
        wait: float = 0.0,
        read_timeout: t.Optional[float] = None,
        take: t.Callable[[t.Iterator[bytes]], bytes] = b"".join,
        **arguments: t.Any,
    ) -> t.Tuple[Entry, Reply]:
        """One call, put to one host after the other until one answers with a status below 500.

        A host has the time-out to take the connection, as long for each silence, and twice that for all of its answer.

        :param path: with its leading slash
        :param purpose: what it is for, as it goes on after "to", for messages
        :param wait: seconds that the host may hold its answer back, over and above these
        :param read_timeout: seconds of silence to bear, in place of the two
        :param take: what to keep of the body of a 200, which it is given as it comes
        :param arguments: further ones of ``requests.Session.request``
        :returns: the host that answered and its answer
        :raises InputError: a certificate file cannot be used
        :raises DiscoveryRefusedError: no host can serve, and one said so
        :raises DiscoveryError: no host answered
        """
        if self._session is None:
            self._session = self._open_session()
        longest = self._settings.timeout + wait if read_timeout is None else read_timeout
        timeout = (self._settings.timeout, longest)
        failures = []
        for host in tuple(self._hosts):
            self._allowance.grant(self._settings.timeout + longest, LARGEST_HEAD + LARGEST_REPLY)
            try:
                with self._session.request(
                    method,
                    f"{self.scheme}://{host.address}{path}",
                    timeout=timeout,
                    allow_redirects=False,
                    stream=True,
                    **arguments,
                ) as response:
                    kept = (take if response.status_code == 200 else b"".join)(_pieces(response))
                    reply = Reply(response.status_code, response.headers, kept)
            except failures_of_requests() as error:
                failures.append(_Failure(host, reason_of(error, self._settings.timeout), answered=False))
                continue
            if reply.status >= 500:
                failures.append(_Failure(host, self.shown(reply.text), answered=True))
                continue
            self._hosts.remove(host)
            self._hosts.insert(0, host)
            return host, reply
        raise self._all_failed(failures, purpose)

    def _open_session(self) -> requests.Session:
        session: requests.Session = load_requests(
            f"discovery through {self._source.partition(':')[0].lower()}://"
        ).Session()
        # The settings say it all: no proxy, .netrc or certificate bundle that the environment happens to name.
        session.trust_env = False
        # Packed answers are small until they are unpacked.
        session.headers.update({"Accept-Encoding": "identity", **self._headers})
        if self._settings.tls.enabled:
            _secure(session, self._settings.tls)
        # requests would read and unpack the body of a redirect, and its target, even of one that is not to be followed.
        session.get_redirect_target = lambda _response: None  # type: ignore[assignment]
        bound(session, self._allowance, **_names(self._settings.tls))
        return session

    def _all_failed(self, failures: t.Sequence[_Failure], purpose: str) -> DiscoveryError:
        details = "; ".join(f"{failure.host.address}: {failure.reason}" for failure in failures)
        if any(failure.answered for failure in failures):
            return DiscoveryRefusedError(f"{self._service} ({self._source}) cannot {purpose} at the moment: {details}")
        return DiscoveryError(f"no {self._service} host of {self._source} was reached to {purpose}: {details}")


def failures_of_requests() -> t.Tuple[t.Type[Exception], ...]:
    """What a call, or reading its answer, may raise. The library lets some errors of the one below it pass."""
    import urllib3.exceptions

    return load_requests().RequestException, urllib3.exceptions.HTTPError, OutOfBoundsError


def load_requests(needed_for: str = "discovery") -> t.Any:
    """The library, when it is needed: loading it takes longer than many a task that finds its engines in a file.

    :raises MissingLibraryError: it is not there
    """
    try:
        import requests
        import requests.adapters
    except ImportError:
        raise MissingLibraryError("requests", needed_for) from None
    return requests


def _secure(session: requests.Session, tls: TLSSettings) -> None:
    check_files(tls)
    session.verify = (tls.ca_path or True) if tls.verify else False
    if tls.client_cert is not None and tls.client_key is not None:
        session.cert = (tls.client_cert, tls.client_key)


def _names(tls: TLSSettings) -> t.Dict[str, str]:
    """The name that a certificate must be good for, as urllib3 is told, where it is not that of the host."""
    return {} if tls.hostname is None else {"assert_hostname": tls.hostname, "server_hostname": tls.hostname}


def _pieces(response: requests.Response) -> t.Iterator[bytes]:
    """The body as it comes. We ask for none that is packed, and unpack none: it may become as large as it likes."""
    pieces: t.Iterator[bytes] = response.raw.stream(PIECE, decode_content=False)
    return pieces


def check_files(tls: TLSSettings) -> None:
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


def reason_of(error: BaseException, timeout: float) -> str:
    """Why a host was not reached, in the words of the innermost error that has some.

    What requests itself says repeats the URL and the names of its own classes.
    """
    library = load_requests()
    if is_silence(error):
        return f"no answer within {timeout:g} s"
    innermost: t.Optional[BaseException] = error
    words = type(error).__name__
    while innermost is not None:
        if isinstance(innermost, ssl.SSLError):
            return _tls_reason(innermost)
        if isinstance(innermost, http.client.IncompleteRead):
            return "it closed the connection in the middle of its answer"
        if isinstance(innermost, http.client.HTTPException) and not isinstance(innermost, OSError):
            return _NO_HTTP
        if isinstance(innermost, OSError) and innermost.strerror:
            words = innermost.strerror
        elif type(innermost).__name__ in _NOT_HTTP:
            words = _NO_HTTP
        elif not isinstance(innermost, library.RequestException):
            words = str(innermost) or words
        innermost = _cause(innermost)
    return words


def is_silence(error: BaseException) -> bool:
    """Whether a host sent nothing for too long, before its answer or within it."""
    innermost: t.Optional[BaseException] = error
    while innermost is not None:
        if isinstance(innermost, (load_requests().Timeout, socket.timeout)):
            return True
        innermost = _cause(innermost)
    return False


def reason_of_error(error: OSError, timeout: float) -> str:
    """The same of an error of a plain connection."""
    if isinstance(error, socket.timeout):
        return f"no answer within {timeout:g} s"
    return _tls_reason(error) if isinstance(error, ssl.SSLError) else error.strerror or str(error)


def _tls_reason(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not accepted: {error.verify_message}"
    if isinstance(error, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
        # With TLS 1.3 the refusal of a certificate comes after the handshake, and is often lost.
        return "it closed the connection, as a server does that wants a client certificate, or another one"
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


def shown(text: str) -> str:
    """The beginning of an answer in one line."""
    line = " ".join(text.split())
    return line[:_SHOWN] or "an empty answer"
