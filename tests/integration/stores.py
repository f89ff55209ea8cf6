# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stores for the tests of one file; where there are none, the tests are skipped and say why."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.lab.consul import Consul, ConsulUnavailable


@contextmanager
def consul_or_skip(address: str = "127.0.0.1") -> Iterator[Consul]:
    """A Consul at an address of this machine, while in use."""
    try:
        server = Consul(address)
    except ConsulUnavailable as error:
        pytest.skip(f"no Consul on this machine: {error}")
    with server:
        yield server
