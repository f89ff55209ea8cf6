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

from ..model.labels import GROUP, NAME
from .batch import Batch
from .survey import MOVING, NEW, OLD
from .wanted import Wanted

#: In the Engine API's form: what is asked -> values.
Filters = t.Mapping[str, t.Sequence[str]]

#: What may also be an ID, which no filter of names finds.
_ID = re.compile(r"[0-9a-f]{12,64}")

#: Entries of a batch that are asked for by name; of more, an engine's whole list is cheaper than the question.
_ASKED = 50

#: Counted entries that are asked for one by one; of more, those of all tasks are asked for at once.
_FAMILIES = 2


def name_filters(batch: Batch) -> t.Optional[t.Tuple[Filters, ...]]:
    """Filters that find every container of the task, also under the names that they have in passing; None where only
    whole lists do. A list for each is to be asked for: an engine takes only what meets all values of one question.
    """
    wanted = [entry.wanted for entry in batch.entries]
    if len(wanted) > _ASKED or any(entry.per_node for entry in batch.entries):
        return None
    if any(each.count is None and _ID.fullmatch(each.name) for each in wanted):
        return None
    # Engines match expressions of Go: names hold no character that is special there but the dot.
    passing = "|".join(suffix.lstrip(".") for suffix in (NEW, OLD, MOVING))
    plain = "|".join(map(_plain, wanted))
    names = f"^/?{plain if len(wanted) == 1 else f'({plain})'}([.]({passing}))?$"
    # one that was renamed by hand is still one of the task's if it has to go
    counted = [each.name for each in wanted if each.count is not None]
    families: t.List[Filters] = [{"label": [f"{NAME}={name}"]} for name in counted]
    if len(families) > _FAMILIES:
        families = [{"label": [NAME]}]
    groups: t.List[Filters] = [{"label": [f"{GROUP}={batch.group}"]}] if batch.group is not None else []
    return ({"name": [names]}, *families, *groups)


def name_filter(name: str) -> t.Optional[t.Tuple[Filters, ...]]:
    """The filter that finds one container by its name; None where it may be an ID."""
    return None if _ID.fullmatch(name) else ({"name": [f"^/?{name.replace('.', '[.]')}$"]},)


def _plain(wanted: Wanted) -> str:
    number = "" if wanted.count is None else "-[0-9]+"
    return wanted.name.replace(".", "[.]") + number
