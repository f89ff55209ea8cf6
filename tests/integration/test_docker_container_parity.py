# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task of docker_container, with its module name changed and docker_host dropped, means the same here.

Each row is run three times by both modules (first, again, modified), against one engine. Changed must be the same each
time, and the container must look the same to whoever reads it.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.classic.swarm.plugins.modules import swarm_container

from tests.integration.operating import Result, listed, run_module
from tests.lab import Lab

docker_container = pytest.importorskip(
    "ansible_collections.community.docker.plugins.modules.docker_container",
    reason="community.docker is not installed",
)

Options = dict[str, Any]

#: options, options afterwards
ROWS: list[tuple[Options, Options]] = [
    ({}, {}),
    ({"command": "serve 81"}, {"entrypoint": ["/bin/sh"], "command": "/bin/serve 82"}),
    ({"env": {"A": "1", "B": "x y"}, "labels": {"a": "1", "b": "2"}}, {"env": {"A": "1"}, "labels": {"a": "1"}}),
    ({"env": {"A": "1"}}, {"env": {"A": "2"}}),
    ({"labels": {"a": "1", "b": "2"}}, {"labels": {"a": "1"}, "comparisons": {"labels": "strict"}}),
    (
        {"ports": ["8080:80", "127.0.0.1:8443:443/tcp", "53:53/udp", "9080-9082:90-92"], "exposed_ports": ["9000"]},
        {"ports": ["8080:80"]},
    ),
    ({"publish_all_ports": True, "exposed_ports": ["9000", "9001/udp"]}, {"publish_all_ports": False}),
    (
        {
            "volumes": ["/data", "data:/named:ro", "/tmp:/host:ro"],
            "mounts": [{"target": "/m", "type": "tmpfs", "tmpfs_size": "1M"}, {"target": "/v", "source": "vol"}],
            "tmpfs": ["/t", "/u:size=1m"],
        },
        {"volumes": ["data:/named"], "mounts": [{"target": "/v", "source": "other"}], "tmpfs": ["/t"]},
    ),
    (
        {
            "hostname": "h",
            "domainname": "example.com",
            "dns_servers": ["10.0.0.1", "10.0.0.2"],
            "dns_search_domains": ["a.example"],
            "etc_hosts": {"db": "10.0.0.9"},
            "groups": ["10"],
            "working_dir": "/tmp",
            "oom_score_adj": 100,
        },
        {"dns_servers": ["10.0.0.2", "10.0.0.1"]},
    ),
    (
        {
            "memory": "64M",
            "memory_swap": "96M",
            "memory_reservation": "32M",
            "cpus": 0.5,
            "cpu_shares": 512,
            "cpuset_cpus": "0",
            "pids_limit": 100,
            "restart_policy": "always",
        },
        {
            "memory": "80M",
            "memory_swap": "128M",
            "memory_reservation": "48M",
            "cpus": 0.25,
            "cpu_shares": 256,
            "cpuset_cpus": "0",
            "pids_limit": 50,
            "restart_policy": "on-failure",
            "restart_retries": 3,
        },
    ),
    ({"cpu_period": 50000, "cpu_quota": 25000}, {"cpu_period": 50000, "cpu_quota": 20000}),
    (
        {
            "shm_size": "32M",
            "ulimits": ["nofile:100:200"],
            "sysctls": {"net.core.somaxconn": "1024"},
            "devices": ["/dev/null:/dev/x:rwm"],
            "capabilities": ["NET_ADMIN"],
            "cap_drop": ["MKNOD"],
            "security_opts": ["no-new-privileges"],
            "read_only": True,
            "init": True,
        },
        {"devices": ["/dev/zero:/dev/x:rwm"], "read_only": False},
    ),
    ({"stop_signal": "INT", "log_driver": "json-file", "log_options": {"max-size": "1m"}}, {"stop_signal": "TERM"}),
    (
        {"healthcheck": {"test": ["CMD", "true"], "interval": "50s", "timeout": "2s", "retries": 2}},
        {"healthcheck": {"test": ["NONE"]}},
    ),
    ({"tty": True, "interactive": True, "command": "sh"}, {"tty": False, "interactive": True, "command": "sh"}),
    ({"network_mode": "host", "pid_mode": "host", "ipc_mode": "host", "uts": "host"}, {"network_mode": "none"}),
    ({"networks": [{"name": "n1", "aliases": ["a"]}]}, {"networks": [{"name": "n1"}, {"name": "n2"}]}),
    ({"mac_address": "02:42:ac:11:00:77"}, {"mac_address": "02:42:ac:11:00:78"}),
    ({"auto_remove": True}, {"auto_remove": False}),
    ({"state": "present"}, {"state": "started"}),
    ({"state": "started"}, {"state": "stopped"}),
    ({"state": "started"}, {"state": "absent"}),
    ({"paused": True}, {"paused": False}),
    ({"state": "stopped"}, {"state": "started", "restart": True}),
    ({"image": "web:1"}, {"image": "web:2"}),
    ({"detach": False, "command": ["echo", "hello"]}, {"detach": False, "command": ["echo", "bye"], "cleanup": True}),
    ({"detach": False, "command": ["sh", "-c", "echo no; exit 3"]}, {"state": "absent"}),
    ({"env": {"A": "1"}, "comparisons": {"*": "ignore"}}, {"env": {"A": "2"}, "comparisons": {"*": "ignore"}}),
    ({"container_default_behavior": "compatibility"}, {"container_default_behavior": "no_defaults"}),
]

