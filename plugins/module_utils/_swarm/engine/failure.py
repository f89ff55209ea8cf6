# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What the network, HTTP and the engine can answer instead of the answer, as errors of our tree."""

from __future__ import annotations

import json
import os
import socket
import ssl
import sys
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
from ..wire.response import ClosedEarlyError, NoHTTPError
from ..wire.tls import EngineTLS

_Kinds = t.Tuple[t.Type[BaseException], ...]

#: First bytes of a TLS record that holds an alert: what a TLS server answers to plain HTTP.
_TLS_ALERT = "\x15\x03"

_WANTS_TLS = "wants TLS on that port; set tls, or write the entry with https://"


def explain_failure(error: BaseException, address: str, seconds: float, tls: t.Optional[EngineTLS]) -> EngineError:
    """Why there is no answer, as a sentence.

    :param error: as raised by our connections, or by ``requests``, which wraps the like of it many layers deep
    :param seconds: what the engine was given
    """
    cause = _telling_cause(error)
    if isinstance(cause, ssl.SSLError) and tls is not None:
        return tls.explain(cause, address)
    if isinstance(cause, socket.gaierror):
        return EngineUnreachableError(address, f"host name {split_address(address)[0]} cannot be resolved", False)
    if isinstance(cause, socket.timeout):
        return EngineUnreachableError(address, f"no answer from {address} within {seconds:g} s")
    if isinstance(cause, ConnectionRefusedError):
        return EngineUnreachableError(address, f"connection refused by {address}; no engine listens there", False)
    hanging_up, no_http = _http_kinds()
    if isinstance(cause, hanging_up):
        closed = EngineUnreachableError(address, f"{address} closed the connection before its answer was complete")
        return (tls and tls.explain_end(address)) or closed
    if isinstance(cause, no_http):
        if tls is None and _TLS_ALERT in str(cause):
            return EngineTLSError(address, f"{address} {_WANTS_TLS}")
        return EngineError(address, f"{address} answers with something else than HTTP; is it a Docker engine?")
    words = os.strerror(cause.errno) if isinstance(cause, OSError) and cause.errno else str(cause)
    return EngineUnreachableError(address, f"{address} cannot be reached: {words}")


def _http_kinds() -> t.Tuple[_Kinds, _Kinds]:
    """The errors of a server that hangs up, and of one that speaks no HTTP.

    Those of ``http.client`` are among them where ``requests`` has loaded it; a task that pulls nothing does not.
    """
    hanging_up: _Kinds = (ConnectionResetError, BrokenPipeError, ConnectionAbortedError, ClosedEarlyError)
    no_http: _Kinds = (NoHTTPError,)
    library = sys.modules.get("http.client")
    if library is not None:
        hanging_up, no_http = (*hanging_up, library.IncompleteRead), (*no_http, library.HTTPException)
    return hanging_up, no_http


def _telling_cause(error: BaseException) -> BaseException:
    """The one of the errors within ``error`` that tells most."""
    found: t.List[BaseException] = []
    waiting: t.List[t.Any] = [error]
    while waiting:
        one = waiting.pop(0)
        if not isinstance(one, BaseException) or any(one is known for known in found):
            continue
        found.append(one)
        # urllib3 keeps causes in ``reason`` and in the arguments, not only where Python does
        waiting += [getattr(one, "reason", None), *one.args, one.__cause__, one.__context__]
    # What tells most comes first: an error of TLS is an OSError too, and a reset connection may have led to a retry.
    for kind in (ssl.SSLError, socket.gaierror, socket.timeout, *_http_kinds()):
        for one in found:
            if isinstance(one, kind):
                return one
    return next((one for one in found if isinstance(one, OSError) and one.errno), error)


def explain_status(address: str, status: int, body: bytes, asked: str) -> EngineError:
    """An answer with an error status, as a sentence with the engine's own words.

    :param asked: what it was asked, such as ``GET /info`` or ``to start web``
    """
    words = engine_words(body)
    if words.startswith("Client sent an HTTP request to an HTTPS server"):
        return EngineTLSError(address, f"{address} {_WANTS_TLS}")
    kind = {404: EngineNotFoundError, 409: EngineConflictError}.get(status, EngineResponseError)
    return kind(address, status, f"{address} refuses {asked} (status {status}): {words}")


def engine_words(body: bytes) -> str:
    """What the engine said in the body of an error, in one line: the ``message`` of its JSON, else the text."""
    text = body.decode("utf-8", "replace")
    try:
        content = json.loads(text)
    except ValueError:
        content = text
    if isinstance(content, dict):
        content = content.get("message")
    words = " ".join(content.split())[:1000] if isinstance(content, str) else ""
    return words or "it gives no reason"
