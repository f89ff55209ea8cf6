# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The launcher of the zipapp: hands the process's own streams to the program."""

from __future__ import annotations

import os
import sys

from _swarm.agent.command import run

if __name__ == "__main__":
    sys.exit(run(sys.argv[1:], os.environ, sys.stdout, sys.stderr))
