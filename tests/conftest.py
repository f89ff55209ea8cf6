# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What holds for every test."""

from __future__ import annotations

from hypothesis import settings

# No deadline: on a busy machine an example may take long and be right. Derandomised: a run says what the last one said.
settings.register_profile("project", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("project")
