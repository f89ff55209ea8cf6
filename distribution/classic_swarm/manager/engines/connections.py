# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The connections to all engines: one pool over TCP, one over each socket of this machine, and one TLS context."""

from __future__ import annotations

import asyncio
import ssl
import typing as t
import weakref

import aiohttp

from ..._swarm.settings import EngineSettings
from ..._swarm.wire.dialling import UNIX
from ..._swarm.wire.tls import EngineTLS
from .lines import Lines

#: Seconds for which a connection that nobody uses is kept.
_KEPT_SECONDS = 30.0
#: Bytes of an answer that are read ahead of whoever takes them.
READ_AHEAD = 256 * 1024


class EngineConnections:
    """Shared by the clients of all engines; belongs to one event loop.

    :param settings: ``tls`` and the timeouts
    :raises InputError: a file of TLS cannot be used
    """

    def __init__(self, settings: EngineSettings) -> None:
        self.settings = settings
        self._tls: t.Optional[EngineTLS] = EngineTLS(settings.tls) if settings.tls.enabled else None
        self._sessions: t.Dict[str, aiohttp.ClientSession] = {}
        # Some are of clients that are made for one request.
        self._lines: weakref.WeakSet[Lines] = weakref.WeakSet()

    def tls(self, https: bool) -> t.Optional[EngineTLS]:
        """The TLS side of a connection, None for a plain one. :param https: the entry was written with ``https://``"""
        if self._tls is None and https:
            self._tls = EngineTLS(self.settings.tls)
        return self._tls if https or self.settings.tls.enabled else None

    def session(self, address: str) -> aiohttp.ClientSession:
        """What requests to ``address`` are sent by."""
        key = address if address.startswith(UNIX) else ""
        found = self._sessions.get(key)
        if found is None:
            found = self._sessions[key] = _make_session(key)
        return found

    def lines(self, address: str, tls: t.Optional[EngineTLS]) -> Lines:
        """What questions to ``address`` are asked by whose answers are read as a whole."""
        made = Lines(address, tls)
        self._lines.add(made)
        return made

    async def close(self) -> None:
        """Close every connection."""
        for lines in list(self._lines):
            lines.close()
        sessions, self._sessions = list(self._sessions.values()), {}
        await asyncio.gather(*(session.close() for session in sessions))


def ssl_arguments(tls: t.Optional[EngineTLS], host: str) -> t.Dict[str, t.Any]:
    """What aiohttp is told about TLS with ``host``."""
    if tls is None:
        return {"ssl": True}
    context: ssl.SSLContext = tls.context
    return {"ssl": context, "server_hostname": tls.server_name(host)}


def _make_session(key: str) -> aiohttp.ClientSession:
    # Limits are the callers': an engine holds one stream of events and as many streams as clients want of it.
    connector: aiohttp.BaseConnector
    if key:
        connector = aiohttp.UnixConnector(key[len(UNIX) :], limit=0, keepalive_timeout=_KEPT_SECONDS)
    else:
        connector = aiohttp.TCPConnector(limit=0, limit_per_host=0, keepalive_timeout=_KEPT_SECONDS)
    return aiohttp.ClientSession(
        connector=connector,
        timeout=aiohttp.ClientTimeout(total=None),
        auto_decompress=False,
        cookie_jar=aiohttp.DummyCookieJar(),
        skip_auto_headers=("Accept", "Accept-Encoding", "User-Agent", "Content-Type"),
        read_bufsize=READ_AHEAD,
        max_line_size=64 * 1024,
        max_field_size=64 * 1024,
        trust_env=False,
    )
