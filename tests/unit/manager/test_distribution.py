# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who may import whom in the distribution: no circles, nothing of Ansible, and few libraries."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from tests.unit.test_layering import circle

DISTRIBUTION = Path(__file__).resolve().parents[3] / "distribution"
PACKAGE = DISTRIBUTION / "classic_swarm"
#: What is not of Python and may be imported: what pyproject.toml names, and what aiohttp itself stands on.
#: Each of the two great commands has libraries of its own, so that a host needs those of its command only.
LIBRARIES = {"manager": {"aiohttp", "multidict", "yarl"}, "router": {"jinja2"}}


def files() -> list[Path]:
    # The product below is a link, and has a test of its own.
    return sorted([*PACKAGE.glob("*.py"), *(path for part in LIBRARIES for path in (PACKAGE / part).rglob("*.py"))])


def imported(path: Path) -> tuple[set[str], set[Path]]:
    """Roots of absolute imports, and files that relative ones name."""
    package = path.relative_to(PACKAGE).parent.parts
    outside, inside = set(), set()
    for statement in ast.walk(ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 9))):
        if isinstance(statement, ast.Import):
            outside |= {name.name.partition(".")[0] for name in statement.names}
        elif isinstance(statement, ast.ImportFrom) and not statement.level:
            outside.add((statement.module or "").partition(".")[0])
        elif isinstance(statement, ast.ImportFrom):
            up = statement.level - 1
            assert up <= len(package), f"{path} imports from above the package"
            base = PACKAGE.joinpath(*package[: len(package) - up], *filter(None, (statement.module or "").split(".")))
            candidates = [base.with_suffix(".py"), *(base / f"{name.name}.py" for name in statement.names)]
            inside |= {each for each in candidates if each.is_file()}
    return outside, inside


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_file_imports_only_what_it_may(path: Path) -> None:
    outside, inside = imported(path)
    part = path.relative_to(PACKAGE).parts[0]
    assert sorted(outside - LIBRARIES.get(part, set()) - set(sys.stdlib_module_names)) == []
    others = {PACKAGE / each for each in LIBRARIES} - {PACKAGE / part}
    assert part not in LIBRARIES or not [each for each in inside if others & {*each.parents}]


def test_no_file_imports_itself_in_a_roundabout_way() -> None:
    graph = {path: imported(path)[1] for path in files()}
    assert [str(path.relative_to(PACKAGE)) for path in circle(graph)] == []
    assert PACKAGE / "manager/http/call.py" in graph[PACKAGE / "manager/proxy/one.py"]


def test_packages_have_empty_init_files() -> None:
    assert [path for path in files() if path.name == "__init__.py" and path.read_text(encoding="utf-8")] == []


def test_the_product_is_a_link() -> None:
    """One source for the collection and for the distribution."""
    link = PACKAGE / "_swarm"
    assert link.is_symlink()
    assert link.resolve() == DISTRIBUTION.parent / "plugins/module_utils/_swarm"
