# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What a running HAProxy says of its servers. Pure."""

from __future__ import annotations

import typing as t

from .layout import Layout

#: By backend and name: address with port, and weight.
States = t.Dict[str, t.Dict[str, t.Tuple[str, int]]]


def parse_states(text: str) -> States:
    """The answer to ``show servers state``."""
    states: States = {}
    columns: t.Dict[str, int] = {}
    for line in text.split("\n"):
        words = line.split()
        if words[:1] == ["#"]:
            columns = {name: at for at, name in enumerate(words[1:])}
        elif columns and len(words) >= len(columns):
            address, port = words[columns["srv_addr"]], words[columns["srv_port"]]
            shown = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
            weight = int(words[columns["srv_uweight"]])
            states.setdefault(words[columns["be_name"]], {})[words[columns["srv_name"]]] = (shown, weight)
    return states


def matches(layout: Layout, states: States) -> bool:
    """Whether the servers of a configuration are those that run. Of an address that is a name nothing can be said."""
    wanted = {
        backend: {name: (line.address, line.weight) for name, line in lines.items()}
        for backend, lines in layout.servers.items()
    }
    found = {backend: servers for backend, servers in states.items() if servers}
    if {backend: set(servers) for backend, servers in found.items()} != {
        backend: set(servers) for backend, servers in wanted.items()
    }:
        return False
    return all(found[backend][name] == each for backend, servers in wanted.items() for name, each in servers.items())


def busy_servers(text: str) -> t.Dict[str, int]:
    """Sessions by server, waiting ones too, in the answer to ``show stat``."""
    lines = [line.split(",") for line in text.split("\n") if line]
    if not lines or lines[0][0] != "# pxname":
        return {}
    columns = {name: at for at, name in enumerate(lines[0])}
    name, used, waiting = columns["svname"], columns["scur"], columns["qcur"]
    return {line[name]: int(line[used] or 0) + int(line[waiting] or 0) for line in lines[1:] if len(line) > used}
