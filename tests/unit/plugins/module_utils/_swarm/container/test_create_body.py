# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each option becomes in the body of POST /containers/create."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.container.config import ContainerConfig
from ansible_collections.classic.swarm.plugins.module_utils._swarm.container.networks import NetworkConnection
from ansible_collections.classic.swarm.plugins.module_utils._swarm.container.options import OPTION_RULES

Options = t.Dict[str, t.Any]

#: Written in any case, whatever the options are.
STREAMS = {
    "OpenStdin": False,
    "AttachStdin": False,
    "StdinOnce": False,
    "AttachStdout": True,
    "AttachStderr": True,
}


def body_of(options: Options, api_version: t.Tuple[int, int] = (1, 41), **arguments: t.Any) -> t.Dict[str, t.Any]:
    """The create body without what is written in any case."""
    body = ContainerConfig.from_options(options).create_body(image="web:1", api_version=api_version, **arguments)
    assert body.pop("Image") == "web:1"
    for key in STREAMS:
        body.pop(key)
    if not body["HostConfig"]:
        del body["HostConfig"]
    return body


CONFIG: t.List[t.Tuple[Options, t.Dict[str, t.Any]]] = [
    ({}, {}),
    ({"command": "sh -c 'echo a b'"}, {"Cmd": ["sh", "-c", "echo a b"]}),
    ({"command": ["sleep", 10]}, {"Cmd": ["sleep", "10"]}),
    ({"command": 10}, {"Cmd": ["10"]}),
    ({"command": []}, {"Cmd": []}),
    ({"command": "", "command_handling": "compatibility"}, {}),
    ({"command": ["sh", "-c 'a b'"], "command_handling": "compatibility"}, {"Cmd": ["sh", "-c", "a b"]}),
    ({"domainname": "example.org"}, {"Domainname": "example.org"}),
    ({"entrypoint": ["/run", "a b"]}, {"Entrypoint": ["/run", "a b"]}),
    ({"entrypoint": ["/run", "a b"], "command_handling": "compatibility"}, {"Entrypoint": ["/run", "a", "b"]}),
    ({"entrypoint": []}, {"Entrypoint": []}),
    ({"entrypoint": [], "command_handling": "compatibility"}, {}),
    ({"env": {"A": "1", "B": "x=y"}}, {"Env": ["A=1", "B=x=y"]}),
    ({"env": {}}, {"Env": []}),
    ({"exposed_ports": ["90", "80/udp"]}, {"ExposedPorts": {"90/tcp": {}, "80/udp": {}}}),
    ({"healthcheck": {"test": "true", "retries": 3}}, {"Healthcheck": {"Test": ["CMD-SHELL", "true"], "Retries": 3}}),
    ({"hostname": "web"}, {"Hostname": "web"}),
    ({"labels": {"a": 1, "b": "x"}}, {"Labels": {"a": "1", "b": "x"}}),
    ({"mac_address": "92-D0-C6-0A-29-33"}, {"MacAddress": "92:d0:c6:0a:29:33"}),
    ({"platform": "linux/amd64"}, {}),
    ({"stop_signal": "SIGINT"}, {"StopSignal": "SIGINT"}),
    ({"stop_timeout": 3}, {"StopTimeout": 3}),
    ({"tty": True}, {"Tty": True}),
    ({"user": "1000:1000"}, {"User": "1000:1000"}),
    ({"working_dir": "/app/"}, {"WorkingDir": "/app/"}),
]

