# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The parameter ``filters`` of lists and streams: what is asked -> values."""

from __future__ import annotations

import json
import typing as t

from ..errors import BadRequestError
from ..http.call import Call

Filters = t.Mapping[str, t.Tuple[str, ...]]


def read_filters(call: Call, known: t.AbstractSet[str]) -> Filters:
    """The filters of a request: lists of values, or the older form, an object with true behind each.

    :param known: the names that this route serves
    :raises BadRequestError: it is neither, or a filter is unknown
    """
    text = call.query.get("filters", "").strip()
    if not text:
        return {}
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise BadRequestError("the parameter filters is not JSON") from None
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadRequestError("the parameter filters must be a JSON object")
    found = {}
    for name, values in value.items():
        if name not in known:
            raise BadRequestError(f"invalid filter '{name}'; known filters are {', '.join(sorted(known))}")
        if isinstance(values, dict):
            values = [each for each, asked in values.items() if asked]
        if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
            raise BadRequestError(f"invalid filter '{name}': its values must be a list of strings")
        if values:
            found[name] = tuple(values)
    return found


def has_labels(labels: t.Mapping[str, str], wanted: t.Iterable[str]) -> bool:
    """Whether all of the labels are there: ``key``, or ``key=value``."""
    for label in wanted:
        key, equals, value = label.partition("=")
        if key not in labels or (equals and labels[key] != value):
            return False
    return True


def flag_of(filters: Filters, name: str) -> t.Optional[bool]:
    """A filter that is true or false; None where it is not asked for.

    :raises BadRequestError: it is neither
    """
    values = {value.lower() for value in filters.get(name, ())}
    if not values:
        return None
    if len(values) == 1 and values <= {"1", "true"}:
        return True
    if len(values) == 1 and values <= {"0", "false"}:
        return False
    raise BadRequestError(f"invalid filter '{name}={', '.join(sorted(values))}'; write true or false")
