# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A role as Ansible would see it on one host: its variables, templates and conditions, evaluated without a run.

What a run would register and gather is handed in, so nothing is asked and nothing is written.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from ansible import template as ansible_template
from ansible.parsing.dataloader import DataLoader

ROLES = Path(__file__).resolve().parents[3] / "roles"

#: Keys of a task that hold expressions without braces.
_CONDITIONS = ("when", "that", "until", "failed_when", "changed_when")
_PARTS = ("block", "rescue", "always")
_BRACED = re.compile(r"\{\{(.*?)\}\}|\{%(.*?)%\}", re.DOTALL)


@cache
def specification(role: str) -> dict[str, Any]:
    """The options of the role's main entry point."""
    options: dict[str, Any] = _read(ROLES / role / "meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    return options


def options_of_type(role: str, *kinds: str) -> list[str]:
    """Names of the role's options of these types."""
    return [name for name, option in specification(role).items() if option["type"] in kinds]


def files(folder: Path) -> list[Path]:
    """Every file of a role, or of another folder, in which an expression may stand."""
    return [path for path in sorted(folder.rglob("*")) if path.suffix in (".yml", ".j2") and "meta" not in path.parts]


def expressions(path: Path) -> Iterator[str]:
    """Every expression in a file: conditions, and what stands in braces."""
    if path.suffix == ".j2":
        yield from _in_braces(path.read_text(encoding="utf-8"))
    else:
        yield from _in_yaml(_read(path))


def conditions(role: str) -> list[str]:
    """Every `when`, and every `that` of an assertion, in the role's tasks and handlers, once."""
    found: dict[str, None] = {}
    for task in _tasks(role):
        for words in (task.get("when", []), task.get("ansible.builtin.assert", {}).get("that", [])):
            found.update((str(each), None) for each in (words if isinstance(words, list) else [words]))
    return list(found)


class Role:
    """A role on a host.

    given: variables of the inventory and of the command line. registered: what tasks would have registered.
    """

    def __init__(self, name: str, given: Mapping[str, Any], registered: Mapping[str, Any]) -> None:
        self._loader = DataLoader()
        variables = self._load(ROLES / name / "vars/main.yml")
        self.variables = sorted(variables)
        shared = [each for each in _imported(name) if each != name]
        for each in shared:
            variables = {**self._load(ROLES / each / "vars/main.yml"), **variables}
        values = {
            **{key: value for each in shared for key, value in self._load(ROLES / each / "defaults/main.yml").items()},
            **self._load(ROLES / name / "defaults/main.yml"),
            **self._variables_of_tasks(name),
            **registered,
            **given,
            **variables,
            "role_path": str(ROLES / name),
            "ansible_search_path": [str(ROLES / name)],
        }
        self._templar = ansible_template.Templar(loader=self._loader, variables=values)

    def evaluate(self, expression: str) -> Any:
        """The value of an expression, as a condition or an argument of a task would have it."""
        return self._templar.template(_trusted("{{ " + expression + " }}"))

    def template(self, name: str) -> str:
        """The text that a file of `templates/` gives."""
        # Before 2.19 text that looks like data became data: in the lookup, and once more outside of it.
        option = "" if hasattr(ansible_template, "trust_as_template") else ", convert_data=False"
        return str(self.evaluate(f"'#' ~ lookup('ansible.builtin.template', '{name}'{option})"))[1:]

    def _variables_of_tasks(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for folder in ("tasks", "handlers"):
            for path in sorted((ROLES / name / folder).glob("*.yml")):
                for task in _walk(self._load(path)):
                    found.update({key: value for key, value in task.get("vars", {}).items() if key.startswith("_")})
        return found

    def _load(self, path: Path) -> Any:
        # Since 2.19 a string is a template only where its file is trusted; before, every string was.
        known = inspect.signature(self._loader.load_from_file).parameters
        trust = {"trusted_as_template": True} if "trusted_as_template" in known else {}
        return self._loader.load_from_file(str(path), **trust) or {}


def _trusted(text: str) -> Any:
    trust = getattr(ansible_template, "trust_as_template", None)
    return text if trust is None else trust(text)


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _imported(role: str) -> list[str]:
    """Roles whose tasks it imports, with their defaults and variables."""
    found = (task.get("ansible.builtin.import_role", {}).get("name", "") for task in _tasks(role))
    return sorted({name.rpartition(".")[2] for name in found if name})


def _tasks(role: str) -> Iterator[Mapping[str, Any]]:
    for folder in ("tasks", "handlers"):
        for path in sorted((ROLES / role / folder).glob("*.yml")):
            yield from _walk(_read(path))


def _walk(tasks: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for task in tasks or ():
        yield task
        for part in _PARTS:
            yield from _walk(task.get(part, ()))


def _in_yaml(value: Any, key: str = "") -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from _in_yaml(item, str(name))
    elif isinstance(value, list):
        for item in value:
            yield from _in_yaml(item, key)
    elif isinstance(value, str):
        if key in _CONDITIONS:
            yield value
        else:
            yield from _in_braces(value)


def _in_braces(text: str) -> Iterator[str]:
    for found in _BRACED.finditer(text):
        yield found[1] or found[2]
