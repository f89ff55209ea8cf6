# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The shapes of an engine's records, as far as this product reads them. Names and types are the Engine API's."""

from __future__ import annotations

from .shape import ANY, FLAG, MAP_OF_TEXTS, NUMBER, PORT_OR_NONE, PORTS, TEXT, TEXTS, ListOf, MapOf, Shape

_RATES = ListOf({"Path": TEXT, "Rate": NUMBER})

_CONFIG: Shape = {
    "Hostname": TEXT,
    "Domainname": TEXT,
    "User": TEXT,
    "AttachStdin": FLAG,
    "AttachStdout": FLAG,
    "AttachStderr": FLAG,
    "ExposedPorts": MapOf(ANY, PORTS),
    "Tty": FLAG,
    "OpenStdin": FLAG,
    "StdinOnce": FLAG,
    "Env": TEXTS,
    "Cmd": TEXTS,
    "Healthcheck": {
        "Test": TEXTS,
        "Interval": NUMBER,
        "Timeout": NUMBER,
        "Retries": NUMBER,
        "StartPeriod": NUMBER,
        "StartInterval": NUMBER,
    },
    "Image": TEXT,
    "Volumes": MapOf(ANY),
    "WorkingDir": TEXT,
    "Entrypoint": TEXTS,
    "NetworkDisabled": FLAG,
    "MacAddress": TEXT,
    "Labels": MAP_OF_TEXTS,
    "StopSignal": TEXT,
    "StopTimeout": NUMBER,
    "Shell": TEXTS,
}

_MOUNT: Shape = {
    "Type": TEXT,
    "Source": TEXT,
    "Target": TEXT,
    "ReadOnly": FLAG,
    "Consistency": TEXT,
    "BindOptions": {
        "Propagation": TEXT,
        "NonRecursive": FLAG,
        "CreateMountpoint": FLAG,
        "ReadOnlyNonRecursive": FLAG,
        "ReadOnlyForceRecursive": FLAG,
    },
    "VolumeOptions": {
        "NoCopy": FLAG,
        "Labels": MAP_OF_TEXTS,
        "DriverConfig": {"Name": TEXT, "Options": MAP_OF_TEXTS},
        "Subpath": TEXT,
    },
    "ImageOptions": {"Subpath": TEXT},
    "TmpfsOptions": {"SizeBytes": NUMBER, "Mode": NUMBER, "Options": ListOf(TEXTS)},
}

_HOST_CONFIG: Shape = {
    "Cgroup": TEXT,
    "CgroupParent": TEXT,
    "CgroupnsMode": TEXT,
    "ContainerIDFile": TEXT,
    "CpusetCpus": TEXT,
    "CpusetMems": TEXT,
    "IpcMode": TEXT,
    "Isolation": TEXT,
    "NetworkMode": TEXT,
    "PidMode": TEXT,
    "Runtime": TEXT,
    "UTSMode": TEXT,
    "UsernsMode": TEXT,
    "VolumeDriver": TEXT,
    "BlkioWeight": NUMBER,
    "CpuCount": NUMBER,
    "CpuPercent": NUMBER,
    "CpuPeriod": NUMBER,
    "CpuQuota": NUMBER,
    "CpuRealtimePeriod": NUMBER,
    "CpuRealtimeRuntime": NUMBER,
    "CpuShares": NUMBER,
    "IOMaximumBandwidth": NUMBER,
    "IOMaximumIOps": NUMBER,
    "KernelMemory": NUMBER,
    "Memory": NUMBER,
    "MemoryReservation": NUMBER,
    "MemorySwap": NUMBER,
    "MemorySwappiness": NUMBER,
    "NanoCpus": NUMBER,
    "OomScoreAdj": NUMBER,
    "PidsLimit": NUMBER,
    "ShmSize": NUMBER,
    "AutoRemove": FLAG,
    "Init": FLAG,
    "OomKillDisable": FLAG,
    "Privileged": FLAG,
    "PublishAllPorts": FLAG,
    "ReadonlyRootfs": FLAG,
    "Binds": TEXTS,
    "CapAdd": TEXTS,
    "CapDrop": TEXTS,
    "DeviceCgroupRules": TEXTS,
    "Dns": TEXTS,
    "DnsOptions": TEXTS,
    "DnsSearch": TEXTS,
    "ExtraHosts": TEXTS,
    "GroupAdd": TEXTS,
    "Links": TEXTS,
    "MaskedPaths": TEXTS,
    "ReadonlyPaths": TEXTS,
    "SecurityOpt": TEXTS,
    "VolumesFrom": TEXTS,
    **dict.fromkeys(("Annotations", "StorageOpt", "Sysctls", "Tmpfs"), MAP_OF_TEXTS),
    **dict.fromkeys(
        ("BlkioDeviceReadBps", "BlkioDeviceReadIOps", "BlkioDeviceWriteBps", "BlkioDeviceWriteIOps"), _RATES
    ),
    "BlkioWeightDevice": ListOf({"Path": TEXT, "Weight": NUMBER}),
    "Devices": ListOf({"PathOnHost": TEXT, "PathInContainer": TEXT, "CgroupPermissions": TEXT}),
    "DeviceRequests": ListOf(
        {
            "Driver": TEXT,
            "Count": NUMBER,
            "DeviceIDs": TEXTS,
            "Capabilities": ListOf(TEXTS),
            "Options": MAP_OF_TEXTS,
        }
    ),
    "LogConfig": {"Type": TEXT, "Config": MAP_OF_TEXTS},
    "Mounts": ListOf(_MOUNT),
    "PortBindings": MapOf(ListOf({"HostIp": TEXT, "HostPort": PORT_OR_NONE}), PORTS),
    "RestartPolicy": {"Name": TEXT, "MaximumRetryCount": NUMBER},
    "Ulimits": ListOf({"Name": TEXT, "Soft": NUMBER, "Hard": NUMBER}),
}

