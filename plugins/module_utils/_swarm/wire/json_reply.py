# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""JSON out of what a server sends, whatever it sends."""

from __future__ import annotations

import json
import typing as t

#: Values in one reply. The largest list that we are ready to hold has about a million.
MOST_VALUES = 2_000_000
#: Smaller replies cannot have as many.
_WORTH_COUNTING = 2 * MOST_VALUES

#: How JSON begins to write what is half of a character, which no text of ours may hold.
_SURROGATE = b"\\ud"


class NoJSONError(Exception):
    """It is no JSON, or none that we read. The message says what it is instead."""


def read_json(content: bytes) -> t.Any:
    """The value in ``content``.

    :raises NoJSONError: there is none; it is nested deeper than Python's stack; it is more than we are ready to hold
    """
    if len(content) > _WORTH_COUNTING and sum(map(content.count, (b",", b"[", b"{"))) > MOST_VALUES:
        raise NoJSONError(f"JSON of more than {MOST_VALUES:,} values")
    try:
        value = json.loads(content)
        return _mend(value) if _SURROGATE in content.lower() else value
    except RecursionError:
        raise NoJSONError("JSON that is nested too deeply") from None
    except ValueError as error:
        # no JSON, bytes that are no text, or a number of more digits than Python reads
        raise NoJSONError("something else than JSON") from error


def _mend(value: t.Any) -> t.Any:
    """The value with lone surrogates replaced in every text: they could not be printed."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, list):
        return [_mend(item) for item in value]
    if isinstance(value, dict):
        return {_mend(key): _mend(item) for key, item in value.items()}
    return value
