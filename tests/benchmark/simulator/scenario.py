# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scenarios: what is on the simulated engines before anybody asks them. The same numbers give the same scenario."""

from __future__ import annotations

import hashlib
import json
import random
import typing as t
from dataclasses import dataclass

PORT = 2375
IMAGE = "web:1"
#: Images that every simulated engine has.
IMAGES = (IMAGE, "busybox:latest", "registry.example.com/shop/frontend:2.4.1", "registry.example.com/shop/orders:1.19",
          "postgres:15", "redis:7")  # fmt: skip
#: Seconds since the epoch at which the scenario plays.
NOW = 1_760_000_000

_ZONES = ("internal", "external", "backup")
_DISKS = ("ssd", "hdd")
_GIB = 1 << 30
#: What the labels of this product begin with.
_OURS = "classic.swarm."


@dataclass(frozen=True)
class Scenario:
    """engines: how many. containers: on each. octet: the engines listen on 127.OCTET.x.y.

    foreign: the containers are made by something else than this product, and one in ten was never started.
    """

    engines: int
    containers: int = 50
    octet: int = 18
    port: int = PORT
    seed: int = 1
    foreign: bool = False

    def host(self, index: int) -> str:
        """The address of one engine."""
        return f"127.{self.octet}.{index // 250}.{index % 250 + 1}"

    @property
    def addresses(self) -> list[str]:
        """host:port of every engine."""
        return [f"{self.host(index)}:{self.port}" for index in range(self.engines)]

    def facts(self, index: int) -> dict[str, t.Any]:
        """What engine `index` answers to /info, as much of it as dockerd 20.10 gives."""
        pick = random.Random(f"{self.seed}/{index}")
        name = f"host{index:04d}"
        labels = [f"zone={_ZONES[index % 3]}", f"disk={pick.choice(_DISKS)}", f"rack=r{index // 20:03d}"]
        return {**_INFO, "ID": _engine_id(name), "Name": name, "Labels": labels,
                "NCPU": pick.choice((32, 64)), "MemTotal": pick.choice((128, 256)) * _GIB}  # fmt: skip

    def bodies(self, index: int) -> t.Iterator[tuple[str, dict[str, t.Any]]]:
        """Names and create bodies of the containers on engine `index`, with the labels that this product writes."""
        pick = random.Random(f"{self.seed}/{index}/containers")
        for number in range(self.containers):
            body = _body(index, number, pick)
            if self.foreign:
                body["Labels"] = {key: value for key, value in body["Labels"].items() if not key.startswith(_OURS)}
            yield f"app-{index:04d}-{number:03d}", body

    def runs(self, number: int) -> bool:
        """Whether the container of that number runs on its engine."""
        return not self.foreign or number % 10 != 9


def _body(index: int, number: int, pick: random.Random) -> dict[str, t.Any]:
    memory, cpus = pick.choice((256, 512, 1024)) << 20, pick.choice((0.1, 0.25, 0.5))
    ports = {f"{8000 + number}/tcp": [{"HostIp": "", "HostPort": str(20000 + number)}]} if number % 2 else {}
    held = [f"{20000 + number}/tcp"] if number % 2 else []
    labels = {
        "classic.swarm.reservation": json.dumps({"cpus": cpus, "memory": memory}, separators=(",", ":")),
        "classic.swarm.ports": json.dumps(held, separators=(",", ":")),
        "com.example.application": pick.choice(("shop", "billing", "search", "mail")),
        "com.example.team": pick.choice(("red", "green", "blue")),
    }
    return {
        "Image": pick.choice(IMAGES),
        "Cmd": ["serve", "80"],
        "Env": [f"INSTANCE={index}-{number}", "LANG=C.UTF-8"],
        "Labels": labels,
        "ExposedPorts": {port: {} for port in ports},
        "HostConfig": {
            "PortBindings": ports,
            "Memory": memory,
            "NanoCpus": int(cpus * 1e9),
            "Binds": [f"/srv/app-{number}:/data:rw"],
            "RestartPolicy": {"Name": "unless-stopped", "MaximumRetryCount": 0},
        },
    }


