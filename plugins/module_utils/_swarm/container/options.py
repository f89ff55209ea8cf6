# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The table of container options: where each sits in the Engine API and how it is read, written and compared.

Paths are those of an inspect reply. What a row does not say follows from its path; see :class:`OptionRule`.
"""

from __future__ import annotations

import typing as t

from . import (
    command,
    devices,
    environment,
    healthcheck,
    hosts,
    labels,
    links,
    mounts,
    namespaces,
    networks,
    parse,
    paths,
    platforms,
    ports,
    resources,
    security,
    streams,
    sysctls,
    tmpfs,
    ulimits,
    volumes,
)
from .rule import ApiVersion, Body, Mode, OptionRule, Shape, Target

_VALUE, _LIST, _SET, _SET_OF_DICTS, _DICT = Shape.VALUE, Shape.LIST, Shape.SET, Shape.SET_OF_DICTS, Shape.DICT


def _config(*keys: str) -> t.Tuple[str, ...]:
    return ("Config", *keys)


def _host(*keys: str) -> t.Tuple[str, ...]:
    return ("HostConfig", *keys)


def _since(option: str, version: ApiVersion) -> t.Callable[[t.Any], t.Sequence[t.Tuple[str, ApiVersion]]]:
    return lambda value: ((option, version),)


def _elsewhere(body: Body, value: t.Any, target: Target) -> None:
    """Nothing here: the option is written together with others, by ContainerConfig.create_body."""


OPTION_RULES: t.Tuple[OptionRule, ...] = (
    OptionRule(
        "annotations",
        _DICT,
        _host("Annotations"),
        parse=parse.parse_string_map,
        needs_api=_since("annotations", (1, 43)),
    ),
    OptionRule("auto_remove", _VALUE, _host("AutoRemove")),
    OptionRule(
        "blkio_weight",
        _VALUE,
        _host("BlkioWeight"),
        parse=parse.integer_between(10, 1000, also=(0,)),
        update=resources.in_place("BlkioWeight"),
        discarded=resources.without_io_weight,
    ),
    OptionRule("cap_drop", _SET, _host("CapDrop"), parse=parse.parse_texts, normal=security.normal_capabilities),
    OptionRule("capabilities", _SET, _host("CapAdd"), parse=parse.parse_texts, normal=security.normal_capabilities),
    OptionRule("cgroup_parent", _VALUE, _host("CgroupParent")),
    OptionRule("cgroupns_mode", _VALUE, _host("CgroupnsMode")),
    OptionRule("command", _LIST, _config("Cmd"), read=command.read_command, encode=list, wanted=command.wanted_command),
    OptionRule(
        "cpu_period",
        _VALUE,
        _host("CpuPeriod"),
        parse=parse.integer_between(0, resources.LONGEST_CPU_PERIOD),
        update=resources.update_cpu_time("CpuPeriod"),
        discarded=resources.without("CpuCfsPeriod"),
    ),
    OptionRule(
        "cpu_quota",
        _VALUE,
        _host("CpuQuota"),
        parse=parse.integer_between(-1, parse.MOST_INTEGER),
        update=resources.update_cpu_time("CpuQuota"),
        discarded=resources.without("CpuCfsQuota"),
    ),
    OptionRule(
        "cpu_shares",
        _VALUE,
        _host("CpuShares"),
        parse=parse.integer_between(2, 262144, also=(0,)),
        update=resources.in_place("CpuShares"),
        discarded=resources.without("CPUShares"),
    ),
    OptionRule("cpus", _VALUE, _host("NanoCpus"), parse=resources.parse_cpus, update=resources.update_cpus),
    OptionRule(
        "cpuset_cpus",
        _VALUE,
        _host("CpusetCpus"),
        update=resources.in_place("CpusetCpus"),
        discarded=resources.without("CPUSet"),
    ),
    OptionRule(
        "cpuset_mems",
        _VALUE,
        _host("CpusetMems"),
        update=resources.in_place("CpusetMems"),
        discarded=resources.without("CPUSet"),
    ),
    OptionRule("detach", write=_elsewhere, seen=streams.seen_detach),
    OptionRule("device_cgroup_rules", _LIST, _host("DeviceCgroupRules"), parse=parse.parse_texts, encode=list),
    OptionRule(
        "device_read_bps",
        _SET_OF_DICTS,
        _host("BlkioDeviceReadBps"),
        parse=devices.parse_byte_rates,
        discarded=resources.without_io_limit("rbps", "read_bps_device"),
    ),
    OptionRule(
        "device_read_iops",
        _SET_OF_DICTS,
        _host("BlkioDeviceReadIOps"),
        parse=devices.parse_operation_rates,
        discarded=resources.without_io_limit("riops", "read_iops_device"),
    ),
    OptionRule(
        "device_requests",
        _SET_OF_DICTS,
        _host("DeviceRequests"),
        parse=devices.parse_device_requests,
        normal=devices.normal_device_requests,
    ),
    OptionRule(
        "device_write_bps",
        _SET_OF_DICTS,
        _host("BlkioDeviceWriteBps"),
        parse=devices.parse_byte_rates,
        discarded=resources.without_io_limit("wbps", "write_bps_device"),
    ),
    OptionRule(
        "device_write_iops",
        _SET_OF_DICTS,
        _host("BlkioDeviceWriteIOps"),
        parse=devices.parse_operation_rates,
        discarded=resources.without_io_limit("wiops", "write_iops_device"),
    ),
    OptionRule("devices", _SET_OF_DICTS, _host("Devices"), parse=devices.parse_devices),
    OptionRule("dns_opts", _SET, _host("DnsOptions"), parse=parse.parse_texts, encode=list),
    OptionRule("dns_search_domains", _LIST, _host("DnsSearch"), parse=parse.parse_texts, encode=list),
    OptionRule(
        "dns_servers",
        _LIST,
        _host("Dns"),
        parse=parse.parse_ip_addresses,
        encode=list,
        normal=parse.normal_ip_addresses,
    ),
    OptionRule("domainname", _VALUE, _config("Domainname")),
    OptionRule("entrypoint", _LIST, _config("Entrypoint"), read=command.read_entrypoint, encode=list),
    OptionRule(
        "env",
        _SET,
        read=environment.read_environment,
        write=environment.write_environment,
        wanted=environment.wanted_environment,
        seen=environment.seen_environment,
        always=True,
    ),
    OptionRule(
        "etc_hosts",
        _SET,
        _host("ExtraHosts"),
        parse=hosts.parse_host_entries,
        encode=list,
        normal=hosts.normal_host_entries,
    ),
    OptionRule(
        "exposed_ports",
        _SET,
        parse=ports.parse_exposed_ports,
        write=_elsewhere,
        wanted=ports.wanted_exposed,
        seen=ports.seen_exposed,
        aliases=("exposed", "expose"),
        always=True,
    ),
    OptionRule("groups", _SET, _host("GroupAdd"), parse=parse.parse_texts, encode=list),
    OptionRule(
        "healthcheck",
        _DICT,
        _config("Healthcheck"),
        parse=healthcheck.parse_healthcheck,
        normal=healthcheck.normal_healthcheck,
        needs_api=healthcheck.needs_api,
    ),
    OptionRule("hostname", _VALUE, _config("Hostname"), filled_in=True),
    OptionRule("init", _VALUE, _host("Init")),
    OptionRule("interactive", write=_elsewhere, seen=streams.seen_interactive),
    OptionRule(
        "ipc_mode",
        _VALUE,
        parse=namespaces.parse_mode,
        write=namespaces.mode_writer("IpcMode"),
        wanted=namespaces.wanted_mode,
        seen=namespaces.mode_reader("IpcMode"),
        filled_in=True,
    ),
    OptionRule(
        "labels",
        _DICT,
        _config("Labels"),
        read=labels.read_labels,
        write=_elsewhere,
        wanted=labels.wanted_labels,
        seen=labels.seen_labels,
    ),
    OptionRule(
        "links",
        _SET,
        parse=links.parse_links,
        write=_elsewhere,
        wanted=links.wanted_links,
        seen=networks.seen_links,
    ),
    OptionRule("log_driver", _VALUE, _host("LogConfig", "Type"), filled_in=True),
    OptionRule(
        "log_options", _DICT, _host("LogConfig", "Config"), parse=parse.parse_converted_map, aliases=("log_opt",)
    ),
    OptionRule(
        "mac_address",
        _VALUE,
        parse=parse.parse_mac_address,
        write=_elsewhere,
        wanted=networks.wanted_mac_address,
        seen=networks.seen_mac_address,
    ),
    OptionRule(
        "memory",
        _VALUE,
        _host("Memory"),
        parse=parse.parse_bytes,
        update=resources.update_memory,
        discarded=resources.without("MemoryLimit"),
    ),
    OptionRule(
        "memory_reservation",
        _VALUE,
        _host("MemoryReservation"),
        parse=parse.parse_bytes,
        update=resources.in_place("MemoryReservation"),
        discarded=resources.without("MemoryLimit"),
    ),
    OptionRule(
        "memory_swap",
        _VALUE,
        _host("MemorySwap"),
        parse=resources.parse_swap,
        update=resources.update_swap,
        filled_in=True,
        discarded=resources.without("SwapLimit"),
    ),
    OptionRule(
        "memory_swappiness",
        _VALUE,
        _host("MemorySwappiness"),
        parse=parse.integer_between(0, 100, also=(-1,)),
        normal=lambda swappiness: -1 if swappiness is None else swappiness,
        discarded=resources.on_cgroup_v2,
    ),
    OptionRule(
        "mounts",
        _SET_OF_DICTS,
        _host("Mounts"),
        read=mounts.read_mounts,
        encode=mounts.encode_mounts,
        wanted=mounts.wanted_mounts,
        seen=mounts.seen_mounts,
        needs_api=mounts.needs_api,
    ),
    OptionRule(
        "network_mode",
        _VALUE,
        parse=namespaces.parse_mode,
        write=namespaces.mode_writer("NetworkMode"),
        wanted=namespaces.wanted_network_mode,
        seen=namespaces.seen_network_mode,
    ),
    OptionRule(
        "oom_killer", _VALUE, _host("OomKillDisable"), normal=bool, discarded=resources.without("OomKillDisable")
    ),
    OptionRule("oom_score_adj", _VALUE, _host("OomScoreAdj"), parse=parse.integer_between(-1000, 1000)),
    OptionRule(
        "pid_mode",
        _VALUE,
        parse=namespaces.parse_mode,
        write=namespaces.mode_writer("PidMode"),
        wanted=namespaces.wanted_mode,
        seen=namespaces.mode_reader("PidMode"),
    ),
    OptionRule(
        "pids_limit",
        _VALUE,
        _host("PidsLimit"),
        parse=parse.parse_integer,
        normal=resources.normal_pids_limit,
        update=resources.in_place("PidsLimit"),
        discarded=resources.without("PidsLimit"),
    ),
    # Not part of the create body but of the query; see ContainerConfig.platform.
    OptionRule(
        "platform",
        _VALUE,
        parse=platforms.parse_platform,
        write=_elsewhere,
        wanted=platforms.wanted_platform,
        seen=platforms.seen_platform,
    ),
    OptionRule("privileged", _VALUE, _host("Privileged")),
    OptionRule("publish_all_ports", _VALUE, _host("PublishAllPorts"), read=ports.read_publish_all_ports, normal=bool),
    OptionRule(
        "published_ports",
        _DICT,
        _host("PortBindings"),
        read=ports.read_published_ports,
        write=ports.write_published,
        wanted=ports.wanted_published,
        seen=ports.seen_published,
        aliases=("ports",),
    ),
    OptionRule("read_only", _VALUE, _host("ReadonlyRootfs")),
    OptionRule(
        "restart_policy",
        _VALUE,
        _host("RestartPolicy", "Name"),
        normal=lambda name: name or "no",
        update=resources.update_restart_policy,
    ),
    OptionRule(
        "restart_retries",
        _VALUE,
        _host("RestartPolicy", "MaximumRetryCount"),
        read=resources.read_restart_retries,
        normal=lambda count: count or 0,
        update=resources.update_restart_policy,
    ),
    OptionRule("runtime", _VALUE, _host("Runtime"), filled_in=True),
    OptionRule(
        "security_opts",
        _SET,
        _host("SecurityOpt"),
        parse=parse.parse_texts,
        encode=list,
        normal=security.normal_security_opts,
    ),
    OptionRule("shm_size", _VALUE, _host("ShmSize"), parse=parse.parse_bytes, filled_in=True),
    OptionRule("stop_signal", _VALUE, _config("StopSignal"), filled_in=True),
    OptionRule(
        "stop_timeout",
        _VALUE,
        _config("StopTimeout"),
        parse=parse.integer_between(-1, 2**31 - 1),
        mode=Mode.IGNORE,
    ),
    OptionRule("storage_opts", _DICT, _host("StorageOpt"), parse=parse.parse_string_map),
    OptionRule("sysctls", _DICT, _host("Sysctls"), read=sysctls.read_sysctls),
    OptionRule("tmpfs", _DICT, _host("Tmpfs"), parse=tmpfs.parse_tmpfs),
    OptionRule("tty", _VALUE, _config("Tty")),
    OptionRule("ulimits", _SET_OF_DICTS, _host("Ulimits"), parse=ulimits.parse_ulimits),
    OptionRule("user", _VALUE, _config("User"), filled_in=True),
    OptionRule("userns_mode", _VALUE, _host("UsernsMode")),
    OptionRule("uts", _VALUE, _host("UTSMode")),
    OptionRule("volume_driver", _VALUE, _host("VolumeDriver")),
    OptionRule(
        "volumes",
        _SET,
        read=volumes.read_volumes,
        write=volumes.write_volumes,
        wanted=volumes.wanted_volumes,
        seen=volumes.seen_volumes,
        always=True,
    ),
    OptionRule(
        "volumes_from",
        _SET,
        _host("VolumesFrom"),
        parse=parse.parse_texts,
        encode=list,
        normal=volumes.normal_volumes_from,
    ),
    OptionRule(
        "working_dir",
        _VALUE,
        _config("WorkingDir"),
        parse=paths.parse_container_path,
        normal=paths.normal_path,
        filled_in=True,
    ),
)

#: Compared by rules of their own: the image by ID and name, networks one by one.
IMAGE = OptionRule("image")
NETWORKS = OptionRule("networks", _SET_OF_DICTS, read=networks.read_networks, needs_api=networks.needs_api)

#: Everything that ``comparisons`` may name.
COMPARABLE: t.Tuple[OptionRule, ...] = (IMAGE, NETWORKS, *OPTION_RULES)
