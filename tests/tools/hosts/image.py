# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An image of a bare Debian host: systemd, SSH, Python, and nothing of Docker. Built once and kept as a file."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.lab.shell import run

from . import apt

FOLDER = Path("/var/cache/classic-swarm/hosts")

_INSTALLED = (
    "systemd", "systemd-sysv", "dbus", "openssh-server", "python3", "iproute2", "iptables", "ca-certificates", "procps",
)  # fmt: skip

# Not installed, only fetched: the roles install them, and need not wait for the network each time.
_FETCHED = ("docker.io", "python3-apt", "python3-cryptography")
_FETCHED_TOO = {"trixie": ("docker-cli",)}

# Nothing of these matters to a test, and each costs seconds of every boot.
_MASKED = (
    "apt-daily.timer", "apt-daily-upgrade.timer", "e2scrub_all.timer", "fstrim.timer", "dpkg-db-backup.timer",
    "getty.target", "console-getty.service", "systemd-networkd-wait-online.service",
)  # fmt: skip

_BUILD_TIMEOUT = 1200.0


def archive(suite: str) -> Path:
    """Give the image's root file system as a tar file; build it when it is not there."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"debian-{suite}-{_recipe(suite)}.tar"
    with _one_at_a_time():
        if not path.exists():
            print(f"Building the image of a bare host, Debian {suite}: some two minutes, once", flush=True)
            _build(suite, path)
            _remove_older(suite, path)
    return path


def tag(suite: str) -> str:
    """Name of the image in an engine."""
    return f"bare-host:{suite}-{_recipe(suite)}"


def _recipe(suite: str) -> str:
    """Stand for everything that makes the image what it is: a change of any of it makes a new one."""
    recipe = {"version": 1, "installed": _INSTALLED, "fetched": _fetched(suite), "masked": _MASKED}
    return hashlib.sha256(json.dumps(recipe, sort_keys=True).encode()).hexdigest()[:12]


def _fetched(suite: str) -> tuple[str, ...]:
    return _FETCHED + _FETCHED_TOO.get(suite, ())


def _build(suite: str, path: Path) -> None:
    with tempfile.TemporaryDirectory(dir=FOLDER, prefix="build-") as scratch:
        root = Path(scratch, "root")
        run(
            "debootstrap", "--variant=minbase", f"--include={','.join(_INSTALLED)}", suite, str(root), apt.mirror(),
            timeout=_BUILD_TIMEOUT,
        )  # fmt: skip
        _prepare(root, suite)
        built = Path(scratch, "built.tar")
        leave_out = (f"--exclude=./{name}/*" for name in ("proc", "sys", "dev", "run", "tmp"))
        run("tar", "--numeric-owner", *leave_out, "-C", str(root), "-cf", str(built), ".", timeout=_BUILD_TIMEOUT)
        os.replace(built, path)


def _prepare(root: Path, suite: str) -> None:
    (root / "etc/apt/sources.list").write_text(apt.sources(suite), encoding="utf-8")
    (root / "etc/apt/apt.conf.d/90machine").write_text(apt.settings(), encoding="utf-8")
    apt.copy_authorities(root)
    # The network of this machine may know names that no public resolver knows.
    shutil.copyfile("/etc/resolv.conf", root / "etc/resolv.conf")
    inside = ("chroot", str(root))
    run(*inside, "apt-get", "clean")
    run(*inside, "apt-get", "-q", "update", timeout=_BUILD_TIMEOUT)
    run(
        *inside, "apt-get", "-q", "-y", "install", "--no-install-recommends", "--download-only", *_fetched(suite),
        timeout=_BUILD_TIMEOUT,
    )  # fmt: skip
    run(*inside, "systemctl", "mask", *_MASKED)
    # Empty, it is filled at the first boot: no two hosts have the same.
    (root / "etc/machine-id").write_text("", encoding="utf-8")


def _remove_older(suite: str, path: Path) -> None:
    for other in FOLDER.glob(f"debian-{suite}-*.tar"):
        if other != path:
            other.unlink()


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
