# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Networks of a container that stays the same container."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.operating import Operator, inspect, verbs
from tests.lab import Engine

ONE = "dockerhost01"


@pytest.fixture
def engine(operator: Operator) -> Engine:
    """Networks exist on an engine, not in the cluster; here on the first one."""
    engine = operator.lab.engine(ONE)
    for number in (1, 2):
        engine.docker("network", "create", "--subnet", f"172.30.{number}.0/24", f"n{number}")
    return engine


def joined(engine: Engine) -> dict[str, Any]:
    return inspect(engine, "c1")["NetworkSettings"]["Networks"]


def test_connect_and_disconnect(operator: Operator, engine: Engine) -> None:
    only = {"constraints": [f"node=={ONE}"], "networks_cli_compatible": True}
    made = operator.container("c1", networks=[{"name": "n1"}], **only)
    assert set(joined(engine)) == {"n1"}
    operator.settled("c1", networks=[{"name": "n1"}], **only)

    both = [{"name": "n1"}, {"name": "n2", "ipv4_address": "172.30.2.9", "aliases": ["web"]}]
    connected = operator.container("c1", networks=both, **only)
    assert verbs(connected) == ["connect"]
    assert connected["container"]["Id"] == made["container"]["Id"]
    assert joined(engine)["n2"]["IPAddress"] == "172.30.2.9"
    assert "web" in joined(engine)["n2"]["Aliases"]
    operator.settled("c1", networks=both, **only)

    moved = [{"name": "n1"}, {"name": "n2", "ipv4_address": "172.30.2.10"}]
    plan = operator.container("c1", networks=moved, check=True, **only)
    reconnected = operator.container("c1", networks=moved, **only)
    assert verbs(plan) == verbs(reconnected) == ["disconnect", "connect"]
    assert plan["diff"] == reconnected["diff"]
    assert joined(engine)["n2"]["IPAddress"] == "172.30.2.10"

    operator.settled("c1", networks=[{"name": "n1"}], **only)
    strict = {"comparisons": {"networks": "strict"}}
    left = operator.container("c1", networks=[{"name": "n1"}], **only, **strict)
    assert verbs(left) == ["disconnect"]
    assert set(joined(engine)) == {"n1"}
    operator.settled("c1", networks=[{"name": "n1"}], **only, **strict)


def test_a_node_without_the_network_is_not_the_place(operator: Operator, engine: Engine) -> None:
    """The scheduler does not know of networks; the engine that lacks one says so, and the next one is tried."""
    result = operator.container("c1", networks=[{"name": "n1"}], constraints=["node!=~dockerhost01"])
    assert result["node"]["name"] == ONE
    assert any("dockerhost02" in warning and "n1" in warning for warning in result["warnings"])
    assert [each["Names"] for each in operator.lab.engine("dockerhost02").api("GET", "/containers/json?all=1")] == []


def test_the_default_network_beside_others(operator: Operator, engine: Engine) -> None:
    options: dict[str, Any] = {
        "networks": [{"name": "n1"}],
        "networks_cli_compatible": False,
        "constraints": [f"node=={ONE}"],
    }
    operator.container("c1", **options)
    assert set(joined(engine)) == {"bridge", "n1"}
    operator.settled("c1", **options)


def test_where_ports_without_an_address_are_published(operator: Operator) -> None:
    engine = operator.lab.engine(ONE)
    engine.docker("network", "create", "-o", "com.docker.network.bridge.host_binding_ipv4=127.0.0.1", "inside")
    options: dict[str, Any] = {"networks": [{"name": "inside"}], "ports": ["80:80"], "constraints": [f"node=={ONE}"]}
    result = operator.container("c1", **options)
    assert result["container"]["NetworkSettings"]["Ports"]["80/tcp"] == [{"HostIp": "127.0.0.1", "HostPort": "80"}]
    operator.settled("c1", **options)
    operator.settled("c1", **{**options, "ports": ["127.0.0.1:80:80"]})


def test_a_network_by_its_id(operator: Operator) -> None:
    """The engine lists it by its name; a second run must find it all the same."""
    engine = operator.lab.engine("dockerhost01")
    identity = engine.docker("network", "create", "by-id").strip()
    wish: dict[str, Any] = {"networks": [{"name": identity}], "constraints": ["node==dockerhost01"]}
    made = operator.container("c1", **wish)
    assert list(made["container"]["NetworkSettings"]["Networks"]) == ["by-id"]
    operator.settled("c1", **wish)
