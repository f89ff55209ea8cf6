# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What README.md tells a user to write and to run, word for word."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_FILE = re.compile(r"^`([\w.-]+)`:\n\n```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^    (\S.*)$", re.MULTILINE)


def text() -> str:
    """All of it."""
    return (ROOT / "README.md").read_text(encoding="utf-8")


def files() -> dict[str, str]:
    """The files that it shows, by name."""
    return dict(_FILE.findall(text()))


def commands(beginning: str) -> list[str]:
    """The commands that it shows, in order, comments and all: those that begin so."""
    return [line for line in _COMMAND.findall(text()) if line.startswith(f"{beginning} ")]
