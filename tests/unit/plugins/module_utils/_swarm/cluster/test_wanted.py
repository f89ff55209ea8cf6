# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one kind of container refuses, and what it asks the scheduler."""

from __future__ import annotations

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.wanted import Member
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.expression import parse_expressions
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.ports import HostPortRequest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.request import Dependency, Request, SpreadOver
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.resources import Reservation

from tests.unit.tasks import wanted

NAME = (
    "is not a container name; two or more letters, digits, '_', '.' or '-' with a letter or digit first, such as web-1"
)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"name": "a"}, f"name: 'a' {NAME}"),
        ({"name": "_web"}, f"name: '_web' {NAME}"),
        ({"name": "we b"}, f"name: 'we b' {NAME}"),
        ({"name": "", "count": 2}, f"name: '' {NAME}"),
        ({"state": "here"}, "state: 'here' is unknown; it is one of absent, present, stopped, started, healthy"),
        ({"count": -1}, "count: -1 is less than 0"),
        ({"createretry": -1}, "createretry: -1 is less than 0"),
        (
            {"count": 2, "options": {"mac_address": "02:42:ac:11:00:02"}},
            "mac_address: 2 containers (count) cannot all have the address 02:42:ac:11:00:02",
        ),
        (
            {"count": 3, "options": {"networks": [{"name": "aa"}, {"name": "net", "ipv4_address": "10.0.0.3"}]}},
            "networks: 'net': 3 containers (count) cannot all have the address 10.0.0.3",
        ),
        (
            {"count": 2, "options": {"networks": [{"name": "net", "ipv6_address": "fd00::3"}]}},
            "networks: 'net': 2 containers (count) cannot all have the address fd00::3",
        ),
        (
            {"count": 2, "options": {"networks": [{"name": "net", "mac_address": "02:42:ac:11:00:02"}]}},
            "networks: 'net': 2 containers (count) cannot all have the address 02:42:ac:11:00:02",
        ),
    ],
)
def test_what_cannot_be_right(fields, message):
    with pytest.raises(InputError) as caught:
        wanted(**fields)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "a", "count": 1},
        {"count": 0},
        {"createretry": 0},
        {"name": "9.a_b-c"},
        {
            "count": 1,
            "options": {"mac_address": "02:42:ac:11:00:02", "networks": [{"name": "n", "ipv4_address": "1.2.3.4"}]},
        },
        {"count": 2, "options": {"networks": [{"name": "net"}]}},
    ],
)
def test_what_is_right(fields):
    wanted(**fields)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "pulled runs"),
        ({"options": {"image": "sha256:" + "1" * 64}}, "runs"),
        ({"options": {"image": None}}, "runs"),
        ({"pull": "never"}, "images runs"),
        ({"pull": "always"}, "pulled runs"),
        ({"affinities": ["container==db"]}, "pulled runs"),
        ({"affinities": ["container==db", "image==web"]}, "images pulled runs"),
        ({"options": {"auto_remove": True}}, "auto_remove pulled runs"),
        ({"options": {"published_ports": ["80:80"]}}, "holds pulled runs"),
        ({"options": {"memory": "1G"}}, "holds pulled reserves runs"),
        ({"options": {"cpus": 1}}, "holds pulled reserves runs"),
        ({"state": "absent"}, "absent pulled"),
        ({"state": "present"}, "pulled"),
        ({"state": "stopped"}, "pulled"),
        ({"state": "healthy"}, "pulled runs"),
    ],
)
def test_what_follows_from_the_options(fields, expected):
    task = wanted(**fields)
    told = {
        "absent": task.absent,
        "auto_remove": task.auto_remove,
        "holds": task.holds_something,
        "images": task.needs_images,
        "pulled": task.image_is_pulled,
        "reserves": task.reserves,
        "runs": task.runs,
    }
    assert " ".join(word for word, yes in told.items() if yes) == expected
    assert all(isinstance(yes, bool) for yes in told.values())


def test_what_the_scheduler_is_asked():
    spread = (SpreadOver("zone"),)
    task = wanted(
        count=2,
        options={
            "labels": {"a": "b"},
            "published_ports": ["80:80"],
            "memory": "1G",
            "cpus": 2,
            "links": ["db"],
        },
        constraints=["zone==a"],
        affinities=["container!=db"],
        whitelist=("n1", "n2"),
        spread_over=spread,
        state="present",
    )
    assert task.request(Member("web-2", 2), "old", {"n3:2375": "it failed"}) == Request(
        name="web-2",
        image="web:1",
        labels={"a": "b"},
        constraints=parse_expressions(["zone==a"], "constraints"),
        affinities=parse_expressions(["container!=db"], "affinities"),
        whitelist=("n1", "n2"),
        ports=(HostPortRequest("0.0.0.0", 80, 80, "tcp"),),
        reservation=Reservation(1 << 30, 2.0),
        dependencies=(Dependency("db", "links"),),
        starts=False,
        avoid={"n3:2375": "it failed"},
        replaces="old",
        spread_over=spread,
        family="web",
    )
    plain = wanted(whitelist=("n1",), options={"image": None})
    assert plain.request(Member("web")) == Request(name="web", whitelist=("n1",))
    assert plain.request(Member("web-n2", home="n2")).whitelist == ("n2",)


def test_labels_of_our_own():
    labels = wanted(count=2, group="shop").labels(Member("web-2", 2))
    assert {key: value for key, value in labels.items() if key[14:] in ("name", "number", "group")} == {
        "classic.swarm.name": "web",
        "classic.swarm.number": "2",
        "classic.swarm.group": "shop",
    }
    assert sorted(wanted().labels(Member("web"))) == ["classic.swarm.ports", "classic.swarm.reservation"]
