# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Discovery through three etcd servers of one cluster, of which one, then two fall out."""

from __future__ import annotations

import time
import typing as t

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.backend import Backend, Registration
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.entry import Entry
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.registry import open_backend
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import DiscoveryError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import DiscoverySettings
from ansible_collections.classic.swarm.tests.lab.etcd import Etcd, etcd_cluster, fetch
from ansible_collections.classic.swarm.tests.lab.freezing import freeze, thaw
from ansible_collections.classic.swarm.tests.lab.service import ServiceUnavailable

FIRST, SECOND = Entry("10.0.0.5", 2375), Entry("10.0.0.6", 2375)


@pytest.fixture(scope="module")
def members() -> t.Iterator[list[Etcd]]:
    try:
        fetch()
    except ServiceUnavailable as error:
        pytest.skip(f"no etcd on this machine: {error}")
    with etcd_cluster() as running:
        yield running


def open_over(members: t.Sequence[Etcd]) -> Backend:
    hosts = ",".join(member.host for member in members)
    return open_backend(DiscoverySettings(f"etcd://{hosts}/swarm", timeout=2))


def leader_first(members: t.Sequence[Etcd]) -> list[Etcd]:
    status = {member.host: member.call("maintenance/status", {}) for member in members}
    return sorted(members, key=lambda each: status[each.host]["header"]["member_id"] != status[each.host]["leader"])


def eventually(look: t.Callable[[], t.Any], wanted: t.Any, seconds: float = 20) -> None:
    """Until a new leader is elected, servers say no."""
    end = time.monotonic() + seconds
    while True:
        try:
            seen = look()
        except DiscoveryError as error:
            seen = str(error)
        if seen == wanted or time.monotonic() > end:
            assert seen == wanted
            return
        time.sleep(0.2)


def register_once(backend: Backend, registrations: list[Registration]) -> None:
    def register() -> int:
        registrations.append(backend.register(SECOND, 20))
        return len(registrations)

    eventually(register, 1)


def test_the_leader_is_killed(members: list[Etcd]) -> None:
    leader, *others = leader_first(members)
    backend = open_over([leader, *others])
    registration = backend.register(FIRST, 20)
    assert backend.list() == (FIRST,)
    leader.kill()
    eventually(backend.list, (FIRST,))
    eventually(lambda: registration.heartbeat() or backend.list(), (FIRST,))
    leader.start()
    registration.deregister()
    assert open_over([leader]).list() == ()


def test_a_leader_that_is_cut_off_gives_nothing_that_may_be_old(members: list[Etcd]) -> None:
    """Frozen others are for the leader as if the network to them were gone."""
    leader, *others = leader_first(members)
    alone = open_over([leader])
    assert alone.list() == ()
    for member in others:
        freeze(member.pid)
    try:
        with pytest.raises(DiscoveryError) as caught:
            open_over([leader, *others]).list()
        message = str(caught.value)
        assert all(member.host in message for member in members), message
        assert f"{others[0].host}: no answer within 2 s" in message
    finally:
        for member in others:
            thaw(member.pid)
    registrations: list[Registration] = []
    register_once(open_over(others), registrations)
    eventually(alone.list, (SECOND,))
    registrations[0].deregister()


def test_a_watch_outlives_a_server(members: list[Etcd]) -> None:
    first, *others = leader_first(members)
    backend = open_over([first, *others])
    known = backend.list()
    first.kill()
    registrations: list[Registration] = []
    other = open_over(others)
    register_once(other, registrations)
    assert backend.watch(known, 10) == (SECOND,)
    registrations[0].deregister()
    first.start()
