# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which engines belong to the cluster while discovery changes, and while its store is away."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import Callable
from pathlib import Path

from classic_swarm._swarm.settings import DiscoverySettings, EngineSettings
from classic_swarm.manager.engines.connections import EngineConnections
from classic_swarm.manager.following.membership import Membership
from classic_swarm.manager.settings import ManagerSettings
from classic_swarm.manager.state.cluster import Cluster

from tests.unit.manager.http_engine import HTTPEngine

VERSION = {"ApiVersion": "1.41", "MinAPIVersion": "1.12"}


def engine(name: str) -> HTTPEngine:
    """One that stands empty, and ends its stream of events at once."""
    answers = {"/version": VERSION, "/info": {"Name": name, "ID": f"ID-{name}"}, "/containers/json": [],
               "/images/json": [], "/networks": [], "/volumes": {"Volumes": None}}  # fmt: skip
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    return HTTPEngine({
        **{f"GET {path}": (200, value) for path, value in answers.items()},
        "GET /events": head,
    })  # fmt: skip


async def until(test: Callable[[], bool]) -> None:
    for _attempt in range(1000):
        if test():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come to that")


def test_engines_come_and_go_with_discovery_and_stay_without_it(tmp_path: Path) -> None:
    told: list[str] = []

    async def use(first: str, second: str) -> None:
        listing = tmp_path / "cluster"
        listing.write_text(f"{first}\n")
        settings = ManagerSettings(DiscoverySettings(source=f"file://{listing}"))
        connections = EngineConnections(EngineSettings())
        cluster = Cluster(connections, settings, told.append)
        membership = Membership(cluster, settings)
        await membership.start()
        assert [(node.name, node.health) for node in cluster.nodes] == [("one", "healthy")]
        listing.write_text(f"{first}\n{second}\n")
        await until(lambda: [node.name for node in cluster.healthy_nodes] == ["one", "two"])
        listing.write_text(f"{second}\n")
        await until(lambda: [node.name for node in cluster.nodes] == ["two"])
        listing.unlink()
        await until(lambda: any(line.startswith("discovery: ") for line in told))
        assert [node.name for node in cluster.nodes] == ["two"]
        listing.write_text("# nobody\n")
        await until(lambda: any("names no engines any more" in line for line in told))
        assert [node.name for node in cluster.nodes] == ["two"]
        await membership.close()
        await connections.close()

    with engine("one") as one, engine("two") as two:
        asyncio.run(use(one.address, two.address))
    assert json.dumps(told)


def test_an_engine_that_hangs_does_not_hold_up_the_start(tmp_path: Path) -> None:
    async def use(well: str, hanging: str) -> float:
        listing = tmp_path / "cluster"
        listing.write_text(f"{well}\n{hanging}\n")
        settings = ManagerSettings(DiscoverySettings(source=f"file://{listing}"))
        connections = EngineConnections(EngineSettings())
        cluster = Cluster(connections, settings, print)
        membership = Membership(cluster, settings)
        loop = asyncio.get_running_loop()
        began = loop.time()
        await membership.start()
        took = loop.time() - began
        assert sorted(node.health for node in cluster.nodes) == ["healthy", "pending"]
        await membership.close()
        await connections.close()
        return took

    with engine("one") as one, socket.create_server(("127.0.0.1", 0)) as silent:
        assert asyncio.run(use(one.address, f"127.0.0.1:{silent.getsockname()[1]}")) < 6


def test_the_end_is_reached_though_a_task_was_cleaning_up_when_it_was_told(tmp_path: Path) -> None:
    async def use() -> None:
        listing = tmp_path / "cluster"
        listing.write_text("127.0.0.1:1\n")
        settings = ManagerSettings(DiscoverySettings(source=f"file://{listing}"))
        connections = EngineConnections(EngineSettings())
        membership = Membership(Cluster(connections, settings, print), settings)
        await membership.start()
        ((address, (node, follower, task)),) = membership._followed.items()

        async def stubborn() -> None:
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(60)
            await asyncio.sleep(60)

        membership._followed[address] = node, follower, asyncio.ensure_future(stubborn())
        await asyncio.sleep(0)
        closing = asyncio.ensure_future(membership.close())
        done, _late = await asyncio.wait((closing,), timeout=10)
        assert done, "it still waits for a task that went on"
        task.cancel()
        await connections.close()

    asyncio.run(use())


def test_everything_is_listed_again_within_the_refresh_interval(tmp_path: Path) -> None:
    async def use(engine: HTTPEngine) -> None:
        listing = tmp_path / "cluster"
        listing.write_text(f"{engine.address}\n")
        settings = ManagerSettings(DiscoverySettings(source=f"file://{listing}"), refresh=(0.05, 0.1))
        connections = EngineConnections(EngineSettings())
        cluster = Cluster(connections, settings, print)
        membership = Membership(cluster, settings)
        await membership.start()
        engine.answers["GET /volumes"] = (200, {"Volumes": [{"Name": "unseen", "Driver": "local"}]})
        await until(lambda: [each["Name"] for each in cluster.nodes[0].volumes] == ["unseen"])
        await membership.close()
        await connections.close()

    with engine("one") as one:
        # A stream of events that goes on, and tells of nothing.
        one.answers["GET /events"] = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n\n\n\r\n"
        asyncio.run(use(one))
