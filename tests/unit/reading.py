# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One engine read as a snapshot reads many."""

from __future__ import annotations

from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.client import EngineClient
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.reader import Reading
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.replies import RawEngine
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.together import Question, read_engines
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import EngineError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import EngineSettings


def read_engine(address: str, settings: EngineSettings, reading: Reading | None = None) -> RawEngine:
    """The answers of the engine at `address`, or the error that stands in their place."""
    question = Question(EngineClient(address, settings), reading or Reading(), settings.snapshot_timeout)
    (answer,) = read_engines([question], lambda _client, raw: raw)
    if isinstance(answer, EngineError):
        raise answer
    return answer
