# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every file says under which licence it is."""

from __future__ import annotations

from pathlib import Path

from .session import Failure
from .workspace import ROOT, files

_PRODUCT = ("plugins/module_utils/_swarm/", "distribution/")
_LINES = 6
# Licence texts themselves; files that a tool writes and reads whole.
_WITHOUT = ("LICENSE", "LICENSES/", "distribution/LICENSE", "changelogs/changelog.yaml", "CHANGELOG.rst")


def check() -> None:
    """Raise Failure with the files whose first lines do not hold the right SPDX line; empty files need none."""
    wrong = [name for name in files() if not name.startswith(_WITHOUT) and not _says_it(ROOT / name, _licence(name))]
    if wrong:
        raise Failure(
            "\n".join(f"{name}: no line 'SPDX-License-Identifier: {_licence(name)}' at its top" for name in wrong)
        )


def _licence(name: str) -> str:
    return "BSD-2-Clause" if name.startswith(_PRODUCT) else "GPL-3.0-or-later"


def _says_it(path: Path, licence: str) -> bool:
    lines = path.read_text(encoding="utf-8").splitlines()
    return not lines or any(f"SPDX-License-Identifier: {licence}" in line for line in lines[:_LINES])
