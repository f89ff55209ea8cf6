# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A server that a test starts on a loopback address: one process, a folder with its state, an end by its pid."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import tempfile
import time
import typing as t
from pathlib import Path

START_TIMEOUT = 60.0
STOP_TIMEOUT = 15.0


Self = t.TypeVar("Self", bound="Service")


class ServiceUnavailable(Exception):
    """The program cannot be had on this machine; the message says why."""


class Service:
    """One process; its state survives ``stop`` and ``start``, and ends with ``close``.

    A subclass says by which command it starts, and when it can be used.
    """

    name = "service"

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=f"{self.name}-"))
        self._process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        """The command that starts it."""
        raise NotImplementedError

    def environment(self) -> dict[str, str] | None:
        """Its environment; None for the test's own."""
        return None

    def is_ready(self) -> bool:
        """Whether it can be used by now. May raise OSError as long as it cannot."""
        raise NotImplementedError

    def __enter__(self: Self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    @property
    def pid(self) -> int:
        if self._process is None:
            raise RuntimeError(f"this {self.name} is not running")
        return self._process.pid

    def start(self) -> None:
        """Start it and wait until it can be used."""
        self.launch()
        self.await_ready()

    def launch(self) -> None:
        """Start it without waiting, as the first one of a cluster must be."""
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.environment(),
                cwd=self.folder,
            )

    def await_ready(self) -> None:
        """Return when it can be used.

        RuntimeError: it ended by itself, or took too long.
        """
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline:
            if self._process is not None and self._process.poll() is not None:
                raise RuntimeError(f"{self.name} ended by itself: {self.last_words()}")
            with contextlib.suppress(OSError):
                if self.is_ready():
                    return
            time.sleep(0.05)
        raise RuntimeError(f"{self.name} was not ready within {START_TIMEOUT:g} s: {self.last_words()}")

    def stop(self) -> None:
        """End it by its pid; what it stores stays for the next ``start``."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(STOP_TIMEOUT)

    def kill(self) -> None:
        """End it as a crash does."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait(STOP_TIMEOUT)

    def close(self) -> None:
        """Stop it and remove all it stored."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def last_words(self) -> str:
        """The end of its log."""
        return (self.folder / "log").read_text(errors="replace")[-1500:]


def free_ports(address: str, count: int) -> list[int]:
    """Ports that nobody listens on now; all are held until all are known, so that they differ."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _index in range(count)]
        for each in sockets:
            each.bind((address, 0))
        return [each.getsockname()[1] for each in sockets]
