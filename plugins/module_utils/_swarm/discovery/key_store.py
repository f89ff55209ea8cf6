# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""``SCHEME://HOST[:PORT][,HOST...]/PREFIX``: what the key-value stores have in common.

Entries are keys below a prefix whose last part is ``host:port``, at any depth: ``swarm/10.0.0.5:2375`` and
``swarm/docker/swarm/nodes/10.0.0.5:2375``, where the agents of the original Classic Swarm register, are both found
below ``swarm``. Registrations go to the latter, so that managers of the original see them too.
"""

from __future__ import annotations

import typing as t

from ..errors import DiscoveryRefusedError, InputError
from .backend import Source
from .entry import Entry, named_as, parse_entry, unique

#: Keys that are named in one message.
_NAMED = 5

#: Where the original's agents register, below the prefix.
NODES_PATH = "docker/swarm/nodes"
#: Keys below one prefix, ours and those of others.
MOST_KEYS = 100_000
#: Characters of ``https://``, the longest name of a host, and a port.
_LONGEST_NAME = 300


def parse_location(
    source: Source, scheme: str, default_port: int, example: str, secret: str
) -> t.Tuple[t.Tuple[Entry, ...], str]:
    """The hosts in their order, and the prefix without slashes around it.

    :param secret: what people may have tried to put behind the prefix, and what has an option of its own
    :raises InputError: the source cannot be right
    """
    if "?" in source.location or "#" in source.location:
        # Not shown: what stands there may be a secret.
        raise InputError(
            f"a {scheme}:// source has nothing behind its prefix, no '?' and no '#'; {secret} has its own option"
        )
    hosts, _slash, prefix = source.location.partition("/")
    for what, given in (("host", hosts.strip(" ,")), ("prefix", prefix.strip("/"))):
        if not given:
            raise InputError(f"'{source.text}' names no {what}; write {scheme}://HOST[:PORT]/PREFIX, such as {example}")
    prefix = prefix.strip("/")
    if not prefix.isprintable():
        raise InputError(f"the prefix {prefix!a} of a {scheme}:// source has a character that cannot be seen")
    with named_as("discovery"):
        return unique(parse_entry(host.strip(), default_port=default_port) for host in hosts.split(",")), prefix


def registration_folder(prefix: str) -> str:
    """Where registrations go, for a prefix without slashes around it."""
    return prefix if f"/{prefix}".endswith(f"/{NODES_PATH}") else f"{prefix}/{NODES_PATH}"


def check_count(count: int, shown: str) -> None:
    """
    :param shown: the source, as messages name it
    :raises DiscoveryRefusedError: more keys than we are ready to look at
    """
    if count > MOST_KEYS:
        raise DiscoveryRefusedError(
            f"{shown} has {count:,} keys; more than {MOST_KEYS:,} are not read; give the engines a prefix of their own"
        )


def entries_of(keys: t.Sequence[str], shown: str) -> t.Tuple[Entry, ...]:
    """The entries among the keys, each address once. The store belongs to others too: all other keys are not ours.

    :param shown: the source, as messages name it
    :raises DiscoveryRefusedError: more keys than we are ready to look at
    """
    check_count(len(keys), shown)
    return unique(entry for entry in map(_entry_of, keys) if entry is not None)


def odd_keys(keys: t.Iterable[str], prefix: str) -> t.Tuple[str, ...]:
    """Sentences about keys that should be entries and are none.

    That is so of all that stand where agents register, and of what looks like ``host:port`` right below the prefix.

    :param keys: whole ones, with or without a slash before them
    :param prefix: without slashes around it
    """
    folder = registration_folder(prefix)
    odd = []
    for key in keys:
        parent, _slash, name = key.strip("/").rpartition("/")
        if (parent == folder or (parent == prefix and ":" in name)) and _entry_of(name) is None:
            odd.append(key)
    if not odd:
        return ()
    named = ", ".join(f"'{key}'" for key in odd[:_NAMED])
    more = f" and {len(odd) - _NAMED} more" if len(odd) > _NAMED else ""
    return (f"left out of the cluster, as the last part is not host:port: the key{'s' * (len(odd) > 1)} {named}{more}",)


def _entry_of(key: str) -> t.Optional[Entry]:
    name = key.rpartition("/")[2]
    if len(name) > _LONGEST_NAME:
        return None
    try:
        return parse_entry(name)
    except InputError:
        return None
