# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.classic.swarm.tests.unit.builders import container, node, passing, refusals, request


@pytest.mark.parametrize(
    ("held", "asked", "free"),
    [
        ((), ("80/tcp",), True),
        (("81/tcp",), ("80/tcp",), True),
        (("80/udp",), ("80/tcp",), True),
        (("80/tcp",), ("80/tcp",), False),
        (("80/tcp",), ("81/tcp", "80/tcp"), False),
        (("127.0.0.1:80/tcp",), ("80/tcp",), False),
        (("127.0.0.1:80/tcp",), ("192.168.1.1:80/tcp",), True),
        (("0.0.0.0:80/tcp",), ("[::1]:80/tcp",), True),
        (("80/tcp", "81/tcp"), ("80-82/tcp",), True),
        (("80/tcp", "81/tcp"), ("80-81/tcp",), False),
        (("80/tcp",), ("80-82/tcp", "80-82/tcp"), True),
        (("80/tcp",), ("80-81/tcp", "80-81/tcp"), False),
        (("80/tcp",), ("80-81/tcp", "81/tcp"), False),
    ],
)
def test_ports(held, asked, free):
    taken = node("a", container("edge", ports=held))
    assert passing(request(ports=asked), taken) == (["a"] if free else [])


def test_a_stopped_container_keeps_its_port():
    assert passing(request(ports=("80/tcp",)), node("a", container("edge", ports=("80/tcp",), state="exited"))) == []


def test_the_holder_is_named():
    taken = node("a", container("edge", ports=("80/tcp",)), container("lo", ports=("127.0.0.1:90/tcp",)))
    assert refusals(request(ports=("80/tcp", "90/tcp", "100/tcp", "80-80/udp")), taken) == {
        "a": [
            ("port", "port 80/tcp", "80/tcp", "held by edge"),
            ("port", "port 90/tcp", "90/tcp", "held by lo"),
        ]
    }


def test_a_range_that_is_full():
    taken = node("a", container("edge", ports=("80/tcp",)))
    assert refusals(request(ports=("80-81/tcp", "80-81/tcp")), taken) == {
        "a": [("port", "port 80-81/tcp", "one of 80-81/tcp", "none of them is free")]
    }
