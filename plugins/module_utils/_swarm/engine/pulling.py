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

#: What is said of a layer that needs nothing more.
_DONE = ("Pull complete", "Already exists", "Pushed", "Layer already exists", "Mounted from")
#: What is said while bytes of a layer move.
_MOVING = ("Downloading", "Pushing")
_MB = 1_000_000


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
        raise EngineError(address, f"{address} sent an unexpected reply when asked {asked}; is it a Docker engine?")
    if "error" not in message:
        return message
    detail = message.get("errorDetail")
    code = detail.get("code") if isinstance(detail, dict) else None
    status = code if isinstance(code, int) and 400 <= code < 600 else 500
    raise explain_status(address, status, str(message["error"]).encode("utf-8", "replace"), asked)


class Layers:
    """What is known of the layers of one image."""

    def __init__(self) -> None:
        self._done: t.Dict[str, bool] = {}
        self._bytes: t.Dict[str, t.Tuple[int, int]] = {}

    def add(self, message: t.Mapping[str, t.Any]) -> None:
        """Take a message of the engine in; one that is about no layer says nothing."""
        layer, status = message.get("id"), str(message.get("status") or "")
        # the name of the image stands in the place of a layer, too
        if not isinstance(layer, str) or status.startswith("Pulling from"):
            return
        self._done[layer] = status.startswith(_DONE)
        detail = message.get("progressDetail")
        current, total = (detail.get(key) for key in ("current", "total")) if isinstance(detail, dict) else (None, None)
        if status in _MOVING and isinstance(current, int) and isinstance(total, int) and total > 0:
            self._bytes[layer] = (min(current, total), total)
        elif layer in self._bytes and status not in _MOVING:
            total = self._bytes[layer][1]
            self._bytes[layer] = (total, total)

    def __str__(self) -> str:
        """In words: ``2 of 5 layers, 45.0 of 120.0 MB``; empty where nothing is known."""
        if not self._done:
            return ""
        words = f"{sum(self._done.values())} of {len(self._done)} layers"
        if not self._bytes:
            return words
        moved, whole = (sum(pair[number] for pair in self._bytes.values()) for number in (0, 1))
        return f"{words}, {moved / _MB:.1f} of {whole / _MB:.1f} MB"
