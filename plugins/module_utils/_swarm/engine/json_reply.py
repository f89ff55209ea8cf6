# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""JSON out of what an engine sends, whatever it sends."""

from __future__ import annotations

import json
import typing as t


class NoJSONError(Exception):
    """It is no JSON, or none that an engine sends. The message says which."""


def read_json(content: t.Union[bytes, str]) -> t.Any:
    """The value in ``content``.

    :raises NoJSONError: there is none; it is nested deeper than Python's stack; a numeral has thousands of digits
    """
    try:
        return json.loads(content)
    except RecursionError:
        raise NoJSONError("nested too deeply") from None
    except ValueError as error:
        raise NoJSONError("no JSON") from error
