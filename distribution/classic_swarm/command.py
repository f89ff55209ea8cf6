# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The program ``swarm``: a command line in, lines and an exit code out."""

from __future__ import annotations

import asyncio
import typing as t

from ._swarm.agent import command as agent
from ._swarm.errors import SwarmError
from ._swarm.settings import DiscoverySettings
from .manager.serving import serve
from .manager.settings import ManagerSettings, parse_listen


def run(arguments: t.Sequence[str], environ: t.Mapping[str, str], output: t.TextIO, errors: t.TextIO) -> int:
    """Do what the command line says. :returns: the exit code"""
    if arguments[:1] != ["manage"]:
        return agent.run(arguments, environ, output, errors)

    def log(line: str) -> None:
        errors.write(line + "\n")
        errors.flush()

    try:
        settings = ManagerSettings(DiscoverySettings(arguments[-1]), listen=(parse_listen(arguments[2]),))
        asyncio.run(serve(settings, log))
    except SwarmError as error:
        log(error.message)
        return agent.BAD_INPUT
    return agent.DONE
