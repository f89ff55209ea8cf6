# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A whole task through Consul: it works, it says in one sentence why it does not, and it works again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.operations.create import CreateContainer

from tests.integration.operating import Operator, state_of, verbs, where
from tests.integration.sabotage import Sabotage
from tests.lab import Lab
from tests.lab.consul import Consul, ConsulUnavailable


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, Consul]]:
    """Two servers: one that is open, one with access control."""
    try:
        with Consul() as plain, Consul(acl=True) as guarded:
            yield {"open": plain, "guarded": guarded}
    except ConsulUnavailable as error:
        pytest.skip(f"Consul cannot be had: {error}")


@pytest.fixture(params=["swarm", "swarm/docker/swarm/nodes"])
def folder(request: pytest.FixtureRequest) -> str:
    """Where the engines' keys are: our own layout, and the original's."""
    return str(request.param)


def register(consul: Consul, lab: Lab, folder: str) -> str:
    """Write every engine down as somebody who keeps such keys does; gives the discovery URL."""
    consul.delete("")
    for engine in lab.engines:
        consul.put(f"{folder}/{engine.entry}", engine.entry)
    return f"consul://{consul.host}/swarm"


def test_consul_stops_and_comes_back(servers: dict[str, Consul], folder: str, operator: Operator) -> None:
    consul = servers["open"]
    discovery = register(consul, operator.lab, folder)
    made = operator.container("c1", discovery=discovery, count=3)
    assert len({container["Node"]["Name"] for container in made["containers"]}) == 3
    operator.settled("c1", discovery=discovery, count=3)

    before = state_of(operator.lab)
    consul.stop()
    refused = operator.refused("c1", discovery=discovery, count=5)
    assert refused["msg"].startswith(f"no Consul host of {discovery} was reached"), refused["msg"]
    assert refused["msg"].count("\n") == 0
    assert state_of(operator.lab) == before

    consul.start()
    assert sorted(verbs(operator.container("c1", discovery=discovery, count=5))) == ["create"] * 2 + ["start"] * 2


def test_consul_stops_in_the_middle(
    servers: dict[str, Consul], operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was created can no longer be confirmed, so it is rolled back."""
    consul = servers["open"]
    discovery = register(consul, operator.lab, "swarm")
    Sabotage(monkeypatch).before(CreateContainer, consul.stop)
    refused = operator.refused("c1", discovery=discovery)
    assert refused["msg"].startswith(f"c1: no Consul host of {discovery} was reached"), refused["msg"]
    assert verbs(refused) == ["create", "rollback"]
    assert where(operator.lab) == {}
    consul.start()
    assert operator.container("c1", discovery=discovery)["changed"]


def test_a_token_that_is_wrong(servers: dict[str, Consul], operator: Operator) -> None:
    consul = servers["guarded"]
    discovery = register(consul, operator.lab, "swarm")
    for options in ({"token": "5ca1ab1e-0000-4000-8000-000000000000"}, {}):
        refused = operator.refused("c1", discovery=discovery, discovery_options=options)
        assert "403" in refused["msg"] or "permission" in refused["msg"].lower(), refused["msg"]
        assert "5ca1ab1e" not in str(refused)
    reader = consul.create_token('key_prefix "swarm/" { policy = "read" }')
    made = operator.container("c1", discovery=discovery, discovery_options={"token": reader})
    assert made["changed"]
    assert reader not in str(made)
    assert len(where(operator.lab)) == 1
