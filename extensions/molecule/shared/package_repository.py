# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make a signed repository of packages, as an operator may name one for the engine: package_repository.py FOLDER

Its only package has nothing in it and wants the distribution's engine: Docker's own packages are not in Debian, and
what is tested is the way that a package comes from a repository. FOLDER/key.asc is the key.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import datetime, timezone
from email.utils import format_datetime
from pathlib import Path

SUITE, COMPONENT = "stable", "engine"
_CONTROL = """Package: example-engine
Version: 5:99.0-1
Architecture: all
Maintainer: Nobody <nobody@example.com>
Depends: docker.io, docker-cli
Description: stands for an engine from another repository
"""


def make(folder: Path) -> None:
    """Write all of it."""
    shutil.rmtree(folder, ignore_errors=True)
    package = _package(folder)
    place = package.relative_to(folder)
    index = folder / "dists" / SUITE / COMPONENT / f"binary-{_architecture()}" / "Packages"
    index.parent.mkdir(parents=True)
    index.write_text(
        f"{_CONTROL}Filename: {place}\nSize: {package.stat().st_size}\nSHA256: {_sum(package)}\n", encoding="utf-8"
    )
    release = (
        f"Suite: {SUITE}\nCodename: {SUITE}\nComponents: {COMPONENT}\nArchitectures: {_architecture()}\n"
        f"Date: {format_datetime(datetime.now(timezone.utc), usegmt=True)}\n"
        f"SHA256:\n {_sum(index)} {index.stat().st_size} {index.relative_to(folder / 'dists' / SUITE)}\n"
    )
    _sign(release, folder / "dists" / SUITE / "InRelease", folder / "key.asc")


def _package(folder: Path) -> Path:
    target = folder / "pool" / "example-engine_99.0-1_all.deb"
    target.parent.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as scratch:
        control = Path(scratch, "DEBIAN", "control")
        control.parent.mkdir()
        control.parent.chmod(0o755)
        control.write_text(_CONTROL, encoding="utf-8")
        _run("dpkg-deb", "--root-owner-group", "--build", scratch, str(target))
    return target


def _sign(text: str, signed: Path, key: Path) -> None:
    # Not below FOLDER: the agent's socket has a short name only.
    with tempfile.TemporaryDirectory() as home:
        gpg = ("gpg", "--homedir", home, "--batch", "--quiet", "--passphrase", "")
        try:
            _run(*gpg, "--quick-generate-key", "Nobody <nobody@example.com>", "rsa3072", "sign", "1d")
            key.write_text(_run(*gpg, "--armor", "--export"), encoding="utf-8")
            signed.write_text(_run(*gpg, "--clearsign", text=text), encoding="utf-8")
        finally:
            _run("gpgconf", "--homedir", home, "--kill", "gpg-agent")


def _sum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _architecture() -> str:
    return _run("dpkg", "--print-architecture").strip()


def _run(*command: str, text: str = "") -> str:
    environment = {**os.environ, "LC_ALL": "C"}
    return subprocess.run(command, input=text, env=environment, text=True, stdout=subprocess.PIPE, check=True).stdout


if __name__ == "__main__":
    make(Path(sys.argv[1]))
