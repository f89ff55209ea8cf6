# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which hosts, paths and ports lead to which service."""

from __future__ import annotations

import pytest
from classic_swarm.router.routing import Routing, route

from tests.unit.router.services import services


def routed(*said: tuple[str, dict[str, str]], default: str | None = None) -> Routing:
    return route(services(*((name, "a", values) for name, values in said)), {80, 443}, default)


def sites(routing: Routing) -> dict[str | None, list[tuple[str, str]]]:
    return {site.host: [(each.path, each.service.name) for each in site.routes] for site in routing.sites}


def test_whole_names_wildcards_and_every_host() -> None:
    found = routed(
        ("shop", {"route_host": "Shop.example.com"}),
        ("cart", {"route_host": "shop.example.com", "route_path": "/cart/, /basket"}),
        ("wild", {"route_host": "*.example.com", "route_path": "/wild"}),
        ("near", {"route_host": "*.eu.example.com"}),
        ("any", {"route_path": "/any"}),
        ("plain", {}),
    )
    assert sites(found) == {
        "shop.example.com": [("/basket", "cart"), ("/cart", "cart"), ("/", "shop")],
        "*.eu.example.com": [("/", "near")],
        "*.example.com": [("/wild", "wild"), ("/any", "any")],
        None: [("/any", "any")],
    }
    assert list(sites(found)) == ["shop.example.com", "*.eu.example.com", "*.example.com", None]
    assert found.problems == ()


def test_a_host_has_what_wider_ones_lead_to_unless_its_own_covers_it() -> None:
    found = routed(
        ("a", {"route_host": "x.example.com", "route_path": "/a"}),
        ("b", {"route_host": "*.example.com", "route_path": "/b,/a/deep,/ab"}),
        ("c", {"route_path": "/b/deep,/c"}),
    )
    assert sites(found)["x.example.com"] == [("/ab", "b"), ("/a", "a"), ("/b", "b"), ("/c", "c")]


def test_the_default_gets_what_leads_nowhere() -> None:
    assert sites(routed(("web", {}), default="web")) == {None: [("/", "web")]}
    assert routed(("web", {}), default="shop").problems == ("the default service shop is not in the store",)


def test_two_of_one_place_are_told() -> None:
    found = routed(
        ("a", {"route_host": "x", "route_port": "5432"}), ("b", {"route_host": "x", "route_port": "5432,80,99999"})
    )
    assert sites(found) == {"x": [("/", "a")]}
    assert [(each.port, each.service.name) for each in found.ports] == [(5432, "a")]
    assert found.problems == (
        "b: x/ leads to a already",
        "b: SERVICE_ROUTE_PORT: '99999' is not a port from 1 to 65535",
        "b: port 5432 leads to a already",
        "b: port 80 is the router's own",
    )


@pytest.mark.parametrize(
    "values",
    [
        {"route_host": "a b"},
        {"route_host": "x}", "route_path": "/a"},
        {"route_host": "*"},
        {"route_host": "-a"},
        {"route_host": "a" * 254},
        {"route_path": "a"},
        {"route_path": "/a b"},
        {"route_path": "/a;return 200"},
        {"route_path": "/../a"},
        {"route_path": "/a//b"},
        {"route_path": "/{x}"},
        {"route_path": "/$x"},
    ],
)
def test_what_cannot_be_read_leads_nowhere(values: dict[str, str]) -> None:
    found = routed(("web", values))
    assert found.sites == ()
    assert len(found.problems) == 1
    assert found.problems[0].startswith("web: SERVICE_ROUTE_")
