# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a container shows, and whether it is what the options asked for."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.container.config import ContainerConfig
from ansible_collections.classic.swarm.plugins.module_utils._swarm.container.difference import Difference

Options = t.Dict[str, t.Any]


def container(config: t.Optional[Options] = None, host_config: t.Optional[Options] = None, **top: t.Any) -> Options:
    """An inspect reply with what a test needs of it."""
    return {"Id": "c1", "Image": "sha256:1", "Config": config or {}, "HostConfig": host_config or {}, **top}


def image(**config: t.Any) -> Options:
    """An inspected image."""
    return {"Id": "sha256:1", "Config": config}


def differences(options: Options, inspect: Options, **context: t.Any) -> t.Tuple[Difference, ...]:
    context.setdefault("api_version", (1, 41))
    return ContainerConfig.from_options(options).differences(inspect, **context)


def differing(options: Options, inspect: Options, **context: t.Any) -> t.List[str]:
    return [difference.option for difference in differences(options, inspect, **context)]


SAME: t.List[t.Tuple[Options, Options, Options]] = [
    # Options, Config, HostConfig: how engines write what was asked for.
    ({"capabilities": ["sys_time", "CAP_NET_ADMIN"]}, {}, {"CapAdd": ["CAP_SYS_TIME", "CAP_NET_ADMIN"]}),
    ({"cap_drop": ["all"]}, {}, {"CapDrop": ["ALL"]}),
    ({"command": ["a"]}, {"Cmd": ["a"]}, {}),
    ({"cpus": 0.1}, {}, {"NanoCpus": 100_000_000}),
    ({"device_cgroup_rules": []}, {}, {"DeviceCgroupRules": None}),
    (
        {"devices": ["/dev/a"]},
        {},
        {"Devices": [{"PathOnHost": "/dev/a", "PathInContainer": "/dev/a", "CgroupPermissions": "rwm"}]},
    ),
    (
        {"device_requests": [{"count": -1, "capabilities": [["gpu"]]}]},
        {},
        {"DeviceRequests": [{"Driver": "", "Count": -1, "DeviceIDs": None, "Capabilities": [["gpu"]], "Options": {}}]},
    ),
    (
        {"device_requests": [{"device_ids": ["0"], "count": None}]},
        {},
        {"DeviceRequests": [{"Count": 0, "DeviceIDs": ["0"]}]},
    ),
    ({"dns_servers": ["2001:DB8::0:1"]}, {}, {"Dns": ["2001:db8::1"]}),
    ({"dns_search_domains": []}, {}, {"DnsSearch": None}),
    ({"entrypoint": []}, {"Entrypoint": None}, {}),
    ({"env": {"A": "1"}}, {"Env": ["B=2", "A=1"]}, {}),
    ({"exposed_ports": ["80-81"]}, {"ExposedPorts": {"80-81/tcp": {}, "90/tcp": {}}}, {}),
    ({"groups": ["1", "2"]}, {}, {"GroupAdd": ["2", "1"]}),
    ({"healthcheck": {}}, {"Healthcheck": None}, {}),
    ({"healthcheck": {"test": ["NONE"]}}, {"Healthcheck": {"Test": ["NONE"], "Interval": 5}}, {}),
    (
        {"healthcheck": {"test": ["CMD", "true"], "interval": "1m"}},
        {"Healthcheck": {"Test": ["CMD", "true"], "Interval": 60_000_000_000, "Retries": 3}},
        {},
    ),
    (
        {"healthcheck": {"test_cli_compatible": True, "interval": "1m"}},
        {"Healthcheck": {"Test": ["CMD", "of-the-image"], "Interval": 60_000_000_000}},
        {},
    ),
    ({"healthcheck": {"test": "true", "interval": "0s"}}, {"Healthcheck": {"Test": ["CMD-SHELL", "true"]}}, {}),
    ({"labels": {"a": 1}}, {"Labels": {"a": "1", "b": "2"}}, {}),
    ({"links": ["db:d"]}, {}, {"Links": ["/db:/web/d"]}),
    (
        {"log_driver": "local", "log_options": {"max-file": 3}},
        {},
        {"LogConfig": {"Type": "local", "Config": {"max-file": "3"}}},
    ),
    ({"mac_address": "92-D0-C6-0A-29-33"}, {"MacAddress": "92:d0:c6:0a:29:33"}, {}),
    ({"memory": "1G", "memory_swap": "unlimited"}, {}, {"Memory": 1073741824, "MemorySwap": -1}),
    (
        {"mounts": [{"target": "/a/", "source": "/h/", "type": "bind"}]},
        {},
        {"Mounts": [{"Type": "bind", "Source": "/h", "Target": "/a", "ReadOnly": True}]},
    ),
    (
        {"mounts": [{"target": "/a", "read_only": False, "no_copy": False}]},
        {},
        {"Mounts": [{"Type": "volume", "Target": "/a"}]},
    ),
    ({"network_mode": "default"}, {}, {"NetworkMode": "bridge"}),
    ({"network_mode": "bridge"}, {}, {"NetworkMode": "default"}),
    ({"network_mode": "default"}, {}, {"NetworkMode": "nat"}),
    ({"oom_killer": False}, {}, {"OomKillDisable": None}),
    ({"pids_limit": -1}, {}, {"PidsLimit": None}),
    ({"pids_limit": -1}, {}, {"PidsLimit": 0}),
    (
        {"published_ports": ["[::0:1]:8080:80"]},
        {"ExposedPorts": {"80/tcp": {}}},
        {"PortBindings": {"80/tcp": [{"HostIp": "::1", "HostPort": "8080"}]}},
    ),
    (
        {"published_ports": ["80"]},
        {"ExposedPorts": {"80/tcp": {}}},
        {"PortBindings": {"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "0"}]}},
    ),
    (
        {"published_ports": ["81:80", "82:80"]},
        {"ExposedPorts": {"80/tcp": {}}},
        {
            "PortBindings": {
                "80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "82"}, {"HostIp": "0.0.0.0", "HostPort": "81"}]
            }
        },
    ),
    ({"restart_policy": "no"}, {}, {"RestartPolicy": {"Name": "", "MaximumRetryCount": 0}}),
    (
        {"security_opts": ["label:user:u", "no-new-privileges:true"]},
        {},
        {"SecurityOpt": ["label=user:u", "no-new-privileges"]},
    ),
    ({"stop_timeout": 3}, {"StopTimeout": 9}, {}),
    ({"sysctls": {"net.core.somaxconn": 1}}, {}, {"Sysctls": {"net.core.somaxconn": "1"}}),
    ({"tmpfs": ["/a"]}, {}, {"Tmpfs": {"/a": ""}}),
    ({"volumes": ["/a", "vol:/b", "/h/:/c/:z,ro"]}, {"Volumes": {"/a": {}}}, {"Binds": ["vol:/b", "/h:/c:ro,z"]}),
    ({"volumes_from": ["db"]}, {}, {"VolumesFrom": ["db:rw"]}),
    ({"working_dir": "/app//x/"}, {"WorkingDir": "/app/x"}, {}),
]


@pytest.mark.parametrize(("options", "config", "host_config"), SAME, ids=str)
def test_the_engines_spelling_is_no_difference(options: Options, config: Options, host_config: Options) -> None:
    assert differing(options, container(config, host_config)) == []


DIFFERENT: t.List[t.Tuple[Options, Options, Options]] = [
    ({"auto_remove": True}, {}, {"AutoRemove": False}),
    ({"capabilities": ["SYS_TIME"]}, {}, {"CapAdd": None}),
    ({"command": ["a", "b"]}, {"Cmd": ["a"]}, {}),
    ({"detach": True}, {"AttachStdout": True, "AttachStderr": True}, {}),
    (
        {"devices": ["/dev/a"]},
        {},
        {"Devices": [{"PathOnHost": "/dev/a", "PathInContainer": "/dev/b", "CgroupPermissions": "rwm"}]},
    ),
    ({"dns_servers": ["192.0.2.1", "192.0.2.2"]}, {}, {"Dns": ["192.0.2.2", "192.0.2.1"]}),
    ({"entrypoint": []}, {"Entrypoint": ["/run"]}, {}),
    ({"env": {"A": "1"}}, {"Env": ["A=2"]}, {}),
    ({"exposed_ports": ["80"]}, {"ExposedPorts": None}, {}),
    ({"healthcheck": {}}, {"Healthcheck": {"Test": ["CMD", "true"]}}, {}),
    ({"healthcheck": {"test": "true"}}, {"Healthcheck": None}, {}),
    ({"init": False}, {}, {"Init": None}),
    ({"interactive": True}, {"OpenStdin": False}, {}),
    ({"labels": {"a": "1"}}, {"Labels": None}, {}),
    ({"links": ["db:d"]}, {}, {"Links": ["/db:/web/e"]}),
    ({"memory": "0"}, {}, {"Memory": 67108864}),
    (
        {"mounts": [{"target": "/a", "read_only": False}]},
        {},
        {"Mounts": [{"Type": "volume", "Target": "/a", "ReadOnly": True}]},
    ),
    ({"mounts": [{"target": "/a", "labels": {"k": "v"}}]}, {}, {"Mounts": [{"Type": "volume", "Target": "/a"}]}),
    ({"network_mode": "host"}, {}, {"NetworkMode": "bridge"}),
    ({"oom_killer": True}, {}, {"OomKillDisable": None}),
    ({"pids_limit": 5}, {}, {"PidsLimit": None}),
    (
        {"published_ports": ["8080:80"]},
        {"ExposedPorts": {"80/tcp": {}}},
        {"PortBindings": {"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8081"}]}},
    ),
    ({"publish_all_ports": True}, {}, {"PublishAllPorts": False}),
    ({"restart_policy": "always"}, {}, {"RestartPolicy": {"Name": "no"}}),
    ({"security_opts": ["label=user:u"]}, {}, {"SecurityOpt": ["label=user:v"]}),
    ({"tmpfs": ["/a:size=1m"]}, {}, {"Tmpfs": {"/a": ""}}),
    ({"volumes": ["/h:/c:ro"]}, {}, {"Binds": ["/h:/c"]}),
    ({"volumes": ["/a"]}, {"Volumes": None}, {}),
    ({"volumes_from": ["db:ro"]}, {}, {"VolumesFrom": ["db"]}),
    ({"working_dir": "/app"}, {"WorkingDir": ""}, {}),
]


