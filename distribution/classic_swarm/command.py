# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The program ``swarm``: a command line in, lines and an exit code out."""

from __future__ import annotations

import typing as t

from ._swarm.errors import InputError, SwarmError
from ._swarm.model.visible import visible
from .parser import Parser
from .version import VERSION

_HELP = """\
usage: swarm [--debug] [--log-level LEVEL] COMMAND ...

Many Docker engines behind one Docker API.

commands:
  manage             serve the Docker API for all engines of a cluster
  join               keep one engine in discovery until stopped
  list               show the engines in discovery
  create             make a token for a new cluster, and show it
  watch              write the health of an engine into a file
  register           keep the services of an engine's containers in a store
  route              keep HAProxy or nginx like the services in a store
  discovery-service  keep the entries of clusters that have tokens

options:
  --debug            the same as --log-level debug
  -l, --log-level    debug, info, warn, error, fatal or panic (info)
  -v, --version      show the version
  -h, --help         show this; swarm COMMAND --help tells the options of a command
"""

#: Exit codes. What fails with ``_BAD_INPUT`` fails again when it is tried again.
_DONE, _FAILED, _BAD_INPUT = 0, 1, 2
#: The original's names of a command.
_ALIASES = {"m": "manage", "j": "join", "l": "list", "c": "create"}


def run(arguments: t.Sequence[str], environ: t.Mapping[str, str], output: t.TextIO, errors: t.TextIO) -> int:
    """Do what the command line says.

    :param arguments: without the program's name
    :param output: takes the result
    :param errors: takes what happens, line by line
    :returns: the exit code: 0, 1 where it failed, 2 where it was told something that cannot be right
    """
    try:
        parsed, rest = _global_options(arguments)
        if parsed.version:
            output.write(f"swarm version {VERSION}\n")
            return _DONE
        if not rest:
            output.write(_HELP)
            return _DONE
        command, *behind = rest
        if _ALIASES.get(command, command) == "manage":
            return _manage(behind, environ, parsed.debug, parsed.log_level, output, errors)
        if command == "route":
            return _route(behind, environ, output, errors)
        return _agent([_ALIASES.get(command, command), *behind], environ, output, errors)
    except InputError as error:
        _write_line(errors, visible(error.message))
        return _BAD_INPUT
    except SwarmError as error:
        _write_line(errors, visible(error.message))
        return _FAILED


def _global_options(arguments: t.Sequence[str]) -> t.Tuple[t.Any, t.List[str]]:
    """The options before the command, and the command with what follows."""
    end, takes_value = 0, ("-l", "--log-level")
    while end < len(arguments) and arguments[end].startswith("-"):
        end += 2 if arguments[end] in takes_value else 1
    parser = Parser(prog="swarm")
    parser.add_argument("--debug", action="store_true")
    parser.add_argument("--experimental", action="store_true")
    parser.add_argument("-l", "--log-level", choices=("debug", "info", "warn", "error", "fatal", "panic"))
    parser.add_argument("-v", "--version", action="store_true")
    parsed = parser.parse_args(arguments[:end])
    return parsed, [] if parsed.help else list(arguments[end:])


def _manage(
    arguments: t.Sequence[str],
    environ: t.Mapping[str, str],
    debug: bool,
    log_level: t.Optional[str],
    output: t.TextIO,
    errors: t.TextIO,
) -> int:
    # Here, and so in the others: none needs the others' libraries, and they take long to load.
    import asyncio

    from .manager.logger import Logger
    from .manager.options import parse_manage
    from .manager.serving import serve

    settings = parse_manage(arguments, environ, debug, log_level)
    if isinstance(settings, str):
        output.write(settings)
        return _DONE
    log = Logger(lambda line: _write_line(errors, line), settings.log_level, settings.log_format)
    asyncio.run(serve(settings, environ, log))
    return _DONE


def _route(arguments: t.Sequence[str], environ: t.Mapping[str, str], output: t.TextIO, errors: t.TextIO) -> int:
    from .router.command import route

    return route(arguments, environ, output, lambda line: _write_line(errors, visible(line)))


def _agent(arguments: t.Sequence[str], environ: t.Mapping[str, str], output: t.TextIO, errors: t.TextIO) -> int:
    from ._swarm.agent import command as agent

    return agent.run(arguments, environ, output, errors)


def _write_line(stream: t.TextIO, line: str) -> None:
    stream.write(f"{line}\n")
    # At once: the journal's time is the line's.
    stream.flush()
