# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The contract of what is configured: HAProxy or nginx."""

from __future__ import annotations

import abc
import subprocess
import typing as t

from .._swarm.errors import InputError
from .errors import RouteError

#: Seconds that a program may take to check a configuration.
_PATIENCE = 60.0
_LINES = 5

#: How a configuration was applied. ``FILE``: the program does not run, and reads it when it starts.
RUNTIME, RELOAD, FILE = "runtime", "reload", "file"


class Proxy(abc.ABC):
    """For one thread."""

    @abc.abstractmethod
    def check(self, path: str) -> None:
        """Look whether a file can be its configuration.

        :raises RouteError: it cannot
        :raises InputError: there is no such program
        """

    @abc.abstractmethod
    def is_in_step(self, text: str) -> bool:
        """Whether what runs is what this text says, as far as can be known. True where nothing runs."""

    @abc.abstractmethod
    def take(self, before: t.Optional[str], text: str) -> str:
        """Make what runs what the file says by now.

        :param before: what the file held before, None for no file
        :returns: how
        :raises RouteError: what runs is as it was, as far as can be known
        """

    @abc.abstractmethod
    def tend(self, now: float) -> None:
        """Go on with what takes time. Called again and again."""


def run_check(command: t.Sequence[str], path: str) -> None:
    """Run a program that checks a configuration.

    :param path: of the candidate, which its messages shall not name
    """
    try:
        done = subprocess.run(
            [*command, path],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_PATIENCE,
            check=False,
        )
    except FileNotFoundError:
        raise InputError(
            f"the program '{command[0]}' is not there; install it, or say where it is by --program"
        ) from None
    except OSError as error:
        raise InputError(f"the program '{command[0]}' cannot be run: {error.strerror}") from None
    except subprocess.TimeoutExpired:
        raise RouteError("check", f"{command[0]} did not check the configuration within {_PATIENCE:g} s") from None
    if done.returncode != 0:
        said = done.stdout.decode(errors="replace").replace(path, "the configuration").split("\n")
        # Notices about the version stand before the faults.
        faults = [line.strip() for line in said if "[NOTICE]" not in line and line.strip()]
        raise RouteError("check", f"the configuration does not pass {command[0]}: {'; '.join(faults[:_LINES])}")
