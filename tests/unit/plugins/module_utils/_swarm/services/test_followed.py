# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.services.followed import Followed, read_followed
from ansible_collections.classic.swarm.plugins.module_utils._swarm.services.observed import observe

RECORD = {
    "Id": "c1",
    "Name": "/web",
    "State": {"Running": True, "Health": {"Status": "healthy"}},
    "Config": {
        "Image": "web:1",
        "Labels": {"SERVICE_NAME": "api", "traefik.password": "s3cret"},
        "Env": ["SERVICE_TAGS=a,b", "PASSWORD=s3cret"],
        "StopSignal": "SIGINT",
    },
    "NetworkSettings": {"Ports": {"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8080"}], "81/udp": None}},
}
FOLLOWED = Followed("n1", (observe(RECORD),), frozenset({"c1"}))


def test_what_is_read_is_what_was_written_of_services() -> None:
    seen = read_followed(FOLLOWED.text())
    facts = seen.containers[0].facts
    assert (seen.node, seen.leaving, facts.ports) == ("n1", {"c1"}, FOLLOWED.containers[0].facts.ports)
    assert (facts.labels, facts.environment) == ({"SERVICE_NAME": "api"}, ["SERVICE_TAGS=a,b"])
    assert (seen.containers[0].health, seen.containers[0].stop_signal) == ("healthy", "2")
    assert read_followed(seen.text()) == seen


def test_what_is_secret_is_not_written() -> None:
    assert "s3cret" not in FOLLOWED.text()
    assert "\n" not in FOLLOWED.text()


@pytest.mark.parametrize(
    "text", ["", "healthy", "[]", "{}", '{"node": "n", "containers": [{}], "leaving": []}', "[" * 9999]
)
def test_what_is_no_list_of_containers(text: str) -> None:
    with pytest.raises(ValueError, match=r"it is not a list of containers|Expecting value"):
        read_followed(text)