HOST_CONFIG: t.List[t.Tuple[Options, t.Dict[str, t.Any]]] = [
    ({"annotations": {"a": 1}}, {"Annotations": {"a": "1"}}),
    ({"auto_remove": True}, {"AutoRemove": True}),
    ({"blkio_weight": 300}, {"BlkioWeight": 300}),
    ({"cap_drop": ["all"]}, {"CapDrop": ("all",)}),
    ({"capabilities": ["SYS_TIME"]}, {"CapAdd": ("SYS_TIME",)}),
    ({"cgroup_parent": "/p"}, {"CgroupParent": "/p"}),
    ({"cgroupns_mode": "private"}, {"CgroupnsMode": "private"}),
    ({"cpu_period": 100000, "cpu_quota": 50000}, {"CpuPeriod": 100000, "CpuQuota": 50000}),
    ({"cpu_shares": 512}, {"CpuShares": 512}),
    ({"cpus": 0.29}, {"NanoCpus": 290_000_000}),
    ({"cpuset_cpus": "0", "cpuset_mems": "0-1"}, {"CpusetCpus": "0", "CpusetMems": "0-1"}),
    ({"device_cgroup_rules": ["c 42:* rmw"]}, {"DeviceCgroupRules": ["c 42:* rmw"]}),
    (
        {"device_read_bps": [{"path": "/dev/sda", "rate": "1M"}]},
        {"BlkioDeviceReadBps": [{"Path": "/dev/sda", "Rate": 1048576}]},
    ),
    (
        {"device_write_bps": [{"path": "/dev/sda", "rate": "5"}]},
        {"BlkioDeviceWriteBps": [{"Path": "/dev/sda", "Rate": 5}]},
    ),
    (
        {"device_read_iops": [{"path": "/dev/sda", "rate": 9}]},
        {"BlkioDeviceReadIOps": [{"Path": "/dev/sda", "Rate": 9}]},
    ),
    (
        {"device_write_iops": [{"path": "/dev/sda", "rate": 9}]},
        {"BlkioDeviceWriteIOps": [{"Path": "/dev/sda", "Rate": 9}]},
    ),
    (
        {"device_requests": [{"count": -1, "capabilities": [["gpu"]], "driver": None, "options": {"a": True}}]},
        {"DeviceRequests": [{"Count": -1, "Capabilities": [["gpu"]], "Options": {"a": "true"}}]},
    ),
    ({"dns_opts": ["timeout:3"]}, {"DnsOptions": ["timeout:3"]}),
    ({"dns_search_domains": ["b", "a"]}, {"DnsSearch": ["b", "a"]}),
    ({"dns_servers": ["192.0.2.2", "192.0.2.1"]}, {"Dns": ["192.0.2.2", "192.0.2.1"]}),
    ({"etc_hosts": {"db": "192.0.2.3", "gw": "host-gateway"}}, {"ExtraHosts": ["db:192.0.2.3", "gw:host-gateway"]}),
    ({"groups": ["audio", 12]}, {"GroupAdd": ["audio", "12"]}),
    ({"init": False}, {"Init": False}),
    ({"ipc_mode": "host"}, {"IpcMode": "host"}),
    ({"links": ["db:d", "cache"]}, {"Links": ["db:d", "cache:cache"]}),
    (
        {"log_driver": "json-file", "log_options": {"max-file": 3}},
        {"LogConfig": {"Type": "json-file", "Config": {"max-file": "3"}}},
    ),
    ({"memory": "64M", "memory_reservation": "32m"}, {"Memory": 67108864, "MemoryReservation": 33554432}),
    ({"memory": "0"}, {"Memory": 0}),
    ({"memory_swap": "unlimited"}, {"MemorySwap": -1}),
    ({"memory_swap": "-1"}, {"MemorySwap": -1}),
    ({"memory_swappiness": 10}, {"MemorySwappiness": 10}),
    ({"network_mode": "host"}, {"NetworkMode": "host"}),
    ({"oom_killer": True, "oom_score_adj": 500}, {"OomKillDisable": True, "OomScoreAdj": 500}),
    ({"pid_mode": "container:db"}, {"PidMode": "container:db"}),
    ({"pids_limit": -1}, {"PidsLimit": -1}),
    ({"privileged": True}, {"Privileged": True}),
    ({"publish_all_ports": True}, {"PublishAllPorts": True}),
    ({"published_ports": ["all"]}, {"PublishAllPorts": True}),
    ({"read_only": True}, {"ReadonlyRootfs": True}),
    ({"restart_policy": "always"}, {"RestartPolicy": {"Name": "always"}}),
    (
        {"restart_policy": "on-failure", "restart_retries": 5},
        {"RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": 5}},
    ),
    ({"runtime": "runc"}, {"Runtime": "runc"}),
    ({"security_opts": ["label:disable"]}, {"SecurityOpt": ["label:disable"]}),
    ({"shm_size": "32M"}, {"ShmSize": 33554432}),
    ({"storage_opts": {"size": "12m"}}, {"StorageOpt": {"size": "12m"}}),
    ({"sysctls": {"net.ipv4.ip_forward": 1}}, {"Sysctls": {"net.ipv4.ip_forward": "1"}}),
    ({"tmpfs": ["/run:size=1m,mode=755", "/t"]}, {"Tmpfs": {"/run": "size=1m,mode=755", "/t": ""}}),
    (
        {"ulimits": ["nofile:100:200", "nproc:10"]},
        {"Ulimits": [{"Name": "nofile", "Soft": 100, "Hard": 200}, {"Name": "nproc", "Soft": 10, "Hard": 10}]},
    ),
    ({"userns_mode": "host"}, {"UsernsMode": "host"}),
    ({"uts": "host"}, {"UTSMode": "host"}),
    ({"volume_driver": "local"}, {"VolumeDriver": "local"}),
    ({"volumes_from": ["db:ro"]}, {"VolumesFrom": ["db:ro"]}),
]


