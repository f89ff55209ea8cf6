# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Container options against a real engine: what is created from them is what they ask for, to the last option."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.container.config import ContainerConfig
from ansible_collections.classic.swarm.plugins.module_utils._swarm.container.difference import Difference
from ansible_collections.classic.swarm.plugins.module_utils._swarm.container.options import OPTION_RULES

from tests.lab import Engine, EngineSpec, Image, Lab

IMAGE = "full:1"
OTHER_IMAGE = "full:2"

#: What the image brings, so that merging with it is tested in passing.
IMAGE_CONFIG = {
    "Cmd": ["sleep", "600"],
    "Env": ["PATH=/bin", "FROM_IMAGE=1"],
    "ExposedPorts": {"7000/tcp": {}},
    "Labels": {"from-image": "1"},
    "Volumes": {"/from-image": {}},
    "WorkingDir": "/",
}

#: Every option that an engine of version 20.10 on cgroup v1 takes, as far as they go together.
EVERYTHING: Mapping[str, Any] = {
    "image": IMAGE,
    "auto_remove": False,
    "blkio_weight": 300,
    "cap_drop": ["net_raw"],
    "capabilities": ["SYS_TIME", "cap_net_admin"],
    "cgroup_parent": "/classic-swarm-test",
    "cgroupns_mode": "private",
    "command": "sleep 600",
    "cpu_period": 100000,
    "cpu_quota": 50000,
    "cpu_shares": 512,
    "cpuset_cpus": "0",
    "cpuset_mems": "0",
    "detach": True,
    "device_cgroup_rules": ["c 42:* rmw"],
    "device_read_bps": [{"path": "/dev/null", "rate": "1M"}],
    "device_read_iops": [{"path": "/dev/null", "rate": 100}],
    "device_requests": [{"driver": "nvidia", "count": -1, "capabilities": [["gpu"]], "options": {"a": "true"}}],
    "device_write_bps": [{"path": "/dev/null", "rate": "2M"}],
    "device_write_iops": [{"path": "/dev/null", "rate": 200}],
    "devices": ["/dev/null:/dev/nothing:rw", "/dev/zero"],
    "dns_opts": ["timeout:3"],
    "dns_search_domains": ["b.example.com", "a.example.com"],
    "dns_servers": ["192.0.2.53", "2001:DB8::0:1"],
    "domainname": "example.org",
    "entrypoint": ["/bin/sh", "-c"],
    "env": {"A": "1", "B": "x=y", "EMPTY": ""},
    "etc_hosts": {"db": "192.0.2.3", "gateway": "host-gateway"},
    "exposed_ports": ["9000-9002", "53/udp"],
    "groups": ["audio", "1234"],
    "healthcheck": {
        "test": ["CMD", "true"],
        "interval": "1m30s",
        "timeout": "5s",
        "start_period": "500ms",
        "retries": 5,
    },
    "hostname": "web",
    "init": True,
    "interactive": True,
    "ipc_mode": "container:other",
    "labels": {"a": 1},
    "links": ["other:o"],
    "log_driver": "json-file",
    "log_options": {"max-size": "10m", "max-file": 3},
    "mac_address": "92-D0-C6-0A-29-33",
    "memory": "64M",
    "memory_reservation": "32M",
    "memory_swap": "128M",
    "memory_swappiness": 10,
    "mounts": [
        {"target": "/m1/", "source": "/tmp", "type": "bind", "read_only": True, "propagation": "rprivate"},
        {"target": "/m2", "source": "vol2", "no_copy": True, "labels": {"k": True}, "volume_driver": "local"},
        {"target": "/m3", "type": "tmpfs", "tmpfs_size": "1M", "tmpfs_mode": "1777"},
        {"target": "/m4", "source": "/tmp/", "type": "bind", "non_recursive": True, "consistency": "cached"},
        {"target": "/m5", "source": "v5", "volume_options": {"type": "tmpfs", "device": "tmpfs"}},
    ],
    "network_mode": "default",
    "oom_killer": True,
    "oom_score_adj": 500,
    "pid_mode": "host",
    "pids_limit": 100,
    "platform": "linux/amd64",
    "privileged": False,
    "publish_all_ports": True,
    "published_ports": ["8080:80", "127.0.0.1:5353:53/udp", "[::1]:9090:90", "9100-9110:91", "92", "8081-8082:93-94"],
    "read_only": True,
    "restart_policy": "on-failure",
    "restart_retries": 5,
    "runtime": "runc",
    "security_opts": ["label:disable", "no-new-privileges:true"],
    "shm_size": "32M",
    "stop_signal": "SIGINT",
    "stop_timeout": 3,
    "sysctls": {"net.ipv4.ip_forward": 1},
    "tmpfs": ["/run:size=1m", "/t2"],
    "tty": True,
    "ulimits": ["nofile:100:200", "nproc:10"],
    "user": "1000:1000",
    "userns_mode": "host",
    "volume_driver": "local",
    "volumes": ["/anonymous", "named:/v1", "/tmp/:/v2/:ro,z"],
    "volumes_from": ["other:ro"],
    "working_dir": "/app/",
    # Compared as well, which they are not by default.
    "comparisons": {"stop_timeout": "strict"},
}

