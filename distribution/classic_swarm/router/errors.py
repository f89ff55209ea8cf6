# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What keeps a router from applying what is in the store."""

from __future__ import annotations

from .._swarm.errors import SwarmError

#: Where it went wrong, in the order of the way: the labels of a metric.
STAGES = ("store", "empty", "template", "check", "apply")


class RouteError(SwarmError):
    """The last good is kept. :ivar stage: one of ``STAGES``"""

    def __init__(self, stage: str, message: str) -> None:
        super().__init__(message)
        self.stage = stage


class NotRunningError(SwarmError):
    """HAProxy or nginx does not run: it reads the file when it starts."""
