# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The progress of a pull, a push, a load or a build: lines of JSON.

An engine promises success before it knows, so an error may come on any line.
"""

from __future__ import annotations

import typing as t

from ..errors import EngineError
from ..wire.json_reply import NoJSONError, read_json
from .failure import explain_status


def read_progress(lines: t.Iterable[bytes], address: str, asked: str) -> t.Iterator[t.Dict[str, t.Any]]:
    """The messages, to the last.

    :param asked: in words: ``to pull web:1``
    :raises EngineResponseError: the engine or the registry refuses
    :raises EngineError: a line is not what an engine sends
    """
    for line in lines:
        if line.strip():
            yield _message(line, address, asked)


def _message(line: bytes, address: str, asked: str) -> t.Dict[str, t.Any]:
    try:
        message = read_json(line)
    except NoJSONError:
        message = None
    if not isinstance(message, dict):
        raise EngineError(address, f"{address}, asked {asked}, answers with something else than a Docker engine does")
    if "error" not in message:
        return message
    detail = message.get("errorDetail")
    code = detail.get("code") if isinstance(detail, dict) else None
    status = code if isinstance(code, int) and 400 <= code < 600 else 500
    raise explain_status(address, status, str(message["error"]).encode("utf-8", "replace"), asked)
