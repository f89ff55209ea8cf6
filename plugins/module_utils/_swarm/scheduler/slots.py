# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""How many containers a node takes: the engine label ``containerslots``."""

from __future__ import annotations

import re
import typing as t

from .state.node import NodeState

_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,9}")


def slots_of(state: NodeState) -> t.Optional[int]:
    """The node's number of slots; None without the label, and where it is no whole number, as in Classic Swarm."""
    text = state.labels.get("containerslots", "")
    return int(text) if _WHOLE_NUMBER.fullmatch(text) else None
