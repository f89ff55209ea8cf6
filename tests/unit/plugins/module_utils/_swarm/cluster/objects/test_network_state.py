# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is done about a network on one engine, and what is said of it."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.objects.change import ObjectChange
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.objects.network import WantedNetwork
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.objects.network_state import (
    Connections,
    NetworkState,
    find_network,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import (
    EngineConflictError,
    EngineVersionError,
)

from tests.unit.asking import DONE, MISSING, asking, done
from tests.unit.engine_double import EngineDouble, Reply

ID, WEB, DB = "1" * 64, "a" * 64, "b" * 64
WANTED = WantedNetwork("net")
ANYBODY = Connections(appends=True)
NETWORK: dict[str, t.Any] = {"Id": ID, "Name": "net", "Driver": "bridge", "Containers": {}}
WITH_BOTH = {**NETWORK, "Containers": {WEB: {"Name": "web"}, DB: {"Name": "db"}}}
OTHER = {**WITH_BOTH, "Driver": "macvlan"}
CREATED, REMOVED = "Created network net with driver bridge", "Removed network net"


def container(identity: str, *networks: str) -> Reply:
    """`networks`: names, or names with another ID behind a space."""
    joined = {name.partition(" ")[0]: {"NetworkID": name.partition(" ")[2] or ID} for name in networks}
    return Reply({"Id": identity, "NetworkSettings": {"Networks": joined}})


def script(*seen: dict[str, t.Any] | None) -> dict[str, t.Any]:
    """An engine that lists and inspects the network so, one after another, and has two containers."""
    return {
        # an engine finds parts of names
        "GET /networks": [Reply([{"Id": "9" * 64, "Name": "net-2"}, *([each] if each else [])]) for each in seen],
        f"GET /networks/{ID}": [Reply(each) for each in seen if each] or MISSING,
        "POST /networks/create": Reply({"Id": ID, "Warning": ""}, 201),
        f"DELETE /networks/{ID}": DONE,
        f"POST /networks/{ID}/connect": DONE,
        f"POST /networks/{ID}/disconnect": DONE,
        "GET /containers/web/json": container(WEB, "bridge"),
        "GET /containers/db/json": container(DB, "net"),
    }


def keep(
    *seen: dict[str, t.Any] | None,
    wanted: WantedNetwork = WANTED,
    connections: Connections = ANYBODY,
    force: bool = False,
    dry: bool = False,
    api_version: str = "1.41",
    more: t.Mapping[str, t.Any] | None = None,
) -> tuple[ObjectChange, EngineDouble]:
    def act(client: t.Any) -> ObjectChange:
        return NetworkState(client, "net", dry).keep(wanted, connections, force)

    return asking({**script(*seen), **(more or {})}, act, api_version)


def bodies(engine: EngineDouble, path: str) -> list[t.Any]:
    return [json.loads(question.body) for question in engine.questions if question.path == path]


def test_a_network_that_is_not_there_is_created() -> None:
    change, engine = keep(None, NETWORK, NETWORK)
    assert change == ObjectChange((CREATED,), NETWORK, {"exists": False}, {"exists": True})
    assert done(engine) == ["POST /networks/create"]
    assert bodies(engine, "/networks/create")[0]["Name"] == "net"


def test_the_engine_s_warning_is_told_with_its_address() -> None:
    warned = {"POST /networks/create": Reply({"Id": ID, "Warning": "no such option"}, 201)}
    change, engine = keep(None, NETWORK, NETWORK, more=warned)
    assert change.warnings == (f"{engine.address}: no such option",)


def test_one_that_is_as_asked_stays() -> None:
    change, engine = keep(WITH_BOTH)
    assert change == ObjectChange((), WITH_BOTH, {"exists": True}, {"exists": True})
    assert done(engine) == []


@pytest.mark.parametrize(("seen", "force"), [(OTHER, False), (WITH_BOTH, True)])
def test_one_that_differs_is_emptied_removed_and_made_anew(seen: dict[str, t.Any], force: bool) -> None:
    change, engine = keep(seen, NETWORK, NETWORK, force=force)
    assert change.actions == ("Disconnected container web", "Disconnected container db", REMOVED, CREATED)
    assert done(engine) == [
        f"POST /networks/{ID}/disconnect", f"POST /networks/{ID}/disconnect", f"DELETE /networks/{ID}",
        "POST /networks/create",
    ]  # fmt: skip
    assert bodies(engine, f"/networks/{ID}/disconnect") == [{"Container": each, "Force": True} for each in (WEB, DB)]
    left = {"connected.web": True, "connected.db": True}
    assert change.before == {"exists": True, **left, **({} if force else {"driver": "macvlan"})}
    assert change.after == {
        "exists": True, "connected.web": False, "connected.db": False, **({} if force else {"driver": "bridge"}),
    }  # fmt: skip


def test_a_check_says_the_same_and_does_nothing() -> None:
    wanted = Connections(("web",))
    run, _engine = keep(OTHER, NETWORK, NETWORK, connections=wanted)
    check, engine = keep(OTHER, connections=wanted, dry=True)
    assert (check.actions, check.before, check.after) == (run.actions, run.before, run.after)
    assert done(engine) == []
    assert check.record is None


def test_who_is_missing_is_connected_and_who_is_too_many_is_not_any_more() -> None:
    change, engine = keep({**NETWORK, "Containers": {DB: {"Name": "db"}}}, connections=Connections(("web", "gone")))
    assert change.actions == ("Connected container web", "Disconnected container db")
    assert bodies(engine, f"/networks/{ID}/connect") == [{"Container": WEB, "EndpointConfig": {}}]
    assert change.before == {"exists": True, "connected.web": False, "connected.db": True}
    assert change.after == {"exists": True, "connected.web": True, "connected.db": False}


@pytest.mark.parametrize("names", [("web", "db"), (WEB, DB[:12])])
def test_who_is_there_stays_by_name_or_id(names: tuple[str, ...]) -> None:
    there = {f"GET /containers/{name}/json": container(WEB, "net") for name in names}
    change, engine = keep(WITH_BOTH, connections=Connections(names), more=there)
    assert (change.actions, done(engine)) == ((), [])


def test_a_few_digits_are_no_id() -> None:
    there = {f"GET /containers/{DB[:11]}/json": container(DB, "net")}
    change, _engine = keep(WITH_BOTH, connections=Connections(("web", DB[:11])), more=there)
    assert change.actions == ("Connected container web", "Disconnected container db")


def test_others_stay_where_the_list_is_to_be_appended() -> None:
    change, engine = keep(WITH_BOTH, connections=Connections(("db",), appends=True))
    assert (change.actions, done(engine)) == ((), [])


def test_one_that_is_in_a_network_of_that_name_that_is_gone_is_connected_to_the_new_one() -> None:
    there = {"GET /containers/db/json": container(DB, f"net {'2' * 64}")}
    change, _engine = keep(NETWORK, connections=Connections(("db",)), more=there)
    assert change.actions == ("Connected container db",)


def test_one_that_ended_before_it_was_disconnected_is_not_told() -> None:
    change, engine = keep(
        WITH_BOTH, connections=Connections(("db",)), more={f"POST /networks/{ID}/disconnect": MISSING}
    )
    assert (change.actions, done(engine)) == ((), [f"POST /networks/{ID}/disconnect"])


@pytest.mark.parametrize(
    ("api_version", "wanted", "refused"),
    [
        ("1.46", WantedNetwork("net", enable_ipv4=False), True),
        ("1.46", WantedNetwork("net", enable_ipv4=True), False),
        ("1.46", WANTED, False),
        ("1.47", WantedNetwork("net", enable_ipv4=False), False),
    ],
)
def test_a_network_without_ipv4_needs_an_engine_that_makes_one(
    api_version: str, wanted: WantedNetwork, refused: bool
) -> None:
    if not refused:
        assert keep(None, NETWORK, NETWORK, wanted=wanted, api_version=api_version)[0].actions == (CREATED,)
        return
    with pytest.raises(EngineVersionError) as error:
        keep(None, wanted=wanted, api_version=api_version)
    assert error.value.message.startswith("a network without IPv4 needs API version 1.47; 127.0.0.1:")
    assert error.value.message.endswith(" speaks API 1.46")


@pytest.mark.parametrize("dry", [False, True])
def test_a_network_is_emptied_before_it_goes(dry: bool) -> None:
    change, engine = asking(script(WITH_BOTH), lambda client: NetworkState(client, "net", dry).drop())
    assert change.actions == ("Disconnected container web", "Disconnected container db", REMOVED)
    assert (change.before["exists"], change.after["exists"], change.record) == (True, False, None)
    assert len(done(engine)) == (0 if dry else 3)
    change, engine = asking(script(None), lambda client: NetworkState(client, "net", dry).drop())
    assert change == ObjectChange((), None, {"exists": False}, {"exists": False})


def test_two_networks_of_one_name_are_named() -> None:
    twice = {"GET /networks": Reply([NETWORK, {**NETWORK, "Id": "2" * 64}])}
    with pytest.raises(EngineConflictError) as error:
        asking(twice, lambda client: find_network(client, "net"))
    assert error.value.status == 409
    assert error.value.message.endswith(
        " has 2 networks named net: 111111111111, 222222222222; remove all but one by their IDs"
    )


@pytest.mark.parametrize(
    ("name", "ids", "found"), [("net", False, True), (ID[:12], False, False), (ID[:12], True, True), ("x", True, False)]
)
def test_a_network_is_found_by_its_name_and_by_its_id_where_that_is_asked_for(
    name: str, ids: bool, found: bool
) -> None:
    # an engine takes an alias for a name, too
    answers = {**script(NETWORK), f"GET /networks/{ID[:12]}": Reply(NETWORK), "GET /networks/x": Reply(NETWORK)}
    assert asking(answers, lambda client: find_network(client, name, ids))[0] == (NETWORK if found else None)
