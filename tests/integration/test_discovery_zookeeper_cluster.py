# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Discovery through three ZooKeeper servers of one cluster, of which one, then two fall out."""

from __future__ import annotations

import time
import typing as t

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.backend import Backend
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.entry import Entry
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.registry import open_backend
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import DiscoveryError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import DiscoverySettings
from ansible_collections.classic.swarm.tests.lab.freezing import freeze, thaw
from ansible_collections.classic.swarm.tests.lab.service import ServiceUnavailable
from ansible_collections.classic.swarm.tests.lab.zookeeper import ZooKeeper, fetch, zookeeper_cluster

ENTRY = Entry("10.0.0.5", 2375)


@pytest.fixture(scope="module")
def members() -> t.Iterator[list[ZooKeeper]]:
    try:
        fetch()
    except ServiceUnavailable as error:
        pytest.skip(f"no ZooKeeper on this machine: {error}")
    with zookeeper_cluster() as running:
        yield running


def open_over(members: t.Sequence[ZooKeeper]) -> Backend:
    hosts = ",".join(member.host for member in members)
    return open_backend(DiscoverySettings(f"zk://{hosts}/swarm", timeout=4))


def leader_first(members: t.Sequence[ZooKeeper]) -> list[ZooKeeper]:
    return sorted(members, key=lambda each: not each.is_leader)


def eventually(call: t.Callable[[], t.Any], seconds: float = 30) -> t.Any:
    """Until a new leader is elected, servers say no."""
    end = time.monotonic() + seconds
    while True:
        try:
            return call()
        except DiscoveryError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def test_the_leader_is_killed_and_the_session_lives_on(members: list[ZooKeeper]) -> None:
    leader, *others = leader_first(members)
    registration = open_over([leader, *others]).register(ENTRY, 20)
    leader.kill()
    eventually(registration.heartbeat)
    assert eventually(open_over([leader, *others]).list) == (ENTRY,)
    leader.start()
    registration.deregister()
    assert eventually(open_over([leader]).list) == ()


def test_a_server_that_is_cut_off_gives_nothing_that_may_be_old(members: list[ZooKeeper]) -> None:
    """Frozen others are for it as if the network to them were gone."""
    alone, *others = leader_first(members)
    assert open_over([alone]).list() == ()
    for member in others:
        freeze(member.pid)
    try:
        # The leader serves until it has missed its followers for some ticks; then it serves nobody.
        end = time.monotonic() + 30
        while b"Mode: leader" in alone.ask("srvr") and time.monotonic() < end:
            time.sleep(0.2)
        with pytest.raises(DiscoveryError) as caught:
            open_over([alone, *others]).list()
        message = str(caught.value)
        assert all(
            f"{member.host}: it took the connection and opened no session within 4 s" in message for member in members
        ), message
    finally:
        for member in others:
            thaw(member.pid)
    registration = eventually(lambda: open_over(others).register(ENTRY, 10))
    assert eventually(open_over([alone]).list) == (ENTRY,)
    registration.deregister()
