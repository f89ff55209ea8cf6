# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keys that should be entries and are none: named, where they are ours to name."""

from __future__ import annotations

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.key_store import odd_keys

NODES = "swarm/docker/swarm/nodes"
BEGIN = "left out of the cluster, as the last part is not host:port: the key"


@pytest.mark.parametrize(
    ("keys", "odd"),
    [
        ([f"{NODES}/10.0.0.5:2375", "swarm/10.0.0.6:2375"], ()),
        (["swarm/", "swarm/notes", "swarm/docker/swarm/leader", "swarm/other/10.0.0.5:x"], ()),
        ([f"{NODES}/here"], (f"{BEGIN} '{NODES}/here'",)),
        ([f"/{NODES}/here"], (f"{BEGIN} '/{NODES}/here'",)),
        (["swarm/10.0.0.5:port"], (f"{BEGIN} 'swarm/10.0.0.5:port'",)),
        (
            [f"{NODES}/{name}" for name in "abcdefg"],
            (f"{BEGIN}s " + ", ".join(f"'{NODES}/{name}'" for name in "abcde") + " and 2 more",),
        ),
    ],
)
def test_keys_that_are_no_entries_are_named(keys: list[str], odd: tuple[str, ...]) -> None:
    assert odd_keys(keys, "swarm") == odd


def test_where_the_prefix_is_the_folder_of_agents() -> None:
    assert odd_keys([f"{NODES}/here", f"{NODES}/10.0.0.5:2375"], NODES) == (f"{BEGIN} '{NODES}/here'",)