@pytest.mark.parametrize(("options", "config", "host_config"), DIFFERENT, ids=str)
def test_another_value_is_a_difference(options: Options, config: Options, host_config: Options) -> None:
    assert differing(options, container(config, host_config)) == list(options)
    assert differing({**options, "comparisons": {"*": "ignore"}}, container(config, host_config)) == []


def test_nothing_asked_for_is_nothing_different() -> None:
    seen = container({"Env": ["A=1"], "Volumes": {"/a": {}}, "ExposedPorts": {"80/tcp": {}}, "Labels": {"a": "b"}})
    assert differing({}, seen, image=image(Env=["A=1"], ExposedPorts={"80/tcp": {}}, Volumes={"/a": {}})) == []


@pytest.mark.parametrize(
    ("options", "config", "of_the_image", "expected"),
    [
        ({"env": {"A": "1"}}, {"Env": ["A=1", "P=x"]}, {"Env": ["A=0", "P=x"]}, []),
        ({"env": {"A": "1"}}, {"Env": ["A=1"]}, {"Env": ["P=x"]}, ["env"]),
        ({}, {"Env": []}, {"Env": ["P=x"]}, ["env"]),
        ({"comparisons": {"env": "strict"}, "env": {"A": "1"}}, {"Env": ["A=1", "P=x"]}, {"Env": ["P=x"]}, []),
        ({"comparisons": {"env": "strict"}}, {"Env": ["A=1", "P=x"]}, {"Env": ["P=x"]}, ["env"]),
        ({"exposed_ports": ["80"]}, {"ExposedPorts": {"80/tcp": {}}}, {"ExposedPorts": {"90": {}}}, ["exposed_ports"]),
        ({"volumes": ["/a"]}, {"Volumes": {"/a": {}, "/b": {}}}, {"Volumes": {"/b": {}}}, []),
        ({}, {"Volumes": {"/a": {}}}, {"Volumes": {"/b": {}}}, ["volumes"]),
        ({"command": []}, {"Cmd": ["serve"]}, {"Cmd": ["serve"]}, []),
        ({"command": []}, {"Cmd": ["other"]}, {"Cmd": ["serve"]}, ["command"]),
        ({"command": [], "entrypoint": ["/run"]}, {"Cmd": None, "Entrypoint": ["/run"]}, {"Cmd": ["serve"]}, []),
        (
            {"labels": {"a": "1"}, "comparisons": {"labels": "strict"}},
            {"Labels": {"a": "1", "i": "x"}},
            {"Labels": {"i": "x"}},
            [],
        ),
        (
            {"labels": {"a": "1"}, "comparisons": {"labels": "strict"}, "image_label_mismatch": "fail"},
            {"Labels": {"a": "1", "i": "x"}},
            {"Labels": {"i": "x"}},
            ["labels"],
        ),
    ],
)
def test_what_the_image_brings(options: Options, config: Options, of_the_image: Options, expected: t.List[str]) -> None:
    assert differing(options, container(config), image=image(**of_the_image)) == expected


