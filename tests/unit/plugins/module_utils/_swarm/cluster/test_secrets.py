# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets by name, and in their places."""

from __future__ import annotations

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.secrets import Secrets


def test_a_secret_is_held_under_its_name():
    secrets = Secrets()
    assert secrets.keep("web/auth", "one") == "web/auth"
    assert (secrets.get("web/auth"), secrets.get(None)) == ("one", None)
    with pytest.raises(KeyError, match="other"):
        secrets.get("other")


def test_every_secret_comes_to_its_place():
    secrets = Secrets()
    env = secrets.hide("env", ["A=1"])
    other = secrets.hide("options", {"password": "x"})
    assert (env, other) == ({"$secret": "env"}, {"$secret": "options"})
    data = {"Env": env, "HostConfig": {"Mounts": [{"Options": other, "Type": "volume"}], "Binds": ("a", "b")}, "N": 1}
    filled = secrets.filled(data)
    assert filled == {
        "Env": ["A=1"],
        "HostConfig": {"Mounts": [{"Options": {"password": "x"}, "Type": "volume"}], "Binds": ["a", "b"]},
        "N": 1,
    }
    assert data["Env"] == {"$secret": "env"}
    assert secrets.filled({"$secret": "env", "more": 1}) == {"$secret": "env", "more": 1}
    with pytest.raises(KeyError, match="nobody"):
        secrets.filled([{"$secret": "nobody"}])
