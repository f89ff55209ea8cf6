# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""``nodes://h1:2376,h2:2376`` and the bare list: the entries stand in the discovery text itself."""

from __future__ import annotations

import typing as t

from ..errors import InputError
from ..settings import DiscoverySettings
from .backend import Backend, Clock, Sleep, Source
from .entry import Entry, named_as, parse_entries, unique
from .ranges import MAX_ENTRIES


class NodesBackend(Backend):
    """A fixed list, separated by commas, with ranges. Read-only."""

    TITLE = "a list"
    EXAMPLE = "nodes://192.0.2.11:2376,192.0.2.12:2376"
    HELP = (
        "`nodes://192.0.2.11:2376,192.0.2.12:2376`, or the same without `nodes://`, lists them right there. It takes "
        "ranges, such as `192.0.2.[11:13]:2376`, and entries that begin with `http://` or `https://`.",
    )
    TAKES_REGISTRATIONS = False

    def __init__(self, source: Source, settings: DiscoverySettings, clock: Clock, sleep: Sleep) -> None:
        super().__init__(source, settings, clock, sleep)
        texts = [text.strip() for text in source.location.split(",")]
        entries: t.List[Entry] = []
        for text in texts:
            if text:
                with named_as("discovery"):
                    entries += parse_entries(text, MAX_ENTRIES - len(entries))
        self._entries = unique(entries)
        if not self._entries:
            raise InputError(f"the discovery source '{source.text}' names no engines; write HOST:PORT, HOST:PORT, ...")

    def list(self) -> t.Tuple[Entry, ...]:
        return self._entries

    def watch(self, known: t.Sequence[Entry], timeout: float) -> t.Tuple[Entry, ...]:
        if tuple(known) == self._entries:
            self._sleep(max(timeout, 0.0))
        return self._entries
