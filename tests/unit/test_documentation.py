# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What documentation, examples and guides say is what the plugins take."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.classic.swarm.plugins.module_utils._ansible.runner import read_wanted
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.registry import FILTERS, STRATEGIES
from ansible_collections.classic.swarm.tests.unit.documentation import (
    GUIDES,
    MODULES,
    ROOT,
    construction,
    defaults_in,
    documented_options,
    documents,
    plugin,
    tasks_with_modules,
    yaml_blocks,
)
from ansible_collections.classic.swarm.tests.unit.known_words import known_words, name_like_words

_COMPARED = ("type", "elements", "required", "default", "choices", "aliases")
_CONSTRUCTED = {"plugin", "strict", "compose", "groups", "keyed_groups", "use_extra_vars", "leading_separator"}
_CACHE = {"cache", "cache_plugin", "cache_timeout", "cache_connection", "cache_prefix"}
_PAGES = [*GUIDES, ROOT / "README.md"]


def _name(value: Any) -> str | None:
    return value.name if isinstance(value, Path) else None


def _essence(options: dict[str, Any], children: str) -> dict[str, Any]:
    """What argument spec and documentation must both say about each option."""
    essence = {}
    for name, option in options.items():
        essence[name] = {key: option[key] for key in _COMPARED if key in option}
        if children in option:
            essence[name]["suboptions"] = _essence(option[children], children)
    return essence


@pytest.mark.parametrize("name", MODULES)
def test_every_option_is_documented_as_it_is(name: str) -> None:
    spec = construction(name)["argument_spec"]
    assert _essence(spec, "options") == _essence(documented_options("modules", name), "suboptions")


@pytest.mark.parametrize("name", MODULES)
def test_every_module_is_shown_by_an_example(name: str) -> None:
    shown = documents(plugin("modules", name).EXAMPLES)
    assert name in {module for module, _options in tasks_with_modules(shown)}
    _check_tasks(shown)


@pytest.mark.parametrize("page", [*_PAGES, *sorted((ROOT / "playbooks").rglob("*.yml"))], ids=_name)
def test_pages_and_playbooks_use_options_that_exist(page: Path) -> None:
    blocks = yaml_blocks(page) if page.suffix in (".rst", ".md") else [page.read_text(encoding="utf-8")]
    for block in blocks:
        shown = documents(block)
        _check_tasks(shown)
        _check_inventories(shown)


def test_the_inventory_examples_use_options_that_exist() -> None:
    assert _check_inventories(documents(plugin("inventory", "swarm").EXAMPLES)) > 1
    for example in (ROOT / "examples").glob("*.swarm.yml"):
        assert _check_inventories(documents(example.read_text(encoding="utf-8"))) == 1


def _check_tasks(shown: list[Any]) -> None:
    for name, options in tasks_with_modules(shown):
        made = construction(name)
        validator = ArgumentSpecValidator(
            made["argument_spec"], required_by=made.get("required_by"), required_if=made.get("required_if")
        )
        result = validator.validate(options)
        assert result.error_messages == [], (name, options)
        # What is a template is known only where it runs.
        if name == "swarm_container" and "{{" not in str(options):
            read_wanted(result.validated_parameters)
    for defaults in defaults_in(shown):
        assert set(defaults) <= set(documented_options("modules", "swarm_container")), defaults


def _check_inventories(shown: list[Any]) -> int:
    """How many there are."""
    found = [each for each in shown if isinstance(each, dict) and each.get("plugin") == "classic.swarm.swarm"]
    known = set(documented_options("inventory", "swarm")) | _CONSTRUCTED | _CACHE
    for inventory in found:
        assert set(inventory) <= known
    return len(found)


@pytest.mark.parametrize("page", _PAGES, ids=_name)
def test_names_on_a_page_exist(page: Path) -> None:
    """Words in code style that look like the name of an option, a returned value or a variable are one."""
    assert name_like_words(page.read_text(encoding="utf-8")) - known_words() == set()


def test_the_check_of_names_finds_a_wrong_one() -> None:
    assert name_like_words("``published_ports`` and ``publish_ports: [80]``") - known_words() == {"publish_ports"}


def test_filters_and_strategies_are_those_of_the_documentation() -> None:
    options = documented_options("modules", "swarm_container")
    assert set(options["strategy"]["choices"]) == {kind.name for kind in STRATEGIES} | {"binpacking"}
    said = " ".join(options["filters"]["description"])
    assert [kind.name for kind in FILTERS if f"V({kind.name})" not in said] == []


def test_the_changelog_names_every_plugin() -> None:
    """Of the releases that there are: it is written when a release is made."""
    changelog = (ROOT / "CHANGELOG.rst").read_text(encoding="utf-8")
    released = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["version"]
    for kind, names in (("modules", MODULES), ("inventory", ["swarm"])):
        for name in names:
            said = yaml.safe_load(plugin(kind, name).DOCUMENTATION)
            if _version(said["version_added"]) <= _version(released):
                assert f"- classic.swarm.{name} - {said['short_description']}" in changelog


def _version(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(".")))
