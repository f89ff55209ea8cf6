# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One container of a simulated engine, as an engine lists and inspects it."""

from __future__ import annotations

import json
import time
import typing as t

from .scenario import NOW, identity

_HOST_CONFIG: dict[str, t.Any] = {
    "Binds": None, "ContainerIDFile": "", "LogConfig": {"Type": "json-file", "Config": {}}, "NetworkMode": "default",
    "PortBindings": {}, "RestartPolicy": {"Name": "no", "MaximumRetryCount": 0}, "AutoRemove": False,
    "VolumeDriver": "", "VolumesFrom": None, "CapAdd": None, "CapDrop": None, "CgroupnsMode": "host", "Dns": [],
    "DnsOptions": [], "DnsSearch": [], "ExtraHosts": None, "GroupAdd": None, "IpcMode": "private", "Cgroup": "",
    "Links": None, "OomScoreAdj": 0, "PidMode": "", "Privileged": False, "PublishAllPorts": False,
    "ReadonlyRootfs": False, "SecurityOpt": None, "UTSMode": "", "UsernsMode": "", "ShmSize": 67108864,
    "Runtime": "runc", "ConsoleSize": [0, 0], "Isolation": "", "CpuShares": 0, "Memory": 0, "NanoCpus": 0,
    "CgroupParent": "", "BlkioWeight": 0, "BlkioWeightDevice": [], "BlkioDeviceReadBps": None,
    "BlkioDeviceWriteBps": None, "BlkioDeviceReadIOps": None, "BlkioDeviceWriteIOps": None, "CpuPeriod": 0,
    "CpuQuota": 0, "CpuRealtimePeriod": 0, "CpuRealtimeRuntime": 0, "CpusetCpus": "", "CpusetMems": "", "Devices": [],
    "DeviceCgroupRules": None, "DeviceRequests": None, "KernelMemory": 0, "KernelMemoryTCP": 0,
    "MemoryReservation": 0, "MemorySwap": 0, "MemorySwappiness": None, "OomKillDisable": False, "PidsLimit": None,
    "Ulimits": None, "CpuCount": 0, "CpuPercent": 0, "IOMaximumIOps": 0, "IOMaximumBandwidth": 0,
    "MaskedPaths": ["/proc/asound", "/proc/acpi", "/proc/kcore", "/proc/keys"], "ReadonlyPaths": ["/proc/bus"],
}  # fmt: skip
_CONFIG: dict[str, t.Any] = {
    "Hostname": "", "Domainname": "", "User": "", "AttachStdin": False, "AttachStdout": False, "AttachStderr": False,
    "Tty": False, "OpenStdin": False, "StdinOnce": False, "Env": [], "Cmd": ["sh"], "Image": "", "Volumes": None,
    "WorkingDir": "", "Entrypoint": None, "OnBuild": None, "Labels": {},
}  # fmt: skip


