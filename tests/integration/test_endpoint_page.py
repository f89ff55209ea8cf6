# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page of the cluster in a real browser, as the manager serves it."""

from __future__ import annotations

import shutil
import subprocess
import zlib
from pathlib import Path

import pytest

from tests.integration.manager_process import ManagerProcess
from tests.lab import Lab
from tests.lab.service import free_ports


class Browser:
    """Headless Chromium. folder: for its profile, and for what it writes."""

    def __init__(self, program: str, folder: Path) -> None:
        self._program = program
        self._folder = folder

    def _run(self, *arguments: str) -> str:
        command = [
            self._program, "--headless=new", "--no-sandbox", "--disable-gpu",
            f"--user-data-dir={self._folder / 'profile'}", *arguments,
        ]  # fmt: skip
        return subprocess.run(command, capture_output=True, text=True, timeout=90, check=True).stdout

    def document(self, url: str) -> str:
        """What has become of the page in the browser."""
        return self._run("--dump-dom", url)

    def background(self, url: str, *options: str) -> tuple[int, ...]:
        """Red, green and blue of the page's first pixel."""
        picture = self._folder / "picture.png"
        self._run(*options, "--window-size=800,600", f"--screenshot={picture}", url)
        # Every filter of a PNG leaves the first pixel as it is; before it stands one byte, the filter's number.
        data, place = picture.read_bytes(), 8
        while data[place + 4 : place + 8] != b"IDAT":
            place += 12 + int.from_bytes(data[place : place + 4], "big")
        return tuple(zlib.decompressobj().decompress(data[place + 8 :], 4)[1:4])


@pytest.fixture
def browser(tmp_path: Path) -> Browser:
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("chromium is not on this machine")
    return Browser(program, tmp_path)


def test_the_page_in_a_browser(clean_lab: Lab, browser: Browser, tmp_path: Path) -> None:
    port = free_ports("127.0.0.1", 1)[0]
    url = f"http://127.0.0.1:{port}/"
    with ManagerProcess(clean_lab, tmp_path, ("--metrics", f"tcp://127.0.0.1:{port}")) as manager:
        client = manager.client()
        client("run", "-d", "--name", "seen", "-e", "constraint:zone==external", "-e", "constraint:disk==ssd", "web:1")
        assert client.run("run", "-d", "--name", "unseen", "-e", "constraint:zone==mars", "web:1").returncode != 0
        document = browser.document(url)
        assert ">dockerhost02</a>" in document
        assert "<td>seen<br>" in document
        assert "no node takes unseen: 0 of 3 nodes: 3 constraint zone==mars" in document
        assert "<td>seen<br>" not in browser.document(f"{url}?q=dockerhost01")
        assert browser.background(url) == (255, 255, 255)
        assert browser.background(url, "--force-dark-mode") == (20, 24, 29)
