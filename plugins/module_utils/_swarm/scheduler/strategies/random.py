# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The random strategy."""

from __future__ import annotations

import hashlib

from ...errors import InputError
from ...model.request import Request
from ...settings import SchedulingSettings
from ..state.node import NodeState
from .base import Strategy


class RandomStrategy(Strategy[str]):
    """Any node. Weight: a number from 0 up to 1, drawn from seed, container name and node address; less is better.

    One seed gives one placement: the draw is a hash, and no other node or request changes it.

    :raises InputError: the settings hold no seed; who wants chance hands in a fresh one
    """

    name = "random"
    more_is_better = False

    def __init__(self, settings: SchedulingSettings) -> None:
        super().__init__(settings)
        if settings.seed is None:
            raise InputError("strategy 'random' needs a seed: a whole number, the same for the same placement again")

    def part(self, request: Request) -> str:
        return request.name

    def weigh(self, part: str, state: NodeState) -> float:
        drawn_from = f"{self.settings.seed}\0{part}\0{state.node.address}"
        return int.from_bytes(hashlib.sha256(drawn_from.encode()).digest()[:6], "big") / 2**48