#: Options that EVERYTHING cannot have beside the others.
EXCLUDED = {"cpus", "uts"}

#: Options that this engine does not take.
UNSUPPORTED = {
    "annotations": "needs API 1.43",
    "storage_opts": "needs a storage driver with quotas",
}

#: Another value of each option, and nothing else different.
OTHERWISE: Mapping[str, Any] = {
    "auto_remove": True,
    "cap_drop": ["net_raw", "MKNOD"],
    "capabilities": ["SYS_PTRACE"],
    "cgroup_parent": "/classic-swarm-test-2",
    "cgroupns_mode": "host",
    "command": ["sleep", "601"],
    "cpu_period": 50000,
    "cpu_quota": 40000,
    "cpu_shares": 256,
    "cpuset_cpus": "0-1",
    "cpuset_mems": "1",
    "detach": False,
    "device_cgroup_rules": ["c 43:* rmw"],
    "device_read_bps": [{"path": "/dev/null", "rate": "2M"}],
    "device_read_iops": [{"path": "/dev/zero", "rate": 100}],
    "device_requests": [{"driver": "nvidia", "count": 1}],
    "device_write_bps": [{"path": "/dev/null", "rate": "2000"}],
    "device_write_iops": [{"path": "/dev/null", "rate": 201}],
    "devices": ["/dev/null:/dev/nothing:r"],
    "dns_opts": ["timeout:4"],
    "dns_search_domains": ["a.example.com", "b.example.com"],
    "dns_servers": ["192.0.2.53"],
    "domainname": "example.net",
    "entrypoint": ["/bin/sh"],
    "env": {"A": "2"},
    "etc_hosts": {"db": "192.0.2.4"},
    "exposed_ports": ["9003"],
    "groups": ["video"],
    "healthcheck": {"test": ["CMD", "true"], "interval": "1m31s"},
    "hostname": "web2",
    "init": False,
    "interactive": False,
    "ipc_mode": "private",
    "labels": {"a": 2},
    "links": ["other:p"],
    "log_driver": "local",
    "log_options": {"max-size": "11m"},
    "mac_address": "92:d0:c6:0a:29:34",
    "memory": "65M",
    "memory_reservation": "33M",
    "memory_swap": "unlimited",
    "memory_swappiness": 11,
    "mounts": [{"target": "/m1", "source": "/tmp", "type": "bind", "read_only": False}],
    "network_mode": "host",
    "oom_killer": False,
    "oom_score_adj": 501,
    "pid_mode": "",
    "pids_limit": -1,
    "platform": "linux/arm64",
    "privileged": True,
    "publish_all_ports": False,
    "published_ports": ["8888:80"],
    "read_only": False,
    "restart_policy": "always",
    "restart_retries": 6,
    "runtime": "other",
    "security_opts": ["label:user:u"],
    "shm_size": "33M",
    "stop_signal": "SIGQUIT",
    "stop_timeout": 4,
    "sysctls": {"net.ipv4.ip_forward": 0},
    "tmpfs": ["/run:size=2m"],
    "tty": False,
    "ulimits": ["nofile:100:201"],
    "user": "1001",
    "userns_mode": "",
    "volume_driver": "nfs",
    "volumes": ["named:/v1:ro"],
    "volumes_from": ["other"],
    "working_dir": "/",
}

#: Changes that the engine makes in place, one after the other, on a container that runs.
IN_PLACE: list[dict[str, Any]] = [
    {"memory": "512M"},
    {"memory": "32M"},
    {"memory": "64M", "memory_swap": "96M"},
    {"memory_reservation": "16M"},
    {"cpu_shares": 256},
    {"cpuset_cpus": "0"},
    {"cpuset_mems": "0"},
    {"cpus": 0.5},
    {"cpus": 0.25},
    {"pids_limit": 50},
    {"pids_limit": -1},
    {"restart_policy": "always"},
    {"restart_policy": "on-failure", "restart_retries": 5},
    {"restart_policy": "on-failure", "restart_retries": 2},
    {"restart_policy": "unless-stopped"},
    {"restart_policy": "no"},
]


