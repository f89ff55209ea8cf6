# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What placement takes of a config, what it needs of an engine, and what it refuses."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.container.config import ContainerConfig
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.request import Dependency
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.resources import Reservation

Options = t.Dict[str, t.Any]


@pytest.mark.parametrize(
    ("options", "reservation"),
    [
        ({}, Reservation()),
        ({"memory": "64M"}, Reservation(67108864)),
        ({"memory": "64M", "memory_reservation": "32M"}, Reservation(33554432)),
        ({"memory": "64M", "memory_reservation": "0"}, Reservation(67108864)),
        ({"cpus": 1.5}, Reservation(0, 1.5)),
        ({"cpu_quota": 50000}, Reservation(0, 0.5)),
        ({"cpu_quota": 50000, "cpu_period": 25000}, Reservation(0, 2.0)),
        ({"cpu_quota": -1}, Reservation()),
        ({"cpu_period": 25000}, Reservation()),
        ({"cpu_shares": 512}, Reservation()),
    ],
)
def test_reservation(options: Options, reservation: Reservation) -> None:
    assert ContainerConfig.from_options(options).reservation() == reservation


@pytest.mark.parametrize(
    ("options", "dependencies"),
    [
        ({}, []),
        ({"volumes_from": ["a", "b:ro"]}, [("a", "volumes_from"), ("b", "volumes_from")]),
        ({"links": ["a:x", "b"]}, [("a", "links"), ("b", "links")]),
        ({"links": ["a:x"], "networks": [{"name": "n", "links": ["a:y", "c"]}]}, [("a", "links"), ("c", "links")]),
        ({"network_mode": "container:a"}, [("a", "network_mode")]),
        ({"ipc_mode": "container:a", "pid_mode": "container:a"}, [("a", "ipc_mode"), ("a", "pid_mode")]),
        ({"network_mode": "host", "ipc_mode": "shareable", "pid_mode": "host"}, []),
    ],
)
def test_dependencies(options: Options, dependencies: t.List[t.Tuple[str, str]]) -> None:
    found = ContainerConfig.from_options(options).dependencies()
    assert found == tuple(Dependency(container, kind) for container, kind in dependencies)


@pytest.mark.parametrize(
    ("options", "option", "needed"),
    [
        ({"annotations": {"a": "b"}}, "annotations", (1, 43)),
        ({"healthcheck": {"test": "true", "start_interval": "1s"}}, "healthcheck.start_interval", (1, 44)),
        ({"networks": [{"name": "n", "mac_address": "92:d0:c6:0a:29:33"}]}, "networks.mac_address", (1, 44)),
        ({"mounts": [{"target": "/a", "type": "cluster"}]}, "mounts.type=cluster", (1, 42)),
        ({"mounts": [{"target": "/a", "type": "image", "source": "i"}]}, "mounts.type=image", (1, 47)),
        ({"mounts": [{"target": "/a", "subpath": "s"}]}, "mounts.subpath", (1, 45)),
        (
            {"mounts": [{"target": f"/{name}", "type": "tmpfs", "tmpfs_options": [{"a": None}]} for name in "ab"]},
            "mounts.tmpfs_options",
            (1, 46),
        ),
        (
            {"mounts": [{"target": "/a", "source": "/a", "type": "bind", "read_only_non_recursive": False}]},
            "mounts.read_only_non_recursive",
            (1, 44),
        ),
    ],
)
def test_what_older_engines_do_not_know(options: Options, option: str, needed: t.Tuple[int, int]) -> None:
    config = ContainerConfig.from_options(options)
    assert config.min_api() == ((option, needed),)
    assert config.unsupported(needed) == ()
    assert config.unsupported((1, 41)) == (f"{option} needs API version {needed[0]}.{needed[1]}",)


def test_the_oldest_engine_knows_the_rest() -> None:
    options = {"healthcheck": {"test": "true"}, "networks": [{"name": "n"}], "mounts": [{"target": "/a"}], "tty": True}
    assert ContainerConfig.from_options(options).min_api() == ()


def test_what_is_asked_of_the_engine_only_where_it_matters() -> None:
    config = ContainerConfig.from_options({"image": "web:1", "env": {"A": "1"}, "published_ports": ["80"]})
    assert not config.needs_image()
    assert not config.needs_host_info()


