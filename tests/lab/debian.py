# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Packages of another suite of Debian, unpacked into a folder; nothing is installed.

They come from the mirror that the machine's own apt is configured with, through an apt of their own beside it.
"""

from __future__ import annotations

import fcntl
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

_TIMEOUT = 300


class PackagesUnavailable(Exception):
    """The packages cannot be had on this machine; the message says why."""


def unpacked(suite: str, packages: Sequence[str], folder: Path, *, dependencies: bool = False) -> Path:
    """Give the folder that the packages are unpacked in, `folder/root`; they are fetched on first use.

    The packages themselves stay in `folder/archives`, for those who install them elsewhere.

    dependencies: with everything that they need, the C library included; without, the packages alone.
    PackagesUnavailable: no apt here, or the mirror does not give them.
    """
    root, archives = folder / "root", folder / "archives"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not root.exists() or not archives.exists():
            shutil.rmtree(root, ignore_errors=True)
            _fetch(suite, packages, folder, dependencies)
            fresh = folder / "unpacked"
            shutil.rmtree(fresh, ignore_errors=True)
            for package in sorted(archives.glob("*.deb")):
                _run(["dpkg-deb", "--extract", str(package), str(fresh)], folder)
            # Renamed last: a fetch that was cut short leaves no folder that looks complete.
            fresh.rename(root)
    return root


def _fetch(suite: str, packages: Sequence[str], folder: Path, dependencies: bool) -> None:
    """Bring the .deb files into `folder/archives`."""
    parts, lists, archives = folder / "sources.list.d", folder / "lists", folder / "archives"
    for path in (parts, lists / "partial", archives / "partial"):
        path.mkdir(parents=True, exist_ok=True)
    (parts / f"{suite}.sources").write_text(_sources_of(suite), encoding="utf-8")
    # An empty list of what is installed: every dependency counts as missing.
    (folder / "status").write_text("", encoding="utf-8")
    options = {
        "Dir::Etc::sourcelist": "/dev/null",
        "Dir::Etc::sourceparts": str(parts),
        "Dir::Etc::preferences": "/dev/null",
        "Dir::Etc::preferencesparts": "/dev/null",
        "Dir::State::lists": str(lists),
        "Dir::State::status": str(folder / "status"),
        "Dir::Cache": str(folder),
        "APT::Sandbox::User": "root",
        "Acquire::Languages": "none",
        "Acquire::Check-Valid-Until": "false",
    }
    apt = ["apt-get", "-q", *(word for name, value in options.items() for word in ("-o", f"{name}={value}"))]
    _run([*apt, "update"], folder)
    if dependencies:
        _run([*apt, "install", "--yes", "--download-only", "--no-install-recommends", *packages], folder)
    else:
        _run([*apt, "download", *packages], archives)
    shutil.rmtree(lists)


def _run(command: Sequence[str], folder: Path) -> None:
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=_TIMEOUT, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PackagesUnavailable(f"{shlex.join(command[:1])} failed: {error}") from error
    if done.returncode != 0:
        raise PackagesUnavailable(
            f"{command[0]} {command[-1]} ended with {done.returncode}: {done.stderr.strip()[-500:]}"
        )


def _sources_of(suite: str) -> str:
    """The machine's own source of its base system, in deb822 form, with another suite put in."""
    codename = _codename()
    stanzas = [
        f"Types: deb\nURIs: {uris}\nSuites: {suite}\nComponents: main\n"
        + (f"Signed-By: {signed_by}\n" if signed_by else "")
        for uris, suites, signed_by in (*_deb822_sources(), *_one_line_sources())
        if codename in suites.split()
    ]
    if not stanzas:
        raise PackagesUnavailable(f"apt on this machine has no source for its own suite {codename}")
    return stanzas[0]


def _codename() -> str:
    try:
        release = Path("/etc/os-release").read_text(encoding="utf-8")
    except OSError as error:
        raise PackagesUnavailable(f"not a Debian machine: {error}") from error
    found = re.search(r'^VERSION_CODENAME="?(\w+)', release, re.MULTILINE)
    if found is None:
        raise PackagesUnavailable("not a Debian machine: /etc/os-release has no VERSION_CODENAME")
    return found.group(1)


def _deb822_sources() -> Iterator[tuple[str, str, str]]:
    """(URIs, suites, Signed-By) of every stanza that gives binary packages."""
    for path in sorted(Path("/etc/apt/sources.list.d").glob("*.sources")):
        text = re.sub(r"^#.*\n", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        for stanza in re.split(r"\n\s*\n", text):
            fields = dict(re.findall(r"^([\w-]+):[ \t]*(.*(?:\n[ \t].*)*)", stanza, re.MULTILINE))
            if "deb" in fields.get("Types", "").split() and fields.get("Enabled", "yes") != "no":
                yield fields.get("URIs", ""), fields.get("Suites", ""), fields.get("Signed-By", "")


def _one_line_sources() -> Iterator[tuple[str, str, str]]:
    """The same of every ``deb [options] URI SUITE COMPONENTS`` line."""
    for path in (Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*.list"))):
        if path.exists():
            for options, uri, suite in re.findall(
                r"^deb[ \t]+(?:\[(.*?)\][ \t]+)?(\S+)[ \t]+(\S+)", path.read_text(encoding="utf-8"), re.MULTILINE
            ):
                signed_by = re.search(r"signed-by=(\S+)", options)
                yield uri, suite, signed_by.group(1) if signed_by else ""
