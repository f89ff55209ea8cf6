# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.image import reference_names


@pytest.mark.parametrize(
    ("reference", "names"),
    [
        ("", set()),
        ("redis", {"redis", "redis:latest"}),
        ("redis:6", {"redis:6", "redis"}),
        ("host:5000/redis", {"host:5000/redis", "host:5000/redis:latest"}),
        ("host:5000/redis:6", {"host:5000/redis:6", "host:5000/redis"}),
        ("redis@sha256:ab", {"redis@sha256:ab", "redis"}),
        ("redis:6@sha256:ab", {"redis:6@sha256:ab", "redis:6", "redis"}),
        ("sha256:ab", {"sha256:ab", "ab"}),
    ],
)
def test_reference_names(reference, names):
    assert reference_names(reference) == names
