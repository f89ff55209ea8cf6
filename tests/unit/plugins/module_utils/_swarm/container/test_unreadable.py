# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Inspect replies that no engine should send: each is compared, or told to be unreadable in a sentence."""

from __future__ import annotations

import copy
import random
import typing as t

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.container.config import ContainerConfig
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InspectionError

OPTIONS: t.Dict[str, t.Any] = {
    "image": "web:1",
    "annotations": {"a": "1"},
    "blkio_weight": 300,
    "cap_drop": ["net_raw"],
    "command": "sleep 600",
    "cpus": 0.5,
    "device_requests": [{"driver": "nvidia", "count": 1}],
    "devices": ["/dev/null"],
    "dns_servers": ["192.0.2.53"],
    "env": {"A": "1"},
    "etc_hosts": {"db": "::1"},
    "exposed_ports": ["9000-9002"],
    "healthcheck": {"test": "true", "interval": "5s"},
    "ipc_mode": "container:other",
    "labels": {"a": "1"},
    "links": ["other:o"],
    "log_driver": "json-file",
    "log_options": {"max-size": "10m"},
    "mac_address": "92:d0:c6:0a:29:33",
    "memory": "64M",
    "memory_swap": "128M",
    "mounts": [{"target": "/m", "source": "vol", "volume_options": {"o": "x"}}],
    "networks": [{"name": "net1", "ipv4_address": "192.0.2.1", "aliases": ["w"], "links": ["other:o"]}],
    "pids_limit": 100,
    "platform": "linux/amd64",
    "published_ports": ["127.0.0.1:8080:80"],
    "restart_policy": "on-failure",
    "restart_retries": 5,
    "security_opts": ["no-new-privileges"],
    "sysctls": {"net.core.somaxconn": 1},
    "tmpfs": ["/run:size=1m"],
    "ulimits": ["nofile:100:200"],
    "volumes": ["/anonymous", "named:/v1"],
    "volumes_from": ["other:ro"],
    "working_dir": "/app",
}
CONFIG = ContainerConfig.from_options(OPTIONS)
BODY = CONFIG.create_body(image="web:1", api_version=(1, 44))
REPLY: t.Dict[str, t.Any] = {
    "Name": "/web",
    "Image": "sha256:1",
    "Config": {key: value for key, value in BODY.items() if key != "HostConfig"},
    "HostConfig": BODY["HostConfig"],
    "NetworkSettings": {"Networks": {"net1": {"IPAMConfig": {}, "Links": ["/other:/web/o"], "Aliases": ["w"]}}},
    "State": {"Running": True},
}
ODD: t.List[t.Any] = [None, [], {}, "", 0, 1.5, True, "x", [None], [{}], {"a": None}, {"a": [1]}, [1, 2], ["a:b"], [[]]]
Steps = t.Tuple[t.Any, ...]


def places(value: t.Any, above: Steps = ()) -> t.Iterator[Steps]:
    if above:
        yield above
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield from places(item, (*above, key))


def compare(inspect: t.Dict[str, t.Any]) -> None:
    info = {"OSType": "linux", "Architecture": "x86_64"}
    for difference in CONFIG.differences(inspect, image={"Config": {}}, host_info=info, api_version=(1, 44)):
        difference.masked()
    CONFIG.network_differences(inspect)
    CONFIG.image_differences(inspect, {"Id": "sha256:2"})


def test_any_part_of_a_reply_may_be_of_another_form() -> None:
    """A short form of a fuzz: the seed is fixed, and a failure shows the place and the value."""
    chance = random.Random(20261125)
    everywhere = list(places(REPLY))
    unreadable = 0
    for _round in range(3000):
        reply = copy.deepcopy(REPLY)
        place, value = chance.choice(everywhere), chance.choice(ODD)
        inside = reply
        for key in place[:-1]:
            inside = inside[key]
        inside[place[-1]] = value
        try:
            compare(reply)
        except InspectionError as error:
            unreadable += 1
            message = error.message
        except Exception as error:
            raise AssertionError(f"{place} as {value!r} ends in {type(error).__name__}: {error}") from error
        else:
            continue
        assert "in a form that cannot be read, so it cannot be compared with the task" in message
    assert unreadable > 100


@pytest.mark.parametrize("name", ["/web", None, 5])
def test_the_container_and_the_option_are_named(name: t.Any) -> None:
    with pytest.raises(InspectionError) as caught:
        compare({**REPLY, "Name": name, "HostConfig": {**REPLY["HostConfig"], "Ulimits": 5}})
    container = "web" if name == "/web" else "the container"
    assert caught.value.message == (
        f"{container}: the engine describes ulimits in a form that cannot be read, so it cannot be compared with the "
        f"task; is it a Docker engine?"
    )
