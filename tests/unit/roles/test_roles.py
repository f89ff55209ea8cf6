# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every role must be like: defaults as specified, every option described, names kept apart, README up to date."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.tools.role_readme import readme, roles

ROLES = roles()
_SET_FILTERS = re.compile(r"\|\s*(difference|intersect|symmetric_difference|union)\(")
_REGISTERED = re.compile(r"^\s*register: (\S+)$", re.MULTILINE)


def _load(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}


def _specs(role: Path) -> dict[str, Any]:
    return _load(role / "meta/argument_specs.yml")["argument_specs"]


def _defaults(role: Path) -> dict[str, Any]:
    return _load(role / "defaults/main.yml") or {}


def _options(options: dict[str, Any], parent: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    for name, option in options.items():
        yield parent + name, option
        yield from _options(option.get("options", {}), f"{parent}{name}.")


@pytest.fixture(params=ROLES, ids=lambda role: role.name)
def role(request: pytest.FixtureRequest) -> Path:
    return request.param


def test_there_are_roles() -> None:
    assert {"docker_tls", "docker_engine"} <= {role.name for role in ROLES}


def test_defaults_are_those_of_the_specification(role: Path) -> None:
    options = _specs(role)["main"]["options"]
    specified = {name: option["default"] for name, option in options.items() if "default" in option}
    assert {name: value for name, value in _defaults(role).items() if "{{" not in str(value)} == specified


def test_a_default_that_is_a_template_is_described_in_words(role: Path) -> None:
    # Documentation shows a default as it stands, and refuses a template where a boolean, a number or a map is due.
    for point, spec in _specs(role).items():
        for name, option in _options(spec.get("options", {})):
            assert "{{" not in str(option.get("default", "")), f"{point}: {name}"
            if "{{" in str(_defaults(role).get(name, "")):
                assert "If it is not set" in str(option["description"]), f"{point}: {name}"


def test_an_option_without_default_is_required(role: Path) -> None:
    options = _specs(role)["main"]["options"]
    without = [name for name, option in options.items() if "default" not in option and not option.get("required")]
    assert [name for name in without if name not in _defaults(role)] == []


def test_other_entry_points_specify_the_same_defaults(role: Path) -> None:
    defaults = _defaults(role)
    for point, spec in _specs(role).items():
        for name, option in spec.get("options", {}).items():
            if "default" in option:
                assert option["default"] == defaults[name], f"{point}: {name}"


def test_everything_is_described_and_typed(role: Path) -> None:
    for point, spec in _specs(role).items():
        assert spec["short_description"], point
        assert spec["description"], point
        for name, option in _options(spec.get("options", {})):
            assert option.get("description"), f"{point}: {name}"
            assert "type" in option, f"{point}: {name}"
            assert option["type"] != "list" or "elements" in option, f"{point}: {name}"


def test_every_entry_point_has_its_tasks(role: Path) -> None:
    missing = [point for point in _specs(role) if not (role / f"tasks/{point}.yml").exists()]
    assert missing == []


def test_public_and_private_names(role: Path) -> None:
    assert [name for name in _defaults(role) if not name.startswith(f"{role.name}_")] == []
    variables = _load(role / "vars/main.yml") or {}
    assert [name for name in variables if not name.startswith(f"_{role.name}_")] == []


def test_registered_names(role: Path) -> None:
    for path in sorted(role.glob("**/*.yml")):
        for name in _REGISTERED.findall(path.read_text(encoding="utf-8")):
            assert name.startswith(f"__{role.name}_"), f"{path.name}: {name}"


def test_readme_is_up_to_date(role: Path) -> None:
    written = role / "README.md"
    assert written.exists(), "run python -m tests.tools.role_readme"
    assert written.read_text(encoding="utf-8") == readme(role), "run python -m tests.tools.role_readme"


def test_nothing_is_written_in_an_order_of_chance() -> None:
    # These filters of Ansible's go through sets: their items come in another order in each run, and what is written
    # with them is changed each time. `select('in', ...)` and `reject('in', ...)` keep the order.
    root = ROLES[0].parents[1]
    files = [path for folder in ("roles", "playbooks") for path in (root / folder).rglob("*") if path.is_file()]
    assert len(files) > 50
    assert [str(path) for path in files if _SET_FILTERS.search(path.read_text(encoding="utf-8"))] == []
