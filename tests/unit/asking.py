# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One engine by script, asked by the product's own client."""

from __future__ import annotations

import typing as t
from collections.abc import Callable

from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.client import EngineClient
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import EngineSettings

from tests.unit.engine_double import EngineDouble, Reply, Script

Result = t.TypeVar("Result")

#: The answer to what is done, where there is nothing to say.
DONE = Reply(body=b"", status=204)
#: The answer where what was asked about is not there.
MISSING = Reply({"message": "there is no such thing"}, status=404)


def asking(
    script: Script, act: Callable[[EngineClient], Result], api_version: str = "1.41"
) -> tuple[Result, EngineDouble]:
    """What `act` gives, and the engine, which knows what it was asked. `api_version`: the engine's newest."""
    with EngineDouble(script) as engine:
        client = EngineClient(engine.address, EngineSettings(), api_version=api_version)
        try:
            return act(client), engine
        finally:
            client.close()


def done(engine: EngineDouble) -> list[str]:
    """What the engine was asked that is not only a question."""
    return [asked for asked in engine.asked if not asked.startswith("GET ")]
