# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The collection as a file: build it, install that, and look whether its plugins are there."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from .session import Failure, Session, Steps, command
from .workspace import CACHE, copy_of_collection, environment, tool

_FOLDER = CACHE / "build"
_TYPES = {"modules": "module", "inventory": "inventory"}


def sessions() -> list[Session]:
    """Give the one session."""
    return [Steps("build and install", _build_and_install)]


def _build_and_install() -> None:
    shutil.rmtree(_FOLDER, ignore_errors=True)
    copy = copy_of_collection(_FOLDER / "source")
    galaxy = tool("ansible-galaxy")
    command(galaxy, "collection", "build", str(copy), "--output-path", str(_FOLDER))
    built = next(_FOLDER.glob("classic-swarm-*.tar.gz"))
    installed = _FOLDER / "installed"
    values = environment(collections=installed)
    command(
        galaxy, "collection", "install", str(built), "--offline", "--no-deps", "--collections-path", str(installed),
        cwd=_FOLDER, env=values,
    )  # fmt: skip
    for folder, kind in _TYPES.items():
        wanted = {
            f"classic.swarm.{path.stem}" for path in copy.glob(f"plugins/{folder}/*.py") if path.stem != "__init__"
        }
        seen = _documented(kind, wanted, installed, values)
        if wanted - seen:
            raise Failure(f"ansible-doc does not find these in {built.name}: {', '.join(sorted(wanted - seen))}")
    print(built)


def _documented(kind: str, names: set[str], installed: Path, values: dict[str, str]) -> set[str]:
    """Names of this kind that ansible-doc can show from the installed collection."""
    if not names:
        return set()
    said = command(tool("ansible-doc"), "--type", kind, "--json", *sorted(names), cwd=installed, env=values)
    # Warnings may stand before the document.
    shown = json.loads(said[said.index("{") :])
    return {name for name, plugin in shown.items() if str(installed) in plugin["doc"]["filename"]}
