# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""``swarm discovery-service``: a small HTTP server over a ``TokenStore``; its protocol stands in ``discovery/token``.

Nobody can list tokens, and a token that is not known answers as any path that does not exist. A client is bounded in
what it sends, in how long it takes and in how often it asks. Nothing of a request is logged: its path has the token.
"""

from __future__ import annotations

import contextlib
import json
import re
import socket
import ssl
import threading
import time
import typing as t
from http.server import BaseHTTPRequestHandler, HTTPServer
from socketserver import TCPServer, ThreadingMixIn
from urllib.parse import parse_qs, unquote, urlsplit

from ..discovery.entry import parse_entry
from ..discovery.token import LONGEST_TTL, SHORTEST_TTL
from ..errors import DiscoveryError, InputError
from .rate_limit import RateLimit
from .settings import DiscoveryServiceSettings
from .token_store import FullError, TokenStore, UnknownTokenError

#: Bytes of a body; an entry is shorter.
_MOST_BODY = 512
#: Connections at a time; a further one is closed at once.
_MOST_CONNECTIONS = 256
#: Seconds that a client may be silent, and those that one request may take in all: a client that sends a byte now and
#: then is never silent.
_PATIENCE = 15.0
_MOST_TIME = 30.0
#: Asks a second and at once, of one address: any, and those that make a token.
_ASKS = (100.0, 1000.0)
_NEW_TOKENS = (0.2, 20.0)
#: Seconds between two writes of renewals.
_FLUSH_INTERVAL = 1.0

_CLUSTERS = "/v1/clusters"
_CLUSTER = re.compile(rf"{_CLUSTERS}/([A-Za-z0-9_-]+)(?:/([^/]+))?", re.ASCII)

#: What a registration may call itself.
_OWNER = re.compile("[A-Za-z0-9]{1,64}", re.ASCII)

Answer = t.Tuple[int, str]
_NOT_FOUND: Answer = (404, "not found\n")


def serve(settings: DiscoveryServiceSettings, wait: t.Callable[[float], bool], log: t.Callable[[str], None]) -> None:
    """Serve until the wait says that it is to stop.

    :raises InputError: a certificate or the store cannot be right
    :raises DiscoveryError: the address cannot be listened to, or the store cannot be read
    """
    store = TokenStore(settings.store, time.time)
    context = None if settings.cert is None else _context(settings.cert, t.cast(str, settings.key))
    server = _open_server(settings, store, context, log)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.2}, daemon=True)
    thread.start()
    log(f"listening on {settings.listen}")
    try:
        while not wait(_FLUSH_INTERVAL):
            with _told(log):
                store.flush()
    finally:
        server.shutdown()
        server.server_close()
        with _told(log):
            store.flush()
    log("stopped")


@contextlib.contextmanager
def _told(log: t.Callable[[str], None]) -> t.Iterator[None]:
    """A disk that is full is told and may be mended."""
    try:
        yield
    except DiscoveryError as error:
        log(str(error))


class _Server(ThreadingMixIn, HTTPServer):
    """A thread for each connection, up to a bound; TLS is spoken in that thread, where it keeps nobody waiting."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(
        self,
        address: t.Tuple[str, int],
        family: socket.AddressFamily,
        handler: t.Type[BaseHTTPRequestHandler],
        context: t.Optional[ssl.SSLContext],
    ) -> None:
        self.address_family = family
        self._context = context
        self._free = threading.BoundedSemaphore(_MOST_CONNECTIONS)
        super().__init__(address, handler)

    def process_request(self, request: t.Any, client_address: t.Any) -> None:
        if not self._free.acquire(blocking=False):
            self.shutdown_request(request)
            return
        try:
            super().process_request(request, client_address)
        except BaseException:
            self._free.release()
            raise

    def server_bind(self) -> None:
        # Not that of HTTPServer, which asks the name service for a name that nobody needs.
        TCPServer.server_bind(self)

    def process_request_thread(self, request: t.Any, client_address: t.Any) -> None:
        try:
            request.settimeout(_PATIENCE)
            secured = request if self._context is None else self._context.wrap_socket(request, server_side=True)
            super().process_request_thread(secured, client_address)
        except OSError:
            self.shutdown_request(request)
        finally:
            self._free.release()

    def handle_error(self, request: t.Any, client_address: t.Any) -> None:
        """A client that goes away in the middle is nothing to tell of."""