_ENDPOINT: Shape = {
    "IPAMConfig": {"IPv4Address": TEXT, "IPv6Address": TEXT, "LinkLocalIPs": TEXTS},
    "Links": TEXTS,
    "Aliases": TEXTS,
    "DNSNames": TEXTS,
    "DriverOpts": MAP_OF_TEXTS,
    "GwPriority": NUMBER,
    **dict.fromkeys(("NetworkID", "EndpointID", "Gateway", "IPAddress", "IPv6Gateway", "MacAddress"), TEXT),
    "GlobalIPv6Address": TEXT,
}

#: Of ``/containers/ID/json``.
CONTAINER: Shape = {
    **dict.fromkeys(("Id", "Name", "Image", "Platform", "Created", "Path", "Driver"), TEXT),
    "Args": TEXTS,
    "RestartCount": NUMBER,
    "State": {
        **dict.fromkeys(("Status", "Error", "StartedAt", "FinishedAt"), TEXT),
        **dict.fromkeys(("Running", "Paused", "Restarting", "OOMKilled", "Dead"), FLAG),
        **dict.fromkeys(("Pid", "ExitCode"), NUMBER),
        "Health": {
            "Status": TEXT,
            "FailingStreak": NUMBER,
            "Log": ListOf({"Start": TEXT, "End": TEXT, "ExitCode": NUMBER, "Output": TEXT}),
        },
    },
    "Config": _CONFIG,
    "HostConfig": _HOST_CONFIG,
    "Mounts": ListOf(
        {**dict.fromkeys(("Type", "Name", "Source", "Destination", "Driver", "Mode", "Propagation"), TEXT), "RW": FLAG}
    ),
    "NetworkSettings": {
        "Networks": MapOf(_ENDPOINT),
        "Ports": MapOf(ListOf({"HostIp": TEXT, "HostPort": PORT_OR_NONE}), PORTS),
    },
}

#: Of ``/images/NAME/json``.
IMAGE: Shape = {
    **dict.fromkeys(("Id", "Os", "Architecture", "Variant", "Created", "OsVersion"), TEXT),
    "RepoTags": TEXTS,
    "RepoDigests": TEXTS,
    "Config": _CONFIG,
    "RootFS": {"Type": TEXT, "Layers": TEXTS},
    "Size": NUMBER,
}

#: Of ``/volumes/NAME``.
VOLUME: Shape = {
    **dict.fromkeys(("Name", "Driver", "Mountpoint", "CreatedAt", "Scope"), TEXT),
    "Options": MAP_OF_TEXTS,
    "Labels": MAP_OF_TEXTS,
}

#: Of ``/networks/NAME``.
NETWORK: Shape = {
    **dict.fromkeys(("Id", "Name", "Driver", "Scope"), TEXT),
    **dict.fromkeys(("EnableIPv4", "EnableIPv6", "Internal", "Attachable", "Ingress", "ConfigOnly"), FLAG),
    "ConfigFrom": {"Network": TEXT},
    "Options": MAP_OF_TEXTS,
    "Labels": MAP_OF_TEXTS,
    "IPAM": {"Driver": TEXT, "Options": MAP_OF_TEXTS, "Config": ListOf(MapOf(ANY))},
    "Containers": MapOf(MapOf(ANY)),
}

#: Of ``/info``.
INFO: Shape = {
    **dict.fromkeys(
        ("ID", "Name", "ServerVersion", "OSType", "Architecture", "KernelVersion", "OperatingSystem", "Driver"), TEXT
    ),
    **dict.fromkeys(("CgroupDriver", "CgroupVersion", "DefaultRuntime", "LoggingDriver"), TEXT),
    **dict.fromkeys(("NCPU", "MemTotal", "Containers", "Images"), NUMBER),
    **dict.fromkeys(
        ("MemoryLimit", "SwapLimit", "CpuCfsPeriod", "CpuCfsQuota", "CPUShares", "CPUSet", "PidsLimit"), FLAG
    ),
    **dict.fromkeys(("OomKillDisable", "KernelMemory", "IPv4Forwarding", "LiveRestoreEnabled"), FLAG),
    "Labels": TEXTS,
    "Warnings": TEXTS,
}
