# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.classic.swarm.plugins.module_utils._swarm.agent.keeping import (
    Keeper,
    KeyTarget,
    catalog_service,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import DiscoveryError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.services.instance import Instance
from ansible_collections.classic.swarm.plugins.module_utils._swarm.services.registry import Place, Registered

WEB = Instance("web", "h1:web:80", "192.0.2.1", 8080, "tcp", "web", "c1", "n1", ("a",), {"zone": "z"}, 7)


class Target:
    """Takes what is registered, unless it is away; notes when."""

    title = "the place"
    ttl = 20.0

    def __init__(self) -> None:
        self.now = 0.0
        self.away = ""
        self.kept: list[tuple[float, int]] = []
        self.lines: list[str] = []
        self.keeper = Keeper(self, lambda: self.now, lambda: 1.0, self.lines.append)

    def keep(self, registered: Registered) -> list[str]:
        self.kept.append((self.now, len(registered.keys)))
        if self.away:
            raise DiscoveryError(self.away)
        return [f"changed {len(registered.keys)}"]

    def release(self) -> None:
        if self.away:
            raise DiscoveryError(self.away)

    def at(self, now: float, registered: Registered) -> None:
        self.now = now
        self.keeper.keep(registered)


def some(count: int) -> Registered:
    return Registered({f"services/web/{number}": "192.0.2.1:80" for number in range(count)}, {}, {}, (), (WEB,) * count)


def test_it_is_told_of_changes_at_once_and_kept_alive_in_between() -> None:
    target = Target()
    for now, count in ((0, 1), (1, 1), (2, 2), (6, 2), (7.1, 2), (8, 2)):
        target.at(now, some(count))
    assert target.kept == [(0, 1), (2, 2), (7.1, 2)]
    assert target.lines == [
        "the place keeps the services of this engine, 1 now",
        "changed 1",
        "changed 2",
        "changed 2",
    ]
    target.keeper.give_up()
    assert target.lines[-1] == "stopped, removed all services from the place"


def test_what_is_away_is_tried_again_with_longer_and_longer_pauses_and_told_once() -> None:
    target = Target()
    target.at(0, some(1))
    target.away = "nobody is there"
    for step in range(1, 400):
        target.at(step / 10, some(2))
    assert [now for now, _count in target.kept[1:]] == [0.1, 0.6, 1.6, 3.6, 7.6, 15.6, 30.6]
    assert target.lines[2:] == ["the place does not take the services, trying again: nobody is there"]
    target.keeper.give_up()
    assert target.lines[-1].startswith("stopped, and the place did not remove the services; they vanish by their TTL: ")
    target.away = ""
    target.at(100, some(3))
    assert target.lines[-2:] == ["the place takes the services again, after 7 tries that failed", "changed 3"]


def test_what_a_store_says_of_its_keys() -> None:
    class Keys:
        ttl = 30.0

        def keep(self, _wanted: object) -> list[str]:
            return ["services/web/0", "services-facts/web/0", "services/old/1"]

    target = KeyTarget(Place("h1", "n1", "192.0.2.1"), Keys())  # type: ignore[arg-type]
    assert target.keep(some(1)) == ["registered services/web/0 = 192.0.2.1:80", "removed services/old/1"]


def test_how_the_catalog_tells_of_an_instance() -> None:
    told = catalog_service(WEB)
    assert (told.identifier, told.name, told.address, told.port) == ("web:h1:web:80", "web", "192.0.2.1", 8080)
    assert (told.tags, told.weight) == (("a",), 7)
    assert dict(told.meta) == {"zone": "z", "node": "n1", "container": "web", "protocol": "tcp"}
