# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Argument spec of a container's own options, the twin of the doc fragment ``classic.swarm.container``.

Names, types, aliases, choices and defaults are those of ``community.docker.docker_container``, so that tasks move over
unchanged; a unit test lays both side by side. ``name`` belongs to the module.

``env`` is not ``no_log``: Ansible would then blank every value of it, such as ``1`` or ``true``, in the whole result.
The comparison of containers masks its values instead.
"""

from __future__ import annotations

import typing as t

ArgumentSpec = t.Dict[str, t.Dict[str, t.Any]]

#: A device of the host and bytes a second.
_BYTE_RATES: t.Dict[str, t.Any] = {
    "type": "list",
    "elements": "dict",
    "options": {"path": {"type": "str", "required": True}, "rate": {"type": "str", "required": True}},
}

#: A device of the host and operations a second.
_OPERATION_RATES: t.Dict[str, t.Any] = {
    "type": "list",
    "elements": "dict",
    "options": {"path": {"type": "str", "required": True}, "rate": {"type": "int", "required": True}},
}

_DEVICE_REQUESTS: ArgumentSpec = {
    "capabilities": {"type": "list", "elements": "list"},
    "count": {"type": "int"},
    "device_ids": {"type": "list", "elements": "str"},
    "driver": {"type": "str"},
    "options": {"type": "dict"},
}

_HEALTHCHECK: ArgumentSpec = {
    "test": {"type": "raw"},
    "test_cli_compatible": {"type": "bool", "default": False},
    "interval": {"type": "str"},
    "timeout": {"type": "str"},
    "start_period": {"type": "str"},
    "start_interval": {"type": "str"},
    "retries": {"type": "int"},
}

_MOUNTS: ArgumentSpec = {
    "target": {"type": "str", "required": True},
    "source": {"type": "str"},
    "type": {
        "type": "str",
        "choices": ["bind", "volume", "tmpfs", "npipe", "cluster", "image"],
        "default": "volume",
    },
    "read_only": {"type": "bool"},
    "consistency": {"type": "str", "choices": ["default", "consistent", "cached", "delegated"]},
    "propagation": {"type": "str", "choices": ["private", "rprivate", "shared", "rshared", "slave", "rslave"]},
    "no_copy": {"type": "bool"},
    "labels": {"type": "dict"},
    "volume_driver": {"type": "str"},
    "volume_options": {"type": "dict"},
    "tmpfs_size": {"type": "str"},
    # Not a text, as Ansible would make one of the number that YAML reads 0777 as.
    "tmpfs_mode": {"type": "raw"},
    "tmpfs_options": {"type": "list", "elements": "dict"},
    "non_recursive": {"type": "bool"},
    "create_mountpoint": {"type": "bool"},
    "read_only_non_recursive": {"type": "bool"},
    "read_only_force_recursive": {"type": "bool"},
    "subpath": {"type": "str"},
}

_NETWORKS: ArgumentSpec = {
    "name": {"type": "str", "required": True},
    "ipv4_address": {"type": "str"},
    "ipv6_address": {"type": "str"},
    "aliases": {"type": "list", "elements": "str"},
    "links": {"type": "list", "elements": "str"},
    "mac_address": {"type": "str"},
}

#: What is done with a container: its state, how it is compared, how it is stopped and waited for.
_BEHAVIOUR: ArgumentSpec = {
    "state": {
        "type": "str",
        "default": "started",
        "choices": ["absent", "present", "healthy", "started", "stopped"],
    },
    "cleanup": {"type": "bool", "default": False},
    "command_handling": {"type": "str", "default": "correct", "choices": ["compatibility", "correct"]},
    "comparisons": {"type": "dict"},
    "container_default_behavior": {
        "type": "str",
        "default": "no_defaults",
        "choices": ["compatibility", "no_defaults"],
    },
    # Taken so that tasks of docker_container run: what it adds to the result is always there.
    "debug": {"type": "bool", "default": False},
    "default_host_ip": {"type": "str"},
    "force_kill": {"type": "bool", "default": False, "aliases": ["forcekill"]},
    "healthy_wait_timeout": {"type": "float", "default": 300},
    "image_comparison": {"type": "str", "default": "desired-image", "choices": ["desired-image", "current-image"]},
    "image_label_mismatch": {"type": "str", "default": "ignore", "choices": ["ignore", "fail"]},
    "image_name_mismatch": {"type": "str", "default": "recreate", "choices": ["recreate", "ignore"]},
    "keep_volumes": {"type": "bool", "default": True},
    "kill_signal": {"type": "str"},
    "networks_cli_compatible": {"type": "bool", "default": True},
    "output_logs": {"type": "bool", "default": False},
    "paused": {"type": "bool"},
    "pull": {"type": "raw", "default": "missing", "choices": ["never", "missing", "always", True, False]},
    "pull_check_mode_behavior": {
        "type": "str",
        "default": "image_not_present",
        "choices": ["image_not_present", "always"],
    },
    "recreate": {"type": "bool", "default": False},
    "removal_wait_timeout": {"type": "float"},
    "restart": {"type": "bool", "default": False},
}

#: What a container is.
_CONTAINER: ArgumentSpec = {
    "annotations": {"type": "dict"},
    "auto_remove": {"type": "bool"},
    "blkio_weight": {"type": "int"},
    "cap_drop": {"type": "list", "elements": "str"},
    "capabilities": {"type": "list", "elements": "str"},
    "cgroup_parent": {"type": "str"},
    "cgroupns_mode": {"type": "str", "choices": ["host", "private"]},
    "command": {"type": "raw"},
    "cpu_period": {"type": "int"},
    "cpu_quota": {"type": "int"},
    "cpu_shares": {"type": "int"},
    "cpus": {"type": "float"},
    "cpuset_cpus": {"type": "str"},
    "cpuset_mems": {"type": "str"},
    "detach": {"type": "bool"},
    "device_cgroup_rules": {"type": "list", "elements": "str"},
    "device_read_bps": _BYTE_RATES,
    "device_read_iops": _OPERATION_RATES,
    "device_requests": {"type": "list", "elements": "dict", "options": _DEVICE_REQUESTS},
    "device_write_bps": _BYTE_RATES,
    "device_write_iops": _OPERATION_RATES,
    "devices": {"type": "list", "elements": "str"},
    "dns_opts": {"type": "list", "elements": "str"},
    "dns_search_domains": {"type": "list", "elements": "str"},
    "dns_servers": {"type": "list", "elements": "str"},
    "domainname": {"type": "str"},
    "entrypoint": {"type": "list", "elements": "str"},
    "env": {"type": "dict"},
    "env_file": {"type": "path"},
    "etc_hosts": {"type": "dict"},
    "exposed_ports": {"type": "list", "elements": "str", "aliases": ["exposed", "expose"]},
    "groups": {"type": "list", "elements": "str"},
    "healthcheck": {"type": "dict", "options": _HEALTHCHECK},
    "hostname": {"type": "str"},
    "image": {"type": "str"},
    "init": {"type": "bool"},
    "interactive": {"type": "bool"},
    "ipc_mode": {"type": "str"},
    "labels": {"type": "dict"},
    "links": {"type": "list", "elements": "str"},
    "log_driver": {"type": "str"},
    "log_options": {"type": "dict", "aliases": ["log_opt"]},
    "mac_address": {"type": "str"},
    "memory": {"type": "str"},
    "memory_reservation": {"type": "str"},
    "memory_swap": {"type": "str"},
    "memory_swappiness": {"type": "int"},
    "mounts": {"type": "list", "elements": "dict", "options": _MOUNTS},
    "network_mode": {"type": "str"},
    "networks": {"type": "list", "elements": "dict", "options": _NETWORKS},
    "oom_killer": {"type": "bool"},
    "oom_score_adj": {"type": "int"},
    "pid_mode": {"type": "str"},
    "pids_limit": {"type": "int"},
    "platform": {"type": "str"},
    "privileged": {"type": "bool"},
    "publish_all_ports": {"type": "bool"},
    "published_ports": {"type": "list", "elements": "str", "aliases": ["ports"]},
    "read_only": {"type": "bool"},
    "restart_policy": {"type": "str", "choices": ["no", "on-failure", "always", "unless-stopped"]},
    "restart_retries": {"type": "int"},
    "runtime": {"type": "str"},
    "security_opts": {"type": "list", "elements": "str"},
    "shm_size": {"type": "str"},
    "stop_signal": {"type": "str"},
    "stop_timeout": {"type": "int"},
    "storage_opts": {"type": "dict"},
    "sysctls": {"type": "dict"},
    "tmpfs": {"type": "list", "elements": "str"},
    "tty": {"type": "bool"},
    "ulimits": {"type": "list", "elements": "str"},
    "user": {"type": "str"},
    "userns_mode": {"type": "str"},
    "uts": {"type": "str"},
    "volume_driver": {"type": "str"},
    "volumes": {"type": "list", "elements": "str"},
    "volumes_from": {"type": "list", "elements": "str"},
    "working_dir": {"type": "str"},
}

#: For the registry that the image is in.
AUTH_ARGUMENT_SPEC: ArgumentSpec = {
    "auth": {
        "type": "dict",
        "options": {
            "username": {"type": "str", "required": True},
            "password": {"type": "str", "required": True, "no_log": True},
            "registry": {"type": "str", "aliases": ["serveraddress"]},
            "email": {"type": "str"},
        },
    },
}

CONTAINER_ARGUMENT_SPEC: ArgumentSpec = {**_BEHAVIOUR, **_CONTAINER}

CONTAINER_REQUIRED_IF: t.List[t.Tuple[str, t.Any, t.List[str]]] = [("state", "present", ["image"])]

CONTAINER_REQUIRED_BY: t.Dict[str, t.List[str]] = {
    "log_options": ["log_driver"],
    "restart_retries": ["restart_policy"],
}