def test_the_products_labels_are_nobodys_difference() -> None:
    options = {"labels": {"a": "1"}, "comparisons": {"labels": "strict"}}
    assert differing(options, container({"Labels": {"a": "1", "classic.swarm.ports": "[]"}})) == []
    assert differing(options, container({"Labels": {"a": "1", "b": "2"}})) == ["labels"]


@pytest.mark.parametrize(
    ("mode", "seen", "expected"),
    [
        ("container:db", "container:4711", []),
        ("container:4711", "container:db", []),
        ("container:db", "container:4712", ["ipc_mode"]),
        ("container:db", "private", ["ipc_mode"]),
    ],
)
def test_a_container_is_the_same_by_name_and_by_id(mode: str, seen: str, expected: t.List[str]) -> None:
    assert differing({"ipc_mode": mode}, container({}, {"IpcMode": seen}), containers={"db": "4711"}) == expected


@pytest.mark.parametrize(
    ("options", "host_info"),
    [
        ({"oom_killer": True}, {"OomKillDisable": False}),
        ({"memory_swappiness": 10}, {"CgroupVersion": "2"}),
        ({"memory_swap": "1G"}, {"SwapLimit": False}),
        ({"pids_limit": 5}, {"PidsLimit": False}),
        ({"cpu_shares": 5}, {"CPUShares": False}),
        ({"cpuset_cpus": "0"}, {"CPUSet": False}),
        ({"blkio_weight": 300}, {"CgroupVersion": "1", "KernelVersion": "6.1.0-13-amd64"}),
        ({"blkio_weight": 300}, {"CgroupVersion": "2", "Warnings": ["WARNING: No io.weight support"]}),
        (
            {"device_read_bps": [{"path": "/dev/sda", "rate": "1M"}]},
            {"Warnings": ["WARNING: No blkio throttle.read_bps_device support"]},
        ),
    ],
)
def test_what_the_nodes_kernel_cannot_do_is_no_difference(options: Options, host_info: Options) -> None:
    config = ContainerConfig.from_options(options)
    assert config.needs_host_info()
    assert differing(options, container(), host_info=host_info) == []
    capable = {"CgroupVersion": "1", "KernelVersion": "4.19.0", "OomKillDisable": True, "SwapLimit": True}
    assert differing(options, container(), host_info=capable) == list(options)


