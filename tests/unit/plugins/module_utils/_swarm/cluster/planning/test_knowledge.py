# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Small facts of nodes, and what is said of containers that fit nowhere."""

from __future__ import annotations

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.planning.knowledge import (
    HostAddresses,
    Knowledge,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.planning.refusal import refusal
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.wanted import Member

from tests.unit.builders import down, node, place, request
from tests.unit.tasks import wanted

PORT = {"published_ports": ["80:80"]}


def test_an_address_that_is_not_known_is_noted_once():
    addresses, home = HostAddresses(), node("n1")
    task = wanted(options=PORT)
    assert addresses.get(home, wanted()) is None
    assert addresses.missing == {}
    assert addresses.get(home, task) is None
    assert addresses.missing == {("n1:2375", ("bridge",)): task}
    addresses.learn("n1:2375", ("bridge",), "10.0.0.1")
    assert (addresses.get(home, task), addresses.missing) == ("10.0.0.1", {})
    assert addresses.get(node("n2"), task) is None
    addresses.learn("n9:2375", ("bridge",), "10.0.0.9")


NODES = [node("n1", images=("web:1",)), node("n2", images=("db:1",)), node("n3"), down("n4"), node("n5", images=())]
LACKING = "the image could not be pulled"
NEVER = "the image web:1 is not there, and pull is never"


@pytest.mark.parametrize(
    ("fields", "avoid", "lacking", "expected"),
    [
        ({}, {}, {}, {}),
        ({}, {"web": {"n3:2375": "it failed"}, "db": {"n1:2375": "x"}}, {}, {"n3:2375": "it failed"}),
        ({}, {}, {"web:1": LACKING}, {"n2:2375": LACKING, "n5:2375": LACKING}),
        ({}, {}, {"db:1": LACKING}, {}),
        ({"pull": "never"}, {}, {}, {"n2:2375": NEVER, "n5:2375": NEVER}),
        ({"pull": "never"}, {"web": {"n2:2375": "it failed"}}, {}, {"n2:2375": "it failed", "n5:2375": NEVER}),
        ({"pull": "never", "options": {"image": None}}, {}, {"": LACKING}, {}),
    ],
)
def test_nodes_that_must_not_be_taken(fields, avoid, lacking, expected):
    knowledge = Knowledge(avoid=avoid, lacking=lacking)
    assert knowledge.avoided(wanted(**fields), Member("web"), NODES) == expected
    assert knowledge.avoid == avoid


@pytest.mark.parametrize(
    ("setting", "engine", "expected"),
    [("1.41", "1.24", (1, 24)), ("1.41", "1.52", (1, 41)), ("1.41", "", (1, 41)), ("auto", "1.30", (1, 30))],
)
def test_the_version_that_is_spoken(setting, engine, expected):
    assert Knowledge(api_setting=setting).api_version(node("n1", api_version=engine)) == expected


def refused(name, **fields):
    return place(request(name, **fields), node("n1", memory="1G"), node("n2", memory="1G"))


def test_one_that_fits_nowhere():
    said = refusal([refused("web", memory="2G")], 1)
    assert said.splitlines() == [
        "no node takes web: 0 of 2 nodes: 2 memory 2G",
        "NODE  FILTER     WANTED     SEEN",
        *said.splitlines()[2:],
    ]
    assert [line.split()[:2] for line in said.splitlines()[2:]] == [["n1", "resources"], ["n2", "resources"]]


@pytest.mark.parametrize(
    ("count", "wanted_in_all", "first"),
    [
        (5, 5, "no node takes web-0, web-1, web-2, web-3, web-4: 0 of"),
        (6, 6, "no node takes web-0, web-1, web-2, web-3, web-4 and 1 more: 0 of"),
        (
            1,
            3,
            "no node takes web-0 (1 of 3 containers fit nowhere, and the others were not created either): 0 of",
        ),
        (
            6,
            8,
            "no node takes web-0, web-1, web-2, web-3, web-4 and 1 more (6 of 8 containers fit nowhere, and the others "
            "were not created either): 0 of",
        ),
    ],
)
def test_many_of_one_kind(count, wanted_in_all, first):
    said = refusal([refused(f"web-{number}", memory="2G") for number in range(count)], wanted_in_all)
    assert said.startswith(first)


def test_kinds_are_told_apart():
    def kind(number):
        return refused(f"web-{number}", memory=f"{number + 2}G")

    said = refusal([kind(0), kind(1), kind(0)], 3)
    assert "\nno node takes web-1: " in said
    two = said.splitlines()
    assert [line for line in two if not line.startswith(("NODE", "n1", "n2"))] == [
        "no node takes web-0, web-0: 0 of 2 nodes: 2 memory 2G",
        "no node takes web-1: 0 of 2 nodes: 2 memory 3G",
        "3 of 3 containers fit nowhere",
    ]
    assert refusal([kind(0), kind(1)], 3).splitlines()[-1] == (
        "2 of 3 containers fit nowhere, and the others were not created either"
    )
    assert "more kinds" not in refusal([kind(number) for number in range(5)], 5)
    many = refusal([kind(number) for number in range(7)], 7).splitlines()
    assert many[-2:] == ["7 of 7 containers fit nowhere", "2 more kinds of containers are refused too"]
    assert sum(line.startswith("no node takes") for line in many) == 5
