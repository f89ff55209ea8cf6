# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Steps that ask an engine more than once."""

from __future__ import annotations

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.operations.base import Place, Tools, Work
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.operations.lifecycle import PauseContainer
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.secrets import Secrets
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import EngineResponseError
from ansible_collections.classic.swarm.tests.unit.clock import TestClock


class Pausing:
    """An engine that refuses to pause so many times, with the same words."""

    def __init__(self, refusals, words):
        self.left, self.words, self.asked = refusals, words, 0

    def get(self, _address):
        return self

    def send(self, call):
        assert call.path == "/containers/c1/pause"
        self.asked += 1
        if self.left:
            self.left -= 1
            raise EngineResponseError("n1:2375", 500, self.words)


@pytest.mark.parametrize(
    ("refusals", "words", "asked", "paused"),
    [
        (0, "", 1, True),
        (2, "OCI runtime pause failed: unable to freeze: unknown", 3, True),
        (9, "OCI runtime pause failed: unable to freeze: unknown", 5, False),
        (1, "Container web is not running", 1, False),
    ],
)
def test_busy_processes_are_frozen_at_another_moment(refusals, words, asked, paused):
    engine = Pausing(refusals, words)
    work = Work(Tools(engine, TestClock(), Secrets(), None), {"container": "c1"})
    step = PauseContainer(Place("n1:2375", "n1"), "web")
    if paused:
        step.execute(work)
    else:
        with pytest.raises(EngineResponseError, match=words):
            step.execute(work)
    assert engine.asked == asked
    assert [action["action"] for action in work.actions] == (["pause"] if paused else [])
