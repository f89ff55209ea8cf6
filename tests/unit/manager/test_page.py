# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page of the cluster: what it shows, and that nothing which others made up becomes a part of it."""

from __future__ import annotations

import asyncio
import time
import typing as t
from html.parser import HTMLParser

import aiohttp
import pytest
from classic_swarm._swarm.discovery.entry import parse_entry
from classic_swarm.manager.http.metrics import Metrics, serve_metrics
from classic_swarm.manager.http.page import MOST_CONTAINERS, render
from classic_swarm.manager.http.refusals import KEPT, Refusals
from classic_swarm.manager.manager import Manager
from classic_swarm.manager.state.cluster import UNHEALTHY, Cluster

from tests.unit.manager.test_http import cluster as endpoint
from tests.unit.manager.test_state import NOW, add_node, listed, make_cluster, set_containers

HOSTILE = "<script>alert(1)</script>\"'&\x1b[2J\u202e"
#: Elements of the page, and no others.
ELEMENTS = {
    "html", "head", "meta", "title", "style", "body", "h1", "h2", "a", "p", "pre", "span", "br", "div",
    "dl", "dt", "dd", "form", "input", "button", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip


@pytest.fixture
def cluster() -> Cluster:
    return make_cluster()


class Read(HTMLParser):
    """Elements, attributes and text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.words = ""
        self._style = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes += attrs
        self._style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._style = False

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._style:
            self.words += f"{data.strip()} "


def page(cluster: Cluster, refusals: Refusals | None = None, **query: str) -> Read:
    manager = Manager(cluster.settings, cluster._connections, cluster, print)
    return Read(render(manager, (refusals or Refusals()).newest_first(), query, NOW))


def test_nodes_and_what_runs_where(cluster: Cluster) -> None:
    add_node(cluster, 1, listed("ab", "app"), listed("cd", "old", State="exited", Status="Exited (0) 2 days ago"))
    sick = add_node(cluster, 2, listed("ef", "web", Image="nginx:1"))
    cluster.set_health(sick, UNHEALTHY, "connection refused")
    shown = page(cluster)
    assert "Healthy nodes 1 of 2 Running 2 Paused 0 Stopped 1 Strategy spread" in shown.words
    assert "n1 10.0.0.1:2375 healthy 1 running, 1 stopped 2 / 4 2 MiB / 1.05 GiB" in shown.words
    assert "unhealthy connection refused" in shown.words
    # Who needs a look stands first.
    assert shown.words.index("n2 10.0.0.2") < shown.words.index("n1 10.0.0.1")
    assert "zone=z1" in shown.words
    assert f"app {'ab' * 6} web:1 n1 Up 3 minutes" in shown.words
    assert f"web {'ef' * 6} nginx:1 n2 unhealthy node" in shown.words
    assert "Nothing was refused" in shown.words
    assert shown.elements <= ELEMENTS


def test_a_search_and_one_node(cluster: Cluster) -> None:
    add_node(cluster, 1, listed("ab", "app"), listed("cd", "db", Image="postgres:16"))
    add_node(cluster, 2, listed("ef", "web"))
    found = page(cluster, q=" POSTGRES ").words
    assert "Nodes (1)" in found
    assert "Containers (1)" in found
    assert "zone=z1" in found
    by_label = page(cluster, q="zone=z2").words
    assert "Nodes (1)" in by_label
    assert "Containers (0)" in by_label
    one = page(cluster, node="10.0.0.1:2375").words
    assert "Nodes (1)" in one
    assert "Containers (2)" in one
    assert "There are none." in page(cluster, q="nothing").words


def test_what_others_made_up_is_text(cluster: Cluster) -> None:
    add_node(cluster, 1, listed("ab", HOSTILE, Image=HOSTILE, Status=HOSTILE), name=HOSTILE)
    sick = add_node(cluster, 2)
    sick.labels = {HOSTILE: HOSTILE}
    cluster.set_health(sick, UNHEALTHY, HOSTILE)
    refusals = Refusals(lambda: NOW)
    refusals.note(HOSTILE, HOSTILE, HOSTILE)
    for query in ({}, {"q": HOSTILE}, {"node": "10.0.0.1:2375"}):
        shown = page(cluster, refusals, **query)
        assert shown.elements <= ELEMENTS
        assert {name for name, _value in shown.attributes if name.startswith("on")} == set()
        assert "\x1b" not in shown.words + str(shown.attributes)
        assert "\u202e" not in shown.words
        assert "<script>alert(1)</script>\"'&\\x1b[2J\\u202e" in shown.words or "q" in query
    links = [value for name, value in page(cluster).attributes if name == "href"]
    assert links == ["?", "?node=10.0.0.2%3A2375", "?node=10.0.0.1%3A2375"]


def test_the_last_refusals(cluster: Cluster) -> None:
    refusals = Refusals(lambda: NOW)
    for number in range(KEPT + 5):
        refusals.note(f"app{number}", "ci-7", f"no node takes app{number}: 0 of 2 nodes\nNODE  FILTER")
    words = page(cluster, refusals).words
    assert f"Refused (the last {KEPT})" in words
    assert "2027-01-15 08:00:00 UTC: app24, asked for by ci-7 no node takes app24: 0 of 2 nodes\nNODE  FILTER" in words
    assert words.index("app24,") < words.index("app23,")
    assert "app4," not in words
    assert "asked for" not in page(cluster, refusals, q="app").words


def test_a_refused_create_is_remembered_and_others_are_not() -> None:
    with endpoint({}) as (ask, _engine):
        ask("POST", "/containers/create?name=a%21", {"Image": "web:1"})
        ask("GET", "/containers/gone/json")
        (kept,) = ask.endpoint.server.refusals.newest_first()
    assert (kept.name, kept.message) == (
        "a!", "Invalid container name (a!), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed"
    )  # fmt: skip


def test_a_thousand_nodes(cluster: Cluster) -> None:
    for number in range(1000):
        node = cluster.join(parse_entry(f"10.1.{number // 250}.{number % 250}:2375"))
        info = {"Name": f"n{number}", "ID": f"ID{number}", "NCPU": 4, "MemTotal": 2**30, "Labels": ["zone=a"]}
        cluster.set_info(node, info)
        set_containers(cluster, node, [listed(f"{number:04x}", f"c{number}")], cluster.next_number())
    manager = Manager(cluster.settings, cluster._connections, cluster, print)
    begun = time.process_time()
    text = render(manager, (), {}, NOW)
    # One answer holds all others up for so long: some 20 ms on this project's machines.
    assert time.process_time() - begun < 0.5
    assert len(text) < 1_000_000
    assert f"More than {MOST_CONTAINERS}: search" in text
    assert "Containers (1)" in render(manager, (), {"q": "c777"}, NOW)


def test_the_page_is_served_as_one_that_loads_nothing(cluster: Cluster) -> None:
    manager = Manager(cluster.settings, cluster._connections, cluster, print)

    async def ask() -> list[t.Any]:
        telling = serve_metrics(manager, Metrics(), Refusals(), lambda: (0, 0))
        found: list[t.Any] = []
        server = await asyncio.get_running_loop().create_server(telling, "127.0.0.1", 0)
        address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with server, aiohttp.ClientSession(address) as session:
            async with session.get("/?q=x") as answer:
                found += [answer.status, answer.headers["Content-Type"], answer.headers["Content-Security-Policy"]]
                assert (await answer.text()).startswith("<!DOCTYPE html>")
            # A web site that had its own name point to this machine.
            async with session.get("/", headers={"Host": "evil.example.com"}) as answer:
                found += [answer.status, await answer.text()]
        return found

    status, kind, policy, refused, why = asyncio.run(ask())
    assert (status, kind, refused) == (200, "text/html; charset=utf-8", 403)
    assert policy.startswith("default-src 'none'; ")
    assert "'evil.example.com'" in why
