# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What the network, HTTP and the engine can answer instead of the answer, as errors of our tree."""

from __future__ import annotations

import os
import socket
import ssl
import typing as t

from ..errors import (
    EngineConflictError,
    EngineError,
    EngineNotFoundError,
    EngineResponseError,
    EngineTLSError,
    EngineUnreachableError,
)
from ..model.address import split_address
from ..wire.json_reply import NoJSONError, read_json
from ..wire.response import ClosedEarlyError, NoHTTPError
from ..wire.tls import EngineTLS

_HANGING_UP = (ConnectionResetError, BrokenPipeError, ConnectionAbortedError, ClosedEarlyError)

#: First bytes of a TLS record that holds an alert: what a TLS server answers to plain HTTP.
_TLS_ALERT = "\x15\x03"

_WANTS_TLS = "wants TLS on that port; set tls, or write the entry with https://"


def explain_failure(error: BaseException, address: str, seconds: float, tls: t.Optional[EngineTLS]) -> EngineError:
    """Why there is no answer, as a sentence.

    :param error: as raised by our connections
    :param seconds: what the engine was given
    """
    if isinstance(error, ssl.SSLError) and tls is not None:
        return tls.explain(error, address)
    if isinstance(error, socket.gaierror):
        return EngineUnreachableError(address, f"host name {split_address(address)[0]} cannot be resolved", False)
    if isinstance(error, socket.timeout):
        return EngineUnreachableError(address, f"no answer from {address} within {seconds:g} s")
    if isinstance(error, ConnectionRefusedError):
        return EngineUnreachableError(address, f"connection refused by {address}; no engine listens there", False)
    if isinstance(error, _HANGING_UP):
        return EngineUnreachableError(address, f"{address} closed the connection before its answer was complete")
    if isinstance(error, NoHTTPError):
        if tls is None and _TLS_ALERT in str(error):
            return EngineTLSError(address, f"{address} {_WANTS_TLS}")
        return EngineError(address, f"{address} answers with something else than HTTP; is it a Docker engine?")
    words = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)
    return EngineUnreachableError(address, f"{address} cannot be reached: {words}")


def explain_status(address: str, status: int, body: bytes, asked: str) -> EngineError:
    """An answer with an error status, as a sentence with the engine's own words.

    :param asked: what it was asked, such as ``GET /info`` or ``to start web``
    """
    if 300 <= status < 400:
        return EngineResponseError(
            address,
            status,
            f"{address}, asked {asked}, answers with a redirect (status {status}), which no Docker engine does",
        )
    words = engine_words(body)
    if asks_for_tls(body):
        return EngineTLSError(address, f"{address} {_WANTS_TLS}")
    kind = {404: EngineNotFoundError, 409: EngineConflictError}.get(status, EngineResponseError)
    return kind(address, status, f"{address} refuses {asked} (status {status}): {words}")


def asks_for_tls(body: bytes) -> bool:
    """Whether an engine says in plain HTTP that it wants TLS."""
    return body.startswith(b"Client sent an HTTP request to an HTTPS server")


def engine_words(body: bytes) -> str:
    """What the engine said in the body of an error, in one line: the ``message`` of its JSON, else the text."""
    text = body.decode("utf-8", "replace")
    try:
        content = read_json(body)
    except NoJSONError:
        content = text
    if isinstance(content, dict):
        content = content.get("message")
    words = " ".join(content.split())[:1000] if isinstance(content, str) else ""
    return words or "it gives no reason"
