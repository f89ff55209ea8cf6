# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Commands in running containers: created, then started, which is a stream in both directions."""

from __future__ import annotations

import typing as t

from .call import Call, JSONObject, Reply, path_of, read_nothing, short


def create(container: str, body: t.Mapping[str, t.Any]) -> Call[str]:
    """Prepare a command; gives its ID.

    :param body: the Engine API's ``ExecConfig``, sent as it is
    """
    asked = f"to run a command in {short(container)}"
    return Call("POST", path_of("containers", container, "exec"), asked, _read_id, body=body)


def start(identity: str, terminal: bool = False, detach: bool = False) -> Call[None]:
    """Start it: a stream in both directions, unless it is detached.

    :param terminal: as it was created
    """
    asked = f"to start the command {short(identity)}"
    body = {"Detach": detach, "Tty": terminal}
    return Call("POST", path_of("exec", identity, "start"), asked, read_nothing, body=body)


def inspect(identity: str) -> Call[JSONObject]:
    """The engine's record of it, with ``ExitCode`` once it has ended."""
    return Call("GET", path_of("exec", identity, "json"), f"to inspect the command {short(identity)}", Reply.object)


def _read_id(reply: Reply) -> str:
    return reply.fields("/containers/exec").require("Id").text("Id")
