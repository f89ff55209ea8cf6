# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Build the zipapp: build_zipapp.py PACKAGE LAUNCHER TARGET, on the controller.

The same sources give the same bytes, on every machine and with every Python, so that copying it a second time changes
nothing: names in order, no times, no owners, no compression (libraries for that differ). ``zipapp`` keeps times.
"""

from __future__ import annotations

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
    for path in sorted(package.rglob("*.py")):
        yield path.relative_to(package.parent).as_posix(), path


if __name__ == "__main__":
    build(*map(Path, sys.argv[1:]))
