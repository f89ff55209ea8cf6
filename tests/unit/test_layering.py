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
    ),
    "agent": ("errors", "settings", "model", "wire", "discovery", "engine", "container"),
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
    """The imports of a file, but not those that only a type checker sees.

    :param package: where the file lies below the product, such as ``("scheduler", "filters")``
    """
    for statement in _run_statements(ast.parse(source)):
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


def _run_statements(tree: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
            continue
        yield child
        yield from _run_statements(child)


def faults(part: str, source: str, package: tuple[str, ...]) -> list[str]:
    """What in a file of ``part`` breaks the rule, in words with the line."""
    found = []
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
        ("errors", (), "if t.TYPE_CHECKING:\n    from .scheduler.placement import Placement", None),
        ("errors", (), "from .scheduler.placement import Placement", "errors must not import scheduler"),
        ("cluster", ("cluster",), "from ..container.parse import parse", None),
    ],
)
def test_the_rule_itself(part, package, source, fault):
    found = faults(part, textwrap.dedent(source), package)
    assert len(found) == (fault is not None)
    if fault is not None:
        assert fault in found[0]
