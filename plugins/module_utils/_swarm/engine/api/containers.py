# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Containers. A container is named by ID or name."""

from __future__ import annotations

import json
import typing as t

from ...errors import EngineResponseError
from ...wire.limits import LARGEST_OUTPUT
from ..output import read_frames
from ..records import CONTAINER
from .call import (
    Call,
    Filters,
    JSONObject,
    Patience,
    Pruned,
    Reply,
    filter_query,
    flags,
    path_of,
    read_nothing,
    read_pruned,
    record_of,
    short,
)

#: Seconds that an engine gives a container to stop where neither the caller nor the container says otherwise.
DEFAULT_STOP_TIMEOUT = 10


class Created(t.NamedTuple):
    """A new container. :ivar warnings: the engine's own words on what it does not do as asked"""

    id: str
    warnings: t.Tuple[str, ...]


def list(filters: t.Optional[t.Mapping[str, t.Sequence[str]]] = None) -> Call[t.List[JSONObject]]:
    """Containers of every state, as the engine lists them.

    :param filters: in the Engine API's form; None for all containers
    """
    query = {"all": "1", **({"filters": json.dumps(filters, separators=(",", ":"))} if filters else {})}
    return Call("GET", "/containers/json", "to list containers", Reply.objects, query)


def inspect(container: str) -> Call[JSONObject]:
    """The engine's full record of one container."""
    return Call("GET", path_of("containers", container, "json"), f"to inspect {short(container)}", record_of(CONTAINER))


def create(name: str, body: t.Mapping[str, t.Any], platform: t.Optional[str] = None) -> Call[Created]:
    """Create a container without starting it.

    :param body: the Engine API's create body, sent as it is
    :param platform: ``os[/arch[/variant]]`` of the image to take
    """
    query = {"name": name, **({"platform": platform} if platform else {})}
    return Call("POST", "/containers/create", f"to create {name}", _read_created, query, body=body)


def start(container: str) -> Call[None]:
    """Start it; one that runs is left as it is."""
    return _act("start", container)


def stop(container: str, timeout: t.Optional[int] = None, own: int = DEFAULT_STOP_TIMEOUT) -> Call[None]:
    """Send the stop signal, and SIGKILL after ``timeout`` seconds (None: the container's own).

    :param own: the container's own time-out, so that it is waited for where ``timeout`` is None. Negative: without end
    """
    return _end("stop", container, timeout, own)


def restart(container: str, timeout: t.Optional[int] = None, own: int = DEFAULT_STOP_TIMEOUT) -> Call[None]:
    """Stop, as ``stop`` does, and start."""
    return _end("restart", container, timeout, own)


def kill(container: str, signal: t.Optional[str] = None) -> Call[None]:
    """Send ``signal`` (None: SIGKILL)."""
    return _act("kill", container, {"signal": signal} if signal else {})


def pause(container: str) -> Call[None]:
    """Freeze its processes."""
    return _act("pause", container)


def unpause(container: str) -> Call[None]:
    """Let its processes go on."""
    return _act("unpause", container)


def remove(container: str, volumes: bool = False, force: bool = False) -> Call[None]:
    """Remove it.

    :param volumes: its anonymous volumes too
    :param force: kill it if it runs
    """
    query = flags(v=volumes, force=force)
    return Call("DELETE", path_of("containers", container), f"to remove {short(container)}", read_nothing, query)


def rename(container: str, name: str) -> Call[None]:
    """Give it another name."""
    asked = f"to rename {short(container)} to {name}"
    return Call("POST", path_of("containers", container, "rename"), asked, read_nothing, {"name": name})


def update(container: str, body: t.Mapping[str, t.Any]) -> Call[t.List[str]]:
    """Change what can be changed in place; gives the engine's warnings.

    :param body: the Engine API's update body, sent as it is
    """
    asked = f"to update {short(container)}"
    return Call("POST", path_of("containers", container, "update"), asked, _read_warnings, body=body)


def prune(filters: t.Optional[Filters] = None) -> Call[Pruned]:
    """Remove the containers that do not run."""
    read, query = read_pruned("ContainersDeleted"), filter_query(filters)
    return Call("POST", "/containers/prune", "to prune containers", read, query, patience=Patience(None))


def wait(container: str, timeout: t.Optional[float] = None, condition: t.Optional[str] = None) -> Call[int]:
    """Wait until it does not run; gives its exit status.

    :param timeout: seconds, None to wait as long as it runs
    :param condition: ``not-running`` (also where this is None), ``next-exit`` or ``removed``
    """

    def read(reply: Reply) -> int:
        answer = reply.fields("/containers/wait")
        problem = answer.within("Error").text("Message")
        if problem:
            words = " ".join(problem.split())[:1000]
            message = f"waiting for {short(container)} on {reply.address} failed: {words}"
            raise EngineResponseError(reply.address, 500, message)
        return answer.require("StatusCode").number("StatusCode")

    path, query = path_of("containers", container, "wait"), {"condition": condition} if condition else {}
    patience = Patience(timeout, setting=False)
    return Call("POST", path, f"to wait for {short(container)}", read, query, patience=patience)


