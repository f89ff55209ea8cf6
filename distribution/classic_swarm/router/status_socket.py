# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The unix socket that tells the status: whoever connects gets one JSON object."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import threading
import typing as t

from .._swarm.errors import InputError
from .errors import NotRunningError
from .status import Status

_TIMEOUT = 10.0
_MOST = 16 << 20
_MODE = 0o660


class StatusSocket:
    """Listens from ``open`` to ``close``."""

    def __init__(self, path: str, status: Status) -> None:
        self._path = path
        self._status = status
        self._listener: t.Optional[socket.socket] = None

    def open(self) -> None:
        """:raises InputError: it cannot be listened on, or another router does"""
        if _answers(self._path):
            raise InputError(f"another swarm route is there: it answers on {self._path}")
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self._path)
            listener.bind(self._path)
            os.chmod(self._path, _MODE)
            listener.listen()
        except OSError as error:
            listener.close()
            raise InputError(
                f"--status-socket: {self._path} cannot be listened on: {error.strerror or 'its path is too long'}"
            ) from None
        self._listener = listener
        threading.Thread(target=self._serve, args=(listener,), name="status", daemon=True).start()

    def close(self) -> None:
        """Listen no more."""
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.close()
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self._path)

    def _serve(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _address = listener.accept()
            except OSError:
                # It was closed.
                return
            with connection, contextlib.suppress(OSError):
                connection.settimeout(_TIMEOUT)
                connection.sendall(json.dumps(self._status.document(), indent=2).encode() + b"\n")


def ask_status(path: str) -> t.Dict[str, t.Any]:
    """The status of the router that listens there.

    :raises NotRunningError: there is none
    """
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(_TIMEOUT)
            connection.connect(path)
            content = b""
            while part := connection.recv(1 << 16):
                content += part
                if len(content) > _MOST:
                    break
        document = json.loads(content)
    except OSError as error:
        raise NotRunningError(f"no router answers on {path}: {error.strerror or error}") from None
    except ValueError:
        raise NotRunningError(f"what answers on {path} is not a router") from None
    if not isinstance(document, dict) or "state" not in document:
        raise NotRunningError(f"what answers on {path} is not a router")
    return document


def _answers(path: str) -> bool:
    try:
        ask_status(path)
    except NotRunningError:
        return False
    return True
