# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where things are in the checkout, and with which environment the parts run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
CACHE = ROOT / ".cache"
OUTPUT = CACHE / "check"
COLLECTIONS = CACHE / "collections"
PYTHON = Path(sys.executable)

#: What galaxy.yml leaves out, too.
_NOT_IN_COLLECTION = "distribution/"


def tool(name: str) -> str:
    """Path of a program of the virtual environment that runs this."""
    return str(PYTHON.parent / name)


def environment(collections: Path = COLLECTIONS) -> dict[str, str]:
    """Environment with Ansible's files in the cache and its collections in `collections`."""
    values = {key: value for key, value in os.environ.items() if not key.startswith(("ANSIBLE_", "DOCKER_", "SWARM_"))}
    values["ANSIBLE_HOME"] = str(CACHE / "ansible")
    values["ANSIBLE_COLLECTIONS_PATH"] = str(collections)
    values["PATH"] = f"{PYTHON.parent}{os.pathsep}{values.get('PATH', os.defpath)}"
    return values


def copy_of_collection(parent: Path) -> Path:
    """Copy the collection's files, and only those, to parent/ansible_collections/classic/swarm; give that folder."""
    target = parent / "ansible_collections/classic/swarm"
    shutil.rmtree(parent / "ansible_collections", ignore_errors=True)
    for name in files():
        if name.startswith(_NOT_IN_COLLECTION):
            continue
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target / name)
    return target


def files() -> list[str]:
    """Names, from the top of the checkout, of the files that belong to the project."""
    # The checkout may belong to another user than the one who runs the tests.
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    # A file that was deleted and not yet committed is still listed, and so is the link to a folder.
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def find_python(*versions: str) -> Path | None:
    """Give the first Python of these versions that this machine has, such as "3.9"."""
    done = subprocess.run(["tests/tools/python.sh", *versions], cwd=ROOT, capture_output=True, text=True, check=False)
    return Path(done.stdout.strip()) if done.returncode == 0 else None
