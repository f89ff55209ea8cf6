# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import signal
import time

from ansible_collections.classic.swarm.plugins.module_utils._swarm.agent.stop import Stop


def test_a_wait_ends_by_its_time() -> None:
    with Stop() as stop:
        assert stop.wait(0.01) is False
        assert stop.wait(-1) is False


def test_a_signal_ends_this_wait_and_all_later_ones() -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        with Stop() as stop:
            began = time.monotonic()
            os.kill(os.getpid(), number)
            assert stop.wait(30) is True
            stop.sleep(30)
            assert stop.wait(30) is True
            assert time.monotonic() - began < 10


def test_the_handlers_of_before_are_put_back() -> None:
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    with Stop():
        assert signal.getsignal(signal.SIGTERM) != before[0]
    assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == before