def test_options_that_are_none_are_not_set() -> None:
    options = dict.fromkeys(("image", "command", "env", "published_ports", "networks", "comparisons", "memory"))
    assert ContainerConfig.from_options(options) == ContainerConfig.from_options({})


def test_same_options_same_config() -> None:
    options = {"image": "web:1", "published_ports": ["80:80"], "mounts": [{"target": "/a"}], "memory": "64M"}
    assert ContainerConfig.from_options(options) == ContainerConfig.from_options(dict(options, memory="65536k"))
    assert ContainerConfig.from_options(options) != ContainerConfig.from_options(dict(options, memory="65537k"))


_NETWORK = {"name": "n"}

REFUSED: t.List[t.Tuple[Options, str]] = [
    ({"memory": "12x"}, "memory: '12x' is not a size; write a number and a unit"),
    ({"memory": "-1"}, "memory: '-1' is not a size"),
    ({"memory_swap": "much"}, "memory_swap: 'much' is not a size"),
    ({"shm_size": ""}, "shm_size: '' is not a size"),
    ({"memory": "1M", "memory_reservation": "2M"}, "memory_reservation of 2M is above memory of 1M"),
    ({"memory": "2M", "memory_swap": "1M"}, "memory_swap of 1M is below memory of 2M"),
    ({"cpus": -1}, "cpus: -1 is below 0"),
    ({"cpus": float("inf")}, "cpus: 'inf' is not a number of cpus"),
    ({"cpus": 1, "cpu_quota": 5}, "cpus and cpu_quota say the same thing in two ways"),
    ({"cpus": 1, "cpu_period": 5}, "cpus and cpu_period say"),
    ({"blkio_weight": 5}, "blkio_weight: 5 is out of range; write a number from 10 to 1000, or 0"),
    ({"memory_swappiness": 101}, "memory_swappiness: 101 is out of range; write a number from 0 to 100, or -1"),
    ({"oom_score_adj": 1001}, "oom_score_adj: 1001 is out of range; write a number from -1000 to 1000"),
    ({"command": "sh -c 'a"}, "command: 'sh -c 'a' cannot be split into words (no closing quotation)"),
    ({"command": {"a": 1}}, "is a dictionary; write a string or a list"),
    ({"capabilities": [""]}, "capabilities: item 1 is empty"),
    ({"devices": ["/dev/a:/dev/b:x"]}, "devices: '/dev/a:/dev/b:x' is not a device; write /dev/on-host"),
    ({"devices": ["/dev/a:/dev/b:rr"]}, "devices: '/dev/a:/dev/b:rr' is not a device"),
    ({"devices": ["a:b:r:w"]}, "devices: 'a:b:r:w' is not a device"),
    ({"devices": [":/dev/b"]}, "devices: ':/dev/b' is not a device"),
    ({"device_read_bps": [{"path": "/dev/a", "rate": "x"}]}, "device_read_bps: 'x' is not a size"),
    ({"device_write_bps": [{"path": "/dev/a", "rate": "0"}]}, "device_write_bps: '0' is nothing"),
    ({"device_read_iops": [{"path": "/dev/a", "rate": 0}]}, "device_read_iops: the rate of '/dev/a': 0 is out"),
    (
        {"device_requests": [{"count": 1, "device_ids": ["0"]}]},
        "device_requests: count and device_ids exclude each other",
    ),
    ({"ulimits": ["nofile"]}, "ulimits: 'nofile' is not a ulimit; write NAME:SOFT"),
    ({"ulimits": ["nofile:a:b"]}, "ulimits: 'nofile:a:b' is not a ulimit"),
    ({"ulimits": ["nofile:1:2:3"]}, "ulimits: 'nofile:1:2:3' is not a ulimit"),
    ({"ulimits": ["nofile:3:2"]}, "ulimits: in 'nofile:3:2' the soft limit 3 is above the hard limit 2"),
    ({"dns_servers": ["dns.example.com"]}, "dns_servers: 'dns.example.com' is not an IP address"),
    ({"etc_hosts": {"db": "elsewhere"}}, "etc_hosts: 'db': 'elsewhere' is not an IP address"),
    (
        {"healthcheck": {"test": ["true"]}},
        "healthcheck.test: a list must start with NONE, CMD or CMD-SHELL, not with 'true'",
    ),
    ({"healthcheck": {"test": "true", "interval": "30"}}, "healthcheck.interval: '30' is not a duration"),
    ({"labels": {"a": True}}, "labels: the value true of 'a' has more than one spelling; put it in quotes"),
    ({"labels": {"a": 1.0}}, "labels: the value 1.0 of 'a'"),
    ({"labels": {"a": None}}, "labels: the value of 'a' is null; write a text in quotes, or leave 'a' out"),
    ({"annotations": {"a": False}}, "annotations: the value false of 'a' has more than one spelling; put it in quotes"),
    ({"storage_opts": {"size": ["1G"]}}, "storage_opts: the value of 'size' is a list; write a text"),
    ({"log_options": {"compress": True}}, "log_options: the value true of 'compress' has more than one spelling"),
    (
        {"sysctls": {"net.ipv4.ip_forward": True}},
        "sysctls: the value of 'net.ipv4.ip_forward' is a boolean, which the kernel does not know; write 1 or 0",
    ),
    (
        {"sysctls": {"vm.swappiness": 1}},
        "sysctls: 'vm.swappiness' is not a parameter that a container can have for itself",
    ),
    (
        {"sysctls": {"net/core/somaxconn": 1}, "network_mode": "host"},
        "sysctls: 'net/core/somaxconn' would be the node's own with network_mode: host; leave one of the two out",
    ),
    ({"sysctls": {"kernel.shmmax": 1}, "ipc_mode": "host"}, "the node's own with ipc_mode: host"),
    (
        {"ulimits": ["a:b"]},
        "ulimits: 'a:b' is not a ulimit; write NAME:SOFT or NAME:SOFT:HARD, such as nofile:1024:2048",
    ),
    ({"ulimits": ["files:1"]}, "ulimits: 'files:1' limits 'files'; limits are as, core, cpu"),
    ({"ulimits": ["nofile:-2"]}, "ulimits: 'nofile:-2' is not a ulimit"),
    ({"ulimits": ["nofile:-1:100"]}, "ulimits: in 'nofile:-1:100' the soft limit -1 is above the hard limit 100"),
    ({"ulimits": ["nofile:9999999999999999999"]}, "ulimits: 'nofile:9999999999999999999' is out of range"),
    ({"etc_hosts": {"a b": "::1"}}, "etc_hosts: 'a b' is not a host name; write one without blanks"),
    ({"etc_hosts": {"db": None}}, "etc_hosts: the address of 'db' is null, which is not a string; put it in quotes"),
    ({"etc_hosts": {"db": "fe80::1%eth0"}}, "etc_hosts: 'db': 'fe80::1%eth0' has a zone, which engines do not take"),
    ({"command": True}, "command is true, which is not a string; put it in quotes"),
    ({"command": ["echo", None]}, "command: item 2 is null, which is not a string; put it in quotes"),
    ({"cpu_quota": 500}, "cpu_quota: 500 is too short; write 1000 microseconds or more, or 0"),
    ({"cpus": 0.001}, "cpus: 0.001 is out of range; write a number of cpus from 0.01 to 1048576, or 0 for no limit"),
    (
        {"healthcheck": {"test": "true", "interval": "1us"}},
        "healthcheck.interval: '1us' is too short; write 1ms or more",
    ),
    ({"working_dir": "app"}, "working_dir: 'app' is not an absolute path; write it from the root of the container on"),
    (
        {"mounts": [{"target": "/b", "type": "bind", "source": "~/a"}]},
        "source: '~/a' is not an absolute path, and means nothing",
    ),
    ({"mounts": [{"target": "b"}]}, "mounts: 'b' is not an absolute path"),
    ({"mounts": [{"target": "//", "type": "tmpfs"}]}, "mounts: '//' is the root of the container"),
    ({"volumes": ["mydata"]}, "volumes: 'mydata' has no path in the container; write /on-host:/in-container"),
    ({"volumes": ["/a:b"]}, "volumes: '/a:b': 'b' is not an absolute path"),
    ({"volumes": ["data/x:/b"]}, "volumes: 'data/x:/b': 'data/x' is neither an absolute path nor the name of a volume"),
    ({"tmpfs": ["/"]}, "tmpfs: '/' is the root of the container, which nothing can be mounted on"),
    (
        {"mounts": [{"target": "/c", "type": "tmpfs", "tmpfs_mode": 511}]},
        "tmpfs_mode: 511 is not a string, as YAML reads octal numbers; put it in quotes, as in '1777'",
    ),
    ({"hostname": "a\0b"}, "hostname: the text has a NUL character, which cannot be sent to an engine; take it out"),
    ({"env": {"A\0": "1"}}, "env: the name 'A\\x00' has a NUL character; take it out"),
    ({"labels": {1: "a"}}, "labels: the key 1 is not a string"),
    (
        {"labels": {"classic.swarm.ports": "x"}},
        "labels: 'classic.swarm.ports' starts with classic.swarm., which is kept",
    ),
    ({"links": [":a"]}, "links: ':a' is not a link; write NAME or NAME:ALIAS"),
    ({"links": ["a:"]}, "links: 'a:' is not a link"),
    ({"links": ["a:b:c"]}, "links: 'a:b:c' is not a link"),
    ({"mac_address": "92:d0"}, "mac_address: '92:d0' is not a MAC address; write six pairs"),
    ({"network_mode": "container:"}, "network_mode: 'container:' names no container"),
    ({"networks": [_NETWORK, _NETWORK]}, "networks: 'n' appears twice"),
    ({"networks": [{"name": "n", "ipv4_address": "::1"}]}, "networks: 'n', ipv4_address: '::1' is not an IPv4 address"),
    ({"networks": [{"name": "n", "ipv6_address": "10.0.0.1"}]}, "ipv6_address: '10.0.0.1' is not an IPv6 address"),
    ({"networks": [{"name": "n", "ipv4_address": "10.0.0"}]}, "ipv4_address: '10.0.0' is not an IP address"),
    ({"networks": [{"name": "n", "mac_address": "x"}]}, "networks: 'n', mac_address: 'x' is not a MAC address"),
    ({"networks": [{"name": "n", "links": ["a:"]}]}, "networks: 'n', links: 'a:' is not a link"),
    ({"platform": "linux/amd64/v1/x"}, "platform: 'linux/amd64/v1/x' is not a platform; write os"),
    ({"platform": "linux/"}, "platform: 'linux/' is not a platform"),
    ({"pids_limit": "many"}, "pids_limit: 'many' is not a whole number"),
    ({"tmpfs": ["run"]}, "tmpfs: 'run' has no absolute path"),
    ({"tmpfs": ["/run", "/run:size=1m"]}, "tmpfs: '/run' appears twice"),
    ({"volumes": ["/a:ro"]}, "volumes: '/a:ro' has a mode and no source"),
    ({"volumes": ["/a:/b:rx"]}, "volumes: '/a:/b:rx' has the mode 'rx'; modes are Z, "),
    ({"volumes": ["/a:/b:ro:z"]}, "volumes: '/a:/b:ro:z' cannot be read; write /on-host:/in-container"),
    ({"volumes": [":/b"]}, "volumes: ':/b' cannot be read"),
    ({"volumes": [""]}, "volumes: '' cannot be read"),
    ({"volumes": ["./a:/b"]}, "volumes: './a:/b' has a relative path, which means nothing on a node"),
    ({"volumes": ["/a:/b", "/c:/b/"]}, "volumes: two mounts on '/b/'; a path in the container takes one"),
    ({"volumes": ["/a:/b"], "mounts": [{"target": "/b"}]}, "mounts and volumes: two mounts on '/b'"),
    ({"mounts": [{"target": "/b"}, {"target": "/b"}]}, "mounts: two mounts on '/b'"),
    ({"mounts": [{"target": "/b", "type": "bind"}]}, "mounts: '/b' of type bind has no source"),
    (
        {"mounts": [{"target": "/b", "type": "tmpfs", "no_copy": True}]},
        "mounts: '/b' of type tmpfs has no_copy, which is for type volume alone",
    ),
    ({"mounts": [{"target": "/b", "type": "tmpfs", "subpath": "s"}]}, "which is for type volume or image alone"),
    ({"mounts": [{"target": "/b", "type": "tmpfs", "tmpfs_mode": "9"}]}, "tmpfs_mode: '9' is not an octal mode"),
    ({"mounts": [{"target": "/b", "type": "tmpfs", "tmpfs_size": "x"}]}, "tmpfs_size: 'x' is not a size"),
    (
        {"mounts": [{"target": "/b", "type": "tmpfs", "tmpfs_options": [{"a": "1", "b": "2"}]}]},
        "tmpfs_options: item 1 has 2 keys",
    ),
    (
        {"mounts": [{"target": "/b", "type": "tmpfs", "tmpfs_options": [{"a": 1}]}]},
        "tmpfs_options: item 1 must be a string with a string or null",
    ),
]