def logs(
    container: str,
    terminal: bool = False,
    follow: bool = False,
    tail: t.Optional[int] = None,
    since: t.Optional[float] = None,
    until: t.Optional[float] = None,
    timestamps: bool = False,
) -> Call[str]:
    """What it has printed so far, standard output and standard error together.

    :param terminal: the container has one, so its output comes without frames
    :param follow: go on with what it prints from now on; only for a stream
    :param tail: the last lines only
    :param since: seconds since 1970
    :param until: seconds since 1970
    :param timestamps: the time before each line
    """

    def read(reply: Reply) -> str:
        return (reply.body if terminal else read_frames(reply.body)).decode("utf-8", "replace")

    query = {"stdout": "1", "stderr": "1", **flags(follow=follow, timestamps=timestamps)}
    query.update({} if tail is None else {"tail": str(tail)})
    query.update({name: f"{at:.9f}" for name, at in (("since", since), ("until", until)) if at is not None})
    asked = f"to give the output of {short(container)}"
    return Call("GET", path_of("containers", container, "logs"), asked, read, query, largest=LARGEST_OUTPUT)


def stats(container: str, stream: bool = False) -> Call[JSONObject]:
    """What it uses of its node, measured over about a second.

    :param stream: one object after another, about one a second; only for a stream
    """
    path, asked = path_of("containers", container, "stats"), f"to measure {short(container)}"
    return Call("GET", path, asked, Reply.object, {"stream": "1" if stream else "0"})


def top(container: str, arguments: str = "") -> Call[JSONObject]:
    """Its processes, as ``ps`` on the host lists them, with ``Titles`` and ``Processes``.

    :param arguments: of ``ps``; empty for the engine's own
    """
    path, asked = path_of("containers", container, "top"), f"to list the processes of {short(container)}"
    return Call("GET", path, asked, Reply.object, {"ps_args": arguments} if arguments else {})


def attach(container: str, stdin: bool = True, logs: bool = False) -> Call[None]:
    """Its standard input and output, as a stream in both directions.

    :param stdin: also write to it
    :param logs: begin with what it printed before
    """
    query = {"stream": "1", "stdout": "1", "stderr": "1", **flags(stdin=stdin, logs=logs)}
    asked = f"to attach to {short(container)}"
    return Call("POST", path_of("containers", container, "attach"), asked, read_nothing, query)


def get_archive(container: str, path: str) -> Call[bytes]:
    """A file or folder of it as a tar archive. :param path: inside the container"""
    asked = f"to copy {path} from {short(container)}"
    return Call(
        "GET", path_of("containers", container, "archive"), asked, _read_body, {"path": path}, largest=LARGEST_OUTPUT
    )


def put_archive(container: str, path: str, keep_kinds: bool = False) -> Call[None]:
    """Unpack a tar archive, which is sent as the body, into the folder ``path`` of it.

    :param keep_kinds: refuse to put a file in the place of a folder, whose content would be removed, or the other way
    """
    asked = f"to copy to {path} of {short(container)}"
    query = {"path": path, **flags(noOverwriteDirNonDir=keep_kinds)}
    return Call("PUT", path_of("containers", container, "archive"), asked, read_nothing, query)


def _act(verb: str, container: str, query: t.Optional[t.Mapping[str, str]] = None) -> Call[None]:
    path, asked = path_of("containers", container, verb), f"to {verb} {short(container)}"
    return Call("POST", path, asked, read_nothing, query or {})


def _end(verb: str, container: str, timeout: t.Optional[int], own: int) -> Call[None]:
    """The engine answers when it is done, so it gets the container's time on top of its own."""
    grace = own if timeout is None else timeout
    query = {} if timeout is None else {"t": str(timeout)}
    path, asked = path_of("containers", container, verb), f"to {verb} {short(container)}"
    return Call("POST", path, asked, read_nothing, query, patience=Patience(None if grace < 0 else float(grace)))


def _read_created(reply: Reply) -> Created:
    answer = reply.fields()
    return Created(answer.require("Id").text("Id"), tuple(answer.texts("Warnings")))


def _read_warnings(reply: Reply) -> t.List[str]:
    return reply.fields("/containers/update").texts("Warnings")


def _read_body(reply: Reply) -> bytes:
    return reply.body
