# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the inventory knows of a host, as labels of its node: ``hostvar.NAME`` and ``group.NAME``.

Only the labels that the options of a task ask for are made: variables of hosts are many, and some are secrets.

====================  =========================================================================
``hostvar.rack``      the variable ``rack``; ``true`` or ``false`` for a bool; no label if the
                      host does not have it, or has null
``group.edge``        ``true`` if the host is in the group ``edge``, else ``false``
====================  =========================================================================

As everywhere in constraints, upper and lower case are alike.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError

_VARIABLE = "hostvar"
_GROUP = "group"
_KEY = re.compile(rf"(?<![\w./=~*-])({_VARIABLE}|{_GROUP})\.([\w./-]+)", re.ASCII | re.IGNORECASE)

#: Options that ask about nodes.
_ASKING = ("constraints", "affinities", "spread_over", "partition", "rank")
#: Options that hold options of containers.
_WITHIN = ("containers", "defaults")
#: In these, expressions are what begins so.
_ENVIRONMENT = ("constraint:", "affinity:")
_LABELS = ("com.docker.swarm.constraints", "com.docker.swarm.affinities")


@dataclass(frozen=True)
class Asked:
    """Names in lower case. :ivar variables: of hosts :ivar groups: of the inventory"""

    variables: t.FrozenSet[str]
    groups: t.FrozenSet[str]


def asked_labels(options: t.Mapping[str, t.Any]) -> Asked:
    """What the options of a task ask to know of hosts. Their values need not be checked yet."""
    found = [(kind.lower(), name.lower()) for text in _asking_texts(options) for kind, name in _KEY.findall(text)]
    return Asked(
        frozenset(name for kind, name in found if kind == _VARIABLE),
        frozenset(name for kind, name in found if kind == _GROUP),
    )


def labels_of(
    host: str, variables: t.Mapping[str, t.Any], asked: Asked, members: t.Mapping[str, t.Container[str]]
) -> t.Dict[str, str]:
    """The labels of one host.

    :param members: the hosts of groups, by the group's name in lower case
    :raises InputError: a variable is a list or a mapping
    """
    labels = {f"{_GROUP}.{name}": _text(name, host in members.get(name, ())) for name in sorted(asked.groups)}
    if asked.variables:
        for name in variables:
            key = f"{_VARIABLE}.{name.lower()}"
            if name.lower() in asked.variables and variables[name] is not None:
                labels.setdefault(key, _text(name, variables[name]))
    return labels


def _text(name: str, value: t.Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (str, int, float)):
        return str(value)
    raise InputError(f"{_VARIABLE}.{name} is asked for, and is neither a text nor a number")


def _asking_texts(options: t.Mapping[str, t.Any]) -> t.Iterator[str]:
    for name in _ASKING:
        yield from _texts(options.get(name))
    environment, labels = options.get("env"), options.get("labels")
    if isinstance(environment, t.Mapping):
        yield from (f"{key}={value}" for key, value in environment.items() if str(key).startswith(_ENVIRONMENT))
    if isinstance(labels, t.Mapping):
        yield from (str(labels[key]) for key in _LABELS if key in labels)
    for name in _WITHIN:
        within = options.get(name)
        for each in within if isinstance(within, list) else [within]:
            if isinstance(each, t.Mapping):
                yield from _asking_texts(each)


def _texts(value: t.Any) -> t.Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, t.Mapping):
        yield from _texts([*value.values()])
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _texts(each)
