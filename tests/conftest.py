# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What holds for every test."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from tests.unit.soak import FACTOR, examples

# No deadline: on a busy machine an example may take long and be right. Derandomised: a run says what the last one said,
# except in a soak, which is to find what no run before it found; its seed is printed.
settings.register_profile(
    "project",
    deadline=None,
    derandomize=FACTOR == 1,
    print_blob=True,
    max_examples=examples(100),
    suppress_health_check=() if FACTOR == 1 else tuple(HealthCheck),
)
settings.load_profile("project")
