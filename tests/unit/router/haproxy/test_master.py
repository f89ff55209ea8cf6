# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What HAProxy's master says of its processes."""

from __future__ import annotations

import pytest
from classic_swarm.router.errors import NotRunningError, RouteError
from classic_swarm.router.haproxy.master import MasterSocket, Processes, parse_processes

TEXT = """#<PID>          <type>          <reloads>       <uptime>        <version>
21000           master          2 [failed: 1]   0d00h00m04s     2.6.12
# workers
21188           worker          1               0d00h00m03s     2.6.12
# old workers
21052           worker          2               0d00h00m09s     2.6.12
# programs
"""


def test_processes() -> None:
    assert parse_processes(TEXT) == Processes(21000, 2, 1, 21188)
    assert parse_processes(TEXT.replace(" [failed: 1]", "")).failed == 0
    assert parse_processes(TEXT.replace("21188 ", "# ")).worker is None
    with pytest.raises(RouteError, match="does not speak like HAProxy"):
        parse_processes("HTTP/1.0 400 Bad request")


def test_nobody_listens() -> None:
    with pytest.raises(NotRunningError, match="nobody listens on /nonexistent/"):
        MasterSocket("/nonexistent/master.sock").processes()
