# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules that look at many containers at once, from their options to their results."""

from __future__ import annotations

import re
import time
import typing as t

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.awaiting import Awaited, Waiting
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.clock import SystemClock
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.log_gathering import (
    MOST_FOLLOWED,
    LogQuestion,
    gather_logs,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.several import (
    ContainerChoice,
    parse_patterns,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.side_by_side import tell_failures
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.snapshot import Needs, Place
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import ClusterError, InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.visible import visible

from .leaving import fail, succeed, warn
from .moments import read_moment
from .on_nodes import NodeSession, call_place, node_session, place_row
from .results import translated_errors
from .settings import LONGEST_TIME, check_number

Options = t.Mapping[str, t.Any]


def read_choice(options: Options, running: bool = False) -> ContainerChoice:
    """From ``containers`` and ``labels``.

    :raises InputError: an entry can mean no container
    """
    return ContainerChoice(parse_patterns(options["containers"] or ()), tuple(options["labels"] or ()), running)


def read_pattern(options: Options, name: str) -> t.Optional[t.Callable[[str], bool]]:
    """What says whether a line has what the regular expression of an option finds, None where there is none.

    :raises InputError: it is no regular expression
    """
    if options[name] is None:
        return None
    try:
        pattern = re.compile(options[name])
    except re.error as error:
        raise InputError(f"{name}: '{options[name]}' is not a regular expression: {error}") from None
    return lambda line: pattern.search(line) is not None


def find_many(session: NodeSession, choice: ContainerChoice) -> t.List[Place]:
    """The containers that are meant.

    :raises ClusterError: an entry means none
    """
    _snapshot, chosen = session.look(Needs())
    places = choice.select(chosen.nodes)
    unmatched = choice.unmatched(places)
    if unmatched:
        lost = f"; it may be where nobody answers: {chosen.told_missing}" if chosen.missing else ""
        kind = "running container" if choice.running else "container"
        raise ClusterError(f"containers: no {kind} is meant by {', '.join(unmatched)}{lost}")
    return places


def container_logs(module: AnsibleModule) -> t.NoReturn:
    """C(swarm_container_logs): read and merge logs and end the module."""
    options = module.params
    with translated_errors(module):
        choice, now = read_choice(options), time.time()
        for name in ("tail", "max_lines"):
            if options[name] is not None:
                check_number(name, options[name], 0 if name == "tail" else 1, 10_000_000)
        if options["follow_for"] is not None:
            check_number("follow_for", options["follow_for"], 0, LONGEST_TIME)
        question = LogQuestion(
            since=read_moment(options["since"], "since", now),
            until=read_moment(options["until"], "until", now),
            tail=options["tail"],
            follow=options["follow_for"],
            found=read_pattern(options, "until_match"),
            most=options["max_lines"],
            idle=float(options["timeout"]),
        )
    with node_session(module) as session:
        places = find_many(session, choice)
        if question.follow is not None and len(places) > MOST_FOLLOWED:
            raise InputError(f"follow_for: {len(places)} containers are meant; up to {MOST_FOLLOWED} can be followed")
        gathered = gather_logs(places, lambda place: session.client(place[0]), question)
    stamp = options["timestamps"]
    rows = [
        {
            **({"time": told.line.time} if stamp else {}),
            "name": told.place[1].name,
            "node": told.place[0].name,
            "stream": told.line.stream,
            "line": told.line.text,
        }
        for told in gathered.lines
    ]
    if gathered.left_out:
        warn(module, [f"max_lines: {gathered.left_out} older lines are left out"])
    values: t.Dict[str, t.Any] = {
        "logs": rows,
        "left_out": gathered.left_out,
        "containers": [place_row(place) for place in places],
        "failures": [
            {**place_row(each.subject), "msg": visible(str(each.error))} for each in gathered.outcomes if not each.done
        ],
    }
    if question.found is not None:
        values["matched"] = gathered.match is not None
    problem = tell_failures(gathered.outcomes, call_place, "containers")
    if problem:
        fail(module, problem, changed=False, **values)
    succeed(module, changed=False, **values)


def container_wait(module: AnsibleModule) -> t.NoReturn:
    """C(swarm_container_wait): wait and end the module. In check mode it looks once, whatever it sees."""
    options = module.params
    with translated_errors(module):
        awaited = Awaited(options["state"], read_pattern(options, "log_match"))
        if awaited.state == "removed" and awaited.found is not None:
            raise InputError(
                "log_match: a container that is removed prints nothing; leave out one of state and log_match"
            )
        choice = read_choice(options)
        check_number("wait_timeout", options["wait_timeout"], 0, LONGEST_TIME)
        check_number("poll_interval", options["poll_interval"], 0.05, LONGEST_TIME)
    began = time.monotonic()
    with node_session(module) as session:
        waiting = Waiting(
            choice,
            awaited,
            lambda: session.look(Needs())[1],
            lambda place: session.client(place[0]),
            SystemClock(),
            float(options["timeout"]),
            session.telling,
        )
        try:
            if module.check_mode:
                waiting.look()
            else:
                waiting.run(options["wait_timeout"], options["poll_interval"])
        except ClusterError as error:
            fail(module, str(error), **_waited(waiting, began))
    succeed(module, **_waited(waiting, began))


def _waited(waiting: Waiting, began: float) -> t.Dict[str, t.Any]:
    waited = waiting.waited
    rows = [
        {
            **place_row((node, container)),
            "state": container.state,
            "status": container.status,
            "line": waited.lines[container.id].text if container.id in waited.lines else None,
        }
        for node, container in waited.places
    ]
    return {
        "changed": False,
        "reached": waited.over,
        "containers": rows,
        "elapsed": round(time.monotonic() - began, 1),
    }
