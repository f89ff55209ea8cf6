# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What a node has to give: its size, more by the overcommit, less by the headroom."""

from __future__ import annotations

import typing as t

from ..model.node import Node
from ..model.resources import Reservation
from ..settings import SchedulingSettings
from .state.node import NANO, NodeState


def memory_capacity(node: Node, settings: SchedulingSettings) -> int:
    """Bytes that all containers together may reserve."""
    return int(node.memory * (1 + settings.overcommit)) - settings.headroom_memory


def nanocpus_capacity(node: Node, settings: SchedulingSettings) -> int:
    """Billionths of a cpu that all containers together may reserve."""
    return round((node.cpus * (1 + settings.overcommit) - settings.headroom_cpus) * NANO)


def memory_free(state: NodeState, settings: SchedulingSettings) -> int:
    """Bytes that are left to reserve; never below 0."""
    return max(0, memory_capacity(state.node, settings) - state.memory)


def nanocpus_free(state: NodeState, settings: SchedulingSettings) -> int:
    """Billionths of a cpu that are left to reserve; never below 0."""
    return max(0, nanocpus_capacity(state.node, settings) - state.nanocpus)


#: Bytes and billionths of a cpu, whole numbers: what a strategy reads of a reservation.
Amounts = t.Tuple[int, int]


def amounts_of(reservation: Reservation) -> Amounts:
    """What a reservation takes, as it is summed."""
    return reservation.memory, round(reservation.cpus * NANO)


def per_cent_after(amounts: Amounts, state: NodeState, settings: SchedulingSettings) -> int:
    """How full the node is once ``amounts`` are reserved there too, in per cent of its capacity.

    Memory and cpus are summed, each only where it is reserved, and each in whole per cent, rounded down: so weighs the
    original (scheduler/strategy/weighted_node.go), which tells nodes within the same per cent apart by what else runs
    there. 0 for what a node has no capacity of.
    """
    memory, nanocpus = amounts
    full = 0
    if memory:
        capacity = memory_capacity(state.node, settings)
        full += (state.memory + memory) * 100 // capacity if capacity > 0 else 0
    if nanocpus:
        capacity = nanocpus_capacity(state.node, settings)
        full += (state.nanocpus + nanocpus) * 100 // capacity if capacity > 0 else 0
    return full


def fractions_after(reservation: Reservation, state: NodeState) -> t.Tuple[float, float]:
    """Fractions of the node's memory and of its cpus that are reserved once ``reservation`` is made there too.

    Of the node's own size, so that nodes compare alike whatever the settings; 0 where a node does not say its size.
    """
    memory = state.memory + reservation.memory
    nanocpus = state.nanocpus + round(reservation.cpus * NANO)
    node = state.node
    return (
        memory / node.memory if node.memory else 0.0,
        nanocpus / (node.cpus * NANO) if node.cpus else 0.0,
    )