#: What differs between any two containers, and what only one of the two modules puts there.
_OWN = {
    "Id", "Created", "Name", "Node", "ResolvConfPath", "HostnamePath", "HostsPath", "LogPath", "GraphDriver", "Output",
    "StartedAt", "FinishedAt", "Pid", "SandboxID", "SandboxKey", "EndpointID", "NetworkID", "Log", "Hostname",
    "Aliases", "IPAddress", "MacAddress", "GlobalIPv6Address", "Source", "Health",
    # of a container that never ran it is there or not, as the create body had a HostConfig or not
    "Runtime",
}  # fmt: skip


def comparable(value: Any, key: str = "") -> Any:
    if isinstance(value, Mapping):
        return {
            name: comparable(each, name)
            for name, each in value.items()
            if name not in _OWN and not name.startswith("classic.swarm.")
        }
    if isinstance(value, list):
        return (
            sorted((comparable(each) for each in value), key=repr) if key == "Mounts" else list(map(comparable, value))
        )
    if key == "Name" and isinstance(value, str) and len(value) == 64:
        return "an anonymous volume"
    return "the engine's choice" if key == "HostPort" and str(value) >= "32768" else value


def compared(part: str, reply: Mapping[str, Any], step: Mapping[str, Any]) -> Any:
    """A part of an inspect reply, as far as it is the module's doing."""
    value = comparable(reply.get(part), part)
    if part == "State" and step.get("state") == "stopped":
        # What a container ends with hangs on how far it had come when the signal arrived.
        return {**value, "ExitCode": None}
    return value


class Modules:
    """Both modules on one engine, each with a container of its own. They do not stand side by side: ports."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._engine = lab.engine("dockerhost01")
        certificates = lab.certs
        self._tls = {
            "tls": True,
            "validate_certs": True,
            "ca_path": str(certificates.ca),
            "client_cert": str(certificates.cert),
            "client_key": str(certificates.key),
        }

    def run(self, module: str, *steps: Options) -> list[Result]:
        self._clear()
        main = swarm_container.main if module == "ours" else docker_container.main
        place = (
            {"discovery": f"nodes://{self._engine.entry}"} if module == "ours" else {"docker_host": self._engine.url}
        )
        common: Options = {"name": "c1", "image": "web:1", "stop_timeout": 0, **self._tls, **place}
        return [run_module(main, {**common, **copy.deepcopy(step)}, environment={}) for step in steps]

    def _clear(self) -> None:
        for container in listed(self._engine):
            self._engine.api("DELETE", f"/containers/{container['Id']}?force=1&v=1")


@pytest.fixture(scope="module")
def modules(lab: Lab) -> Modules:
    lab.reset()
    for number in (1, 2):
        lab.engine("dockerhost01").docker("network", "create", f"n{number}")
    return Modules(lab)


@pytest.mark.parametrize(("options", "modified"), ROWS, ids=[str(index) for index in range(len(ROWS))])
def test_it_means_the_same(modules: Modules, options: Options, modified: Options) -> None:
    steps = (options, options, modified)
    theirs, ours = modules.run("theirs", *steps), modules.run("ours", *steps)
    for step, their, our in zip(steps, theirs, ours):
        assert bool(our.get("failed")) == bool(their.get("failed")), (step, their.get("msg"), our.get("msg"))
        assert our["changed"] == their["changed"], (step, our["diff"], their.get("diff"))
        assert our.get("status") == their.get("status")
        shown, wanted = our.get("container"), their.get("container")
        assert (shown is None) == (wanted is None), step
        if shown is not None and wanted is not None:
            assert shown.get("Output") == wanted.get("Output")
            # Of a container that was cleaned up they show the output alone.
            parts = ("Config", "HostConfig", "State", "NetworkSettings", "Mounts") if "Id" in wanted else ()
            for part in parts:
                seen, expected = (compared(part, reply, step) for reply in (shown, wanted))
                assert seen == expected, (step, part)