class SimulatedContainer:
    """Made from a create body; `clock` tells it from others of its name."""

    __slots__ = ("_body", "_clock", "_given", "_listing", "_name", "id", "running", "started")

    def __init__(self, identity_: str, name: str, body: dict[str, t.Any], clock: int) -> None:
        self.id = identity_
        self._name = name
        self._body = body
        self._clock = clock
        self._given: dict[str, list[dict[str, str]]] = {}
        self._listing: bytes | None = None
        self.running = False
        self.started = False

    @property
    def name(self) -> str:
        """Its name, without the slash."""
        return self._name

    @name.setter
    def name(self, name: str) -> None:
        self._name, self._listing = name, None

    @property
    def bindings(self) -> t.Mapping[str, list[dict[str, str]]]:
        """Container port -> the host ports that it wants; an empty one is any."""
        return (self._body.get("HostConfig") or {}).get("PortBindings") or {}

    def has_label(self, key: str, value: str | None) -> bool:
        """Whether the label is there and, if `value` is given, has it."""
        labels = self._body.get("Labels") or {}
        return key in labels and (value is None or labels[key] == value)

    def run(self, given: dict[str, list[dict[str, str]]]) -> None:
        """Started; `given`: the host ports that it got."""
        self.running, self.started, self._given, self._listing = True, True, given, None

    def end(self) -> None:
        """Stopped."""
        self.running, self._given, self._listing = False, {}, None

    def listing(self) -> bytes:
        """Its entry in /containers/json."""
        if self._listing is None:
            self._listing = json.dumps(self._entry(), separators=(",", ":")).encode()
        return self._listing

    def inspection(self) -> bytes:
        """The answer to /containers/ID/json."""
        return json.dumps(self._record(), separators=(",", ":")).encode()

    def _status(self) -> str:
        return "running" if self.running else "exited" if self.started else "created"

    def _entry(self) -> dict[str, t.Any]:
        state = self._status()
        words = {"running": "Up 3 hours", "exited": "Exited (0) 2 minutes ago", "created": "Created"}
        ports: list[dict[str, t.Any]] = []
        for target, bindings in self._given.items():
            number, _slash, protocol = target.partition("/")
            for binding in bindings:
                for address in ("0.0.0.0", "::"):
                    ports.append({"IP": address, "PrivatePort": int(number), "PublicPort": int(binding["HostPort"]),
                                  "Type": protocol})  # fmt: skip
        return {
            "Id": self.id, "Names": [f"/{self._name}"], "Image": self._body["Image"],
            "ImageID": f"sha256:{identity('image', self._body['Image'])}",
            "Command": " ".join(self._body.get("Cmd") or ["sh"]), "Created": NOW + self._clock, "Ports": ports,
            "Labels": self._body.get("Labels") or {}, "State": state, "Status": words[state],
            "HostConfig": {"NetworkMode": self._host_config()["NetworkMode"]},
            "NetworkSettings": {"Networks": {"bridge": self._endpoint()}},
            "Mounts": [{"Type": "bind", "Source": bind.split(":")[0], "Destination": bind.split(":")[1], "Mode": "rw",
                        "RW": True, "Propagation": "rprivate"} for bind in self._host_config().get("Binds") or []],
        }  # fmt: skip

    def _record(self) -> dict[str, t.Any]:
        state = self._status()
        created = time.strftime("%Y-%m-%dT%H:%M:%S.000000000Z", time.gmtime(NOW + self._clock))
        return {
            "Id": self.id, "Created": created, "Path": "serve", "Args": [], "Name": f"/{self._name}",
            "State": {"Status": state, "Running": self.running, "Paused": False, "Restarting": False,
                      "OOMKilled": False, "Dead": False, "Pid": 4711 if self.running else 0, "ExitCode": 0, "Error": "",
                      "StartedAt": created, "FinishedAt": "0001-01-01T00:00:00Z"},
            "Image": f"sha256:{identity('image', self._body['Image'])}", "ResolvConfPath": "", "HostnamePath": "",
            "RestartCount": 0, "Driver": "overlay2", "Platform": "linux", "MountLabel": "", "ProcessLabel": "",
            "AppArmorProfile": "docker-default", "ExecIDs": None, "HostConfig": self._host_config(),
            "GraphDriver": {"Name": "overlay2", "Data": {}}, "Mounts": [], "Config": self._config(),
            "NetworkSettings": {"Ports": self._given, "Networks": {"bridge": self._endpoint()}},
        }  # fmt: skip

    def _config(self) -> dict[str, t.Any]:
        given = {key: value for key, value in self._body.items()
                 if key not in ("HostConfig", "NetworkingConfig") and value is not None}  # fmt: skip
        merged = {**_CONFIG, "Hostname": self.id[:12], **given}
        merged["Env"] = [*(merged["Env"] or []), "PATH=/bin"]
        return merged

    def _host_config(self) -> dict[str, t.Any]:
        given = self._body.get("HostConfig") or {}
        merged = {**_HOST_CONFIG, **{key: value for key, value in given.items() if value is not None}}
        if merged["Memory"] and not merged["MemorySwap"]:
            merged["MemorySwap"] = 2 * merged["Memory"]
        return merged

    def _endpoint(self) -> dict[str, t.Any]:
        address = f"172.17.0.{2 + self._clock % 250}" if self.running else ""
        return {
            "IPAMConfig": None, "Links": None, "Aliases": None, "NetworkID": identity("bridge"),
            "EndpointID": self.id if self.running else "", "Gateway": "172.17.0.1" if self.running else "",
            "IPAddress": address, "IPPrefixLen": 16, "IPv6Gateway": "", "GlobalIPv6Address": "",
            "GlobalIPv6PrefixLen": 0, "MacAddress": "02:42:ac:11:00:02" if self.running else "", "DriverOpts": None,
        }  # fmt: skip