class Workbench:
    """An engine with a container named ``other`` to refer to, and what it takes to make and compare others."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.info = engine.api("GET", "/info")
        version = engine.api("GET", "/version")["ApiVersion"]
        self.api_version = tuple(int(part) for part in version.split("."))
        other = {"Image": IMAGE, "Volumes": {"/shared": {}}, "HostConfig": {"IpcMode": "shareable"}}
        self.containers = {"other": engine.api("POST", "/containers/create?name=other", other)["Id"]}
        engine.docker("start", "other")

    def create(self, options: Mapping[str, Any], name: str = "mine", start: bool = False) -> None:
        """Make a container in the place of the last one of that name."""
        config = ContainerConfig.from_options(options)
        assert config.unsupported(self.api_version) == ()
        self.engine.docker("rm", "--force", "--volumes", name)
        body = config.create_body(
            image=options["image"],
            api_version=self.api_version,
            extra_labels={"classic.swarm.reservation": "{}"},
            containers=self.containers,
        )
        self.engine.api("POST", f"/containers/create?name={name}", body)
        for network in config.extra_networks(self.api_version):
            connection = {"Container": name, "EndpointConfig": dict(network.endpoint)}
            self.engine.api("POST", f"/networks/{network.name}/connect", connection)
        if start:
            self.engine.docker("start", name)

    def inspect(self, name: str = "mine") -> dict[str, Any]:
        return self.engine.api("GET", f"/containers/{name}/json")

    def differences(self, options: Mapping[str, Any]) -> tuple[Difference, ...]:
        """Compare as a task with these options would."""
        config = ContainerConfig.from_options(options)
        inspect = self.inspect()
        own_image = self.engine.api("GET", f"/images/{inspect['Image']}/json")
        image = self.engine.api("GET", f"/images/{options['image']}/json")
        assert not config.network_differences(inspect)
        return config.image_differences(inspect, image) + config.differences(
            inspect,
            image=image,
            container_image=own_image,
            host_info=self.info,
            api_version=self.api_version,
            containers=self.containers,
        )


@pytest.fixture(scope="module")
def bench() -> Iterator[Workbench]:
    """Give one engine of its own to these tests, as they leave it full of odd things."""
    if os.geteuid() != 0:
        pytest.skip("the lab of real engines needs root")
    with Lab("cont", "10.77.30", [EngineSpec("node-1")]) as lab:
        lab.load_images(
            Image(tags=(IMAGE,), config=IMAGE_CONFIG),
            Image(tags=(OTHER_IMAGE,), config={**IMAGE_CONFIG, "Env": ["PATH=/bin", "FROM_IMAGE=2"]}),
        )
        engine = lab.engine("node-1")
        for number in (1, 2):
            engine.docker("network", "create", "--subnet", f"10.88.{number}.0/24", f"net{number}")
        yield Workbench(engine)


@pytest.fixture(scope="module")
def everything(bench: Workbench) -> Workbench:
    """Give the engine with a container that has every option."""
    bench.create(EVERYTHING)
    return bench


def test_the_tables_are_complete() -> None:
    rules = {rule.name for rule in OPTION_RULES}
    assert rules - set(EVERYTHING) - EXCLUDED - set(UNSUPPORTED) == set()
    # The kernel of this machine may have no weights for block I/O; there no value differs from another.
    assert rules - set(OTHERWISE) - EXCLUDED - set(UNSUPPORTED) == {"blkio_weight"}


def test_a_container_with_every_option_is_as_asked(everything: Workbench) -> None:
    assert everything.differences(EVERYTHING) == ()


def test_it_is_as_asked_with_the_image_it_has_under_strict_comparison(everything: Workbench) -> None:
    modes = {"*": "strict", "security_opts": "allow_more_present"}
    # The engine adds label=disable of its own, for the shared PID namespace.
    assert everything.differences({**EVERYTHING, "comparisons": modes}) == ()


@pytest.mark.parametrize("option", OTHERWISE)
def test_one_option_changed_is_one_difference(everything: Workbench, option: str) -> None:
    changed = {**EVERYTHING, option: OTHERWISE[option]}
    assert [difference.option for difference in everything.differences(changed)] == [option]
    assert everything.differences({**changed, "comparisons": {option: "ignore"}}) == ()


def test_another_image_is_told_by_id_and_by_name(everything: Workbench) -> None:
    found = everything.differences({**EVERYTHING, "image": OTHER_IMAGE})
    assert [difference.option for difference in found] == ["image", "image_name", "env"]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"command": []},
        {"entrypoint": []},
        {"entrypoint": ["sleep"], "command": ["600"]},
        {"command": ["sleep", "600"], "cpus": 0.5, "memory": "64M"},
        {"uts": "host"},
        {"healthcheck": {}},
        {"healthcheck": {"test_cli_compatible": True, "interval": "5s"}},
        {"init": False, "tty": False, "interactive": True},
        {"ipc_mode": "host", "pid_mode": "container:other"},
        {"network_mode": "host", "exposed_ports": ["8080"]},
        {"network_mode": "none"},
        {"network_mode": "container:other"},
        {"network_mode": "bridge", "published_ports": ["all"]},
        {"networks": [{"name": "net1"}]},
        {"networks": [{"name": "net1"}], "networks_cli_compatible": False},
        {"networks": [{"name": "net1", "links": ["other:o"], "aliases": ["a"]}, {"name": "net2", "aliases": ["b"]}]},
        {"networks": [{"name": "net1", "ipv4_address": "10.88.1.77"}, {"name": "net2", "ipv4_address": "10.88.2.77"}]},
        {"network_mode": "net1", "links": ["other:o"]},
        {"networks": [{"name": "net2"}], "mac_address": "92:d0:c6:0a:29:33"},
        {"cap_drop": ["ALL"], "capabilities": ["CHOWN"]},
        {"pids_limit": -1},
        {"memory": "64M", "memory_swap": "unlimited"},
        {"published_ports": ["0:80", "8090:81", "[::1]:8090:81"], "default_host_ip": "127.0.0.1"},
        {"container_default_behavior": "compatibility"},
        {"volumes": ["/anonymous", "named:/v1", "/tmp:/v2:ro"], "volumes_from": ["other"]},
        {"restart_policy": "unless-stopped"},
        {"log_driver": "none"},
        {"env": {"PATH": "/bin:/x"}, "labels": {"from-image": "2"}},
    ],
    ids=str,
)
def test_it_is_as_asked_while_it_runs(bench: Workbench, options: dict[str, Any]) -> None:
    options = {"image": IMAGE, **options}
    bench.create(options, start=True)
    assert bench.differences(options) == ()
    assert bench.inspect()["State"]["Running"]


def test_what_can_be_changed_in_place_is(bench: Workbench) -> None:
    bench.create({"image": IMAGE, "memory": "64M"}, start=True)
    identity = bench.inspect()["Id"]
    for change in IN_PLACE:
        options = {"image": IMAGE, **change}
        found = bench.differences(options)
        assert found != (), change
        assert all(difference.updatable for difference in found), change
        bench.engine.api("POST", "/containers/mine/update", ContainerConfig.update_body(found))
        assert bench.differences(options) == (), change
    assert bench.inspect()["Id"] == identity


def test_memory_is_raised_in_place_where_swap_is_unlimited(bench: Workbench) -> None:
    bench.create({"image": IMAGE, "memory": "64M", "memory_swap": "unlimited"}, start=True)
    for options in ({"image": IMAGE, "memory": "128M"}, {"image": IMAGE, "memory": "256M", "memory_swap": "-1"}):
        bench.engine.api("POST", "/containers/mine/update", ContainerConfig.update_body(bench.differences(options)))
        assert bench.differences(options) == ()
    assert bench.inspect()["HostConfig"]["MemorySwap"] == -1


def test_what_the_engine_refuses_to_change_in_place_needs_a_new_container(bench: Workbench) -> None:
    bench.create({"image": IMAGE, "cpus": 0.5, "memory": "64M"}, start=True)
    for change in ({"cpu_quota": 50000}, {"memory": "0"}, {"memory_swap": "unlimited"}, {"hostname": "web"}):
        found = bench.differences({"image": IMAGE, **change})
        assert [difference.updatable for difference in found] == [False]


def test_networks_are_joined_set_right_and_left(bench: Workbench) -> None:
    bench.create({"image": IMAGE, "networks": [{"name": "net1", "aliases": ["a"]}]}, start=True)
    wanted = ContainerConfig.from_options(
        {
            "networks": [{"name": "net2", "ipv4_address": "10.88.2.9", "aliases": ["b"]}],
            "comparisons": {"networks": "strict"},
        }
    )
    changes = wanted.network_differences(bench.inspect())
    assert [item.name for item in changes.to_connect] == ["net2"]
    assert changes.to_disconnect == ("net1",)
    _apply(bench, changes)
    assert not wanted.network_differences(bench.inspect())

    otherwise = ContainerConfig.from_options({"networks": [{"name": "net2", "ipv4_address": "10.88.2.10"}]})
    changes = otherwise.network_differences(bench.inspect())
    assert [item.name for item in changes.to_reconnect] == ["net2"]
    _apply(bench, changes)
    assert not otherwise.network_differences(bench.inspect())


def _apply(bench: Workbench, changes: Any) -> None:
    for name in (*(item.name for item in changes.to_reconnect), *changes.to_disconnect):
        bench.engine.docker("network", "disconnect", name, "mine")
    for item in (*changes.to_reconnect, *changes.to_connect):
        connection = {"Container": "mine", "EndpointConfig": dict(item.endpoint)}
        bench.engine.api("POST", f"/networks/{item.name}/connect", connection)