def identity(*words: object) -> str:
    """64 hexadecimal digits, the same for the same words."""
    return hashlib.sha256("/".join(map(str, words)).encode()).hexdigest()


def _engine_id(name: str) -> str:
    digits = identity("engine", name).upper()[:48]
    return ":".join(digits[start : start + 4] for start in range(0, 48, 4))


_INFO: dict[str, t.Any] = {
    "Containers": 50, "ContainersRunning": 50, "ContainersPaused": 0, "ContainersStopped": 0, "Images": len(IMAGES),
    "Driver": "overlay2",
    "DriverStatus": [["Backing Filesystem", "extfs"], ["Supports d_type", "true"], ["Native Overlay Diff", "true"],
                     ["userxattr", "false"]],
    "Plugins": {"Volume": ["local"], "Network": ["bridge", "host", "ipvlan", "macvlan", "null", "overlay"],
                "Authorization": None,
                "Log": ["awslogs", "fluentd", "gcplogs", "gelf", "journald", "json-file", "local", "logentries",
                        "splunk", "syslog"]},
    "MemoryLimit": True, "SwapLimit": True, "KernelMemory": True, "KernelMemoryTCP": True, "CpuCfsPeriod": True,
    "CpuCfsQuota": True, "CPUShares": True, "CPUSet": True, "PidsLimit": True, "IPv4Forwarding": True,
    "BridgeNfIptables": True, "BridgeNfIp6tables": True, "Debug": False, "NFd": 220, "OomKillDisable": True,
    "NGoroutines": 231, "SystemTime": "2026-01-01T00:00:00.000000000Z", "LoggingDriver": "json-file",
    "CgroupDriver": "systemd", "CgroupVersion": "2", "NEventsListener": 0, "KernelVersion": "6.1.0-18-amd64",
    "OperatingSystem": "Debian GNU/Linux 12 (bookworm)", "OSVersion": "12", "OSType": "linux",
    "Architecture": "x86_64", "IndexServerAddress": "https://index.docker.io/v1/",
    "RegistryConfig": {"AllowNondistributableArtifactsCIDRs": [], "AllowNondistributableArtifactsHostnames": [],
                       "InsecureRegistryCIDRs": ["127.0.0.0/8"],
                       "IndexConfigs": {"docker.io": {"Name": "docker.io", "Mirrors": [], "Secure": True,
                                                      "Official": True}}, "Mirrors": []},
    "GenericResources": None, "DockerRootDir": "/var/lib/docker", "HttpProxy": "", "HttpsProxy": "", "NoProxy": "",
    "ExperimentalBuild": False, "ServerVersion": "20.10.24+dfsg1",
    "Runtimes": {"io.containerd.runc.v2": {"path": "runc"}, "io.containerd.runtime.v1.linux": {"path": "runc"},
                 "runc": {"path": "runc"}},
    "DefaultRuntime": "runc",
    "Swarm": {"NodeID": "", "NodeAddr": "", "LocalNodeState": "inactive", "ControlAvailable": False, "Error": "",
              "RemoteManagers": None},
    "LiveRestoreEnabled": False, "Isolation": "", "InitBinary": "docker-init",
    "ContainerdCommit": {"ID": "1.6.20~ds1-1+b1", "Expected": "1.6.20~ds1-1+b1"},
    "RuncCommit": {"ID": "1.1.5+ds1-1+deb12u1", "Expected": "1.1.5+ds1-1+deb12u1"},
    "InitCommit": {"ID": "", "Expected": ""},
    "SecurityOptions": ["name=apparmor", "name=seccomp,profile=default", "name=cgroupns"], "Warnings": None,
}  # fmt: skip
