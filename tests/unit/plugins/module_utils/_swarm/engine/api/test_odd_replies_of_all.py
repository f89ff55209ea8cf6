# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every call of ``engine/api`` with replies that no engine sends: a sentence that names the engine, or a value.

The calls are found in the files, so that a new one is tried as well.
"""

from __future__ import annotations

import importlib
import inspect
import itertools
import json
import typing as t
from pathlib import Path

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.api.call import Call, Reply
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import EngineError

from tests.unit.plugins.module_utils._swarm.engine.test_odd_replies import ADDRESS, ODD, as_answered

_API = "ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.api"
_FILES = Path(__file__).parents[7] / "plugins/module_utils/_swarm/engine/api"
#: What parameters without a default are given, by the beginning of their type.
GIVEN: t.Mapping[str, t.Any] = {
    "str": "a",
    "int": 1,
    "float": 1.0,
    "bool": True,
    "bytes": b"a",
    "t.Mapping": {},
    "t.Dict": {},
    "t.Sequence": ["a"],
    "t.Iterable": ["a"],
    "t.Collection": ["a"],
    "t.List": ["a"],
    "t.Tuple": ("a",),
    "t.Optional": None,
    "Query": {},
    "Body": None,
}
#: Names of fields that replies have: each is tried with each odd value, in an object and in a list of one.
FIELDS = (
    "Id",
    "Names",
    "Warnings",
    "Volumes",
    "StatusCode",
    "Error",
    "Config",
    "Labels",
    "State",
    "ExitCode",
    "stream",
)
FIELDS += ("Images", "SpaceReclaimed", "ContainersDeleted", "Processes", "Titles", "memory_stats", "Name", "message")


def calls() -> t.Iterator[t.Tuple[str, Call[t.Any]]]:
    for path in sorted(_FILES.glob("*.py")):
        module = importlib.import_module(f"{_API}.{path.stem}")
        for name, function in sorted(vars(module).items()):
            if name.startswith("_") or not inspect.isfunction(function) or function.__module__ != module.__name__:
                continue
            if not str(function.__annotations__.get("return", "")).startswith("Call["):
                continue
            yield f"{path.stem}.{name}", function(**arguments(function))


def arguments(function: t.Callable[..., t.Any]) -> t.Dict[str, t.Any]:
    given = {}
    for parameter in inspect.signature(function).parameters.values():
        if parameter.default is inspect.Parameter.empty and parameter.kind is not inspect.Parameter.VAR_KEYWORD:
            kinds = [kind for kind in GIVEN if str(parameter.annotation).startswith(kind)]
            assert kinds, f"{function.__name__}: {parameter}: say in GIVEN what it is to be given"
            given[parameter.name] = GIVEN[kinds[0]]
    return given


ALL = dict(calls())


def bodies() -> t.Iterator[bytes]:
    yield from (b"", b"\xff", b"[" * 50_000, b"9" * 5000, b"null\nnull", b'{"a":')
    for odd in ODD:
        yield as_answered(odd)
    for field, odd in itertools.product(FIELDS, ODD):
        yield json.dumps({field: odd}).encode()
        yield json.dumps([{field: odd}]).encode()


@pytest.mark.parametrize("name", ALL)
def test_an_odd_reply(name: str) -> None:
    call = ALL[name]
    for body, status in itertools.product(bodies(), (200, 500)):
        told = sentence(call, Reply(ADDRESS, call.asked, call.path, status, {}, body))
        assert not told or (ADDRESS in told and len(told) < 1500)


def sentence(call: Call[t.Any], reply: Reply) -> str:
    """Why a reply cannot be read; empty where it can."""
    try:
        call.read(reply)
    except EngineError as error:
        return str(error)
    return ""


def test_all_are_tried() -> None:
    assert len(ALL) >= 25
