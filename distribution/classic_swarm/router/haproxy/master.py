# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""HAProxy's master CLI: commands for the master, and through it for the worker that takes connections."""

from __future__ import annotations

import re
import socket
import typing as t
from dataclasses import dataclass

from ..errors import NotRunningError, RouteError

#: Seconds for one command.
_TIMEOUT = 10.0
_MOST = 64 << 20

_MASTER = re.compile(r"^(\d+)\s+master\s+(\d+)(?:\s+\[failed: (\d+)\])?", re.MULTILINE)
_WORKER = re.compile(r"^(\d+)\s+worker\s+", re.MULTILINE)


@dataclass(frozen=True)
class Processes:
    """What ``show proc`` tells.

    :ivar master: PID of the master
    :ivar reloads: of the master since its start
    :ivar failed: reloads in a row that failed until now
    :ivar worker: PID of the worker that takes connections; None for none
    """

    master: int
    reloads: int
    failed: int
    worker: t.Optional[int]


def parse_processes(text: str) -> Processes:
    """:raises RouteError: it is no answer to ``show proc``"""
    master = _MASTER.search(text)
    if master is None:
        raise RouteError("apply", "what answers on the master socket does not speak like HAProxy's master")
    current = text.partition("# workers")[2].partition("# old workers")[0]
    worker = _WORKER.search(current)
    return Processes(int(master[1]), int(master[2]), int(master[3] or 0), int(worker[1]) if worker else None)


class MasterSocket:
    """:param path: of the socket that ``haproxy -W -S PATH`` listens on"""

    def __init__(self, path: str) -> None:
        self.path = path

    def processes(self) -> Processes:
        """What runs.

        :raises NotRunningError: nobody listens
        :raises RouteError: no answer in time, or none of HAProxy's
        """
        return parse_processes(self.ask("show proc"))

    def worker(self, command: str) -> str:
        """The answer of the worker to a command."""
        return self.ask(f"@1 {command}")

    def ask(self, command: str) -> str:
        """The answer of the master, without space around it."""
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                connection.settimeout(_TIMEOUT)
                connection.connect(self.path)
                connection.sendall(f"{command}\n".encode())
                connection.shutdown(socket.SHUT_WR)
                return self._read(connection)
        except (FileNotFoundError, ConnectionRefusedError):
            raise NotRunningError(f"HAProxy does not run: nobody listens on {self.path}") from None
        except OSError as error:
            reason = f"no answer within {_TIMEOUT:g} s" if isinstance(error, socket.timeout) else error.strerror
            raise RouteError("apply", f"HAProxy was not reached on {self.path}: {reason}") from None

    def _read(self, connection: socket.socket) -> str:
        parts: t.List[bytes] = []
        size = 0
        while True:
            part = connection.recv(1 << 16)
            if not part:
                return b"".join(parts).decode(errors="replace").strip()
            size += len(part)
            if size > _MOST:
                raise RouteError("apply", f"the answer on {self.path} is longer than {_MOST:,} bytes")
            parts.append(part)
