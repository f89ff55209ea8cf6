# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module on the controller tells while it runs, read out of a pipe and shown (see ``_ansible/progress.py``)."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import tempfile
import threading
import typing as t

from ansible_collections.classic.swarm.plugins.module_utils._ansible.progress import VARIABLE
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.visible import visible

#: Bytes of a line that nobody writes.
_LARGEST = 65536
#: Seconds for which the end of a task waits for its last lines.
_PATIENCE = 5.0


@contextlib.contextmanager
def progress_shown(seconds: float, folder: str, show: t.Callable[[str, str], None]) -> t.Iterator[None]:
    """While in this context, what a module started from this process tells is shown.

    :param seconds: between two lines of a node
    :param folder: where a pipe may be made
    :param show: takes the name of a node, or nothing, and a text; called in a thread of its own
    """
    with contextlib.ExitStack() as stack:
        try:
            pipe = stack.enter_context(_pipe(folder))
        except OSError:
            # nothing is shown then, and the task goes on
            yield
            return
        stack.enter_context(_reading(pipe, show))
        stack.enter_context(_in_environment(f"{seconds}:{pipe}"))
        yield


@contextlib.contextmanager
def _pipe(folder: str) -> t.Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="swarm-progress-", dir=folder) as own:
        path = os.path.join(own, "pipe")
        os.mkfifo(path, 0o600)
        yield path


@contextlib.contextmanager
def _in_environment(value: str) -> t.Iterator[None]:
    """A task's process is its own, and a module that runs on the controller inherits its environment."""
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = before


@contextlib.contextmanager
def _reading(path: str, show: t.Callable[[str, str], None]) -> t.Iterator[None]:
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    # with a writer of our own the pipe has no end before we say so
    writer = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    thread = threading.Thread(target=_read, args=(reader, show), daemon=True)
    thread.start()
    try:
        yield
    finally:
        os.close(writer)
        thread.join(_PATIENCE)


def _read(reader: int, show: t.Callable[[str, str], None]) -> None:
    """Show lines until nobody writes any more."""
    rest = b""
    with open(reader, "rb", buffering=0) as pipe, selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while True:
            selector.select()
            piece = pipe.read(_LARGEST)
            if not piece:
                return
            *lines, rest = (rest + piece).split(b"\n")
            rest = rest[-_LARGEST:]
            for line in lines:
                _show(line, show)


def _show(line: bytes, show: t.Callable[[str, str], None]) -> None:
    try:
        told = json.loads(line)
        node, text = told["node"], told["text"]
    except (KeyError, TypeError, ValueError):
        return
    show(visible(str(node)), visible(str(text)))
