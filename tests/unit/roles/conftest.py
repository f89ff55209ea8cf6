# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Ansible does before it evaluates anything: lookups are found by their full names."""

from __future__ import annotations

import pytest
from ansible.plugins.loader import init_plugin_loader

from tests.tools.check.workspace import COLLECTIONS


@pytest.fixture(autouse=True, scope="session")
def plugin_loader() -> None:
    init_plugin_loader([str(COLLECTIONS)])