@pytest.mark.parametrize(
    ("wanted", "of_the_image", "expected"),
    [
        ("linux/amd64", ("linux", "amd64", ""), []),
        ("linux/x86_64", ("linux", "amd64", ""), []),
        ("linux", ("linux", "amd64", ""), []),
        ("amd64", ("linux", "amd64", ""), []),
        ("linux/arm64", ("linux", "arm64", "v8"), []),
        ("linux/arm64/8", ("linux", "arm64", ""), []),
        ("linux/arm/v7", ("linux", "arm", ""), []),
        ("linux/arm/v6", ("linux", "arm", "v7"), ["platform"]),
        ("linux/arm64", ("linux", "amd64", ""), ["platform"]),
        ("windows/amd64", ("linux", "amd64", ""), ["platform"]),
    ],
)
def test_platform(wanted: str, of_the_image: t.Tuple[str, str, str], expected: t.List[str]) -> None:
    own_image = dict(zip(("Os", "Architecture", "Variant"), of_the_image))
    config = ContainerConfig.from_options({"platform": wanted})
    assert config.needs_image()
    assert config.needs_host_info()
    host_info = {"OSType": "linux", "Architecture": "x86_64"}
    assert differing({"platform": wanted}, container(), container_image=own_image, host_info=host_info) == expected


@pytest.mark.parametrize(
    ("mode", "address", "expected"),
    [
        ("bridge", "92:D0:C6:0A:29:33", []),
        ("default", "92:d0:c6:0a:29:33", []),
        ("default", "02:42:ac:11:00:02", ["mac_address"]),
        ("default", "", ["mac_address"]),
        ("one", "92:d0:c6:0a:29:33", ["mac_address"]),
    ],
)
def test_mac_address_of_the_endpoint(mode: str, address: str, expected: t.List[str]) -> None:
    seen = container({}, {"NetworkMode": mode}, NetworkSettings={"Networks": {"bridge": {"MacAddress": address}}})
    assert differing({"mac_address": "92:d0:c6:0a:29:33"}, seen, api_version=(1, 44)) == expected