@pytest.mark.parametrize(("options", "expected"), CONFIG, ids=str)
def test_config(options: Options, expected: t.Dict[str, t.Any]) -> None:
    assert body_of(options) == expected


@pytest.mark.parametrize(("options", "expected"), HOST_CONFIG, ids=str)
def test_host_config(options: Options, expected: t.Dict[str, t.Any]) -> None:
    assert body_of(options) == {"HostConfig": expected}


def test_every_option_has_its_row() -> None:
    rows = {option for options, _expected in [*CONFIG, *HOST_CONFIG] for option in options}
    elsewhere = {"detach", "interactive", "devices", "published_ports", "volumes", "mounts"}
    assert {rule.name for rule in OPTION_RULES} - rows - elsewhere == set()


@pytest.mark.parametrize(
    ("device", "mapping"),
    [
        ("/dev/a", ("/dev/a", "/dev/a", "rwm")),
        ("/dev/a:/dev/b", ("/dev/a", "/dev/b", "rwm")),
        ("/dev/a:/dev/b:r", ("/dev/a", "/dev/b", "r")),
        ("/dev/a:rw", ("/dev/a", "/dev/a", "rw")),
    ],
)
def test_devices(device: str, mapping: t.Tuple[str, str, str]) -> None:
    expected = dict(zip(("PathOnHost", "PathInContainer", "CgroupPermissions"), mapping))
    assert body_of({"devices": [device]}) == {"HostConfig": {"Devices": [expected]}}


@pytest.mark.parametrize(
    ("options", "stdin", "attached"),
    [
        ({}, False, True),
        ({"detach": True}, False, False),
        ({"detach": False}, False, True),
        ({"interactive": True}, True, True),
        ({"interactive": True, "detach": True}, True, False),
    ],
)
def test_streams(options: Options, stdin: bool, attached: bool) -> None:
    body = ContainerConfig.from_options(options).create_body(image="web:1", api_version=(1, 41))
    assert {key: body[key] for key in STREAMS} == {
        "OpenStdin": stdin,
        "AttachStdin": stdin and attached,
        "StdinOnce": stdin and attached,
        "AttachStdout": attached,
        "AttachStderr": attached,
    }


def test_published_ports_are_bound_and_exposed() -> None:
    body = body_of({"published_ports": ["8080:80", "127.0.0.1:53:53/udp", "8443:80"]}, default_host_ip="192.0.2.1")
    assert body == {
        "ExposedPorts": {"80/tcp": {}, "53/udp": {}},
        "HostConfig": {
            "PortBindings": {
                "80/tcp": [
                    {"HostIp": "192.0.2.1", "HostPort": "8080"},
                    {"HostIp": "192.0.2.1", "HostPort": "8443"},
                ],
                "53/udp": [{"HostIp": "127.0.0.1", "HostPort": "53"}],
            }
        },
    }


