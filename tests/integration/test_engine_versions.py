# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Engines of three versions in one cluster: each is spoken to in its own version, and none makes a task restless."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.classic.swarm.plugins.modules import swarm_node_info

from tests.integration.connecting import connect
from tests.integration.operating import Operator, inspect, run_module, verbs
from tests.integration.test_container_options import EVERYTHING, IMAGE, IMAGE_CONFIG, IN_PLACE, OTHERWISE, Workbench
from tests.integration.verbs import try_every_verb
from tests.lab import EngineSpec, Image, Lab
from tests.lab.debian import PackagesUnavailable
from tests.lab.versions import dockerd_of
from tests.unit.engine_double import EngineDouble, engine_script

#: Engine -> the suite of Debian that its packages are from (None: the machine's own), beginning of its version.
SUITES: Mapping[str, tuple[str | None, str]] = {
    "old": (None, "20.10."),
    "newer": ("trixie", "26.1."),
    "newest": ("forky", "28.5."),
}


def lab_of_versions(name: str, subnet: str) -> Lab:
    """A lab with an engine of each version; skips where they cannot be had."""
    if os.geteuid() != 0:
        pytest.skip("the lab of real engines needs root")
    try:
        dockerds = {name: dockerd_of(suite) if suite else "dockerd" for name, (suite, _version) in SUITES.items()}
    except PackagesUnavailable as error:
        pytest.skip(f"engines of other versions cannot be had: {error}")
    return Lab(name, subnet, [EngineSpec(engine, dockerd=path) for engine, path in dockerds.items()])


@pytest.fixture(scope="module")
def cluster() -> Iterator[Lab]:
    with lab_of_versions("vers", "10.77.72") as lab:
        lab.load_images(Image(tags=(IMAGE,), config=IMAGE_CONFIG))
        for number, engine in enumerate(lab.engines):
            for network in ("net1", "net2"):
                engine.docker("network", "create", "--subnet", f"10.{89 + number}.{network[-1]}.0/24", network)
        yield lab


@pytest.fixture
def operator(cluster: Lab) -> Operator:
    """Somebody who runs tasks on that cluster; what earlier tests made has other names."""
    return Operator(cluster)


on_each = pytest.mark.parametrize("node", SUITES)
on_newer = pytest.mark.parametrize("node", ["newer", "newest"])


def test_each_engine_in_its_own_version(cluster: Lab) -> None:
    told = run_module(swarm_node_info.main, {}, environment=cluster.environment)
    assert [node["health"] for node in told["nodes"]] == ["healthy"] * 3
    for node in told["nodes"]:
        theirs = cluster.engine(node["name"]).api("GET", "/version")
        assert (node["version"], node["api_version"]) == (theirs["Version"], theirs["ApiVersion"])
        assert node["version"].startswith(SUITES[node["name"]][1])


@on_each
def test_a_task_on_an_engine_of_any_version(node: str, operator: Operator) -> None:
    wish: dict[str, Any] = {
        "constraints": [f"node=={node}"],
        "ports": ["80:80", "127.0.0.1:5353:53/udp", "[::1]:9090:90"],
        "env": {"A": "1"},
        "memory": "64m",
        "cpus": 0.25,
        "volumes": ["data:/data", "/tmp:/t:ro"],
        "networks": [
            {"name": "net1", "aliases": ["w"], "ipv4_address": f"10.{89 + list(SUITES).index(node)}.1.77"},
            {"name": "net2"},
        ],
        "healthcheck": {"test": ["CMD", "true"], "interval": "200ms"},
        "mac_address": "92:d0:c6:0a:29:33",
        "platform": "linux/amd64",
        "init": True,
        "state": "healthy",
    }
    made = operator.container(f"{node}-1", **wish)
    assert made["node"]["name"] == node
    assert set(made["container"]["NetworkSettings"]["Networks"]) == {"net1", "net2"}
    assert made["container"]["NetworkSettings"]["Networks"]["net1"]["MacAddress"] == "92:d0:c6:0a:29:33"
    operator.settled(f"{node}-1", **wish)
    fewer = {**wish, "networks": wish["networks"][:1], "comparisons": {"networks": "strict"}}
    assert verbs(operator.container(f"{node}-1", **fewer)) == ["disconnect"]
    operator.settled(f"{node}-1", **fewer)
    operator.container(f"{node}-1", state="absent")


def test_every_verb_on_engines_of_any_version(cluster: Lab, tmp_path: Path) -> None:
    # the others run from folders of packages without a ps
    try_every_verb(cluster, tmp_path, ["old"])


@on_each
def test_tasks_in_containers_on_engines_of_any_version(node: str, cluster: Lab, tmp_path: Path) -> None:
    """The connection: a command's input ends, files go in and out by archive and where that does not reach."""
    cluster.engine(node).docker(
        "run", "--detach", "--init", "--name", f"{node}-box", "--tmpfs", "/scratch", "--read-only", "--volume", "/data",
        "web:1", "sleep", "600",
    )  # fmt: skip
    connection, source, back = connect(cluster, f"{node}-box"), tmp_path / "in", tmp_path / "out"
    data = b"0123456789abcdef" * 65536 * 4
    assert connection.exec_command("sha256sum; echo done >&2; exit 3", data) == (
        3,
        f"{hashlib.sha256(data).hexdigest()}  -\n".encode(),
        b"done\n",
    )
    # both at once
    assert connection.exec_command("cat", data) == (0, data, b"")
    source.write_bytes(data)
    for path in ("/data/file", "/scratch/file", "/dev/shm/file"):
        connection.put_file(str(source), path)
        connection.fetch_file(path, str(back))
        assert back.read_bytes() == data, path
    as_user = connect(cluster, f"{node}-box", ansible_user="nobody", ansible_swarm_working_dir="/data")
    assert as_user.exec_command("id -un; pwd")[1] == b"nobody\n/data\n"
    cluster.engine(node).docker("rm", "--force", "--volumes", f"{node}-box")


