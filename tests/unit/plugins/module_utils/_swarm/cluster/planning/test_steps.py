# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole plans: every step with all that it says, and every edge."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.planning.text import (
    read_steps,
    write_plan,
    write_steps,
)

from tests.unit.plugins.module_utils._swarm.cluster.planning.situations import SITUATIONS, lines

PLANS = yaml.safe_load(Path(__file__).with_name("plans.yml").read_text("utf-8"))


@pytest.mark.parametrize("name", SITUATIONS)
def test_a_plan(name):
    made = SITUATIONS[name]()
    assert {"told": lines(made), "steps": write_steps(made.steps)} == PLANS[name]


@pytest.mark.parametrize("name", SITUATIONS)
def test_no_plan_holds_a_secret_and_each_can_be_read_again(name):
    made = SITUATIONS[name]()
    assert "secret=" not in write_plan(made).replace("$secret", "")
    assert "password=secret" not in write_plan(made)
    assert read_steps(write_plan(made)) == made.steps


def test_secrets_are_kept_by_name():
    secrets = SITUATIONS["create with all"]().secrets
    assert secrets.filled({"$secret": "web/env"}) == ["PASSWORD=secret"]
    assert secrets.filled({"$secret": "web/mount-0"}) == {"o": "password=secret"}
    assert (secrets.get("web/auth").username, secrets.get("web/auth").password) == ("me", "secret")


def test_every_plan_is_tried():
    assert set(PLANS) == set(SITUATIONS)