@pytest.mark.parametrize(("own", "address"), [("", ""), ("[2001:DB8::1]", "2001:db8::1"), ("192.0.2.7", "192.0.2.7")])
def test_the_users_default_host_ip_goes_before_the_nodes(own: str, address: str) -> None:
    body = body_of({"published_ports": ["80"], "default_host_ip": own}, default_host_ip="192.0.2.1")
    assert body["HostConfig"]["PortBindings"] == {"80/tcp": [{"HostIp": address, "HostPort": ""}]}


def test_volumes_are_binds_or_anonymous() -> None:
    assert body_of({"volumes": ["/anon", "named:/v1", "/host:/v2:ro,z"]}) == {
        "Volumes": {"/anon": {}},
        "HostConfig": {"Binds": ["named:/v1:rw", "/host:/v2:ro,z"]},
    }


def test_relative_host_paths_are_made_absolute_by_the_caller() -> None:
    config = ContainerConfig.from_options(
        {"volumes": ["./a:/v1", "~/b:/v2:ro"]}, host_path=lambda path: "/abs/" + path[2:]
    )
    body = config.create_body(image="web:1", api_version=(1, 41))
    assert body["HostConfig"]["Binds"] == ["/abs/a:/v1:rw", "/abs/b:/v2:ro"]


MOUNTS: t.List[t.Tuple[Options, t.Dict[str, t.Any]]] = [
    ({"target": "/a"}, {"Target": "/a", "Type": "volume"}),
    (
        {"target": "/a", "source": "vol", "no_copy": True},
        {"Source": "vol", "Type": "volume", "VolumeOptions": {"NoCopy": True}},
    ),
    (
        {
            "target": "/a",
            "source": "vol",
            "volume_driver": "nfs",
            "volume_options": {"o": "x", "b": True},
            "labels": {"k": 1},
        },
        {
            "Source": "vol",
            "Type": "volume",
            "VolumeOptions": {
                "Labels": {"k": "1"},
                "DriverConfig": {"Name": "nfs", "Options": {"o": "x", "b": "true"}},
            },
        },
    ),
    (
        {"target": "/a", "source": "vol", "subpath": "s"},
        {"Source": "vol", "Type": "volume", "VolumeOptions": {"Subpath": "s"}},
    ),
    (
        {"target": "/a", "source": "img", "type": "image", "subpath": "s"},
        {"Source": "img", "Type": "image", "ImageOptions": {"Subpath": "s"}},
    ),
    (
        {
            "target": "/a",
            "source": "/h",
            "type": "bind",
            "read_only": True,
            "propagation": "rslave",
            "create_mountpoint": True,
        },
        {
            "Source": "/h",
            "Type": "bind",
            "ReadOnly": True,
            "BindOptions": {"Propagation": "rslave", "CreateMountpoint": True},
        },
    ),
    (
        {
            "target": "/a",
            "type": "tmpfs",
            "tmpfs_size": "1M",
            "tmpfs_mode": "1777",
            "tmpfs_options": [{"uid": "5"}, {"x": None}],
        },
        {"Type": "tmpfs", "TmpfsOptions": {"SizeBytes": 1048576, "Mode": 0o1777, "Options": [["uid", "5"], ["x"]]}},
    ),
]


@pytest.mark.parametrize(("mount", "expected"), MOUNTS, ids=str)
def test_mounts(mount: Options, expected: t.Dict[str, t.Any]) -> None:
    assert body_of({"mounts": [mount]}) == {"HostConfig": {"Mounts": [{"Target": "/a", **expected}]}}


def test_the_products_labels_stand_beside_the_users() -> None:
    assert body_of({"labels": {"a": "1"}}, extra_labels={"classic.swarm.x": "y"})["Labels"] == {
        "a": "1",
        "classic.swarm.x": "y",
    }


@pytest.mark.parametrize("option", ["ipc_mode", "pid_mode", "network_mode"])
def test_modes_name_other_containers_by_id(option: str) -> None:
    body = body_of({option: "container:db"}, containers={"db": "4711", "web": "4712"})
    assert set(body["HostConfig"].values()) == {"container:4711"}


