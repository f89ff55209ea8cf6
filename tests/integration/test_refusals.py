# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whose fault a refusal is: what real engines of every version say, asked of each of them directly."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.refusals import is_of_the_node
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.failure import explain_status

from tests.integration.operating import Operator, actions, where
from tests.integration.test_engine_versions import SUITES, lab_of_versions
from tests.lab import Engine, Lab
from tests.lab.docker_api import ApiError

ONE, TWO, THREE = "dockerhost01", "dockerhost02", "dockerhost03"


@pytest.fixture(scope="module")
def versions() -> Iterator[Lab]:
    """An engine of each version."""
    with lab_of_versions("refu", "10.77.74") as lab:
        yield lab


def host(**config: Any) -> dict[str, Any]:
    return {"HostConfig": config}


#: What is asked for -> whether another node may do it.
BIND = {"Type": "bind", "Source": "/no/such/path", "Target": "/data"}
DEVICE = {"PathOnHost": "/dev/nosuch", "PathInContainer": "/dev/x", "CgroupPermissions": "rwm"}
CASES: dict[str, tuple[dict[str, Any], bool]] = {
    "bind source": (host(Mounts=[BIND]), True),
    "runtime": (host(Runtime="nosuch"), True),
    "device": (host(Devices=[DEVICE]), True),
    "cpuset": (host(CpusetCpus="4000"), True),
    "cpus": (host(NanoCpus=4000 * 10**9), True),
    "network": (host(NetworkMode="nosuchnet"), True),
    "log driver": (host(LogConfig={"Type": "nosuch"}), True),
    "volume driver": (host(Mounts=[{"Type": "volume", "Source": "v", "Target": "/v",
                                    "VolumeOptions": {"DriverConfig": {"Name": "nosuch"}}}]), True),
    "gpu": (host(DeviceRequests=[{"Driver": "", "Count": -1, "Capabilities": [["gpu"]]}]), True),
    "image": ({"Image": "nosuch:1"}, True),
    "user": ({"User": "nosuchuser"}, False),
    "group": ({"User": "root:nosuchgroup"}, False),
    "ulimit above its own hard one": (host(Ulimits=[{"Name": "nofile", "Soft": 2000, "Hard": 1000}]), False),
    "sysctl": (host(Sysctls={"kernel.nosuch": "1"}), False),
    "command": ({"Cmd": ["nonsense"]}, False),
    "entrypoint": ({"Entrypoint": ["/etc/passwd"]}, False),
    "working directory": ({"WorkingDir": "relative"}, False),
    "capability": (host(CapAdd=["NOSUCH"]), False),
    "memory": (host(Memory=1024), False),
    "two mounts in one place": (host(Binds=["/tmp:/x", "/var:/x"]), False),
}  # fmt: skip


def refused_by(engine: Engine, body: dict[str, Any]) -> ApiError:
    """What the engine says to the create or the start."""
    with contextlib.ExitStack() as leaving:
        try:
            made = engine.api("POST", "/containers/create?name=refused", body)["Id"]
            leaving.callback(engine.api, "DELETE", f"/containers/{made}?force=1")
            engine.api("POST", f"/containers/{made}/start")
        except ApiError as error:
            return error
    raise AssertionError("it was not refused")


@pytest.mark.parametrize("version", SUITES)
@pytest.mark.parametrize("case", CASES)
def test_whose_fault_it_is(case: str, version: str, versions: Lab) -> None:
    engine = versions.engine(version)
    asked, of_the_node = CASES[case]
    refusal = refused_by(engine, {"Image": "web:1", **asked})
    words = str(refusal).partition(": ")[2]
    error = explain_status(engine.entry, refusal.status, words.encode(), "to start refused")
    assert is_of_the_node(error) is of_the_node, error


def test_a_bind_source_that_only_one_node_has(operator: Operator) -> None:
    engine = operator.lab.engine(TWO)
    engine.run("mount", "-t", "tmpfs", "tmpfs", "/mnt")
    try:
        engine.run("mkdir", "/mnt/data")
        made = operator.container("c1", mounts=[{"type": "bind", "source": "/mnt/data", "target": "/data"}])
        assert where(operator.lab) == {"c1": TWO}
        assert made["warnings"] == [
            f"c1 could not be created on {ONE}: {operator.lab.engine(ONE).entry} refuses to create c1 (status 400): "
            'invalid mount config for type "bind": bind source path does not exist: /mnt/data'
        ]
        operator.container("c1", state="absent", force_kill=True)
    finally:
        engine.run("umount", "/mnt")


def test_a_user_that_the_image_lacks_is_tried_once(operator: Operator) -> None:
    refused = operator.refused("c1", user="appuser")
    assert "unable to find user appuser" in refused["msg"]
    assert "no node takes" not in refused["msg"]
    assert actions(refused) == [("create", "c1", ONE), ("rollback", "c1", ONE)]
    assert (refused["warnings"], where(operator.lab)) == ([], {})
