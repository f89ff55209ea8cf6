# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The discovery backends by the scheme of their URL. A new one is a file and a row of this table."""

from __future__ import annotations

import re
import time
import typing as t

from ..errors import DiscoveryError, InputError
from ..settings import DiscoverySettings
from .backend import Backend, Clock, Sleep, Source
from .consul import ConsulBackend
from .dns_srv import DnsBackend
from .entry import SCHEMES, Entry
from .etcd import EtcdBackend
from .file import FileBackend
from .inventory import InventoryBackend
from .nodes import NodesBackend
from .token import TokenBackend
from .zookeeper import ZooKeeperBackend

BACKENDS: t.Dict[str, t.Type[Backend]] = {
    "nodes": NodesBackend,
    "file": FileBackend,
    "consul": ConsulBackend,
    "etcd": EtcdBackend,
    "zk": ZooKeeperBackend,
    "token": TokenBackend,
    "dns+srv": DnsBackend,
    "inventory": InventoryBackend,
}

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://(.*)", re.DOTALL)


def open_backend(settings: DiscoverySettings, *, clock: Clock = time.monotonic, sleep: Sleep = time.sleep) -> Backend:
    """The backend that the discovery text names; nothing is read or asked yet.

    :raises InputError: an unknown scheme, or a text that its backend cannot understand
    """
    backend, source = _find(settings.source.strip())
    return backend(source, settings, clock, sleep)


def create_cluster(settings: DiscoverySettings) -> str:
    """A token for a new cluster, made where the discovery text says.

    :raises InputError: as ``open_backend``, and where the backend knows no tokens
    :raises DiscoveryError: the backend did not do it
    """
    backend, source = _find(settings.source.strip())
    return backend.create_cluster(source, settings)


def scheme_of(source: str) -> t.Optional[str]:
    """The scheme of the backend that a discovery text names; None for a text that ``open_backend`` refuses."""
    try:
        scheme, _location = _split(source.strip())
    except InputError:
        return None
    return scheme if scheme in BACKENDS else None


def location_of(source: str) -> str:
    """What stands behind the scheme of a discovery text.

    :raises InputError: as ``open_backend``
    """
    return _find(source.strip())[1].location


def inventory_group(source: str) -> t.Optional[str]:
    """The group of Ansible's inventory that a discovery text names, for Ansible to resolve; None if it names none.

    :raises InputError: the text should name one and does not
    """
    scheme = scheme_of(source)
    if scheme is None or not BACKENDS[scheme].NEEDS_INVENTORY:
        return None
    _backend, parsed = _find(source.strip())
    return InventoryBackend.check_location(parsed)


def discover(
    settings: DiscoverySettings, note: t.Optional[t.Callable[[t.Iterable[str]], None]] = None
) -> t.Tuple[Entry, ...]:
    """The engines of the cluster, at least one.

    :param note: takes sentences about what is in the source and is no engine
    :raises InputError: as ``open_backend`` and ``Backend.list``
    :raises DiscoveryError: as ``Backend.list``, and where the cluster is empty
    """
    backend = open_backend(settings)
    entries = backend.list()
    if note is not None:
        note(backend.odd)
    if not entries:
        raise DiscoveryError(f"the discovery source '{backend.shown}' holds no engines")
    return entries


def _find(text: str) -> t.Tuple[t.Type[Backend], Source]:
    """The backend of a discovery text, and the text taken apart."""
    for character in text:
        # Nothing that is kept or asked can have a NUL in it, nor half of a pair, which comes of bytes that are no text.
        if character == "\0" or "\ud800" <= character <= "\udfff":
            raise InputError(f"the discovery source {text!a} has a character that no text has: {character!a}")
    scheme, location = _split(text)
    if scheme not in BACKENDS:
        known = ", ".join(f"{name}://" for name in BACKENDS)
        raise InputError(
            f"unknown discovery scheme '{scheme}://'; "
            f"known schemes are {known} and a bare list such as 10.0.0.5:2376,10.0.0.6:2376"
        )
    return BACKENDS[scheme], Source(text, location)


def _split(source: str) -> t.Tuple[str, str]:
    """Scheme and location; a bare list has none, and its first entry may look as if it had one."""
    if source.startswith(("/", "./", "../", "~")):
        raise InputError(f"the discovery source '{source}' looks like a file; write file:// before its path")
    found = _URL.fullmatch(source)
    if found is None or found.group(1).lower() in SCHEMES:
        return "nodes", source
    return found.group(1).lower(), found.group(2)
