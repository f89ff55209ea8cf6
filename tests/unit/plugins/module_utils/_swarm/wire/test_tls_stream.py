# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""TLS as a machine, under every Python of this machine that modules may run on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.wire import tls_stream

from tests.lab.certificates import Authority, CertificateSet

CHECKS = Path(__file__).with_name("tls_checks.py")
OLDEST = (3, 9)


def interpreters() -> list[str]:
    """This Python, and those that are installed beside it."""
    siblings = Path(sys.base_prefix).parent.glob("*/bin/python3")
    return sorted({str(Path(sys.base_prefix) / "bin" / "python3"), *map(str, filter(_is_new_enough, siblings))})


def _is_new_enough(path: Path) -> bool:
    asked = subprocess.run(
        [path, "-c", "import sys; print(*sys.version_info[:2])"], capture_output=True, text=True, check=False
    )
    return asked.returncode == 0 and tuple(map(int, asked.stdout.split())) >= OLDEST


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> CertificateSet:
    folder = tmp_path_factory.mktemp("papers")
    return Authority(folder / "ca").issue(folder / "server", "engine", names=["127.0.0.1"], usage=("serverAuth",))


@pytest.mark.parametrize("version", ["TLSv1_2", "TLSv1_3"])
@pytest.mark.parametrize("python", interpreters())
def test_the_machine(python: str, version: str, papers: CertificateSet) -> None:
    for seed in ("1", "2", "3"):
        arguments = [tls_stream.__file__, papers.ca, papers.cert, papers.key, version, seed]
        run = subprocess.run(
            [python, "-W", "error", CHECKS, *arguments], capture_output=True, text=True, timeout=60, check=False
        )
        assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
