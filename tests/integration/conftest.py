# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures that every integration test may use: one lab of real engines for the whole run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.lab import Lab

if TYPE_CHECKING:
    from tests.integration.operating import Operator


@pytest.fixture(scope="session")
def lab() -> Iterator[Lab]:
    """Give the three engines of the demo, on a network of their own.

    LAB_NAME and LAB_SUBNET in the environment give it another name and place, for two runs at the same time. So each
    worker of one run has a lab of its own, ten networks further.
    """
    if os.geteuid() != 0:
        pytest.skip("the lab of real engines needs root")
    name, subnet = os.environ.get("LAB_NAME", "it"), os.environ.get("LAB_SUBNET", "10.77.50")
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])
    if worker:
        network, _dot, third = subnet.rpartition(".")
        name, subnet = f"{name}{worker}", f"{network}.{int(third) + 10 * worker}"
    with Lab(name, subnet) as running:
        yield running


@pytest.fixture
def clean_lab(lab: Lab) -> Lab:
    """Give the lab with every engine up, nothing on it but the lab's own images."""
    lab.reset()
    return lab


@pytest.fixture
def operator(clean_lab: Lab) -> Operator:
    """Give somebody who runs tasks on a clean lab."""
    # Not above: it takes an ansible-core that can be asked to run modules in this process, and not every one can.
    from tests.integration.operating import Operator

    return Operator(clean_lab)
