# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can be said of the backend without a real Consul; the rest is in tests/integration/test_discovery_consul.py."""

from __future__ import annotations

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.entry import Entry
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.registry import open_backend
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import DiscoveryRefusedError, InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import DiscoverySettings
from ansible_collections.classic.swarm.tests.unit.plugins.module_utils._swarm.discovery.scripted_consul import (
    Reply,
    ScriptedConsul,
)


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("consul://10.0.0.5:8500", "'consul://10.0.0.5:8500' names no prefix; write consul://HOST[:PORT]/PREFIX"),
        ("consul://10.0.0.5/", "names no prefix"),
        ("consul://10.0.0.5//", "names no prefix"),
        ("consul:///swarm", "'consul:///swarm' names no host; write consul://HOST[:PORT]/PREFIX"),
        ("consul://h1,,h2/swarm", "bad entry ':8500': it has no host"),
        ("consul://h1:port/swarm", "port 'port' is not a number"),
        ("consul://h 1/swarm", "'h 1' is not a host name"),
        ("consul://me:hunter2@h1/swarm", "a user name or a password before an '@'"),
        ("consul://h1/swarm?token=hunter2", "a token has its own option"),
        ("consul://h1/swarm#hunter2", "a token has its own option"),
    ],
)
def test_a_bad_source_is_refused_before_anything_is_asked(source: str, says: str) -> None:
    with pytest.raises(InputError) as caught:
        open_backend(DiscoverySettings(source))
    assert says in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("token", ["secret\n", "sec\nret", " secret", "secret ", "sécret", "sec\x00ret"])
def test_a_token_that_cannot_be_sent_is_refused_and_not_shown(token: str) -> None:
    with pytest.raises(InputError, match="the discovery token has") as caught:
        open_backend(DiscoverySettings("consul://h1/swarm", options={"token": token}))
    assert token.strip() not in str(caught.value)


@pytest.mark.parametrize(
    ("prefix", "path"),
    [
        ("swarm", "/v1/kv/swarm/?keys="),
        ("/swarm/", "/v1/kv/swarm/?keys="),
        ("a/b c", "/v1/kv/a/b%20c/?keys="),
    ],
)
def test_the_keys_below_the_prefix_are_asked_for(prefix: str, path: str) -> None:
    with ScriptedConsul(Reply(body=["swarm/h1:1"])) as consul:
        open_backend(DiscoverySettings(f"consul://{consul.host}/{prefix}")).list()
    assert [call.path for call in consul.calls] == [path]


def test_keys_that_are_no_entries_are_ignored_and_addresses_counted_once() -> None:
    keys = [
        "swarm/",
        "swarm/10.0.0.5:2375",
        "swarm/docker/network/v1.0/endpoint/x",
        "swarm/docker/swarm/leader",
        "swarm/docker/swarm/nodes/10.0.0.5:2375",
        "swarm/docker/swarm/nodes/[fd00::5]:2375",
        "swarm/lock:99999",
        "swarm/10:30",
        "swarm/n[1:3]:1",
    ]
    with ScriptedConsul(Reply(body=keys)) as consul:
        entries = open_backend(DiscoverySettings(f"consul://{consul.host}/swarm")).list()
    assert entries == (Entry("10.0.0.5", 2375), Entry("fd00::5", 2375))


def test_only_keys_of_others_are_an_empty_cluster() -> None:
    with ScriptedConsul(Reply(body=["swarm/leader"])) as consul:
        assert open_backend(DiscoverySettings(f"consul://{consul.host}/swarm")).list() == ()


@pytest.mark.parametrize("body", ["<html>hello</html>", {"keys": []}, [1, 2]])
def test_something_else_listens_there(body: object) -> None:
    with (
        ScriptedConsul(Reply(body=body)) as consul,
        pytest.raises(DiscoveryRefusedError, match="does not speak like Consul"),
    ):
        open_backend(DiscoverySettings(f"consul://{consul.host}/swarm")).list()


def test_watch_waits_itself_where_the_answer_has_no_index() -> None:
    slept: list[float] = []
    now = iter(range(100))
    with ScriptedConsul(Reply(body=["swarm/h1:1"])) as consul:
        backend = open_backend(
            DiscoverySettings(f"consul://{consul.host}/swarm"), clock=lambda: next(now), sleep=slept.append
        )
        assert backend.watch((Entry("h1", 1),), 3) == (Entry("h1", 1),)
    assert slept == [1, 1]
    assert not any("index=" in call.path for call in consul.calls)


def test_watch_starts_again_from_an_index_that_ran_backwards() -> None:
    def reply(key: str, index: int) -> Reply:
        return Reply(body=[key], headers={"X-Consul-Index": str(index)})

    slept: list[float] = []
    with ScriptedConsul(reply("swarm/h1:1", 900), reply("swarm/h1:1", 7), reply("swarm/h2:1", 8)) as consul:
        backend = open_backend(DiscoverySettings(f"consul://{consul.host}/swarm"), sleep=slept.append)
        assert backend.watch((Entry("h1", 1),), 30) == (Entry("h2", 1),)
    assert [("index=900" in call.path, "wait=" in call.path) for call in consul.calls] == [
        (False, False),
        (True, True),
        (False, False),
    ]
    assert slept == [1]


@pytest.mark.parametrize("ttl", [0, 19.9, 172801])
def test_a_ttl_that_consul_cannot_keep_is_refused(ttl: float) -> None:
    with pytest.raises(InputError, match=r"a TTL of .* s cannot be kept by Consul; it must be 20 to 172800 seconds"):
        open_backend(DiscoverySettings("consul://127.0.0.1:1/swarm")).register(Entry("h1", 1), ttl=ttl)
