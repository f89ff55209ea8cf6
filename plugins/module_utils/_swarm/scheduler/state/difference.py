# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Two lists of the containers on one node, compared."""

from __future__ import annotations

import typing as t

from ...model.container import Container


def containers_that_differ(
    former: t.Iterable[Container], now: t.Iterable[Container]
) -> t.Tuple[t.List[Container], t.List[Container]]:
    """Those of ``former`` that are gone and those of ``now`` that have come; one that changed is in both."""
    standing: t.Dict[t.Tuple[str, str], t.List[Container]] = {}
    for container in former:
        standing.setdefault((container.id, container.name), []).append(container)
    come = []
    for container in now:
        alike = standing.get((container.id, container.name), [])
        if container in alike:
            alike.remove(container)
        else:
            come.append(container)
    return [container for left in standing.values() for container in left], come
