# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wheels of the distribution and of all that it needs, for hosts that reach no index.

python -m tests.tools.wheels FOLDER
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Make the folder anew."""
    folder = Path(sys.argv[1]).resolve()
    shutil.rmtree(folder, ignore_errors=True)
    with tempfile.TemporaryDirectory() as scratch:
        # A copy: setuptools leaves files of its own behind.
        ignored = shutil.ignore_patterns("__pycache__")
        source = shutil.copytree(ROOT / "distribution", Path(scratch, "distribution"), ignore=ignored)
        pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")
        subprocess.run([*pip, "wheel", "--wheel-dir", str(folder), str(source)], check=True)


if __name__ == "__main__":
    main()
