# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who may import whom, read from the sources: the rule of docs/design/layering.md."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

MODULE_UTILS = Path(__file__).resolve().parents[2] / "plugins" / "module_utils"
PRODUCT = MODULE_UTILS / "_swarm"

#: For each part of the product the other parts that it may import; its own files it always may.
BELOW = {
    "errors": (),
    "regexp": (),
    "expression": ("errors", "regexp"),
    "settings": ("errors", "expression"),
    "model": ("errors", "expression", "settings"),
    "wire": ("errors", "settings", "model"),
    "scheduler": ("errors", "expression", "settings", "model"),
    "discovery": ("errors", "expression", "settings", "model", "wire"),
    "engine": ("errors", "expression", "settings", "model", "wire"),
    "container": ("errors", "expression", "settings", "model"),
    "cluster": (
        "errors",
        "expression",
        "settings",
        "model",
        "wire",
        "scheduler",
        "discovery",
        "engine",
        "container",
        "services",
    ),
    "services": ("errors", "model"),
    "agent": ("errors", "settings", "model", "wire", "discovery", "engine", "container", "services"),
}

#: Parts that touch nothing that they were not handed.
PURE = ("errors", "regexp", "expression", "settings", "model", "scheduler", "container")

#: All that pure code may import from outside. None of it opens, waits, asks the machine or draws by chance.
HARMLESS = {
    "__future__",
    "abc",
    "bisect",
    "collections",
    "contextlib",
    "dataclasses",
    "enum",
    "fractions",
    "functools",
    "hashlib",
    "heapq",
    "ipaddress",
    "itertools",
    "jmespath",
    "json",
    "math",
    "operator",
    "posixpath",
    "re",
    "shlex",
    "string",
    "typing",
    "warnings",
}
TOUCHING_BUILTINS = {"open", "input", "print", "exec", "eval", "__import__"}


@dataclass(frozen=True)
class Import:
    """One imported module. For a relative one ``module`` is its path below the product, with dots."""

    line: int
    module: str
    relative: bool


def imports(source: str, package: tuple[str, ...]) -> Iterator[Import]:
    """The imports of a file, wherever they stand: those that only a type checker sees as well.

    :param package: where the file lies below the product, such as ``("scheduler", "filters")``
    """
    for statement in ast.walk(ast.parse(source)):
        if isinstance(statement, ast.Import):
            for name in statement.names:
                yield Import(statement.lineno, name.name, False)
        elif isinstance(statement, ast.ImportFrom) and not statement.level:
            yield Import(statement.lineno, statement.module or "", False)
        elif isinstance(statement, ast.ImportFrom):
            up = statement.level - 1
            if up > len(package):
                yield Import(statement.lineno, "above the product", False)
                continue
            base = (*package[: len(package) - up], *(statement.module or "").split("."))
            for name in statement.names:
                yield Import(statement.lineno, ".".join(filter(None, (*base, name.name))), True)


def type_only(source: str) -> list[int]:
    """The lines of what a type checker imports of the product and a run does not: that hides a circle.

    A library that need not be installed may be imported so.
    """
    return [
        inner.lineno
        for branch in ast.walk(ast.parse(source))
        if isinstance(branch, ast.If) and "TYPE_CHECKING" in ast.dump(branch.test)
        for inner in ast.walk(branch)
        if isinstance(inner, ast.ImportFrom) and inner.level
    ]


def files_imported(path: Path) -> set[Path]:
    """The files of the product that one of them imports."""
    found = set()
    for each in imports(path.read_text(encoding="utf-8"), path.relative_to(PRODUCT).parent.parts):
        if each.relative:
            target = PRODUCT.joinpath(*each.module.split("."))
            # The last part is the file itself, or a name in it.
            found |= {file for file in (target.with_suffix(".py"), target.parent.with_suffix(".py")) if file.is_file()}
    return found


def circle(graph: dict[Path, set[Path]]) -> list[Path]:
    """Files each of which imports the next, and the last the first; empty where there are none."""
    done: set[Path] = set()
    trail: list[Path] = []

    def walk(path: Path) -> list[Path]:
        if path in trail:
            return trail[trail.index(path) :]
        if path in done:
            return []
        trail.append(path)
        found = next(filter(None, map(walk, sorted(graph.get(path, ())))), [])
        trail.pop()
        done.add(path)
        return found

    return next(filter(None, map(walk, sorted(graph))), [])