def _open_server(
    settings: DiscoveryServiceSettings,
    store: TokenStore,
    context: t.Optional[ssl.SSLContext],
    log: t.Callable[[str], None],
) -> _Server:
    family = socket.AF_INET6 if ":" in settings.listen.host else socket.AF_INET
    asks, new_tokens = RateLimit(*_ASKS, time.monotonic), RateLimit(*_NEW_TOKENS, time.monotonic)

    class Handler(_Handler):
        service = _Service(store, asks, new_tokens, log)

    try:
        return _Server((settings.listen.host, settings.listen.port), family, Handler, context)
    except OSError as error:
        raise DiscoveryError(f"{settings.listen.address} cannot be listened to: {error.strerror or error}") from error


class _Service:
    """What is answered to a request; knows nothing of connections."""

    def __init__(self, store: TokenStore, asks: RateLimit, new_tokens: RateLimit, log: t.Callable[[str], None]) -> None:
        self._store = store
        self._asks = asks
        self._new_tokens = new_tokens
        self._log = log

    def answer(self, client: str, method: str, target: str, body: str) -> Answer:
        """Status and body."""
        if not self._asks.allows(client):
            return 429, "too many requests\n"
        url = urlsplit(target)
        try:
            if url.path.rstrip("/") == _CLUSTERS:
                return self._create(client, method)
            found = _CLUSTER.fullmatch(url.path.rstrip("/"))
            return _NOT_FOUND if found is None else self._cluster(method, found, url.query, body)
        except UnknownTokenError:
            return _NOT_FOUND
        except InputError as error:
            return 400, f"{error}\n"
        except FullError as error:
            return 507, f"{error}\n"
        except DiscoveryError as error:
            self._log(str(error))
            return 500, "the store cannot be written\n"

    def _create(self, client: str, method: str) -> Answer:
        if method != "POST":
            return 405, "only POST makes a token\n"
        return (200, self._store.create()) if self._new_tokens.allows(client) else (429, "too many requests\n")

    def _cluster(self, method: str, found: t.Match[str], query: str, body: str) -> Answer:
        token, entry = found.groups()
        if entry is not None:
            # Known tokens first: whether an entry can be right is nobody's business otherwise.
            self._store.entries(token)
            if method != "DELETE":
                return 405, "only DELETE is for one entry\n"
            self._store.remove(token, parse_entry(unquote(entry)), _owner(query))
        elif method == "GET":
            return 200, json.dumps(self._store.entries(token))
        elif method == "POST":
            self._store.entries(token)
            self._store.register(token, parse_entry(body.strip()), _ttl(query), _owner(query))
        else:
            return 405, "only GET and POST are for a token\n"
        return 200, ""


def _ttl(query: str) -> float:
    (text, *_more) = parse_qs(query).get("ttl", [str(LONGEST_TTL)])
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and SHORTEST_TTL <= int(text) <= LONGEST_TTL):
        raise InputError(f"ttl is not a number of seconds from {SHORTEST_TTL} to {LONGEST_TTL}")
    return float(text)


def _owner(query: str) -> str:
    (text, *_more) = parse_qs(query).get("owner", [""])
    if text and not _OWNER.fullmatch(text):
        raise InputError("owner has letters and digits, at most 64")
    return text


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    service: t.ClassVar[_Service]
    protocol_version = "HTTP/1.1"
    timeout = _PATIENCE
    server_version = "swarm"
    sys_version = ""

    def handle_one_request(self) -> None:
        """With an end to it, from the first byte that is waited for."""
        timer = threading.Timer(_MOST_TIME, self._hang_up)
        timer.daemon = True
        timer.start()
        try:
            super().handle_one_request()
        finally:
            timer.cancel()

    def _hang_up(self) -> None:
        with contextlib.suppress(OSError):
            # Wakes the thread that reads, which a close would not.
            self.connection.shutdown(socket.SHUT_RDWR)

    def _answer(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdecimal() or int(length) > _MOST_BODY:
            self.close_connection = True
            self._send(413, f"a body has a Content-Length of at most {_MOST_BODY} bytes\n")
            return
        body = self.rfile.read(int(length)).decode("utf-8", "replace")
        self._send(*self.service.answer(self.client_address[0], self.command, self.path, body))

    # The names are those that the library calls.
    do_GET = do_POST = do_DELETE = do_PUT = do_HEAD = _answer

    def _send(self, status: int, body: str) -> None:
        content = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json" if body.startswith("[") else "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_arguments: t.Any) -> None:
        """Nothing: a token stands in the path."""


def _context(cert: str, key: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(cert, key, password=_refuse_passphrase)
    except ssl.SSLError as error:
        raise InputError(f"--cert {cert} with --key {key} cannot be used: {error.reason or 'no PEM in it'}") from error
    except OSError as error:
        raise InputError(f"--cert {cert} or --key {key} cannot be read: {error.strerror}") from error
    return context


def _refuse_passphrase() -> str:
    """In place of the question that OpenSSL would put to the terminal."""
    raise InputError("--key is protected by a passphrase; give one that is not")
