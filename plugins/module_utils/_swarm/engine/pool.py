# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""One client per engine, over connections and TLS that all of them share."""

from __future__ import annotations

import threading
import typing as t

from ..model.listing import UNLISTED, Listing
from ..model.node import Node
from ..settings import EngineSettings
from ..wire.idle import IdleConnections
from ..wire.tls import EngineTLS
from .client import EngineClient


class EnginePool:
    """Gives one client per engine; a context manager that closes them. Threads may share it.

    :param nodes: what is known of engines: how they are listed, and their API version
    """

    def __init__(self, settings: EngineSettings, nodes: t.Iterable[Node] = ()) -> None:
        self._settings = settings
        self._nodes = {node.address: node for node in nodes}
        self._lock = threading.Lock()
        self._clients: t.Dict[str, EngineClient] = {}
        self._idle = IdleConnections()
        self._tls: t.Optional[EngineTLS] = None

    def get(self, address: str, listing: t.Optional[Listing] = None) -> EngineClient:
        """The client of the engine at ``address``. Nothing is asked yet.

        :param listing: how it is listed; counts when it is asked for the first time
        :raises InputError: a file of TLS cannot be used
        """
        with self._lock:
            if address not in self._clients:
                self._clients[address] = self._make(address, listing)
            return self._clients[address]

    def check(self) -> None:
        """:raises InputError: a file of TLS that every engine needs cannot be used"""
        with self._lock:
            self._share_tls(False)

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            self._clients.clear()
        self._idle.close()

    def __enter__(self) -> EnginePool:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _make(self, address: str, listing: t.Optional[Listing]) -> EngineClient:
        node = self._nodes.get(address)
        listing = listing or (node.listing if node else UNLISTED)
        version, tls = node.api_version if node else "", self._share_tls(listing.https)
        return EngineClient(address, self._settings, listing=listing, api_version=version, tls=tls, idle=self._idle)

    def _share_tls(self, https: bool) -> t.Optional[EngineTLS]:
        if self._tls is None and (https or self._settings.tls.enabled):
            self._tls = EngineTLS(self._settings.tls)
        return self._tls
