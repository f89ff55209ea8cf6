# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Images that the chosen node does not have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.operating import Operator, actions, verbs, where
from tests.lab import Lab, Registry

ONE, TWO, THREE = "dockerhost01", "dockerhost02", "dockerhost03"
USER, PASSWORD = "deploy", "open-sesame-7421"


def push(lab: Lab, registry: Registry, image: str, name: str) -> str:
    """Put an image into the registry; no engine keeps it under that name."""
    engine, reference = lab.engine(THREE), f"{registry.address}/{name}"
    if registry.user is not None and registry.password is not None:
        engine.docker("login", "-u", registry.user, "-p", registry.password, registry.address)
    engine.docker("tag", image, reference)
    engine.docker("push", reference)
    engine.docker("rmi", reference)
    if registry.user is not None:
        engine.docker("logout", registry.address)
    return reference


@pytest.fixture(scope="module")
def private(lab: Lab) -> Iterator[Registry]:
    lab.reset()
    with lab.registry(port=5001, user=USER, password=PASSWORD) as registry:
        yield registry


@pytest.fixture(scope="module")
def public(lab: Lab) -> Iterator[Registry]:
    lab.reset()
    with lab.registry(port=5002) as registry:
        yield registry


def test_a_private_image_is_pulled_where_it_is_needed(operator: Operator, private: Registry) -> None:
    image = push(operator.lab, private, "web:1", "app:1")
    auth = {"username": USER, "password": PASSWORD}
    result = operator.container("app", image=image, auth=auth, constraints=[f"node=={TWO}"])
    assert actions(result) == [("pull", "app", TWO), ("create", "app", TWO), ("start", "app", TWO)]
    assert result["actions"][0]["image"] == image
    assert result["actions"][0]["changed"]
    images = [engine.api("GET", "/images/json") for engine in operator.lab.engines]
    assert [image in str(each) for each in images] == [False, True, False]
    operator.settled("app", image=image, auth=auth, constraints=[f"node=={TWO}"])
    assert PASSWORD not in str(result)


@pytest.mark.parametrize(
    "auth", [None, {"username": USER, "password": "wrong"}, {"username": "nobody", "password": PASSWORD}]
)
def test_without_the_right_login(operator: Operator, private: Registry, auth: dict[str, str] | None) -> None:
    image = push(operator.lab, private, "web:1", "app:1")
    refused = operator.refused("app", image=image, **({"auth": auth} if auth else {}))
    assert "no basic auth credentials" in refused["msg"] or "unauthorized" in refused["msg"]
    assert image in refused["msg"]
    assert PASSWORD not in str(refused)
    assert where(operator.lab) == {}


def test_the_login_is_for_its_registry_alone(operator: Operator, private: Registry) -> None:
    image = push(operator.lab, private, "web:1", "app:1")
    login = {"username": USER, "password": PASSWORD}
    refused = operator.refused("app", image=image, auth={**login, "registry": "registry.example.com"})
    assert "no basic auth credentials" in refused["msg"]
    operator.container("app", image=image, auth={**login, "registry": private.address})


def test_many_on_one_node_pull_once(operator: Operator, public: Registry) -> None:
    image = push(operator.lab, public, "web:1", "many:1")
    result = operator.container("app", count=6, image=image)
    assert verbs(result).count("pull") == 3
    assert verbs(result).count("create") == 6


def test_missing_does_not_ask_again(operator: Operator, public: Registry) -> None:
    image = push(operator.lab, public, "web:1", "app:1")
    operator.container("app", image=image, constraints=[f"node=={ONE}"])
    push(operator.lab, public, "web:2", "app:1")
    operator.settled("app", image=image, constraints=[f"node=={ONE}"])


def test_always_asks_and_recreates_when_there_is_a_new_one(operator: Operator, public: Registry) -> None:
    image = push(operator.lab, public, "web:1", "app:2")
    options: dict[str, Any] = {"image": image, "constraints": [f"node=={ONE}"], "pull": "always"}
    first = operator.container("app", **options)
    again = operator.container("app", **options)
    assert not again["changed"]
    assert [(each["action"], each["changed"]) for each in again["actions"]] == [("pull", False)]
    push(operator.lab, public, "web:2", "app:2")
    renewed = operator.container("app", **options)
    assert verbs(renewed) == ["pull", "create", "rename", "rename", "stop", "start", "remove"]
    assert renewed["actions"][0]["changed"]
    assert renewed["container"]["Image"] != first["container"]["Image"]


def test_never_takes_only_nodes_that_have_it(operator: Operator) -> None:
    operator.lab.engine(THREE).docker("tag", "web:1", "only-here:1")
    result = operator.container("app", image="only-here:1", pull="never")
    assert result["node"]["name"] == THREE
    assert result["warnings"] == []
    operator.settled("app", image="only-here:1", pull="never")
    refused = operator.refused("other", image="nowhere:1", pull="never")
    assert "the image nowhere:1 is not there, and pull is never" in refused["msg"]


@pytest.mark.parametrize(
    ("behaviour", "pulls"), [({}, []), ({"pull_check_mode_behavior": "always"}, [("pull", "app", ONE)])]
)
def test_what_a_check_says_of_a_pull(
    operator: Operator, public: Registry, behaviour: dict[str, str], pulls: list[tuple[str, str, str]]
) -> None:
    image = push(operator.lab, public, "web:1", "app:3")
    options: dict[str, Any] = {"image": image, "constraints": [f"node=={ONE}"], "pull": "always", **behaviour}
    missing = operator.container("app", check=True, **options)
    assert actions(missing) == [("pull", "app", ONE), ("create", "app", ONE), ("start", "app", ONE)]
    operator.container("app", **options)
    present = operator.container("app", check=True, **options)
    assert actions(present) == pulls
    assert present["changed"] == bool(pulls)


def test_pull_as_a_yes_or_no(operator: Operator, public: Registry) -> None:
    image = push(operator.lab, public, "web:1", "app:4")
    assert verbs(operator.container("app", image=image, pull=True)) == ["pull", "create", "start"]
    assert verbs(operator.container("app", image=image, pull=True)) == ["pull"]
    operator.settled("app", image=image, pull=False)


def test_what_no_registry_has(operator: Operator, public: Registry) -> None:
    refused = operator.refused("app", image=f"{public.address}/nothing:1")
    assert "nothing:1" in refused["msg"]
    assert where(operator.lab) == {}
    refused = operator.refused("app", image="Web:1")
    assert "Web:1" in refused["msg"]
