# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The program: a command line in, lines and an exit code out. Its launcher lives with the role that ships it."""

from __future__ import annotations

import random
import time
import typing as t

from ..discovery.catalog import open_catalog
from ..discovery.registry import create_cluster, open_backend
from ..errors import DiscoveryError, InputError
from ..model.visible import visible
from ..services.registry import Place
from .agent import Agent
from .arguments import Create, Follow, Help, Join, List, Register, Serve, Watch, parse_arguments
from .containers import followed
from .drain_marks import DrainMarks
from .entries import follow_entries
from .follow import follow
from .health import make_check
from .keeping import CatalogTarget, Keeper, KeyTarget, Target
from .registrator import Registrator
from .stop import Stop
from .token_server import serve
from .watch import watch

#: Exit codes. What fails with ``BAD_INPUT`` fails again when it is tried again.
DONE = 0
FAILED = 1
BAD_INPUT = 2


def run(arguments: t.Sequence[str], environ: t.Mapping[str, str], output: t.TextIO, errors: t.TextIO) -> int:
    """Do what the command line says.

    :param arguments: without the program's name
    :param output: takes the result, for other programs to read
    :param errors: takes one line for each change and each problem, for people; systemd keeps it in the journal
    :returns: the exit code
    """
    try:
        command = parse_arguments(arguments, environ)
        if isinstance(command, Help):
            output.write(command.text)
            return DONE
        if isinstance(command, Join):
            return _join(command, output, errors)
        if isinstance(command, Watch):
            return _watch(command, errors)
        if isinstance(command, Serve):
            return _serve(command, errors)
        if isinstance(command, Register):
            return _register(command, output, errors)
        if isinstance(command, Follow):
            return _follow(command, errors)
        if isinstance(command, Create):
            _write_line(output, create_cluster(command.discovery))
            return DONE
        return _list(command, output, errors)
    except InputError as error:
        _write_line(errors, str(error))
        return BAD_INPUT
    except DiscoveryError as error:
        _write_line(errors, str(error))
        return FAILED


def _list(command: List, output: t.TextIO, errors: t.TextIO) -> int:
    if not command.watch:
        for entry in open_backend(command.discovery).list():
            _write_line(output, str(entry))
        return DONE
    with Stop() as stop:
        backend = open_backend(command.discovery, sleep=stop.sleep)
        follow_entries(
            backend, stop.wait, lambda line: _write_line(output, line), lambda line: _write_line(errors, line)
        )
    return DONE


def _join(command: Join, output: t.TextIO, errors: t.TextIO) -> int:
    settings = command.settings
    check = None if settings.check is None else make_check(settings.check)
    with Stop() as stop:
        backend = open_backend(settings.discovery, sleep=stop.sleep)
        if not backend.TAKES_REGISTRATIONS:
            raise InputError(f"'{backend.shown}' is read-only and takes no registration of {settings.entry.address}")
        if command.dry_run:
            if backend.LIBRARY:
                _write_line(output, backend.LIBRARY)
            return DONE
        agent = Agent(
            settings,
            backend,
            check,
            clock=time.monotonic,
            wait=stop.wait,
            chance=random.random,
            log=lambda line: _write_line(errors, line),
        )
        return DONE if agent.run() else FAILED


def _watch(command: Watch, errors: t.TextIO) -> int:
    check = make_check(command.check)
    with Stop() as stop:
        watch(check, command.path, command.check.interval, stop.wait, lambda line: _write_line(errors, line))
    return DONE


def _serve(command: Serve, errors: t.TextIO) -> int:
    with Stop() as stop:
        serve(command.settings, stop.wait, lambda line: _write_line(errors, line))
    return DONE


def _follow(command: Follow, errors: t.TextIO) -> int:
    with Stop() as stop, followed(command.engine, stop.wait, lambda line: _write_line(errors, line)) as found:
        if found is not None:
            follow(*found, command.path, time.monotonic, stop.wait)
    return DONE


def _register(command: Register, output: t.TextIO, errors: t.TextIO) -> int:
    settings = command.settings

    def log(line: str) -> None:
        _write_line(errors, line)

    with Stop() as stop:
        backend = open_backend(settings.discovery, sleep=stop.sleep)
        if command.dry_run:
            # Refuses a store that keeps no keys; nothing is asked.
            backend.owned_keys("", settings.ttl, (), lambda _path, _value: False)
            if backend.LIBRARY:
                _write_line(output, backend.LIBRARY)
            return DONE
        with followed(settings.engine, stop.wait, log) as found:
            if found is None:
                return DONE
            node, containers = found
            place = Place(settings.host or node, node, settings.advertise, settings.prefix)
            targets: t.List[Target] = [
                KeyTarget(place, backend.owned_keys(place.host, settings.ttl, place.folders, place.is_own))
            ]
            if settings.catalog is not None:
                targets.append(CatalogTarget(open_catalog(settings.catalog, place.host, settings.ttl)))
            keepers = [Keeper(target, time.monotonic, random.random, log) for target in targets]
            marks = DrainMarks(open_backend(settings.discovery).key_folder(place.drains), log)
            marks.start()
            Registrator(place, containers, keepers, marks, clock=time.monotonic, wait=stop.wait, log=log).run()
            marks.close()
    return DONE


def _write_line(stream: t.TextIO, line: str) -> None:
    stream.write(f"{visible(line)}\n")
    # At once: the journal's time is the line's.
    stream.flush()