@pytest.fixture(scope="module")
def everything(cluster: Lab) -> Mapping[str, Workbench]:
    """On each engine a container with every option, and what it takes to compare it."""
    benches = {engine.name: Workbench(engine) for engine in cluster.engines}
    for bench in benches.values():
        bench.create(EVERYTHING)
    return benches


@on_each
def test_every_option_is_as_asked(node: str, everything: Mapping[str, Workbench]) -> None:
    assert everything[node].differences(EVERYTHING) == ()


@on_newer
@pytest.mark.parametrize("option", OTHERWISE)
def test_one_option_changed_is_one_difference(node: str, option: str, everything: Mapping[str, Workbench]) -> None:
    changed = {**EVERYTHING, option: OTHERWISE[option]}
    assert [difference.option for difference in everything[node].differences(changed)] == [option]


@on_newer
def test_changes_in_place(node: str, operator: Operator) -> None:
    base: dict[str, Any] = {"constraints": [f"node=={node}"], "memory": "64m"}
    first = operator.container(f"{node}-2", **base)["container"]["Id"]
    for wish in IN_PLACE:
        changed = operator.container(f"{node}-2", **{**base, **wish})
        assert (changed["container"]["Id"], set(verbs(changed)) - {"update"}) == (first, set()), wish
        operator.settled(f"{node}-2", **{**base, **wish})
    operator.container(f"{node}-2", state="absent")


@on_newer
def test_what_only_newer_engines_know(node: str, operator: Operator) -> None:
    wish: dict[str, Any] = {
        "constraints": [f"node=={node}"],
        "annotations": {"a": "b"},
        "healthcheck": {"test": ["CMD", "true"], "interval": "10s", "start_period": "5s", "start_interval": "100ms"},
        "networks": [{"name": "net1", "mac_address": "92:d0:c6:0a:29:44"}],
        "state": "healthy",
    }
    made = operator.container(f"{node}-3", **wish)
    assert made["container"]["HostConfig"]["Annotations"] == {"a": "b"}
    assert made["container"]["Config"]["Healthcheck"]["StartInterval"] == 100_000_000
    assert made["container"]["NetworkSettings"]["Networks"]["net1"]["MacAddress"] == "92:d0:c6:0a:29:44"
    operator.settled(f"{node}-3", **wish)
    operator.container(f"{node}-3", state="absent")


def test_what_an_old_engine_does_not_know_goes_to_another(operator: Operator) -> None:
    wish: dict[str, Any] = {"annotations": {"a": "b"}, "constraints": ["node!=newest"]}
    made = operator.container("young", **wish, affinities=["container!=~nothing"])
    assert made["node"]["name"] == "newer"
    operator.container("young", state="absent")
    refused = operator.refused("young", **{**wish, "constraints": ["node==old"]})
    assert "annotations needs API version 1.43" in refused["msg"]
    assert "old speaks API 1.41" in refused["msg"]
    assert [engine.name for engine in operator.lab.engines if has(operator.lab, engine.name, "young")] == []


def has(lab: Lab, node: str, name: str) -> bool:
    return any(f"/{name}" in each["Names"] for each in lab.engine(node).api("GET", "/containers/json?all=1"))


@on_each
def test_a_recreation_on_an_engine_of_any_version(node: str, operator: Operator) -> None:
    wish: dict[str, Any] = {"constraints": [f"node=={node}"], "ports": ["81:80"]}
    operator.container(f"{node}-4", **wish)
    changed = operator.container(f"{node}-4", **wish, env={"NEW": "1"})
    assert verbs(changed) == ["create", "rename", "rename", "stop", "start", "remove"]
    assert "NEW=1" in inspect(operator.lab.engine(node), f"{node}-4")["Config"]["Env"]
    operator.container(f"{node}-4", state="absent")


@on_each
def test_the_same_api_version_for_all(node: str, operator: Operator) -> None:
    """A fixed version is spoken with every engine that knows it."""
    wish: dict[str, Any] = {
        "constraints": [f"node=={node}"],
        "api_version": "1.41",
        "networks": [{"name": "net1"}, {"name": "net2"}],
    }
    operator.container(f"{node}-5", **wish)
    operator.settled(f"{node}-5", **wish)
    operator.settled(f"{node}-5", **{**wish, "api_version": "auto"})
    operator.container(f"{node}-5", state="absent")


@pytest.mark.parametrize(
    ("newest", "oldest", "end"),
    [("1.20", "1.12", "too old for us"), ("1.99", "1.90", "too new for us")],
)
def test_an_engine_that_is_too_old_or_too_new(newest: str, oldest: str, end: str, operator: Operator) -> None:
    with EngineDouble(engine_script(api_version=newest, oldest=oldest)) as double:
        environment = {**operator.lab.environment, "DOCKER_TLS_VERIFY": "", "DOCKER_CERT_PATH": ""}
        told = run_module(
            swarm_node_info.main, {"discovery": f"nodes://{double.address}", "tls": False}, environment=environment
        )
    (node,) = told["nodes"]
    assert node["health"] == "unhealthy"
    assert f"{double.address} speaks API versions {oldest} to {newest}, and we speak 1.41 to" in node["reason"]
    assert node["reason"].endswith(end)
