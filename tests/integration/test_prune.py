# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What nobody uses, removed from the nodes of a real cluster, and counted before."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.on_nodes import OnNodes, by_node
from tests.lab import Engine, Lab

ONE, TWO, THREE = "dockerhost01", "dockerhost02", "dockerhost03"


@pytest.fixture
def nodes(clean_lab: Lab) -> OnNodes:
    return OnNodes(clean_lab)


def test_containers(nodes: OnNodes) -> None:
    lab = nodes.lab
    created = lab.engine(ONE).docker("create", "--name", "never", "web:1").strip()
    lab.engine(ONE).docker("run", "-d", "--name", "serves", "web:1")
    ended = lab.engine(TWO).docker("create", "--name", "ended", "--label", "keep=yes", "web:1").strip()
    lab.engine(TWO).docker("run", "--name", "wrote", "busybox", "sh", "-c", "head -c 1000000 /dev/zero > /tmp/x")
    counted = nodes.run("swarm_prune", containers=True, containers_filters={"label!": "keep=yes"}, check=True)
    assert len(by_node(counted, "containers")[TWO]) == 1
    assert nodes.run("swarm_prune", containers=True, containers_filters={"until": "1h"}, check=True)["containers"] == []
    done = nodes.run("swarm_prune", containers=True, containers_filters={"label!": "keep=yes"})
    for result in (counted, done):
        assert (result["changed"], by_node(result, "changed")) == (True, {ONE: True, TWO: True, THREE: False})
        assert by_node(result, "containers")[ONE] == [created]
        assert sorted(result["containers"]) == sorted(
            identity for row in result["results"] for identity in row["containers"]
        )
        assert result["space_reclaimed"] == result["containers_space_reclaimed"] >= 1_000_000
    assert by_node(done, "containers") == by_node(counted, "containers")
    assert nodes.run("swarm_prune", containers=True, nodes=[TWO])["containers"] == [ended]
    assert not nodes.run("swarm_prune", containers=True)["changed"]


def test_networks(nodes: OnNodes) -> None:
    engine = nodes.lab.engine(THREE)
    engine.docker("network", "create", "empty")
    engine.docker("network", "create", "--config-only", "--subnet", "172.30.0.0/16", "settings")
    engine.docker("network", "create", "full")
    engine.docker("run", "-d", "--network", "full", "web:1")
    for check in (True, False):
        assert by_node(nodes.run("swarm_prune", networks=True, check=check), "networks") == {
            ONE: [],
            TWO: [],
            THREE: ["empty"],
        }


def volume_names(engine: Engine) -> list[str]:
    return [each["Name"] for each in engine.api("GET", "/volumes")["Volumes"] or ()]


def test_volumes_with_a_name_stay_unless_all_are_meant(nodes: OnNodes) -> None:
    """Engines of this version would prune all of them."""
    engine = nodes.lab.engine(ONE)
    engine.docker("volume", "create", "precious")
    anonymous = engine.docker("volume", "create").strip()
    engine.docker("create", "-v", "/data", "web:1")
    (used,) = set(volume_names(engine)) - {"precious", anonymous}
    for check in (True, False):
        assert nodes.run("swarm_prune", volumes=True, check=check)["volumes"] == [anonymous]
    assert sorted(volume_names(engine)) == sorted(["precious", used])
    for check in (True, False):
        result = nodes.run("swarm_prune", volumes=True, volumes_filters={"all": True}, check=check)
        assert result["volumes"] == ["precious"]
    assert volume_names(engine) == [used]


def test_images(nodes: OnNodes) -> None:
    engine = nodes.lab.engine(ONE)
    engine.docker("run", "--name", "source", "busybox", "sh", "-c", "echo 1 > /one")
    nameless = engine.docker("commit", "source").strip()
    engine.docker("rm", "source")
    engine.docker("run", "-d", "web:1")
    for check in (True, False):
        result = nodes.run("swarm_prune", images=True, check=check)
        assert {"Deleted": nameless} in result["images"]
        assert all("Untagged" not in each for each in result["images"])
    every: dict[str, Any] = {"images": True, "images_filters": {"dangling": False}, "nodes": [ONE]}
    counted = nodes.run("swarm_prune", check=True, **every)
    tagged = {tag: each["Id"] for each in engine.api("GET", "/images/json") for tag in each["RepoTags"]}
    assert {each["Deleted"] for each in counted["images"]} == {tagged["web:2"], tagged["busybox:latest"]}
    gone = {each["Untagged"] for each in nodes.run("swarm_prune", **every)["images"] if "Untagged" in each}
    assert gone == {"web:2", "busybox:latest"}
    assert nodes.run("swarm_prune", nodes=[TWO])["changed"] is False


def test_what_a_container_that_goes_too_had(nodes: OnNodes) -> None:
    engine = nodes.lab.engine(ONE)
    engine.docker("create", "-v", "/data", "web:1")
    (volume,) = volume_names(engine)
    for check in (True, False):
        assert nodes.run("swarm_prune", containers=True, volumes=True, check=check)["volumes"] == [volume]


def test_the_build_cache(nodes: OnNodes) -> None:
    result = nodes.run("swarm_prune", builder_cache=True, builder_cache_all=True, builder_cache_keep_storage="1G")
    assert (result["builder_cache_caches_deleted"], result["builder_cache_space_reclaimed"]) == ([], 0)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"volumes": True, "volumes_filters": {"until": "1h"}},
            "volumes_filters: there is no filter 'until'; there are all, label, label!",
        ),
        ({"builder_cache_keep_storage": "much"}, "builder_cache_keep_storage: 'much' is not a size"),
    ],
)
def test_what_cannot_be_right(nodes: OnNodes, options: dict[str, Any], message: str) -> None:
    assert message in nodes.refused("swarm_prune", **options)["msg"]
