# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A plan written down and read again."""

from __future__ import annotations

import json

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.operations.base import FORMER, Place
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.operations.change import (
    RenameContainer,
    UpdateContainer,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.operations.confirm import (
    ConfirmClaim,
    ConfirmUpdate,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.operations.create import (
    Connection,
    CreateContainer,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.operations.drain import DrainContainer
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.operations.image import PullImage
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.operations.lifecycle import (
    KillContainer,
    PauseContainer,
    RemoveContainer,
    RestartContainer,
    StartContainer,
    StopContainer,
    UnpauseContainer,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.operations.network import (
    ConnectNetwork,
    DisconnectNetwork,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.operations.waiting import (
    WaitCompleted,
    WaitEnd,
    WaitHealthy,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.planning.plan import Step
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.planning.text import (
    OPERATIONS,
    read_steps,
    write_plan,
    write_steps,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.request import SpreadOver

from tests.unit.builders import node, request
from tests.unit.tasks import plan, wanted

HERE = Place("10.0.0.1:2375", "n1")
REQUEST = request(
    "web",
    memory="2G",
    cpus=1.5,
    constraints=["zone==~a", "disk!=/hdd|tape/"],
    affinities=["container==db"],
    ports=["10.0.0.1:8000-8010/udp", "80/tcp"],
    dependencies=["db"],
    image="web:1",
    labels={"a": "b"},
    whitelist=("n1", "n2"),
    starts=False,
    replaces="c1",
    spread_over=(SpreadOver("zone", {"a": 2.0}, 3), SpreadOver("node")),
    family="web",
)

STEPS = [
    Step("pull", PullImage(HERE, "web", image="web:1", platform="linux/arm64", auth="web/auth", only_missing=True)),
    Step(
        "create",
        CreateContainer(
            HERE,
            "web",
            body={"Image": "web:1", "Env": {"$secret": "web/env"}, "HostConfig": {"Binds": ["/a:/b"], "Init": None}},
            platform="linux/arm64",
            connections=(Connection("net", {"Aliases": ["x"]}), Connection("other", {})),
            unsupported="the engine is old",
        ),
        ("pull", "other"),
        "web",
        "shop",
        elsewhere=True,
    ),
    Step("confirm", ConfirmClaim(HERE, "web", request=REQUEST, replaces="c1", unique=True), ("create",), "web"),
    Step("confirm-2", ConfirmUpdate(HERE, "web", request=REQUEST), settles=True),
    Step("connect", ConnectNetwork(HERE, "web", network="net", endpoint={"Links": None}), expects=True),
    Step("disconnect", DisconnectNetwork(HERE, "web", network="net")),
    Step("kill", KillContainer(HERE, "web.old", FORMER, signal="HUP", timeout=0, known_as="web"), forgoes=True),
    Step("drain", DrainContainer(HERE, "web.old", FORMER, timeout=10.0, behind=True)),
    Step("pause", PauseContainer(HERE, "web"), blocks=False),
    Step("remove", RemoveContainer(HERE, "web", volumes=True, force=True, timeout=1.5), absent=True),
    Step("rename", RenameContainer(HERE, "web.new", to="web")),
    Step("restart", RestartContainer(HERE, "web", timeout=3)),
    Step("start", StartContainer(HERE, "web", watched=True)),
    Step("stop", StopContainer(HERE, "web.old", FORMER, timeout=3, known_as="web")),
    Step("unpause", UnpauseContainer(HERE, "web")),
    Step("update", UpdateContainer(HERE, "web", body={"Memory": 1}, takes_room=True, former={"Memory": 2})),
    Step("completed", WaitCompleted(HERE, "web")),
    Step("end", WaitEnd(HERE, "web", removes_itself=True, timeout=0.5)),
    Step("healthy", WaitHealthy(HERE, "web", timeout=300.0)),
]


def test_every_kind_of_operation_is_tried():
    assert {type(step.operation) for step in STEPS} == set(OPERATIONS)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.id)
def test_a_step_is_read_as_it_was_written(step):
    (read,) = read_steps(json.dumps(write_steps([step])))
    assert read == step
    # a role is not compared, as two plans differ by it no more than their steps do
    assert read.operation.role == step.operation.role
    assert type(read.operation) is type(step.operation)


def test_what_is_as_by_default_is_left_out():
    step = Step("start", StartContainer(HERE, "web"))
    assert write_steps([step]) == [
        {
            "id": "start",
            "operation": {
                "kind": "StartContainer",
                "node": {"address": "10.0.0.1:2375", "name": "n1"},
                "name": "web",
            },
        }
    ]


def test_a_whole_plan_without_its_secrets():
    auth_free = plan(
        wanted(options={"env": {"PASSWORD": "very secret"}, "published_ports": ["80:80"], "memory": "1G"}),
        [node("n1"), node("n2")],
    )
    text = write_plan(auth_free)
    assert "very secret" not in text
    assert read_steps(text) == auth_free.steps
    assert auth_free.secrets.filled({"Env": {"$secret": "web/env"}}) == {"Env": ["PASSWORD=very secret"]}


START = {"kind": "StartContainer", "node": {"address": "n1:2375", "name": "n1"}, "name": "web"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[", "this is not a plan: Expecting value: line 1 column 2 (char 1)"),
        ("{}", "this is not a plan: it is not a list of steps"),
        ('[{"id": "a"}]', "this is not a plan: 'operation'"),
        ([{"id": "a", "operation": {**START, "kind": "Format"}}], "this is not a plan: step a is of an unknown kind"),
        ([{"id": "a", "operation": {}}], "this is not a plan: step a is of an unknown kind"),
        (
            [{"id": "a", "operation": {**START, "speed": 1, "colour": 2}}],
            "this is not a plan: colour, speed is unknown in StartContainer",
        ),
        ([{"id": "a", "operation": START, "when": 1}], "this is not a plan: when is unknown in Step"),
        (
            [{"id": "a", "operation": {**START, "node": {"address": "n1:2375", "name": "n1", "port": 1}}}],
            "this is not a plan: port is unknown in Place",
        ),
    ],
)
def test_what_is_no_plan_is_refused(text, message):
    with pytest.raises(InputError) as caught:
        read_steps(text if isinstance(text, str) else json.dumps(text))
    assert str(caught.value) == message


def test_null_is_nothing():
    (step,) = read_steps(json.dumps([{"id": "a", "operation": {**START, "kind": "StopContainer", "timeout": None}}]))
    assert step == Step("a", StopContainer(Place("n1:2375", "n1"), "web"))


@pytest.mark.parametrize(
    "text", ["[1]", '[{"id": "a", "operation": 1}]', '[{"operation": {"kind": "StartContainer"}}]']
)
def test_what_misses_something_is_refused(text):
    with pytest.raises(InputError, match=r"^this is not a plan: "):
        read_steps(text)
