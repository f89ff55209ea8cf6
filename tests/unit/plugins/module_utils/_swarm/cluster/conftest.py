# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Both ways of confirming a claim: by whole lists, as on nodes with few containers, and by what came since."""

from __future__ import annotations

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster import observe


@pytest.fixture(autouse=True, params=[observe._FEW, 1], ids=["whole lists", "what came since"])
def confirming(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test of this folder runs with each."""
    monkeypatch.setattr(observe, "_FEW", request.param)