def test_links_of_the_endpoint() -> None:
    seen = container({}, {"NetworkMode": "one"}, NetworkSettings={"Networks": {"one": {"Links": ["db:d"]}}})
    assert differing({"links": ["db:d"], "network_mode": "one"}, seen) == []
    assert differing({"links": ["db:e"], "network_mode": "one"}, seen) == ["links"]


#: The beginning of one ID of the node, of two, and of none.
IDS = {"db": "0123456789" + "a" * 54, "web": "0123456700" + "b" * 54}


@pytest.mark.parametrize(
    ("reference", "expected"), [("012345678", []), ("01234567", ["links"]), ("01234567890", ["links"]), (IDS["db"], [])]
)
def test_links_by_id(reference: str, expected: t.List[str]) -> None:
    by_name = container({}, {"Links": ["/db:/web/d"]})
    assert differing({"links": [f"{reference}:d"]}, by_name, containers=IDS) == expected
    as_sent = container({}, {"NetworkMode": "one"}, NetworkSettings={"Networks": {"one": {"Links": ["012345678:d"]}}})
    wanted = {"links": [f"{reference}:d"], "network_mode": "one"}
    assert differing(wanted, as_sent, containers=IDS) == expected


@pytest.mark.parametrize(("reference", "expected"), [("012345678", []), ("012345670", ["ipc_mode"])])
def test_a_namespace_by_the_beginning_of_an_id(reference: str, expected: t.List[str]) -> None:
    seen = container({}, {"IpcMode": f"container:{IDS['db']}"})
    assert differing({"ipc_mode": f"container:{reference}"}, seen, containers=IDS) == expected


UPDATES: t.List[t.Tuple[Options, Options, t.Optional[Options]]] = [
    # Options, HostConfig, update body; None where a new container is needed.
    ({"blkio_weight": 300}, {}, {"BlkioWeight": 300}),
    ({"cpu_shares": 5}, {}, {"CpuShares": 5}),
    ({"cpu_shares": 0}, {"CpuShares": 5}, None),
    ({"cpu_period": 10000, "cpu_quota": 5000}, {}, {"CpuPeriod": 10000, "CpuQuota": 5000}),
    ({"cpu_quota": 5000}, {"NanoCpus": 10**9}, None),
    ({"cpus": 2}, {"NanoCpus": 10**9}, {"NanoCpus": 2 * 10**9}),
    ({"cpus": 2}, {"CpuQuota": 500}, None),
    ({"cpuset_cpus": "0", "cpuset_mems": "0"}, {}, {"CpusetCpus": "0", "CpusetMems": "0"}),
    ({"memory": "64M"}, {}, {"Memory": 67108864, "MemorySwap": 134217728}),
    ({"memory": "64M"}, {"Memory": 1, "MemorySwap": -1}, {"Memory": 67108864, "MemorySwap": -1}),
    (
        {"memory": "64M", "memory_swap": "unlimited"},
        {"Memory": 1, "MemorySwap": -1},
        {"Memory": 67108864, "MemorySwap": -1},
    ),
    ({"memory": "64M"}, {"Memory": 100, "MemorySwap": 200}, {"Memory": 67108864, "MemorySwap": 134217728}),
    ({"memory": "64M"}, {"Memory": 100, "MemorySwap": 300}, {"Memory": 67108864, "MemorySwap": 134217728}),
    ({"memory": "64M"}, {"Memory": 100, "MemorySwap": 67108864}, {"Memory": 67108864, "MemorySwap": 67108864}),
    (
        {"memory": "64M", "memory_swap": "80M"},
        {"Memory": 100, "MemorySwap": 200},
        {"Memory": 67108864, "MemorySwap": 83886080},
    ),
    ({"memory": "0"}, {"Memory": 100}, None),
    ({"memory_reservation": "64M"}, {}, {"MemoryReservation": 67108864}),
    ({"memory_swap": "unlimited"}, {}, {"MemorySwap": -1}),
    ({"pids_limit": 5}, {}, {"PidsLimit": 5}),
    ({"pids_limit": -1}, {"PidsLimit": 5}, {"PidsLimit": -1}),
    ({"restart_policy": "always"}, {}, {"RestartPolicy": {"Name": "always"}}),
    (
        {"restart_policy": "on-failure", "restart_retries": 5},
        {"RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": 3}},
        {"RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": 5}},
    ),
    ({"hostname": "web"}, {}, None),
    ({"memory_swappiness": 5}, {}, None),
    ({"init": True}, {}, None),
]


