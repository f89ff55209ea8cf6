# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Engines that speak with registries: logins with a real one, searches with one that has a search."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.on_nodes import OnNodes, by_node
from tests.integration.test_pull import push
from tests.lab import Lab, Registry
from tests.lab.search_index import SearchIndex

ONE, TWO, THREE = "dockerhost01", "dockerhost02", "dockerhost03"
USER, PASSWORD = "deploy", "open-sesame-7421"


@pytest.fixture
def nodes(clean_lab: Lab) -> OnNodes:
    return OnNodes(clean_lab)


@pytest.fixture(scope="module")
def registry(lab: Lab) -> Iterator[Registry]:
    lab.reset()
    with lab.registry(port=5005, user=USER, password=PASSWORD) as registry:
        yield registry


def test_every_engine_checks(nodes: OnNodes, registry: Registry) -> None:
    options = {"registry_url": registry.address, "username": USER, "password": PASSWORD}
    for check in (True, False):
        result = nodes.run("swarm_login", check=check, **options)
        assert (result["changed"], by_node(result, "status")) == (
            False,
            dict.fromkeys((ONE, TWO, THREE), "Login Succeeded"),
        )
        assert result["login_result"] == {"username": USER, "serveraddress": registry.address}
        assert PASSWORD not in str(result)


def test_nothing_is_stored(nodes: OnNodes, registry: Registry) -> None:
    name = f"{registry.address}/app:1"
    nodes.run("swarm_login", registry_url=registry.address, username=USER, password=PASSWORD)
    assert "no basic auth credentials" in nodes.refused("swarm_image_pull", name=name)["msg"]


@pytest.mark.parametrize("wrong", [{"password": "wrong"}, {"username": "nobody"}])
def test_wrong_credentials(nodes: OnNodes, registry: Registry, wrong: dict[str, str]) -> None:
    options = {"registry_url": registry.address, "username": USER, "password": PASSWORD, **wrong}
    failed = nodes.refused("swarm_login", **options)
    assert failed["msg"].startswith(f"3 of 3 nodes failed: {ONE}: {nodes.lab.engine(ONE).entry} refuses to log in to ")
    assert "401 Unauthorized" in failed["msg"]
    assert PASSWORD not in str(failed)


def test_a_registry_that_some_do_not_reach(nodes: OnNodes, registry: Registry) -> None:
    engine = nodes.lab.engine(TWO)
    gateway = registry.address.partition(":")[0]
    rule = ("OUTPUT", "-d", gateway, "-p", "tcp", "--dport", "5005", "-j", "REJECT")
    engine.run("iptables", "-I", *rule)
    try:
        failed = nodes.refused("swarm_login", registry_url=registry.address, username=USER, password=PASSWORD)
    finally:
        engine.run("iptables", "-D", *rule)
    assert failed["msg"].startswith(f"1 of 3 nodes failed: {TWO}: ")
    assert sorted(by_node(failed, "status")) == [ONE, THREE]


def test_tokens_that_have_expired(nodes: OnNodes) -> None:
    """A registry with tokens: the engine gets one for the password, and the registry looks at it."""
    entry, auth = nodes.lab.engine(ONE).entry, {"username": USER, "password": PASSWORD}
    with nodes.lab.token_registry(port=5007, user=USER, password=PASSWORD) as (registry, tokens):
        name = push(nodes.lab, registry, "web:1", "app:1")
        login = {"registry_url": registry.address, **auth}
        assert by_node(nodes.run("swarm_login", **login), "status")[ONE] == "Login Succeeded"
        assert nodes.run("swarm_image_pull", name=name, auth=auth, nodes=[ONE])["changed"]
        tokens.expired = True
        for module, options, wanted in (
            ("swarm_login", login, f"{entry} refuses to log in to "),
            ("swarm_image_pull", {"name": name, "auth": auth}, f"{entry} refuses to pull {name}"),
            ("swarm_image_push", {"name": name, "auth": auth, "nodes": [ONE]}, f"{entry} refuses to push {name}"),
        ):
            failed = nodes.refused(module, **options)
            assert wanted in failed["msg"], failed["msg"]
            assert "unauthorized" in failed["msg"].lower(), failed["msg"]
            assert PASSWORD not in str(failed)
        tokens.expired, tokens.refuses = False, True
        assert "unauthorized: the access token has expired" in nodes.refused("swarm_login", **login)["msg"]
        # nothing of it is kept: with a good one again all is good
        tokens.refuses = False
        assert nodes.run("swarm_image_pull", name=name, auth=auth)["changed"]


@pytest.fixture
def searchable(lab: Lab) -> Iterator[str]:
    with SearchIndex(lab.spec.gateway, 5006) as index:
        yield index.address


def test_what_a_registry_finds(nodes: OnNodes, searchable: str) -> None:
    found = nodes.run("swarm_search_info", term=f"{searchable}/web", limit=3)
    assert (found["changed"], found["node"]) == (False, ONE)
    assert [each["name"] for each in found["images"]] == ["team/web0", "team/web1", "team/web2"]
    assert found["images"][0] == {
        "name": "team/web0",
        "description": "A web",
        "stars": 9,
        "official": True,
        "automated": False,
    }
    official = nodes.run("swarm_search_info", term=f"{searchable}/web", limit=3, filters={"is-official": True})
    assert [each["name"] for each in official["images"]] == ["team/web0"]
    stars = nodes.run("swarm_search_info", term=f"{searchable}/web", limit=3, filters={"stars": 8}, nodes=[TWO])
    assert ([each["stars"] for each in stars["images"]], stars["node"]) == ([9, 8], TWO)


def test_a_registry_that_is_not_there(nodes: OnNodes) -> None:
    nowhere = f"{nodes.lab.spec.gateway}:5999/web"
    failed = nodes.refused("swarm_search_info", term=nowhere)
    assert failed["msg"].startswith(f"3 of 3 nodes failed: {ONE}: {nodes.lab.engine(ONE).entry} refuses to search for ")
    failed = nodes.refused("swarm_search_info", term=nowhere, nodes=[TWO])
    assert failed["msg"].startswith(f"{nodes.lab.engine(TWO).entry} refuses to search for ")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"term": " "}, "term: it is empty; write a part of the name of an image"),
        ({"term": "web", "limit": 101}, "limit: 101 is out of range; write a number from 1 to 100"),
    ],
)
def test_what_cannot_be_right(nodes: OnNodes, options: dict[str, Any], message: str) -> None:
    assert nodes.refused("swarm_search_info", **options)["msg"] == message
