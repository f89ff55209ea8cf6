# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A container that must be made anew: the old one goes only when the new one has started."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.operating import Operator, eventually, fetch, inspect, listed, verbs, where
from tests.lab import Image

ONE, TWO = "dockerhost01", "dockerhost02"
ANEW = ["create", "rename", "rename", "stop", "start", "remove"]


@pytest.fixture
def served(operator: Operator) -> dict[str, Any]:
    """A web server on port 80 with data of its own in it."""
    made = operator.container("c1", ports=["80:80"])
    operator.lab.engine(ONE).docker("exec", "c1", "sh", "-c", "echo mine > /www/index.html")
    return made["container"]


def test_another_image(operator: Operator, served: dict[str, Any]) -> None:
    changed = operator.container("c1", image="web:2", ports=["80:80"])
    assert verbs(changed) == ANEW
    assert {option for each in changed["diff"]["differences"] for option in each} >= {"image", "image_name"}
    assert changed["container"]["Id"] != served["Id"]
    eventually(lambda: fetch(operator.lab.engine(ONE).address), "web 2\n")
    operator.settled("c1", image="web:2", ports=["80:80"])


def test_the_same_tag_on_another_image(operator: Operator, served: dict[str, Any]) -> None:
    engine = operator.lab.engine(ONE)
    engine.docker("tag", "web:2", "app:1")
    operator.container("app", image="app:1", constraints=[f"node=={ONE}"])
    engine.docker("tag", "web:1", "app:1")
    same = operator.container("app", image="app:1", image_comparison="current-image", comparisons={"image": "ignore"})
    assert not same["changed"]
    changed = operator.container("app", image="app:1")
    assert verbs(changed) == ANEW
    assert changed["container"]["Image"] == served["Image"]
    operator.settled("app", image="app:1")


def test_another_name_of_the_same_image(operator: Operator, served: dict[str, Any]) -> None:
    operator.lab.engine(ONE).docker("tag", "web:1", "same:1")
    operator.settled("c1", image="same:1", ports=["80:80"], image_name_mismatch="ignore")
    assert verbs(operator.container("c1", image="same:1", ports=["80:80"])) == ANEW


def test_labels_of_the_image_may_be_unwanted(operator: Operator) -> None:
    options: dict[str, Any] = {
        "labels": {"a": "b"},
        "comparisons": {"labels": "strict"},
        "image_label_mismatch": "fail",
    }
    operator.container("c1")
    refused = operator.refused("c1", **options)
    assert "app, version" in refused["msg"]
    assert "image_label_mismatch" in refused["msg"]


SICK = {"test": ["CMD-SHELL", "echo not well; exit 1"], "interval": "200ms", "retries": 1}

#: options of a container that cannot start or be created, and words of the message
BROKEN: list[tuple[dict[str, Any], str]] = [
    ({"command": ["nonsense"]}, "nonsense"),
    ({"devices": ["/dev/nonsense:/dev/x"]}, "/dev/nonsense"),
    ({"network_mode": "nowhere"}, "nowhere"),
    ({"image": "absent:9"}, "absent:9"),
    ({"state": "healthy", "healthy_wait_timeout": 1.5, "healthcheck": SICK}, "its last check printed: not well"),
]


@pytest.mark.parametrize(("options", "words"), BROKEN)
def test_what_does_not_start_leaves_the_old_one_as_it_was(
    operator: Operator, served: dict[str, Any], options: dict[str, Any], words: str
) -> None:
    refused = operator.refused("c1", ports=["80:80"], **options)
    assert words in refused["msg"]
    container = inspect(operator.lab.engine(ONE), "c1")
    assert container["Id"] == served["Id"]
    assert container["State"]["Running"]
    eventually(lambda: fetch(operator.lab.engine(ONE).address), "mine\n")
    assert where(operator.lab) == {"c1": ONE}
    operator.settled("c1", ports=["80:80"])


def test_a_stopped_one_is_put_back_stopped(operator: Operator, served: dict[str, Any]) -> None:
    operator.container("c1", ports=["80:80"], state="stopped")
    operator.refused("c1", ports=["80:80"], command=["nonsense"])
    container = inspect(operator.lab.engine(ONE), "c1")
    assert (container["Id"], container["State"]["Running"]) == (served["Id"], False)
    assert where(operator.lab) == {"c1": ONE}


def test_it_serves_until_the_new_one_is_made(operator: Operator, served: dict[str, Any]) -> None:
    """An engine that refuses the new one does so before the old one is touched."""
    refused = operator.refused("c1", ports=["80:80"], runtime="nonsense")
    assert "nonsense" in refused["msg"]
    assert inspect(operator.lab.engine(ONE), "c1")["State"]["StartedAt"] == served["State"]["StartedAt"]


def test_recreating_needs_room_as_well(operator: Operator, served: dict[str, Any]) -> None:
    engine = operator.lab.engine(ONE)
    engine.docker("create", "--name", "other", "-p", "90:80", "web:1")
    refused = operator.refused("c1", ports=["90:80"])
    assert "1 port 90/tcp" in refused["msg"]
    assert inspect(engine, "c1")["Id"] == served["Id"]


def test_a_run_that_was_cut_off_is_taken_up(operator: Operator, served: dict[str, Any]) -> None:
    """The old container has the name of passage, and the new one is not there or does not run."""
    engine = operator.lab.engine(ONE)
    engine.docker("rename", "c1", "c1.old")
    plan = operator.container("c1", ports=["80:80"], check=True)
    result = operator.container("c1", ports=["80:80"])
    assert verbs(plan) == verbs(result) == ["rename"]
    assert "c1.old" in " ".join(result["warnings"])
    assert result["container"]["Id"] == served["Id"]
    assert where(operator.lab) == {"c1": ONE}
    operator.settled("c1", ports=["80:80"])


def test_without_an_image_in_the_task_it_keeps_its_own(operator: Operator, served: dict[str, Any]) -> None:
    operator.settled("c1", image=None, ports=["80:80"])
    changed = operator.container("c1", image=None, ports=["80:80"], env={"A": "b"})
    assert changed["container"]["Image"] == served["Image"]
    assert changed["container"]["Config"]["Image"] == "web:1"
    refused = operator.refused("c2", image=None)
    assert "set image" in refused["msg"]


def test_an_image_without_a_tag_and_by_id(operator: Operator, served: dict[str, Any]) -> None:
    operator.lab.load_images(Image(tags=("plain:latest",), files={"/x": "y"}, config={"Cmd": ["serve"]}))
    operator.container("c2", image="plain", command=["sleep", "60"])
    operator.settled("c2", image="plain", command=["sleep", "60"])
    operator.container("c3", image=served["Image"])
    operator.settled("c3", image=served["Image"])
    assert {each["Image"] for name in (ONE, TWO, "dockerhost03") for each in listed(operator.lab.engine(name))} >= {
        "plain"
    }