@pytest.mark.parametrize(("options", "host_config", "body"), UPDATES, ids=str)
def test_update_in_place(options: Options, host_config: Options, body: t.Optional[Options]) -> None:
    found = differences(options, container({}, host_config))
    assert found != ()
    assert {difference.updatable for difference in found} == {body is not None}
    assert ContainerConfig.update_body(found) == (body or {})


def test_the_swap_limit_of_a_running_container_is_not_taken_away_in_place() -> None:
    options = {"memory_swap": "unlimited"}
    running = container({}, {"MemorySwap": 100}, State={"Running": True})
    assert [difference.updatable for difference in differences(options, running)] == [False]
    stopped = container({}, {"MemorySwap": 100}, State={"Running": False})
    assert [difference.update for difference in differences(options, stopped)] == [{"MemorySwap": -1}]


def test_masked_differences_hold_no_secret() -> None:
    options = {
        "env": {"A": "s3cret", "SAME": "s3cret", "NEW": "s3cret"},
        "log_driver": "splunk",
        "log_options": {"splunk-token": "s3cret", "splunk-url": "http://a"},
        "mounts": [
            {"target": "/a", "source": "vol", "volume_driver": "local", "volume_options": {"o": "password=s3cret"}}
        ],
    }
    seen = container(
        {"Env": ["A=0ld-s3cret", "SAME=s3cret", "OTHER=s3cret"]},
        {
            "LogConfig": {"Type": "splunk", "Config": {"splunk-token": "0ld-s3cret"}},
            "Mounts": [
                {"Type": "volume", "Target": "/a", "VolumeOptions": {"DriverConfig": {"Options": {"o": "0ld-s3cret"}}}}
            ],
        },
    )
    masked = {difference.option: difference.masked() for difference in differences(options, seen)}
    assert set(masked) == {"env", "log_options", "mounts"}
    assert "s3cret" not in repr(masked)
    assert set(masked["env"].wanted) == {"A", "NEW"}
    assert set(masked["env"].seen) == {"A", "OTHER"}
    assert masked["env"].wanted["A"] != masked["env"].seen["A"]
    assert masked["log_options"].wanted["splunk-url"] == "http://a"


def test_the_config_itself_does_not_show_values() -> None:
    assert "s3cret" not in repr(ContainerConfig.from_options({"env": {"A": "s3cret"}}))


@pytest.mark.parametrize(
    ("options", "inspected", "expected"),
    [
        ({"image": "web:1"}, {"Id": "sha256:1"}, []),
        ({"image": "web:1"}, None, []),
        ({"image": "web:1"}, {"Id": "sha256:2"}, ["image"]),
        ({"image": "web:2"}, {"Id": "sha256:1"}, ["image_name"]),
        ({"image": "web:2"}, {"Id": "sha256:2"}, ["image", "image_name"]),
        ({"image": "web:2", "image_name_mismatch": "ignore"}, {"Id": "sha256:1"}, []),
        ({"image": "web:2", "comparisons": {"image": "ignore"}}, {"Id": "sha256:2"}, []),
        ({}, {"Id": "sha256:2"}, []),
    ],
)
def test_image(options: Options, inspected: t.Optional[Options], expected: t.List[str]) -> None:
    config = ContainerConfig.from_options(options)
    seen = container({"Image": "web:1"})
    assert [difference.option for difference in config.image_differences(seen, inspected)] == expected
    assert config.image_differs(seen, inspected) is bool(expected)


@pytest.mark.parametrize(
    ("options", "mismatching"),
    [
        ({"labels": {"a": "1"}, "comparisons": {"labels": "strict"}, "image_label_mismatch": "fail"}, ("b", "c")),
        ({"labels": {"a": "1"}, "comparisons": {"*": "strict"}, "image_label_mismatch": "fail"}, ("b", "c")),
        ({"labels": {"a": "1"}, "image_label_mismatch": "fail"}, ()),
        ({"labels": {"a": "1"}, "comparisons": {"labels": "strict"}}, ()),
        ({"comparisons": {"labels": "strict"}, "image_label_mismatch": "fail"}, ()),
    ],
)
def test_mismatching_image_labels(options: Options, mismatching: t.Tuple[str, ...]) -> None:
    config = ContainerConfig.from_options(options)
    assert config.mismatching_image_labels(image(Labels={"a": "x", "c": "", "b": ""})) == mismatching
    assert config.mismatching_image_labels(image(Labels=None)) == ()
