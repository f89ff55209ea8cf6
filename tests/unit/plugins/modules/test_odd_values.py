# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every option of every module with values that can only be mistakes, from the task to the end of the module.

Whatever comes, the module ends in a result that can be written, or in a sentence that names the option; never in
another exception. The engine is one that does not answer, so what passes the checks ends there.
"""

from __future__ import annotations

import functools
import importlib
import json
import math
import typing as t
from pathlib import Path

import pytest
from ansible.module_utils import basic

from tests.unit.soak import FACTOR

MODULES = sorted(
    path.stem for path in (Path(__file__).parents[4] / "plugins/modules").glob("*.py") if path.stem != "__init__"
)

#: What a task needs besides the options that its specification requires.
TASKS: t.Mapping[str, t.Mapping[str, t.Any]] = {
    "swarm_container": {"name": "web", "image": "web:1"},
    "swarm_containers": {"containers": [{"name": "web", "image": "web:1"}]},
    "swarm_container_logs": {"containers": ["web"]},
    "swarm_container_wait": {"containers": ["web"], "state": "running"},
    "swarm_container_exec": {"container": "web", "argv": ["true"]},
    "swarm_container_copy_into": {"content": "some words", "mode": "0644"},
    "swarm_image_load": {"path": "/nowhere"},
}
#: How a required option is written, by its type.
WRITTEN: t.Mapping[str, t.Any] = {"path": "/nowhere", "list": ["web"], "dict": {"a": "b"}}
DISCOVERY = {"discovery": "nodes://127.0.0.1:1"}
NOT_REACHED = "127.0.0.1:1"
#: How Ansible writes what is a secret, which may be any "1" of an address.
HIDDEN = "********"
#: How some versions of ansible-core meet half a character, before a module has its turn.
REFUSED_BEFORE = "Failed to decode JSON module parameters."

ODD: t.Mapping[str, t.Any] = {
    "nan": math.nan,
    "infinity": -math.inf,
    "400 digits": 10**400,
    "400 digits as text": "9" * 400,
    "a fraction": 1.5,
    "minus": -1,
    "zero": 0,
    "2**63": 2**63,
    "true": True,
    "null": None,
    "empty": "",
    "a blank": " ",
    "NUL": "a\0b",
    "half a character": "a\ud800",
    "escapes": "a\x1b[31m\u202e\x9b\nb",
    "long": "x" * 100_000,
    "empty list": [],
    "list of null": [None],
    "list of lists": [[["a"]]],
    "list of NUL": ["a\0"],
    "list of numbers": [1, 10**400],
    "empty map": {},
    "map of null": {"a": None},
    "map of maps": {"": {"": {}}},
    "odd key": {"a\0\ud800": "b\0"},
    "map of flags": {"a": True},
    "list of maps": [{"a": [math.nan]}],
    "list of empty maps": [{}],
}


#: What found faults; the rest is for a soak.
SHORT = ("infinity", "400 digits", "true", "null", "empty", "NUL", "half a character", "escapes", "long")
SHORT += ("list of null", "list of NUL", "map of null", "map of maps", "odd key")


class Constructed(Exception):
    """Ends ``main`` once its options are known."""


def module_of(name: str) -> t.Any:
    return importlib.import_module(f"ansible_collections.classic.swarm.plugins.modules.{name}")


@functools.cache
def specification(name: str) -> t.Dict[str, t.Any]:
    seen: t.Dict[str, t.Any] = {}

    def construct(**arguments: t.Any) -> t.NoReturn:
        seen.update(arguments["argument_spec"])
        raise Constructed

    module = module_of(name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "AnsibleModule", construct)
        with pytest.raises(Constructed):
            module.main()
    return seen


def paths(spec: t.Mapping[str, t.Any], above: t.Tuple[str, ...] = ()) -> t.Iterator[t.Tuple[str, ...]]:
    for option, details in spec.items():
        yield (*above, option)
        yield from paths(details.get("options") or {}, (*above, option))


def every_option() -> t.Iterator[t.Tuple[str, t.Tuple[str, ...]]]:
    """Each option and suboption of each module; entries of a batch, and its defaults, have swarm_container's.

    An option that several modules have is read by the same code: an ordinary run tries it with one of them.
    """
    seen = set()
    for name in MODULES:
        for path in paths(specification(name)):
            if path not in seen or FACTOR > 1:
                yield name, path
            seen.add(path)
    options = (set(specification("swarm_container")) | {"after", "spread_over"}) - set(DISCOVERY)
    yield from (("swarm_containers", ("containers", option)) for option in sorted(options | {"per_node", "unknown"}))
    if FACTOR > 1:
        yield from (("swarm_containers", ("defaults", option)) for option in sorted(options))


def task_with(name: str, path: t.Tuple[str, ...], value: t.Any) -> t.Dict[str, t.Any]:
    spec = specification(name)
    required = {key: WRITTEN.get(option["type"], "web") for key, option in spec.items() if option.get("required")}
    task: t.Dict[str, t.Any] = {**DISCOVERY, **required, **TASKS.get(name, {})}
    inner = {path[-1]: value}
    for key in reversed(path[1:-1]):
        inner = {key: inner}
    if len(path) == 1:
        return {**task, path[0]: value}
    if path[0] == "containers":
        return {**task, "containers": [{"name": "web", "image": "web:1", **inner}]}
    return {**task, path[0]: [inner] if spec[path[0]].get("type") == "list" else inner}


def ended(name: str, task: t.Mapping[str, t.Any], capsys: pytest.CaptureFixture[str]) -> t.Dict[str, t.Any]:
    """What the module says at its end."""
    folder = str(Path(__file__).parent / "context")
    given = {key: folder if value == WRITTEN["path"] else value for key, value in task.items()}
    arguments = {
        **given,
        "_ansible_check_mode": True,
        "_ansible_remote_tmp": "/tmp",
        "_ansible_keep_remote_files": False,
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(basic, "_ANSIBLE_ARGS", json.dumps({"ANSIBLE_MODULE_ARGS": arguments}).encode())
        patch.setattr(basic, "_ANSIBLE_PROFILE", "legacy", raising=False)
        with pytest.raises(SystemExit):
            module_of(name).main()
    result: t.Dict[str, t.Any] = json.loads(capsys.readouterr().out)
    return result


@pytest.mark.parametrize(
    ("name", "path"), list(every_option()), ids=lambda part: part if isinstance(part, str) else ".".join(part)
)
def test_an_odd_value_ends_in_a_sentence(
    name: str, path: t.Tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = []
    for title, value in ODD.items():
        if title not in SHORT and FACTOR == 1:
            continue
        try:
            result = ended(name, task_with(name, path, value), capsys)
        except Exception as error:
            if str(error) == REFUSED_BEFORE:
                continue
            wrong.append(f"{title}: {type(error).__name__}: {str(error)[:300]}")
            continue
        said = str(result.get("msg", ""))
        if "Traceback" in json.dumps(result) or "exception" in result:
            wrong.append(f"{title}: a traceback: {said[:300]}")
        named = path[-1] in said or path[0] in said or NOT_REACHED in said or HIDDEN in said
        if result.get("failed") and not named:
            wrong.append(f"{title}: names no option: {said[:300]}")
        if not all(character.isprintable() or character == "\n" for character in said):
            wrong.append(f"{title}: has control characters: {said[:300]!r}")
        if len(said) > 7000:
            wrong.append(f"{title}: {len(said)} characters: {said[:300]}")
    assert not wrong, "\n".join(wrong)
