# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The keys of a store as services."""

from __future__ import annotations

from dataclasses import replace

from classic_swarm.router.reading import Keys, Reader

from tests.unit.router.services import keys


def test_services_and_their_instances_are_in_order() -> None:
    read, problems = Reader().read(
        keys(("web", "b", {"zone": "z2", "x": "1"}), ("web", "a", {"zone": "z1"}), ("db", "d", {}))
    )
    assert problems == []
    assert list(read) == ["db", "web"]
    assert [server.name for server in read["web"].instances] == ["host:a:80:80", "host:b:80:80"]
    assert read["web"].attributes == {"zone": "z1", "x": "1"}
    assert read["web"].instances[0].endpoint == "192.0.2.2:80"


def test_a_container_that_drains_has_no_weight() -> None:
    read, _problems = Reader().read(keys(("web", "a", {}), ("web", "b", {}), draining=("b",)))
    assert [(server.weight, server.draining) for server in read["web"].instances] == [(100, False), (0, True)]


def test_facts_that_go_first_hold_until_the_key_goes() -> None:
    reader = Reader()
    before = keys(("web", "a", {"route_host": "x"}))
    first, _problems = reader.read(before)
    assert reader.read(replace(before, facts={}))[0] == first
    # Another address is another instance, of which nothing is known.
    moved = dict.fromkeys(before.services, "192.0.2.9:80")
    assert reader.read(Keys(moved, {}, frozenset()))[0]["web"].attributes == {}


def test_what_no_proxy_can_take_is_left_out_and_told() -> None:
    found = Keys(
        {
            "a b/host:x:80": "192.0.2.1:80",
            "web/ho st:x:80": "192.0.2.1:80",
            "web/host:y:80": "192.0.2.1",
            "web/host:z:80": "192.0.2.1:80",
            "Web/host:z:80": "192.0.2.1:80",
            "deep/er/host:z:80": "192.0.2.1:80",
        },
        {"Web/host:z:80": '{"attributes": {"bad": "a\\nb", "good": "x"}}'},
        frozenset(),
    )
    read, problems = Reader().read(found)
    assert list(read) == ["Web"]
    assert read["Web"].attributes == {"good": "x"}
    said = "\n".join(problems)
    for words in (
        "the service 'a b' is left out",
        "the instance 'ho st:x:80' is left out",
        "web/host:y:80 is left out: '192.0.2.1' is not an address:port",
        "the service 'web' is left out: it differs from 'Web' by capital letters only",
        "the attribute bad of Web/host:z:80 is left out",
        "the instance 'er/host:z:80' is left out",
    ):
        assert words in said
