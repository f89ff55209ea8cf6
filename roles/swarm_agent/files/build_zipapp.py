# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Build the zipapp: build_zipapp.py PACKAGE LAUNCHER TARGET, on the controller.

The same sources give the same bytes, on every machine and with every Python, so that copying it a second time changes
nothing: names in order, no times, no owners, no compression (libraries for that differ). ``zipapp`` keeps times.
Only what the program imports is in it, so that a change of anything else restarts no agent.
"""

from __future__ import annotations

import ast
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

INTERPRETER = b"#!/usr/bin/python3\n"
#: The earliest time that a zip file can hold.
NO_TIME = (1980, 1, 1, 0, 0, 0)


def build(package: Path, launcher: Path, target: Path) -> None:
    """Write ``target`` with the launcher and every Python file of the package."""
    with target.open("wb") as file:
        file.write(INTERPRETER)
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for name, path in members(package, launcher):
                info = zipfile.ZipInfo(name, NO_TIME)
                info.create_system = 3
                info.external_attr = 0o644 << 16
                archive.writestr(info, path.read_bytes())


def members(package: Path, launcher: Path) -> Iterator[tuple[str, Path]]:
    """Names in the archive and the files that go there."""
    yield "__main__.py", launcher
    for path in sorted(needed(package, package / "agent" / "command.py")):
        yield path.relative_to(package.parent).as_posix(), path


def needed(package: Path, program: Path) -> set[Path]:
    """The files of the package that the program imports, directly or not, with the packages that they are in."""
    found: set[Path] = set()
    waiting = [program]
    while waiting:
        path = waiting.pop()
        if path in found or not path.is_file():
            continue
        found.add(path)
        waiting += imported(path)
        waiting += [folder / "__init__.py" for folder in path.parents if package in (folder, *folder.parents)]
    return found


def imported(path: Path) -> Iterator[Path]:
    """Where the modules that a file imports can be; the product's own imports are all relative."""
    for statement in run_statements(ast.parse(path.read_bytes())):
        if isinstance(statement, ast.ImportFrom) and statement.level:
            base = path.parents[statement.level - 1].joinpath(*(statement.module or "").split("."))
            yield base.with_suffix(".py")
            for name in statement.names:
                yield base / f"{name.name}.py"
                yield base / name.name / "__init__.py"


def run_statements(tree: ast.AST) -> Iterator[ast.AST]:
    """All that runs; not what only a type checker sees."""
    for child in ast.iter_child_nodes(tree):
        if not (isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test)):
            yield child
            yield from run_statements(child)


if __name__ == "__main__":
    build(*map(Path, sys.argv[1:]))
