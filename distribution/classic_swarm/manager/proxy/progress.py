# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Progress of many engines as one stream of JSON lines."""

from __future__ import annotations

import json
import typing as t

import aiohttp

from ..._swarm.wire.json_reply import NoJSONError, read_json

#: Bytes of one line. Long ones exist, and they are no reason to end a stream.
_LARGEST_LINE = 16 * 1024 * 1024


async def messages(answer: aiohttp.ClientResponse) -> t.AsyncIterator[t.Dict[str, t.Any]]:
    """The objects in an engine's answer, one a line; a line that is none is told as a status."""
    rest = b""
    async for piece in answer.content.iter_any():
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            if line.strip():
                yield _parse(line)
        if len(rest) > _LARGEST_LINE:
            rest = b""
    if rest.strip():
        yield _parse(rest)


def _parse(line: bytes) -> t.Dict[str, t.Any]:
    try:
        value = read_json(line)
    except NoJSONError:
        value = None
    return value if isinstance(value, dict) else {"status": line.decode("utf-8", "replace").strip()}


def error_of(message: t.Mapping[str, t.Any]) -> str:
    """What a message says went wrong, empty for nothing."""
    detail = message.get("errorDetail")
    if isinstance(detail, dict) and detail.get("message"):
        return str(detail["message"])
    return str(message.get("error") or "")


def text_of(message: t.Mapping[str, t.Any]) -> str:
    """What a message says, in one line."""
    if message.get("stream"):
        return str(message["stream"]).strip()
    parts = (message.get("id"), message.get("status"), message.get("progress"))
    return " ".join(str(part) for part in parts if part)


def line(message: t.Mapping[str, t.Any]) -> bytes:
    """A message as it is sent."""
    return json.dumps(message).encode() + b"\r\n"


def status_line(node: str, text: str) -> bytes:
    """What a node is doing."""
    return line({"id": node, "status": text})


def error_line(text: str) -> bytes:
    """What went wrong behind the head of an answer that began well."""
    return line({"errorDetail": {"code": 1, "message": text}, "error": text})
