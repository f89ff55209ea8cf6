# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Volumes, networks and images on engines of three versions, one of which also keeps its images in containerd."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.on_nodes import OnNodes, by_node
from tests.integration.test_engine_versions import SUITES
from tests.lab import EngineSpec, Lab, images
from tests.lab.debian import PackagesUnavailable
from tests.lab.versions import dockerd_of

OLD, NEWER, NEWEST, CONTAINERD = NODES = ("old", "newer", "newest", "containerd")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Lab]:
    if os.geteuid() != 0:
        pytest.skip("the lab of real engines needs root")
    try:
        dockerds = {name: dockerd_of(suite) if suite else "dockerd" for name, (suite, _version) in SUITES.items()}
    except PackagesUnavailable as error:
        pytest.skip(f"engines of other versions cannot be had: {error}")
    specs = [EngineSpec(name, dockerd=path, tls=name != NEWER) for name, path in dockerds.items()]
    stores = {"features": {"containerd-snapshotter": True}}
    specs.append(EngineSpec(CONTAINERD, dockerd=dockerds[NEWEST], daemon_json=stores))
    with Lab("objv", "10.77.122", specs) as lab:
        yield lab


@pytest.fixture
def nodes(cluster: Lab) -> OnNodes:
    cluster.wipe()
    entries = [f"{'https://' if engine.spec.tls else ''}{engine.entry}\n" for engine in cluster.engines]
    cluster.cluster_conf.write_text("".join(entries), encoding="utf-8")
    # which of them speaks TLS is in the entries
    return OnNodes(cluster, {**cluster.environment, "DOCKER_TLS_VERIFY": ""})


def settled(nodes: OnNodes, module: str, **options: Any) -> None:
    again = nodes.run(module, **options)
    assert not again["changed"], (by_node(again, "actions"), again.get("diff"))


def test_volumes_and_networks(nodes: OnNodes) -> None:
    volume: dict[str, Any] = {"name": "data", "labels": {"a": "1"}, "driver_options": {"type": "tmpfs", "device": "x"}}
    network: dict[str, Any] = {
        "name": "backend",
        "labels": {"a": "1"},
        "driver_options": {"com.docker.network.driver.mtu": "1400"},
        "internal": True,
        "attachable": False,
        "enable_ipv6": True,
        "enable_ipv4": True,
        "ipam_config": [
            {"subnet": "172.30.0.0/16", "gateway": "172.30.0.9", "aux_addresses": {"a": "172.30.0.5"}},
            {"subnet": "fd00:0030::/64"},
        ],
    }
    for module, options in (("swarm_volume", volume), ("swarm_network", network)):
        assert by_node(nodes.run(module, **options), "changed") == dict.fromkeys(NODES, True)
        settled(nodes, module, **options)
    changed = nodes.run("swarm_network", **{**network, "internal": False})
    assert by_node(changed, "changed") == dict.fromkeys(NODES, True)
    settled(nodes, "swarm_network", **{**network, "internal": False})
    assert by_node(nodes.run("swarm_network", name="backend", state="absent"), "changed") == dict.fromkeys(NODES, True)
    failed = nodes.refused("swarm_network", name="six", enable_ipv4=False, enable_ipv6=True, nodes=[OLD])
    entry = nodes.lab.engine(OLD).entry
    sentence = f"a network without IPv4 needs API version 1.47; {entry} speaks API 1.41"
    assert failed["msg"] == f"1 of 1 nodes failed: {OLD}: {sentence}"


def test_one_file_for_all_of_them(nodes: OnNodes, tmp_path: Path) -> None:
    path = tmp_path / "web.tar"
    path.write_bytes(images.archive([images.web_image("8")]))
    assert by_node(nodes.run("swarm_image_load", path=str(path)), "changed") == dict.fromkeys(NODES, True)
    settled(nodes, "swarm_image_load", path=str(path))
    (found,) = nodes.run("swarm_image_info", name=["web:8"])["contents"]
    assert sorted(found["nodes"]) == sorted(NODES)
    identities = {
        row["node"]: row["images"][0]["Id"] for row in nodes.run("swarm_image_info", name=["web:8"])["results"]
    }
    assert identities[OLD] == identities[NEWEST] != identities[CONTAINERD]


def test_from_one_kind_of_store_to_all_others(nodes: OnNodes, tmp_path: Path) -> None:
    source = CONTAINERD
    nodes.lab.engine(source).load(images.archive([images.web_image("9")]))
    options: dict[str, Any] = {"from_node": source, "names": ["web:9"]}
    copied = nodes.run("swarm_image_load", **options)
    assert by_node(copied, "changed") == {node: True for node in NODES if node != source}
    settled(nodes, "swarm_image_load", **options)
    for node in NODES:
        assert nodes.lab.engine(node).docker("run", "--rm", "web:9", "cat", "/www/index.html") == "web 9\n"
    export: dict[str, Any] = {"name": "web:9", "path": str(tmp_path / "web.tar"), "nodes": [source]}
    assert nodes.run("swarm_image_export", **export)["changed"]
    settled_export = nodes.run("swarm_image_export", **{**export, "nodes": list(NODES)})
    assert not settled_export["changed"]


def test_a_registry_in_between(nodes: OnNodes) -> None:
    with nodes.lab.registry(port=5008) as registry:
        name = f"{registry.address}/app:1"
        nodes.run("swarm_image_tag", name="web:1", repository=[name])
        pushed = nodes.run("swarm_image_push", name=name)
        assert pushed["changed"]
        for node in NODES:
            nodes.run("swarm_image_push", name=name, nodes=[node])
        nodes.run("swarm_image_remove", name=name)
        assert by_node(nodes.run("swarm_image_pull", name=name), "changed") == dict.fromkeys(NODES, True)
        for check in (True, False):
            settled(nodes, "swarm_image_pull", name=name, check=check)
        (found,) = nodes.run("swarm_image_info", name=[name])["contents"]
        assert sorted(found["nodes"]) == sorted(NODES)


def test_built_in_containerd_for_all_of_them(nodes: OnNodes, tmp_path: Path) -> None:
    node = CONTAINERD
    (tmp_path / "Dockerfile").write_text(
        'FROM busybox\nCOPY Dockerfile /here\nCMD ["cat", "/here"]\n', encoding="utf-8"
    )
    options: dict[str, Any] = {"name": "own:1", "path": str(tmp_path)}
    assert nodes.run("swarm_image_build", nodes=[node], **options)["changed"]
    brought = nodes.run("swarm_image_build", **options)
    assert (brought["node"], by_node(brought, "changed")) == (node, {each: each != node for each in NODES})
    settled(nodes, "swarm_image_build", **options)


def test_the_same_is_pruned_by_all_of_them(nodes: OnNodes) -> None:
    for engine in nodes.lab.engines:
        engine.docker("volume", "create", "named")
        engine.docker("create", "-v", "/data", "--name", "ended", "web:1")
        engine.docker("network", "create", "empty")
        engine.docker("tag", "web:2", "spare:1")
    wanted: dict[str, Any] = {**dict.fromkeys(("containers", "volumes", "networks", "images", "builder_cache"), True)}
    for check in (True, False):
        for row in nodes.run("swarm_prune", check=check, **wanted)["results"]:
            counts = {kind: len(row[kind]) for kind in ("containers", "volumes", "networks", "images")}
            assert counts == {"containers": 1, "volumes": 1, "networks": 1, "images": 0}, row
