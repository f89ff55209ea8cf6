# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""One session with ZooKeeper, through kazoo: each call ends in time, and every failure is one sentence.

kazoo connects in threads of its own and keeps its reasons to its log. So the servers are tried once before it begins,
with a plain connection: that names each one that is down at once, and why.
"""

from __future__ import annotations

import contextlib
import inspect
import logging
import re
import socket
import ssl
import threading
import time
import typing as t

from ..errors import DiscoveryError, DiscoveryRefusedError, InputError, MissingLibraryError
from ..settings import DiscoverySettings, TLSSettings
from .bounded_frames import bounded_handler
from .entry import Entry
from .http_hosts import check_files, reason_of_error

_NEGOTIATED = re.compile(r"negotiated session timeout: (\d+)")
#: Seconds between two looks whether a connection that was lost is there again.
_POLL = 0.05

#: What ZooKeeper knows of a node; kazoo's own type.
NodeStat = t.Any


class ZooKeeperSession:
    """A session, open from ``open`` to ``close``. To be used by one thread.

    :param source: the discovery text, for messages
    :param hosts: the servers in the order to try
    :param session_timeout: seconds without a connection after which ZooKeeper ends the session, as asked for
    :raises InputError: the settings cannot be right
    """

    def __init__(
        self, source: str, hosts: t.Sequence[Entry], settings: DiscoverySettings, session_timeout: float
    ) -> None:
        self._source = source
        self._hosts = tuple(hosts)
        self._settings = settings
        self._session_timeout = session_timeout
        self._client: t.Any = None
        self._listener = _Listener()
        #: Why kazoo gave up a connection, where we made it do so.
        self._odd: t.Optional[str] = None
        self._changed = threading.Event()

    def __enter__(self) -> ZooKeeperSession:
        self.open("open a session")
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    @property
    def granted(self) -> t.Optional[float]:
        """Seconds that the server gives the session, None where kazoo does not tell."""
        return self._listener.granted

    @property
    def identifier(self) -> t.Optional[int]:
        """What the nodes of this session have as their owner; None while there is none."""
        client_id = self._client.client_id if self._client is not None else None
        return client_id[0] if client_id else None

    def open(self, purpose: str) -> None:
        """Connect. A session that is open already stays as it is.

        :param purpose: what it is for, as it goes on after "to", for messages
        :raises DiscoveryError: no server opened a session in time
        """
        if self._client is not None:
            return
        refusals = self._probe(purpose)
        client = self._make_client()
        if not client.start_async().wait(self._settings.timeout):
            _end(client, 0)
            raise self._not_reached(purpose, self._with_silent(refusals))
        self._client = client

    def close(self) -> bool:
        """End the session; ZooKeeper removes its nodes at once. Harmless if there is none.

        :returns: whether ZooKeeper was told
        """
        client, self._client = self._client, None
        if client is None:
            return True
        connected = bool(client.connected)
        return _end(client, self._settings.timeout) and connected

    def children(self, path: str, purpose: str, watch: bool = False) -> t.Tuple[str, ...]:
        """The names below a node; none if it is not there.

        :param watch: end the next ``await_change`` when they are others, or the node comes or goes
        """
        noted = self._note if watch else None
        while True:
            found = self._call(purpose, path, lambda client: client.get_children_async(path, watch=noted), None)
            # Without the node there is nothing to watch its children by: then its coming is watched.
            if found is not None:
                return tuple(found)
            if not watch or self._call(purpose, path, lambda client: client.exists_async(path, watch=noted)) is None:
                return ()

    def await_change(self, seconds: float) -> None:
        """Wait for what was watched, or until the connection is lost, at most so long."""
        self._changed.wait(max(seconds, 0.0))
        self._changed.clear()

    def forget_changes(self) -> None:
        """Let ``await_change`` end by what comes from now on only: what came before is in what is read next."""
        self._changed.clear()

    def read(self, path: str, purpose: str, watch: bool = True) -> t.Optional[t.Tuple[str, NodeStat]]:
        """Value of a node and what is known of it, None if it is not there.

        :param watch: its next change, or its coming, ends ``await_change``
        """
        noted = self._note if watch else None
        while True:
            found = self._call(purpose, path, lambda client: client.get_async(path, watch=noted))
            if found is not None:
                return found[0].decode(errors="replace"), found[1]
            if not watch or self._call(purpose, path, lambda client: client.exists_async(path, watch=noted)) is None:
                return None

    def remove(self, path: str, purpose: str) -> None:
        """Remove a node. Harmless if it is not there."""
        self._call(purpose, path, lambda client: client.delete_async(path))

    def stat(self, path: str, purpose: str) -> NodeStat:
        """What is known of a node, None if it is not there."""
        return self._call(purpose, path, lambda client: client.exists_async(path))

    def make_folder(self, path: str, purpose: str) -> None:
        """Make a node that stays, and those above it."""
        self._call(purpose, path, lambda client: client.ensure_path_async(path))

    def replace_ephemeral(self, path: str, value: str, old: NodeStat, purpose: str) -> bool:
        """Make a node of this session, in one step in place of an old one.

        :returns: False if another than the old one is there by now
        """

        def commit(client: t.Any) -> t.Any:
            transaction = client.transaction()
            if old is not None:
                transaction.delete(path, old.version)
            transaction.create(path, value.encode(), ephemeral=True)
            return transaction.commit_async()

        kazoo = load_kazoo()
        for result in self._call(purpose, path, commit):
            if isinstance(result, kazoo.NoAuthError):
                raise self._forbidden(purpose, path)
            if isinstance(result, kazoo.KazooException):
                return False
        return True

    def _call(self, purpose: str, path: str, ask: t.Callable[[t.Any], t.Any], missing: t.Any = None) -> t.Any:
        """The outcome of one call.

        :param missing: the outcome where there is no such node
        """
        kazoo = load_kazoo()
        self._await_connection(purpose)
        client = self._client
        try:
            return ask(client).get(timeout=self._settings.timeout)
        except kazoo.NoNodeError:
            return missing
        except kazoo.BadArgumentsError:
            raise DiscoveryRefusedError(
                f"ZooKeeper ({self._source}) takes no node called {path}; choose a prefix of other characters"
            ) from None
        except kazoo.NoAuthError:
            raise self._forbidden(purpose, path) from None
        except client.handler.timeout_exception:
            reason = "" if self._odd is None else f": {self._odd}"
            raise DiscoveryError(
                f"ZooKeeper ({self._source}) did not {purpose} within {self._settings.timeout:g} s{reason}"
            ) from None
        except kazoo.KazooException as error:
            raise DiscoveryError(
                f"ZooKeeper ({self._source}) did not {purpose}: "
                + (self._odd or f"the connection or the session was lost ({type(error).__name__})")
            ) from None

    def _await_connection(self, purpose: str) -> None:
        """Wait while the connection is suspended: kazoo connects again by itself, and the session may live on."""
        end = time.monotonic() + self._settings.timeout
        while not self._client.connected:
            if time.monotonic() >= end:
                raise self._not_reached(purpose, self._with_silent(self._probe(purpose)))
            time.sleep(_POLL)

    def _make_client(self) -> t.Any:
        kazoo = load_kazoo()
        options: t.Dict[str, t.Any] = {
            "hosts": ",".join(host.address for host in self._hosts),
            "timeout": self._session_timeout,
            "randomize_hosts": False,
            "logger": self._listener.logger,
            "handler": bounded_handler(kazoo.SequentialThreadingHandler(), self._note_oddity),
        }
        user, password = self._settings.options.get("user"), self._settings.options.get("password")
        if user is not None and password is not None:
            options["auth_data"] = [("digest", f"{user}:{password}")]
            options["default_acl"] = [kazoo.make_digest_acl(user, password, all=True)]
        if self._settings.tls.enabled:
            options.update(_tls_options(self._settings.tls))
        client = kazoo.KazooClient(**options)
        client.add_listener(self._note_state)
        return client

    def _note(self, _event: object) -> None:
        self._changed.set()

    def _note_oddity(self, reason: str) -> None:
        self._odd = reason

    def _note_state(self, _state: object) -> None:
        # A connection that was lost takes its watches with it: who waits looks again.
        self._changed.set()

    def _probe(self, purpose: str) -> t.Dict[Entry, str]:
        """Why servers cannot be connected to, by server.

        :raises DiscoveryError: none of them can
        """
        if self._settings.tls.enabled:
            check_files(self._settings.tls)
        refusals = {}
        for host in self._hosts:
            reason = _refusal(host, self._settings)
            if reason is not None:
                refusals[host] = reason
        if len(refusals) == len(self._hosts):
            raise self._not_reached(purpose, refusals)
        return refusals

    def _with_silent(self, refusals: t.Mapping[Entry, str]) -> t.Dict[Entry, str]:
        """The same reasons, and one for each server that only took the connection."""
        silent = self._odd or f"it took the connection and opened no session within {self._settings.timeout:g} s"
        return {host: refusals.get(host, silent) for host in self._hosts}

    def _not_reached(self, purpose: str, reasons: t.Mapping[Entry, str]) -> DiscoveryError:
        details = "; ".join(f"{host.address}: {reason}" for host, reason in reasons.items())
        return DiscoveryError(f"no ZooKeeper server of {self._source} was reached to {purpose}: {details}")

    def _forbidden(self, purpose: str, path: str) -> DiscoveryRefusedError:
        if self._settings.options.get("user") is None:
            remedy = "give the discovery options user and password"
        else:
            remedy = "the discovery options user and password are not those that it permits"
        return DiscoveryRefusedError(
            f"ZooKeeper ({self._source}) refused to {purpose}: the ACL of {path} or of what is around it does not "
            f"permit it; {remedy}"
        )


class _Listener(logging.Handler):
    """Takes what kazoo logs, shows nothing of it, and keeps the one thing that kazoo tells nobody else."""

    def __init__(self) -> None:
        super().__init__(level=1)
        self.granted: t.Optional[float] = None
        self.logger = logging.Logger("classic.swarm.zookeeper", level=1)
        self.logger.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        if "negotiated" in str(record.msg):
            found = _NEGOTIATED.search(record.getMessage())
            if found is not None:
                self.granted = int(found.group(1)) / 1000


class _Kazoo(t.NamedTuple):
    """What is used of the library."""

    KazooClient: t.Any
    KazooException: t.Any
    BadArgumentsError: t.Any
    NoNodeError: t.Any
    NoAuthError: t.Any
    make_digest_acl: t.Any
    SequentialThreadingHandler: t.Any


def load_kazoo() -> _Kazoo:
    """The library, when it is needed.

    :raises MissingLibraryError: it is not there
    """
    try:
        from kazoo.client import KazooClient
        from kazoo.exceptions import BadArgumentsError, KazooException, NoAuthError, NoNodeError
        from kazoo.handlers.threading import SequentialThreadingHandler
        from kazoo.security import make_digest_acl
    except ImportError:
        raise MissingLibraryError("kazoo", "discovery through zk://") from None
    return _Kazoo(
        KazooClient,
        KazooException,
        BadArgumentsError,
        NoNodeError,
        NoAuthError,
        make_digest_acl,
        SequentialThreadingHandler,
    )


def _end(client: t.Any, patience: float) -> bool:
    """Let a client go, waiting for it at most so many seconds; tells whether it is gone by then.

    kazoo waits for its threads, which may wait for a server that is silent, as long as a session lives.
    """

    def end() -> None:
        # What kazoo raises if its threads do not end, of no class of its own, helps nobody.
        with contextlib.suppress(Exception):
            client.stop()
            client.close()

    thread = threading.Thread(target=end, daemon=True)
    thread.start()
    thread.join(patience)
    return not thread.is_alive()


def _tls_options(tls: TLSSettings) -> t.Dict[str, t.Any]:
    options: t.Dict[str, t.Any] = {"use_ssl": True, "verify_certs": tls.verify, "ca": tls.ca_path}
    options.update(certfile=tls.client_cert, keyfile=tls.client_key)
    if tls.verify:
        if "check_hostname" not in inspect.signature(load_kazoo().KazooClient.__init__).parameters:
            raise InputError(
                "the Python library kazoo that is installed cannot check the name in a server's certificate; install a "
                "newer one with: pip install 'kazoo>=2.11', or set the discovery option validate_certs to false"
            )
        options["check_hostname"] = True
    return options


def _refusal(host: Entry, settings: DiscoverySettings) -> t.Optional[str]:
    """Why a server cannot be connected to, None if it can."""
    try:
        with socket.create_connection((host.host, host.port), settings.timeout) as connection:
            if settings.tls.enabled:
                _context(settings.tls).wrap_socket(connection, server_hostname=host.host).close()
    except OSError as error:
        return reason_of_error(error, settings.timeout)
    return None


def _context(tls: TLSSettings) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = tls.verify
    context.verify_mode = ssl.CERT_REQUIRED if tls.verify else ssl.CERT_NONE
    if tls.ca_path is not None:
        context.load_verify_locations(cafile=tls.ca_path)
    else:
        context.load_default_certs()
    if tls.client_cert is not None:
        context.load_cert_chain(tls.client_cert, tls.client_key)
    return context


def check_granted(session: ZooKeeperSession, ttl: float) -> None:
    """Let a session go that ends after another time than the TTL that is to be kept by it.

    :raises InputError: that is so
    """
    granted = session.granted
    if granted is not None and granted != ttl:
        session.close()
        bound = "most" if granted < ttl else "least"
        raise InputError(
            f"a TTL of {ttl:g} s cannot be kept by this ZooKeeper; the {bound} that it grants is {granted:g} s"
        )


def check_options(settings: DiscoverySettings) -> None:
    """:raises InputError: values that ZooKeeper cannot be told, or not alone"""
    user, password = settings.options.get("user"), settings.options.get("password")
    if (user is None) != (password is None):
        given, missing = ("user", "password") if password is None else ("password", "user")
        raise InputError(f"the discovery option {given} is set and {missing} is not; for ZooKeeper they go together")
    if user is not None and (":" in user or not user):
        raise InputError("the discovery option user is empty or has a ':', which ends the name of a user for ZooKeeper")
    if settings.tls.hostname is not None:
        raise InputError(
            "the discovery option tls_hostname cannot be used with ZooKeeper: the certificate of a server must be good "
            "for the name or address in the source"
        )
