# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(swarm_container_exec) from its options to its result."""

from __future__ import annotations

import shlex
import typing as t

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.side_by_side import on_each
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.snapshot import Place
from ansible_collections.classic.swarm.plugins.module_utils._swarm.container.environment import read_environment
from ansible_collections.classic.swarm.plugins.module_utils._swarm.container.rule import Source
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.commands import (
    Command,
    run_command,
    start_command,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import ClusterError, InputError

from .leaving import succeed
from .many_containers import find_many, read_choice
from .on_nodes import NodeSession, finish_places, node_session
from .results import Result, translated_errors

Options = t.Mapping[str, t.Any]

_NOT_RUN = "the command was not run, as this is check mode"
#: Bytes of standard input that are sent at once.
_PIECE = 64 * 1024


def execute(module: AnsibleModule) -> t.NoReturn:
    """Run the command that the options say, in the containers that they say, and end the module."""
    options = module.params
    with translated_errors(module):
        command, stdin = read_command(options), read_stdin(options)
    with node_session(module) as session:
        if options["container"] is None:
            _run_in_many(module, session, command, stdin)
        place = session.find(options["container"])
        where = {"node": place[0].name, "address": place[0].address}
        if module.check_mode:
            succeed(module, changed=True, msg=_NOT_RUN, **where)
        succeed(module, changed=True, **_run(session, place, command, stdin, options), **where)


def _run_in_many(module: AnsibleModule, session: NodeSession, command: Command, stdin: t.Optional[bytes]) -> t.NoReturn:
    """Run it in each of the containers that ``containers`` and ``labels`` mean, side by side."""
    options = module.params
    places = find_many(session, read_choice(options, running=True))
    if not places:
        raise ClusterError("labels: no running container has all of them")

    def run(place: Place) -> Result:
        return {} if module.check_mode else _run(session, place, command, stdin, options)

    told = {"msg": _NOT_RUN} if module.check_mode else {}
    finish_places(module, on_each(places, run), lambda _place, values: {"changed": True, **values}, **told)


def _run(session: NodeSession, place: Place, command: Command, stdin: t.Optional[bytes], options: Options) -> Result:
    """What is returned of one container.

    :raises EngineError: it was refused, or the engine went away in the middle
    """
    node, container = place
    client = session.client(node)
    if options["detach"]:
        return {"exec_id": start_command(client, container.id, command)}
    look = session.settings.engine.timeout
    ended = run_command(client, container.id, command, _pieces(stdin or b""), look=look)
    strip = options["strip_empty_ends"]
    return {
        "stdout": _text(ended.stdout, strip),
        "stderr": _text(ended.stderr, strip),
        "rc": ended.status,
        "exec_id": ended.id,
    }


def read_command(options: Options) -> Command:
    """What is to be run.

    :raises InputError: an option cannot be right
    """
    if options["detach"] and options["stdin"] is not None:
        raise InputError("detach: a command that is not waited for cannot be given stdin; leave one of them out")
    return Command(
        words=_words(options),
        folder=options["chdir"],
        user=options["user"],
        environment=_environment(options),
        reads=options["stdin"] is not None,
        terminal=options["tty"],
        privileged=options["privileged"],
    )


def read_stdin(options: Options) -> t.Optional[bytes]:
    """What the command reads, None for nothing."""
    if options["stdin"] is None:
        return None
    return f"{options['stdin']}\n".encode() if options["stdin_add_newline"] else t.cast(str, options["stdin"]).encode()


def _words(options: Options) -> t.Tuple[str, ...]:
    name = "command" if options["argv"] is None else "argv"
    try:
        words = tuple(options["argv"] if name == "argv" else shlex.split(options["command"]))
    except ValueError as error:
        raise InputError(
            f"command: it cannot be split into words ({str(error).lower()}); close the quotes, or write argv"
        ) from None
    if not words or not words[0]:
        raise InputError(f"{name}: there is no program to run in it")
    return words


def _environment(options: Options) -> t.Tuple[str, ...]:
    environment = read_environment(Source(options={"env": options["env"]}))
    return tuple(f"{name}={value}" for name, value in (environment or {}).items())


def _pieces(content: bytes) -> t.Iterator[bytes]:
    for start in range(0, len(content), _PIECE):
        yield content[start : start + _PIECE]


def _text(output: bytes, strip: bool) -> str:
    text = output.decode("utf-8", "replace")
    return text.rstrip("\r\n") if strip else text
