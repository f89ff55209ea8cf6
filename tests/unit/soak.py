# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many examples the properties are tried with: a few in every run, very many in a soak."""

from __future__ import annotations

import os

#: What the number of examples is multiplied by.
FACTOR = int(os.environ.get("SOAK_FACTOR", "1"))


def examples(count: int) -> int:
    """The number of examples of a property. count: in an ordinary run."""
    return count * FACTOR
