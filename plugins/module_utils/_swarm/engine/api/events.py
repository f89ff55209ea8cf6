# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What happens on an engine, as it happens."""

from __future__ import annotations

import json
import typing as t

from .call import Call, JSONObject, Patience, Reply


def stream(
    since: t.Optional[float] = None,
    until: t.Optional[float] = None,
    filters: t.Optional[t.Mapping[str, t.Sequence[str]]] = None,
) -> Call[t.List[JSONObject]]:
    """Events, one JSON object after another. Sent as a plain call it needs ``until``, and gives all of them at once.

    :param since: seconds since 1970; an engine repeats its last 256 events at most
    :param until: seconds since 1970; None for a stream that does not end
    :param filters: in the Engine API's form
    """
    query = {name: f"{value:.9f}" for name, value in (("since", since), ("until", until)) if value is not None}
    if filters:
        query["filters"] = json.dumps(filters, separators=(",", ":"))
    return Call("GET", "/events", "to tell its events", _read_events, query, patience=Patience(None))


def _read_events(reply: Reply) -> t.List[JSONObject]:
    events: t.List[JSONObject] = []
    for line in reply.body.splitlines():
        if line.strip():
            events.append(reply._replace(body=line).object())
    return events
