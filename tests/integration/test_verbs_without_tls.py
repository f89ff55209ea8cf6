# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What acts in containers, on an engine that is spoken to without TLS."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.integration.verbs import try_every_verb
from tests.lab import EngineSpec, Lab


def test_every_verb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if os.geteuid() != 0:
        pytest.skip("the lab of real engines needs root")
    with Lab("plain", "10.77.121", [EngineSpec("one", tls=False)]) as lab:
        monkeypatch.setattr(Lab, "environment", {"SWARM_DISCOVERY": lab.discovery})
        try_every_verb(lab, tmp_path, ["one"])
