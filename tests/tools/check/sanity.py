# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`ansible-test sanity`, in a copy of the collection and with a home of its own."""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from .session import Failure, Session, Skipped, Steps, command
from .workspace import CACHE, PYTHON, copy_of_collection, environment, find_python, tool

_FOLDER = CACHE / "sanity"
_HOME = _FOLDER / "home"
_TIMEOUT = 900.0
_FEWEST = 20

# ansible-test wants to fetch this from the network; pip comes with Python.
_GET_PIP = "import ensurepip\n\nensurepip.bootstrap(upgrade=True)\n"
_GET_PIP_PLACE = ".ansible/test/cache/get_pip_24_2.py"


# The oldest Python on which modules run; compiling and importing there is what can be tried without a target.
_OLDEST = "3.9"
_FOR_OLDEST = ("compile", "import")


def sessions() -> list[Session]:
    """Give all tests on this Python, and those that concern a target on the oldest one."""
    current = ".".join(str(number) for number in sys.version_info[:2])
    oldest = find_python(_OLDEST)
    name = f"on Python {_OLDEST}"
    return [
        Steps("all tests", partial(_sanity, current, PYTHON, (), _FEWEST)),
        Skipped(name, f"no Python {_OLDEST} on this machine")
        if oldest is None
        else Steps(name, partial(_sanity, _OLDEST, oldest, _FOR_OLDEST, len(_FOR_OLDEST))),
    ]


def _sanity(version: str, python: Path, tests: Sequence[str], fewest: int) -> None:
    copy = copy_of_collection(_FOLDER)
    # ansible-test asks git for the files, and without a repository here would hear that the cache is to be ignored.
    command("git", "init", "--quiet", cwd=copy)
    command("git", "add", "--all", cwd=copy)
    _write(_HOME / _GET_PIP_PLACE, _GET_PIP)
    _write(_HOME / ".config/pip/pip.conf", _pip_configuration())
    values = environment(collections=_FOLDER)
    values["HOME"] = str(_HOME)
    values["PATH"] = f"{values['PATH']}{os.pathsep}{python.parent}"
    chosen = [word for test in tests for word in ("--test", test)]
    said = command(
        tool("ansible-test"), "sanity", "--local", "--python", version, "--requirements", "--color", "no", *chosen,
        timeout=_TIMEOUT, cwd=copy, env=values,
    )  # fmt: skip
    if said.count("Running sanity test") < fewest:
        raise Failure(f"{said}\nansible-test ran fewer than {fewest} tests")


def _pip_configuration() -> str:
    """Give as one file what pip takes from this user's files and environment: ansible-test hands on neither."""
    sections: dict[str, dict[str, str]] = {"global": {}}
    listed = command(str(PYTHON), "-m", "pip", "config", "list").splitlines()
    # What the environment says is read last and wins.
    for line in sorted(listed, key=lambda line: line.startswith(":env:")):
        name, _sign, value = line.partition("=")
        section, _dot, key = name.rpartition(".")
        text = "\n    ".join(str(ast.literal_eval(value)).splitlines())
        sections.setdefault("global" if section == ":env:" else section, {})[key] = text
    # Of a failure the findings are to be seen, not what pip fetched.
    sections["global"]["quiet"] = "2"
    lines = []
    for section, values in sections.items():
        lines += [f"[{section}]", *(f"{key} = {value}" for key, value in values.items())]
    return "\n".join(lines) + "\n"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