@pytest.mark.parametrize(("options", "problem"), REFUSED, ids=str)
def test_refuses_in_one_sentence(options: Options, problem: str) -> None:
    with pytest.raises(InputError) as caught:
        ContainerConfig.from_options(options)
    assert problem in caught.value.message
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    "options",
    [
        {"sysctls": {"vm.swappiness": 1}, "runtime": "kata"},
        {"sysctls": {"net.ipv4.conf.eth0/100.rp_filter": 1, "fs.mqueue.msg_max": 5, "kernel.domainname": "x"}},
        {"sysctls": {"net.core.somaxconn": 1}, "network_mode": "container:other"},
        {"ulimits": ["nofile:-1", "nproc:5:-1", "AS:0:0"]},
        {"mounts": [{"target": r"C:\data", "source": r"\\.\pipe\x", "type": "npipe"}]},
        {"mounts": [{"target": "/a", "source": "share/x", "volume_driver": "nfs"}]},
        {"volumes": ["share/x:/a"], "volume_driver": "nfs"},
        {"devices": ["vendor.com/gpu=0"]},
        {"command": ["sleep", 10, 1.5]},
    ],
    ids=str,
)
def test_takes_what_some_engine_takes(options: Options) -> None:
    assert ContainerConfig.from_options(options).warnings == ()


