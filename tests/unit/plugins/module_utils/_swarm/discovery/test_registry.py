# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.entry import Entry
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.registry import (
    BACKENDS,
    discover,
    open_backend,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import DiscoveryError, InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import DiscoverySettings


@pytest.mark.parametrize(
    ("source", "scheme"),
    [
        ("nodes://h1:1", "nodes"),
        ("h1:1,h2:1", "nodes"),
        ("http://h1:1", "nodes"),
        ("file:///etc/swarm/cluster.conf", "file"),
        ("consul://h1/swarm", "consul"),
        ("Consul://h1/swarm", "consul"),
    ],
)
def test_the_scheme_chooses_the_backend(source: str, scheme: str) -> None:
    assert isinstance(open_backend(DiscoverySettings(source)), BACKENDS[scheme])


@pytest.mark.parametrize("scheme", ["konsul", "tcp", "x+y"])
def test_an_unknown_scheme_is_named_with_the_known_ones(scheme: str) -> None:
    with pytest.raises(InputError) as caught:
        open_backend(DiscoverySettings(f"{scheme}://me:hunter2@h/swarm"))
    known = ", ".join(f"{each}://" for each in BACKENDS)
    assert str(caught.value) == (
        f"unknown discovery scheme '{scheme}://'; known schemes are {known} and a bare list "
        "such as 10.0.0.5:2376,10.0.0.6:2376"
    )
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("path", ["/etc/swarm/cluster.conf", "./cluster.conf", "~/cluster.conf"])
def test_a_bare_path_gets_the_hint(path: str) -> None:
    with pytest.raises(InputError, match="looks like a file; write file:// before its path"):
        open_backend(DiscoverySettings(path))


def test_discover_gives_the_entries() -> None:
    assert discover(DiscoverySettings("h1:1")) == (Entry("h1", 1),)


def test_discover_names_an_empty_cluster(tmp_path: Path) -> None:
    path = tmp_path / "cluster.conf"
    path.write_text("# none yet\n")
    with pytest.raises(DiscoveryError, match=f"the discovery source 'file://{path}' holds no engines"):
        discover(DiscoverySettings(f"file://{path}"))


def test_the_default_source_is_the_file_of_the_original() -> None:
    assert isinstance(open_backend(DiscoverySettings()), BACKENDS["file"])