def faults(part: str, source: str, package: tuple[str, ...]) -> list[str]:
    """What in a file of ``part`` breaks the rule, in words with the line."""
    found = [f"line {line}: what only a type checker imports hides a circle" for line in type_only(source)]
    for each in imports(source, package):
        root = each.module.split(".")[0]
        if each.relative:
            if root != part and root not in BELOW[part]:
                found.append(f"line {each.line}: {part} must not import {root}")
        elif root.startswith("ansible"):
            found.append(f"line {each.line}: the product imports no {root}")
        elif root == "above the product":
            found.append(f"line {each.line}: imports from above the product")
        elif part in PURE and root not in HARMLESS:
            found.append(f"line {each.line}: {part} is pure and must not import {root}")
    if part in PURE:
        found += [
            f"line {call.lineno}: {part} is pure and must not call {call.func.id}"
            for call in ast.walk(ast.parse(source))
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in TOUCHING_BUILTINS
        ]
    return found


def product_files() -> list[Path]:
    return sorted(path for path in PRODUCT.rglob("*.py") if path != PRODUCT / "__init__.py")


def part_of(path: Path) -> str:
    return path.relative_to(PRODUCT).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", product_files(), ids=lambda path: str(path.relative_to(PRODUCT)))
def test_every_file_keeps_the_rule(path):
    assert part_of(path) in BELOW, f"{part_of(path)} has no place in the table of layers"
    assert faults(part_of(path), path.read_text(encoding="utf-8"), path.relative_to(PRODUCT).parent.parts) == []


def test_the_files_were_found():
    assert {part_of(path) for path in product_files()} == set(BELOW)


def test_no_file_imports_itself_in_a_roundabout_way():
    graph = {path: files_imported(path) for path in product_files()}
    assert [str(path.relative_to(PRODUCT)) for path in circle(graph)] == []


def test_the_graph_holds_what_is_imported():
    found = files_imported(PRODUCT / "scheduler" / "scheduler.py")
    assert {
        PRODUCT / "errors.py",
        PRODUCT / "model" / "node.py",
        PRODUCT / "scheduler" / "state" / "cluster.py",
    } <= found


@pytest.mark.parametrize(
    ("graph", "found"),
    [
        ({"a": {"b"}, "b": {"c"}, "c": set()}, []),
        ({"a": {"b", "c"}, "b": {"c"}, "c": set()}, []),
        ({"a": {"b"}, "b": {"c"}, "c": {"b"}}, ["b", "c"]),
        ({"a": {"a"}}, ["a"]),
        ({"a": {"b"}, "b": {"c"}, "c": {"d"}, "d": {"a"}}, ["a", "b", "c", "d"]),
    ],
)
def test_circles_are_found(graph, found):
    paths = {Path(name): {Path(other) for other in others} for name, others in graph.items()}
    assert [str(path) for path in circle(paths)] == found


@pytest.mark.parametrize("path", sorted(MODULE_UTILS.rglob("__init__.py")), ids=str)
def test_packages_have_empty_init_files(path):
    assert path.read_text(encoding="utf-8") == ""


@pytest.mark.parametrize(
    ("part", "package", "source", "fault"),
    [
        ("scheduler", ("scheduler",), "from ..model.node import Node", None),
        ("scheduler", ("scheduler", "filters"), "from ...model.node import Node", None),
        ("scheduler", ("scheduler", "filters"), "from ..state import ClusterState", None),
        ("scheduler", ("scheduler",), "from ..engine.reader import read", "scheduler must not import engine"),
        ("scheduler", ("scheduler",), "from .. import cluster", "scheduler must not import cluster"),
        ("scheduler", ("scheduler",), "from ...._ansible import x", "imports from above the product"),
        ("scheduler", ("scheduler",), "import os.path", "scheduler is pure and must not import os"),
        ("scheduler", ("scheduler",), "def f():\n    from random import choice", "must not import random"),
        ("scheduler", ("scheduler",), "open('x')", "scheduler is pure and must not call open"),
        ("model", ("model",), "try:\n    import time\nexcept ImportError:\n    pass", "must not import time"),
        ("engine", ("engine",), "import socket", None),
        ("engine", ("engine",), "from ansible.errors import X", "the product imports no ansible"),
        ("engine", ("engine",), "from ansible_collections.a.b import X", "imports no ansible_collections"),
        ("engine", ("engine",), "from ..discovery.backend import Backend", "engine must not import discovery"),
        ("scheduler", ("scheduler",), "if t.TYPE_CHECKING:\n    from .rules import Rules", "hides a circle"),
        ("scheduler", ("scheduler",), "if TYPE_CHECKING:\n    from .rules import Rules", "hides a circle"),
        ("engine", ("engine",), "if t.TYPE_CHECKING:\n    import requests", None),
        ("errors", (), "from .scheduler.placement import Placement", "errors must not import scheduler"),
        ("cluster", ("cluster",), "from ..container.parse import parse", None),
    ],
)
def test_the_rule_itself(part, package, source, fault):
    found = faults(part, textwrap.dedent(source), package)
    assert len(found) == (fault is not None)
    if fault is not None:
        assert fault in found[0]
