# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What an engine tells without an end, for a bounded time."""

from __future__ import annotations

import threading
import typing as t

from ..errors import EngineError
from ..wire.json_reply import NoJSONError, read_json
from .api.call import Call, JSONObject
from .client import EngineClient


def objects_for(client: EngineClient, call: Call[t.Any], seconds: float) -> t.Iterator[JSONObject]:
    """The JSON objects that come, one a line, until ``seconds`` are over or the engine ends.

    :raises EngineError: it is refused, the engine goes away before, or what comes is no JSON
    """
    over = threading.Event()
    with client.stream(call) as answer:

        def end() -> None:
            over.set()
            answer.close()

        timer = threading.Timer(seconds, end)
        timer.daemon = True
        timer.start()
        try:
            for line in answer.lines():
                if line.strip():
                    yield _object(client, call, line)
        except EngineError:
            if not over.is_set():
                raise
        finally:
            timer.cancel()


def _object(client: EngineClient, call: Call[t.Any], line: bytes) -> JSONObject:
    try:
        value = read_json(line)
    except NoJSONError:
        value = None
    if not isinstance(value, dict):
        raise EngineError(
            client.address,
            f"{client.address} sent an unexpected reply when asked {call.asked}; is it a Docker engine?",
        )
    return t.cast(JSONObject, value)
