# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Benchmarks: python -m tests.benchmark PART..."""

from __future__ import annotations

import sys
from pathlib import Path

# The product is imported by its full name, as Ansible imports it; the set-up lays it out so.
_COLLECTIONS = str(Path(__file__).resolve().parents[2] / ".cache" / "collections")
if _COLLECTIONS not in sys.path:
    sys.path.append(_COLLECTIONS)