@pytest.mark.parametrize("option", ["network_mode", "ipc_mode", "pid_mode"])
def test_the_beginning_of_an_id_is_sent_in_full(option: str) -> None:
    whole = "0123456789" + "a" * 54
    body = body_of({option: "container:01234567"}, containers={"db": whole, "web": "f" * 64})
    assert set(body["HostConfig"].values()) == {f"container:{whole}"}


ONE = {"name": "one", "ipv4_address": "10.0.0.7", "ipv6_address": "2001:DB8::0:7", "aliases": ["w"], "links": ["db:d"]}
TWO = {"name": "two", "ipv4_address": None, "aliases": None, "links": None, "mac_address": None}
ONE_ENDPOINT = {
    "IPAMConfig": {"IPv4Address": "10.0.0.7", "IPv6Address": "2001:db8::7"},
    "Aliases": ["w"],
    "Links": ["db:d"],
}


@pytest.mark.parametrize(
    ("cli_compatible", "api_version", "at_create", "after", "mode"),
    [
        (True, (1, 44), {"one": ONE_ENDPOINT, "two": {}}, [], "one"),
        (True, (1, 43), {"one": ONE_ENDPOINT}, [NetworkConnection("two", {})], "one"),
        (
            False,
            (1, 44),
            None,
            [NetworkConnection("one", ONE_ENDPOINT), NetworkConnection("two", {})],
            None,
        ),
    ],
)
def test_networks(
    cli_compatible: bool,
    api_version: t.Tuple[int, int],
    at_create: t.Optional[Options],
    after: t.List[NetworkConnection],
    mode: t.Optional[str],
) -> None:
    options = {"networks": [ONE, TWO], "networks_cli_compatible": cli_compatible}
    body = body_of(options, api_version)
    assert body.get("NetworkingConfig", {}).get("EndpointsConfig") == at_create
    assert body.get("HostConfig", {}).get("NetworkMode") == mode
    assert list(ContainerConfig.from_options(options).extra_networks(api_version)) == after


def test_an_explicit_network_mode_stays() -> None:
    body = body_of({"networks": [TWO], "network_mode": "default"})
    assert body["HostConfig"]["NetworkMode"] == "default"
    assert body["NetworkingConfig"] == {"EndpointsConfig": {"two": {}}}


@pytest.mark.parametrize(
    ("options", "endpoints"),
    [
        ({}, {"default": {"MacAddress": "92:d0:c6:0a:29:33"}}),
        ({"network_mode": "bridge"}, {"bridge": {"MacAddress": "92:d0:c6:0a:29:33"}}),
        ({"networks": [TWO]}, {"two": {"MacAddress": "92:d0:c6:0a:29:33"}}),
        (
            {"networks": [{"name": "two", "mac_address": "92:d0:c6:0a:29:34"}]},
            {"two": {"MacAddress": "92:d0:c6:0a:29:34"}},
        ),
    ],
)
def test_mac_address_is_the_networks_from_api_1_44_on(options: Options, endpoints: Options) -> None:
    body = body_of({"mac_address": "92:d0:c6:0a:29:33", **options}, (1, 44))
    assert body["NetworkingConfig"] == {"EndpointsConfig": endpoints}
    assert "MacAddress" not in body


def test_links_are_the_endpoints_on_a_network_that_somebody_created() -> None:
    body = body_of({"links": ["db:d", "cache"], "networks": [{"name": "one", "links": ["db:d"]}]})
    assert body == {
        "HostConfig": {"NetworkMode": "one"},
        "NetworkingConfig": {"EndpointsConfig": {"one": {"Links": ["db:d", "cache:cache"]}}},
    }


def test_compatibility_sets_the_old_defaults_beside_what_is_set() -> None:
    options = {"container_default_behavior": "compatibility", "tty": True, "memory": None}
    assert body_of(options) == {
        "Tty": True,
        "HostConfig": {
            "AutoRemove": False,
            "Init": False,
            "Memory": 0,
            "Privileged": False,
            "ReadonlyRootfs": False,
        },
    }
    assert ContainerConfig.from_options(options).values["detach"] is True
