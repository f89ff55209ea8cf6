# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Inspect replies of another form than an engine's: a list in place of an object, a number in place of a text."""

from __future__ import annotations

import contextlib
import typing as t

from ..errors import InspectionError

#: What reading a value as something that it is not ends in.
_FAULTS = (AttributeError, IndexError, KeyError, OverflowError, RecursionError, TypeError, ValueError)
_LONGEST_NAME = 100


@contextlib.contextmanager
def readable(inspect: t.Any, what: str) -> t.Iterator[None]:
    """Compare ``what`` of a container with its inspect reply.

    Every option reads a part of the reply in its own way. That they cannot is told here, once for all of them.

    :raises InspectionError: the reply has another form
    """
    try:
        yield
    except _FAULTS as error:
        name = inspect.get("Name") if isinstance(inspect, t.Mapping) else None
        container = name.lstrip("/")[:_LONGEST_NAME] if isinstance(name, str) else "the container"
        raise InspectionError(
            f"{container}: the engine describes {what} in a form that cannot be read, so it cannot be compared with "
            f"the task; is it a Docker engine?"
        ) from error
