# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The linters."""

from __future__ import annotations

from functools import partial

from . import licences
from .session import Session, Steps, command
from .workspace import CACHE, copy_of_collection, environment, tool

_OURS = ("-p", "tests.lab", "-p", "tests.tools", "-p", "tests.benchmark")
_PRODUCT = "ansible_collections.classic.swarm.plugins"


def sessions() -> list[Session]:
    """Give one session a linter."""
    return [
        Steps("ruff check", partial(_tool, "ruff", "check")),
        Steps("ruff format", partial(_tool, "ruff", "format", "--check")),
        Steps("mypy of the product", partial(_tool, "mypy", "-p", _PRODUCT)),
        Steps("mypy of the endpoint", partial(_tool, "mypy", "-p", "classic_swarm")),
        Steps("mypy of the lab, the tools and the benchmarks", partial(_tool, "mypy", *_OURS)),
        Steps("ansible-lint", _ansible_lint),
        Steps("licences", licences.check),
        Steps("changelog", partial(_tool, "antsibull-changelog", "lint")),
    ]


def _tool(name: str, *arguments: str) -> None:
    command(tool(name), *arguments)


def _ansible_lint() -> None:
    # In a copy: there the linter sees a collection laid out as one, and none of the checkout's caches.
    folder = CACHE / "lint"
    copy = copy_of_collection(folder)
    values = environment(collections=folder)
    command(tool("ansible-lint"), "--offline", "--profile", "production", "--strict", "--nocolor", cwd=copy, env=values)
