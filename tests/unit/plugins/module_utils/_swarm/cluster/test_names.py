# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The containers of a task by their names, as engines filter them."""

from __future__ import annotations

import re

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.batch import Batch, Entry
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.names import name_filter, name_filters

from tests.unit.tasks import wanted


def found(name: str, count: int | None, listed: str) -> bool:
    """Whether a container called `listed` is found, as an engine looks: anywhere in the name with its slash."""
    filters = name_filters(Batch.of(wanted(name, count=count)))
    assert filters is not None
    (pattern,) = filters[0]["name"]
    return re.search(pattern, f"/{listed}") is not None and re.search(pattern, listed) is not None


@pytest.mark.parametrize(
    ("name", "count", "listed", "expected"),
    [
        ("web", None, "web", True),
        ("web", None, "web.old", True),
        ("web", None, "web.new", True),
        ("web", None, "web.moving", True),
        ("web", None, "web.other", False),
        ("web", None, "web2", False),
        ("web", None, "my-web", False),
        ("web", None, "other/web", False),
        ("web", None, "web-1", False),
        ("a.b", None, "a.b", True),
        ("a.b", None, "axb", False),
        ("web", 3, "web-1", True),
        ("web", 3, "web-17", True),
        ("web", 3, "web-17.old", True),
        ("web", 3, "web", False),
        ("web", 3, "web-x", False),
        ("web", 3, "web-1-2", False),
    ],
)
def test_names_are_found_whole(name: str, count: int | None, listed: str, expected: bool) -> None:
    assert found(name, count, listed) is expected


def test_numbered_containers_are_found_by_their_label_too() -> None:
    filters = name_filters(Batch.of(wanted("web", count=3)))
    assert filters is not None
    assert filters[1] == {"label": ["classic.swarm.name=web"]}


@pytest.mark.parametrize(
    ("name", "narrow"), [("0123456789ab", False), ("0" * 64, False), ("0" * 65, True), ("abc", True)]
)
def test_what_may_be_an_id_is_looked_for_in_whole_lists(name: str, narrow: bool) -> None:
    assert (name_filters(Batch.of(wanted(name))) is not None) is narrow
    assert name_filters(Batch.of(wanted(name, count=1))) is not None


def test_the_filters_of_a_batch() -> None:
    entries = (Entry(wanted("web", count=2)), Entry(wanted("a.b")), Entry(wanted("job", count=1)))
    assert name_filters(Batch(entries, group="shop")) == (
        {"name": ["^/?(web-[0-9]+|a[.]b|job-[0-9]+)([.](new|old|moving))?$"]},
        {"label": ["classic.swarm.name=web"]},
        {"label": ["classic.swarm.name=job"]},
        {"label": ["classic.swarm.group=shop"]},
    )
    assert name_filters(Batch.of(wanted("web"))) == ({"name": ["^/?web([.](new|old|moving))?$"]},)


def test_many_families_are_asked_for_at_once() -> None:
    entries = tuple(Entry(wanted(f"web{number}", count=2)) for number in range(3))
    filters = name_filters(Batch(entries))
    assert filters is not None
    assert filters[1:] == ({"label": ["classic.swarm.name"]},)


def test_whole_lists_are_asked_for_where_names_are_not_enough() -> None:
    many = tuple(Entry(wanted(f"web{number}")) for number in range(51))
    assert name_filters(Batch(many[:50])) is not None
    assert name_filters(Batch(many)) is None
    assert name_filters(Batch((Entry(wanted("db")), Entry(wanted("cache"), per_node=True)))) is None
    assert name_filters(Batch((Entry(wanted("db")), Entry(wanted("0123456789ab"))))) is None


def test_the_filter_of_one_name() -> None:
    assert name_filter("a.b") == ({"name": ["^/?a[.]b$"]},)
    assert name_filter("0123456789ab") is None
