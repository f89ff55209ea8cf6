# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The sentence and the matrix for containers that fit nowhere."""

from __future__ import annotations

import typing as t

from ...scheduler.placement import Placement

#: Containers named, and kinds of containers whose refusals are shown.
_NAMED = 5


def refusal(placements: t.Sequence[Placement], wanted: int) -> str:
    """What is said of ``placements``, each of which found no node.

    :param wanted: how many containers there were in all
    """
    kinds: t.Dict[t.Tuple[t.Any, ...], t.List[Placement]] = {}
    for placement in placements:
        kinds.setdefault(_kind(placement), []).append(placement)
    shown = list(kinds.values())[:_NAMED]
    told = [_tell(alike, wanted if len(kinds) == 1 else len(alike), len(shown)) for alike in shown]
    if len(kinds) > 1:
        fits = f"{len(placements)} of {wanted} containers fit nowhere"
        told.append(fits if len(placements) == wanted else f"{fits}, and the others were not created either")
    if len(kinds) > _NAMED:
        told.append(f"{len(kinds) - _NAMED} more kinds of containers are refused too")
    return "\n".join(told)


def _kind(placement: Placement) -> t.Tuple[t.Any, ...]:
    """Equal for requests that are refused for the same reasons."""
    request = placement.request
    return (
        request.constraints,
        request.affinities,
        request.whitelist,
        request.ports,
        request.reservation,
        request.dependencies,
    )


def _tell(placements: t.Sequence[Placement], wanted: int, parts: int) -> str:
    first = placements[0]
    names = ", ".join(placement.request.name for placement in placements[:_NAMED])
    more = f" and {len(placements) - _NAMED} more" if len(placements) > _NAMED else ""
    if len(placements) < wanted:
        more += f" ({len(placements)} of {wanted} containers fit nowhere, and the others were not created either)"
    return f"no node takes {names}{more}: {first.headline()}\n{first.matrix(parts)}"
