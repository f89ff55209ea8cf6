# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""An image built by one engine, with the builder that every engine has."""

from __future__ import annotations

import collections
import json
import typing as t
from dataclasses import dataclass, field

from ...engine.api import images
from ...engine.api.call import Query
from ...engine.auth import Auth, registry_config
from ...engine.client import EngineClient
from ...errors import EngineResponseError
from ...wire.request import Body
from ..progress import build_step
from .change import Record
from .context import BuildContext
from .image_state import require_image

#: Lines of a build that are told where it fails.
_TOLD = 10
#: Characters of a build's output that are returned.
LARGEST = 1024 * 1024


@dataclass(frozen=True)
class Build:
    """What is to be built.

    :ivar platforms: an engine's own builder takes one at most
    :ivar hosts: addresses by name, for the hosts file while it is built
    :ivar arguments: of the Dockerfile; may hold secrets
    :ivar auth: for the registry of the images that it begins with
    """

    name: str
    cache_from: t.Tuple[str, ...] = ()
    pull: bool = False
    network: t.Optional[str] = None
    nocache: bool = False
    hosts: t.Mapping[str, str] = field(default_factory=dict)
    arguments: t.Mapping[str, str] = field(default_factory=dict, repr=False)
    target: t.Optional[str] = None
    platforms: t.Tuple[str, ...] = ()
    shm_size: t.Optional[int] = None
    labels: t.Mapping[str, str] = field(default_factory=dict)
    auth: t.Optional[Auth] = None

    def query(self, dockerfile: str) -> Query:
        """As the Engine API has it."""
        texts = {
            "dockerfile": dockerfile,
            "cachefrom": json.dumps(self.cache_from) if self.cache_from else "",
            "pull": "1" if self.pull else "",
            "networkmode": self.network or "",
            "nocache": "1" if self.nocache else "",
            "buildargs": json.dumps(dict(self.arguments)) if self.arguments else "",
            "target": self.target or "",
            "platform": "".join(self.platforms[:1]),
            "shmsize": "" if self.shm_size is None else str(self.shm_size),
            "labels": json.dumps(dict(self.labels)) if self.labels else "",
            "rm": "1",
            "forcerm": "1",
        }
        query: t.Dict[str, t.Union[str, t.Tuple[str, ...]]] = {name: text for name, text in texts.items() if text}
        if self.hosts:
            query["extrahosts"] = tuple(f"{name}:{address}" for name, address in self.hosts.items())
        return query


class Built(t.NamedTuple):
    """:ivar record: what the engine says of the image. :ivar output: what the build has said, its last MiB"""

    record: Record
    output: str


def build_image(client: EngineClient, wanted: Build, context: BuildContext, tell: t.Callable[[str], None]) -> Built:
    """Have the engine build an image out of the folder, which is sent while it is read.

    :param tell: takes how far it has come, in words
    :raises EngineResponseError: the build fails; the message has its last lines
    """
    credentials = None if wanted.auth is None else registry_config(wanted.auth)
    call = images.build(wanted.name, wanted.query(context.dockerfile), credentials)
    said: t.Deque[str] = collections.deque()
    held = 0
    try:
        for message in client.follow(call, Body(context.pieces()), endless=True):
            said.append(str(message.get("stream") or ""))
            tell_step(said[-1], wanted.name, tell)
            held += len(said[-1])
            while held > LARGEST:
                held -= len(said.popleft())
    except EngineResponseError as error:
        told = f"{error.message}{tell_end(''.join(said))}"
        raise EngineResponseError(error.address, error.status, told) from error
    return Built(require_image(client, wanted.name), "".join(said))


def tell_step(line: str, name: str, tell: t.Callable[[str], None]) -> None:
    """Tell of the step that a line of output begins, if it begins one. :param name: of the image"""
    step = build_step(line)
    if step is not None:
        tell(f"builds {name}: {step}")


def tell_end(output: str) -> str:
    """The last lines of what a build has said, as the end of a message."""
    lines = [line for line in output.splitlines() if line.strip()][-_TOLD:]
    return f"; the build ended with: {' | '.join(lines)}" if lines else ""
