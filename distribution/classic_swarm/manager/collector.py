# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Python's cyclic garbage collector, kept from walking the state of a thousand engines again and again.

The state holds no cycles, and what is dropped from it is freed at once. One whole walk over fifty thousand containers
takes as long as fifty answers, and while they are first read there would be dozens of walks.
"""

from __future__ import annotations

import gc

#: Objects that came and were not freed before the young ones are walked; how many such walks before the older ones are.
_THRESHOLDS = (50_000, 20, 50)


def pause() -> None:
    """No walks from now on: what is being read stays."""
    gc.disable()


def resume() -> None:
    """Walks again, over what comes from now on; what is there stays out of them."""
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
    gc.enable()