def test_a_number_among_the_log_options_is_converted_with_a_warning() -> None:
    options = {"log_driver": "json-file", "log_options": {"max-file": 3, "max-size": "1m", "x": 1.5}}
    config = ContainerConfig.from_options(options)
    assert config.values["log_options"] == {"max-file": "3", "max-size": "1m", "x": "1.5"}
    assert config.warnings == (
        "log_options: the value of 'max-file' is a number and is sent as '3'; put it in quotes to choose the spelling",
        "log_options: the value of 'x' is a number and is sent as '1.5'; put it in quotes to choose the spelling",
    )


@pytest.mark.parametrize(
    ("written", "sent"),
    [("[::1]", "::1"), ("2001:DB8:0::1", "2001:db8::1"), ("192.0.2.1", "192.0.2.1"), ("host-gateway", "host-gateway")],
)
def test_host_entries_are_sent_as_they_were_checked(written: str, sent: str) -> None:
    config = ContainerConfig.from_options({"etc_hosts": {"db": written}})
    assert config.create_body(image="web:1", api_version=(1, 41))["HostConfig"]["ExtraHosts"] == [f"db:{sent}"]


@pytest.mark.parametrize("seen", ["db:::1", "db:0:0::1", "db:[::1]", "db=::1"])
def test_host_entries_that_other_clients_wrote_are_the_same(seen: str) -> None:
    config = ContainerConfig.from_options({"etc_hosts": {"db": "[::1]"}})
    assert config.differences({"HostConfig": {"ExtraHosts": [seen]}}, api_version=(1, 41)) == ()


@pytest.mark.parametrize(
    ("options", "seen"),
    [
        ({"shm_size": "0"}, {"HostConfig": {"ShmSize": 67108864}}),
        ({"memory": "64M", "memory_swap": "0"}, {"HostConfig": {"Memory": 67108864, "MemorySwap": 134217728}}),
        ({"hostname": ""}, {"Config": {"Hostname": "0123456789ab"}}),
        ({"log_driver": ""}, {"HostConfig": {"LogConfig": {"Type": "json-file"}}}),
        ({"runtime": "", "ipc_mode": ""}, {"HostConfig": {"Runtime": "runc", "IpcMode": "private"}}),
        ({"user": "", "working_dir": "", "stop_signal": ""}, {"Config": {"User": "app", "WorkingDir": "/app"}}),
        ({"memory_swappiness": -1}, {"HostConfig": {"MemorySwappiness": None}}),
    ],
    ids=str,
)
def test_what_the_engine_fills_in_is_no_difference(options: Options, seen: t.Dict[str, t.Any]) -> None:
    config = ContainerConfig.from_options({**options, "comparisons": {"*": "strict"}})
    assert config.differences(seen, api_version=(1, 41)) == ()
