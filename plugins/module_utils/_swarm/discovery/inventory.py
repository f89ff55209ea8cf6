# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""``inventory://GROUP``: the engines are the hosts of a group of Ansible's inventory.

Only Ansible on the controller knows its inventory. It finds the entries and hands them in as the option ``entries``;
here they are read as any others. Each is a mapping: ``address``, ``HOST:PORT``; where it is known, ``tls_hostname``,
the name to expect in the engine's certificate; and ``labels``, which the node has besides those of its engine.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import replace

from ..errors import InputError
from ..settings import DiscoverySettings
from .backend import Backend, Clock, Registration, Sleep, Source
from .entry import Entry, parse_entry, unique
from .options import BackendOption

_GROUP = re.compile(r"[^/,?#@\s]+")


class InventoryBackend(Backend):
    """Entries that Ansible found in its inventory. Read-only."""

    TITLE = "the inventory"
    EXAMPLE = "inventory://docker_hosts"
    HELP = (
        "`inventory://docker_hosts` names a group of the inventory. Each host of it is an engine: at `swarm_address`, "
        "else `ansible_host`, else its name, and the port `docker_engine_port`, else 2376. With TLS, its certificate "
        "is for `swarm_tls_hostname`, if that is set. In constraints and the like, `hostvar.NAME` is a variable of the "
        "host, and `group.NAME` is `true` if it is in that group, else `false`.",
    )
    OPTIONS = (
        BackendOption(
            "entries",
            "list",
            ("The engines of a group of the inventory. Ansible fills it in; there is no need to set it.",),
            elements="dict",
        ),
    )
    TAKES_REGISTRATIONS = False
    NEEDS_INVENTORY = True

    def __init__(self, source: Source, settings: DiscoverySettings, clock: Clock, sleep: Sleep) -> None:
        super().__init__(source, settings, clock, sleep)
        self.check_location(source)
        entries = settings.options.get("entries")
        self._entries = None if entries is None else unique(map(_entry_of, entries))

    @classmethod
    def check_location(cls, source: Source) -> str:
        """The group that a source names.

        :raises InputError: it names none
        """
        if not _GROUP.fullmatch(source.location):
            raise InputError(f"'{source.text}' names no group of the inventory; write inventory://GROUP")
        return source.location

    def list(self) -> t.Tuple[Entry, ...]:
        if self._entries is None:
            raise InputError(
                f"'{self._source.text}' is known to Ansible alone, whose modules and inventory plugin resolve it; "
                f"name the engines in another way here"
            )
        return self._entries

    def watch(self, known: t.Sequence[Entry], timeout: float) -> t.Tuple[Entry, ...]:
        entries = self.list()
        if tuple(known) == entries:
            self._sleep(max(timeout, 0.0))
        return entries

    def register(self, entry: Entry, ttl: float) -> Registration:
        raise InputError(
            f"'{self._source.text}' is read-only and takes no registration of {entry.address}; "
            f"who keeps the inventory adds its host"
        )


def _entry_of(given: t.Mapping[str, t.Any]) -> Entry:
    if not isinstance(given, t.Mapping) or not isinstance(given.get("address"), str):
        raise InputError("the discovery option entries is filled in by Ansible; leave it out")
    labels = tuple((str(key), str(value)) for key, value in (given.get("labels") or {}).items())
    return replace(parse_entry(given["address"]), server_name=given.get("tls_hostname") or None, labels=labels)
