# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.reference import (
    full_id,
    is_id_prefix,
    name_of,
    refers_to,
)
from ansible_collections.classic.swarm.tests.unit.builders import container

WEB = "041b3dca0d08" + "a" * 52
ALIKE = "041b3dca0dff" + "b" * 52
IDS = {"web": WEB, "alike": ALIKE, "cafebabe": "c" * 64, "other": "cafebabe" + "d" * 56}


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("041b3dca", True),
        ("041b3dc", False),
        ("041B3DCA", False),
        ("web-front", False),
        (WEB[:63], True),
        (WEB, False),
        ("041b3dca\n", False),
    ],
)
def test_what_may_be_the_beginning_of_an_id(text, is_one):
    assert is_id_prefix(text) is is_one


@pytest.mark.parametrize(
    ("reference", "expected"),
    [("web", True), (WEB, True), (WEB[:8], True), (WEB[:7], False), (ALIKE, False), ("we", False), ("", False)],
)
def test_what_a_container_is_referred_to_by(reference, expected):
    assert refers_to(reference, container("web", id=WEB)) is expected


@pytest.mark.parametrize(
    ("reference", "identity", "name"),
    [
        ("web", WEB, "web"),
        (WEB, WEB, "web"),
        (WEB[:12], WEB, "web"),
        (WEB[:10], WEB[:10], WEB[:10]),
        (WEB[:7], WEB[:7], WEB[:7]),
        ("cafebabe", "c" * 64, "cafebabe"),
        ("cafebabed", IDS["other"], "other"),
        ("nowhere", "nowhere", "nowhere"),
    ],
)
def test_on_one_node(reference, identity, name):
    assert full_id(reference, IDS) == identity
    assert name_of(reference, IDS) == name
