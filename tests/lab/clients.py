# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Docker's command line of other versions, from Debian's later suites: the program, compose and buildx.

this machine's own, bookworm    20.10    docker-compose 1.29.2, without the plugins
trixie                          26.1     compose 2.26, buildx 0.13
forky                           28.5     compose 2.40, buildx 0.29
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

from .certificates import CertificateSet
from .debian import unpacked

_CACHE = Path(__file__).resolve().parents[2] / ".cache" / "clients"
_PLUGINS = Path("usr/libexec/docker/cli-plugins")
_TIMEOUT = 120.0


class Client:
    """One ``docker`` program that speaks to one address.

    suite: whose program, None for this machine's own. papers: speak TLS with these, None for none.
    PackagesUnavailable: the program cannot be had here; the message says why.
    """

    def __init__(self, suite: str | None, host: str, papers: CertificateSet | None, folder: Path) -> None:
        self.program = Path("/usr/bin/docker")
        config = folder / f"config-{suite or 'own'}"
        plugins = config / "cli-plugins"
        plugins.mkdir(parents=True, exist_ok=True)
        if suite is not None:
            root = unpacked(suite, ("docker-cli", "docker-compose", "docker-buildx"), _CACHE / suite)
            self.program = root / "usr/bin/docker"
            for plugin in (root / _PLUGINS).glob("docker-*"):
                link = plugins / plugin.name
                if not link.exists():
                    link.symlink_to(plugin)
        self.environment: Mapping[str, str] = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(folder),
            "DOCKER_CONFIG": str(config),
            "DOCKER_HOST": host,
            **({} if papers is None else {"DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": str(papers.folder)}),
        }

    def start(self, *arguments: str, **options: object) -> subprocess.Popen[bytes]:
        """Start it; the caller waits for it."""
        settings: dict[str, object] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(  # type: ignore[call-overload,no-any-return]
            [str(self.program), *arguments], env=dict(self.environment), **{**settings, **options}
        )

    def run(
        self, *arguments: str, stdin: bytes = b"", cwd: Path | None = None, environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        """Run it to its end, whatever that is."""
        return subprocess.run(
            [str(self.program), *arguments],
            env={**self.environment, **(environment or {})},
            input=stdin,
            capture_output=True,
            cwd=cwd,
            timeout=_TIMEOUT,
            check=False,
        )

    def __call__(self, *arguments: str, stdin: bytes = b"", cwd: Path | None = None) -> str:
        """Run it to its end, which must be a good one; what it wrote, without the last line's end."""
        done = self.run(*arguments, stdin=stdin, cwd=cwd)
        if done.returncode != 0:
            raise AssertionError(f"docker {' '.join(arguments)} ended with {done.returncode}: {done.stderr.decode()}")
        return done.stdout.decode().rstrip("\n")
