# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where apt of this machine takes Debian's packages, and how: what a host made here has to know to do the same."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.lab.errors import LabError
from tests.lab.shell import run

_FORMAT = "$(REPO_URI) $(LABEL)"
_SETTINGS = ("Acquire::http::", "Acquire::https::", "Acquire::ftp::", "Acquire::Retries", "Acquire::ForceIPv4")
_AUTHORITIES = "usr/local/share/ca-certificates"


def mirror() -> str:
    """Address of the Debian mirror that this machine uses."""
    return _mirrors()["Debian"]


def sources(suite: str) -> str:
    """Give a sources.list with this machine's mirrors for `suite`."""
    found = _mirrors()
    lines = [f"deb {found['Debian']} {suite} main"]
    if "Debian-Security" in found:
        lines.append(f"deb {found['Debian-Security']} {suite}-security main")
    return "\n".join(lines) + "\n"


def settings() -> str:
    """Give this machine's settings for the way to its mirrors (proxies and the like) as an apt.conf."""
    # "Acquire::http "";" and the like, without the two colons at the end, only say that the branch exists.
    lines = run("apt-config", "dump", "Acquire").splitlines()
    return "".join(f"{line}\n" for line in lines if line.startswith(_SETTINGS))


def copy_authorities(root: Path) -> None:
    """Have the system below `root` trust the authorities that were added to this machine."""
    own = Path("/", _AUTHORITIES)
    if not any(own.glob("*.crt")):
        return
    shutil.copytree(own, root / _AUTHORITIES, dirs_exist_ok=True)
    run("chroot", str(root), "update-ca-certificates")


def _mirrors() -> dict[str, str]:
    """Label of an archive (Debian, Debian-Security) -> its address."""
    found: dict[str, str] = {}
    for line in run("apt-get", "indextargets", "--format", _FORMAT, "Created-By: Packages").splitlines():
        address, _space, label = line.partition(" ")
        found.setdefault(label, address)
    if "Debian" not in found:
        raise LabError("apt knows no Debian mirror on this machine; apt-get update may help")
    return found
