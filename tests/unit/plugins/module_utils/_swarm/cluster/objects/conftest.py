# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is tested here confirms no claims."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def confirming() -> None:
    """Once is enough, other than in the folder above."""
