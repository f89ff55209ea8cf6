# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The containers of a task by their names, as filters for the lists of engines.

A task that finds what it wants needs to know of the rest of the cluster only that its names are nowhere else. Asking
for names alone takes a tenth of the bytes of whole lists.
"""

from __future__ import annotations

import re
import typing as t

from ..model.labels import NAME
from .survey import MOVING, NEW, OLD
from .wanted import Wanted

#: In the Engine API's form: what is asked -> values.
Filters = t.Mapping[str, t.Sequence[str]]

#: What may also be an ID, which no filter of names finds.
_ID = re.compile(r"[0-9a-f]{12,64}")


def name_filters(wanted: Wanted) -> t.Optional[t.Tuple[Filters, ...]]:
    """Filters that find every container of the task, also under the names that they have in passing; None where only
    whole lists do. A list for each is to be asked for: an engine takes only what meets all values of one question.
    """
    if wanted.count is None and _ID.fullmatch(wanted.name):
        return None
    number = "" if wanted.count is None else "-[0-9]+"
    # Engines match expressions of Go: names hold no character that is special there but the dot.
    passing = "|".join(suffix.lstrip(".") for suffix in (NEW, OLD, MOVING))
    names = f"^/?{wanted.name.replace('.', '[.]')}{number}([.]({passing}))?$"
    if wanted.count is None:
        return ({"name": [names]},)
    # one that was renamed by hand is still one of the task's if it has to go
    return {"name": [names]}, {"label": [f"{NAME}={wanted.name}"]}
