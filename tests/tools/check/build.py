# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The collection and the distribution as files: build them, install those, and look whether all is in there."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from .session import Failure, Session, Steps, command
from .workspace import CACHE, PYTHON, ROOT, copy_of_collection, environment, tool

_FOLDER = CACHE / "build"
_PACKAGE = "classic_swarm"
_TYPES = {"modules": "module", "inventory": "inventory", "connection": "connection"}


def sessions() -> list[Session]:
    """Give one session for the collection and one for the distribution."""
    return [
        Steps("build and install", _build_and_install),
        Steps("build and install the distribution", _build_and_install_distribution),
    ]


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


def _build_and_install_distribution() -> None:
    """A wheel holds files where the checkout has links; the libraries are those of this virtual environment."""
    folder = CACHE / "build-distribution"
    shutil.rmtree(folder, ignore_errors=True)
    # A copy: setuptools leaves files of its own behind.
    source = Path(
        shutil.copytree(ROOT / "distribution", folder / "source", ignore=shutil.ignore_patterns("__pycache__"))
    )
    pip = (str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--quiet")
    command(*pip, "wheel", "--no-deps", "--wheel-dir", str(folder), str(source))
    built = next(folder.glob("classic_swarm-*.whl"))
    installed = folder / "installed"
    command(*pip, "install", "--no-deps", "--target", str(installed), str(built))
    kinds = ("*.py", "*.j2")
    missing = {
        path.relative_to(source)
        for kind in kinds
        for path in source.rglob(kind)
        if path.relative_to(source).parts[0] == _PACKAGE
    }
    missing -= {path.relative_to(installed) for kind in kinds for path in installed.rglob(kind)}
    if missing:
        raise Failure(f"{built.name} has no {', '.join(sorted(map(str, missing)))}")
    values = {**environment(), "PYTHONPATH": str(installed)}
    said = command(str(installed / "bin/swarm"), "--version", cwd=folder, env=values).strip()
    wanted = f"swarm version {built.name.split('-')[1]}"
    if said != wanted:
        raise Failure(f"swarm --version says '{said}' and not '{wanted}'")
    for name in ("manage", "route"):
        command(str(installed / "bin/swarm"), name, "--help", cwd=folder, env=values)
    print(built)


def _documented(kind: str, names: set[str], installed: Path, values: dict[str, str]) -> set[str]:
    """Names of this kind that ansible-doc can show from the installed collection."""
    if not names:
        return set()
    said = command(tool("ansible-doc"), "--type", kind, "--json", *sorted(names), cwd=installed, env=values)
    # Warnings may stand before the document.
    shown = json.loads(said[said.index("{") :])
    return {name for name, plugin in shown.items() if str(installed) in plugin["doc"]["filename"]}
