# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.several import (
    ContainerChoice,
    parse_patterns,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.labels import NAME
from ansible_collections.classic.swarm.tests.unit.builders import container, node

ONE = node(
    "n1",
    container("web-1", id="a1" * 32, labels={NAME: "web", "tier": "front"}),
    container("webless", id="b1" * 32, state="exited"),
)
TWO = node("n2", container("web-2", id="c1" * 32, labels={NAME: "web"}), container("x.web-3", id="d1" * 32))
ALL = ["web-1", "web-2", "webless", "x.web-3"]


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        ([], ALL),
        (["*"], ALL),
        (["web-*"], ["web-1", "web-2"]),
        (["*web-*"], ["web-1", "web-2", "x.web-3"]),
        (["*-*"], ["web-1", "web-2", "x.web-3"]),
        (["w*b*s"], ["webless"]),
        # the beginning and the end may not be the same letters
        (["webless*less"], []),
        (["x.w*"], ["x.web-3"]),
        (["*.*"], ["x.web-3"]),
        (["web"], ["web-1", "web-2"]),
        (["n2/web"], ["web-2"]),
        (["n1/*"], ["web-1", "webless"]),
        (["a1" * 4, "webless"], ["web-1", "webless"]),
        (["none"], []),
    ],
)
def test_patterns(patterns: list[str], expected: list[str]) -> None:
    choice = ContainerChoice(parse_patterns(patterns))
    places = choice.select([TWO, ONE])
    assert [found.name for _node, found in places] == expected
    assert choice.unmatched(places) == (patterns if not expected else [])


def test_labels_and_state_narrow_it_down() -> None:
    assert [found.name for _node, found in ContainerChoice(labels=("tier",)).select([ONE, TWO])] == ["web-1"]
    assert [found.name for _node, found in ContainerChoice(running=True).select([ONE])] == ["web-1"]


def test_what_means_nothing_is_told() -> None:
    choice = ContainerChoice(parse_patterns(["web", "app-*", "n1/db"]))
    assert choice.unmatched(choice.select([ONE, TWO])) == ["app-*", "n1/db"]


@pytest.mark.parametrize("text", ["", "a b", "n1/", "[ab]", "web?"])
def test_what_is_no_container(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_patterns([text])
    assert str(caught.value) == (
        f"containers: '{text}' is not a container; write a name, an ID, or a name with * in it for any text, with a "
        "node before it if need be, as in node-1/web-*"
    )
