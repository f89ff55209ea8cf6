# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Discovery against real ZooKeeper servers: nodes, sessions, ACLs, TLS, failures."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
import typing as t
from pathlib import Path

import kazoo.client
import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.entry import Entry
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.registry import discover, open_backend
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import (
    DiscoveryError,
    DiscoveryRefusedError,
    InputError,
    MissingLibraryError,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import DiscoverySettings, TLSSettings
from ansible_collections.classic.swarm.tests.integration.loopback import closed_port, loopback_server
from ansible_collections.classic.swarm.tests.lab.certificates import Authority
from ansible_collections.classic.swarm.tests.lab.freezing import freeze, thaw
from ansible_collections.classic.swarm.tests.lab.service import ServiceUnavailable
from ansible_collections.classic.swarm.tests.lab.zookeeper import ZooKeeper, fetch

ENTRY, OTHER = Entry("10.0.0.5", 2375), Entry("10.0.0.6", 2375)
FOLDER = "/swarm/docker/swarm/nodes"
PATH = f"{FOLDER}/{ENTRY.address}"
LOGIN = {"user": "agent", "password": "secret"}


@pytest.fixture(scope="module", autouse=True)
def program() -> None:
    try:
        fetch()
    except ServiceUnavailable as error:
        pytest.skip(f"no ZooKeeper on this machine: {error}")


@pytest.fixture(scope="module")
def server() -> t.Iterator[ZooKeeper]:
    with ZooKeeper() as running:
        yield running


@pytest.fixture
def zookeeper(server: ZooKeeper) -> ZooKeeper:
    server.delete("/swarm")
    return server


@pytest.fixture(scope="module")
def secured() -> t.Iterator[ZooKeeper]:
    """Over TLS, to clients with a certificate only."""
    with ZooKeeper(tls=True) as running:
        yield running


def settings(*hosts: str, prefix: str = "swarm", **others: t.Any) -> DiscoverySettings:
    return DiscoverySettings(f"zk://{','.join(hosts)}/{prefix}", **others)


def owner(zookeeper: ZooKeeper, path: str = PATH) -> int | None:
    """The session that a node belongs to; None if there is no node."""
    with zookeeper.writer() as client:
        found = client.exists(path)
        return None if found is None else int(found.ephemeralOwner)


# -- which nodes are entries ------------------------------------------------------------------------------------------


def test_both_layouts_are_listed_and_an_address_once(zookeeper: ZooKeeper) -> None:
    for path in ("/swarm/10.0.0.7:2375", f"{FOLDER}/10.0.0.6:2375", f"{FOLDER}/10.0.0.7:2375"):
        zookeeper.put(path)
    zookeeper.put("/swarm/x/10.0.0.8:2375")
    zookeeper.put("/swarm/docker/swarm/leader", "10.0.0.9:4000")
    zookeeper.put("/swarm2/10.0.0.8:2375")
    assert [entry.address for entry in discover(settings(zookeeper.host))] == ["10.0.0.7:2375", "10.0.0.6:2375"]


def test_a_prefix_that_is_not_there_is_an_empty_cluster(zookeeper: ZooKeeper) -> None:
    assert open_backend(settings(zookeeper.host)).list() == ()


def test_a_prefix_of_several_folders_and_that_of_the_original_itself(zookeeper: ZooKeeper) -> None:
    for prefix in ("swarm/of/mine", "swarm/docker/swarm/nodes"):
        backend = open_backend(settings(zookeeper.host, prefix=prefix))
        registration = backend.register(ENTRY, 4)
        assert backend.list() == (ENTRY,)
        registration.deregister()
    assert owner(zookeeper, "/swarm/of/mine/docker/swarm/nodes") == 0
    assert owner(zookeeper, "/swarm/docker/swarm/nodes/docker") is None


@pytest.mark.parametrize("prefix", ["a//b", "a/../b", "./a"])
def test_a_prefix_that_no_node_is_called(prefix: str) -> None:
    with pytest.raises(InputError) as caught:
        open_backend(settings("h1", prefix=prefix))
    assert str(caught.value) == (
        f"'zk://h1/{prefix}' has a prefix with an empty part, '.' or '..', which no node is called"
    )


def test_a_prefix_that_the_server_takes_no_node_for(zookeeper: ZooKeeper) -> None:
    with pytest.raises(DiscoveryRefusedError) as caught:
        open_backend(settings(zookeeper.host, prefix="🐳")).register(ENTRY, 4)
    assert str(caught.value) == (
        f"ZooKeeper (zk://{zookeeper.host}/🐳) takes no node called /🐳/docker/swarm/nodes; "
        f"choose a prefix of other characters"
    )


# -- sessions ---------------------------------------------------------------------------------------------------------


def test_a_registration_is_an_ephemeral_node_and_a_heartbeat_writes_nothing(zookeeper: ZooKeeper) -> None:
    registration = open_backend(settings(zookeeper.host)).register(ENTRY, 4)
    with zookeeper.writer() as client:
        value, written = client.get(PATH)
        assert value == ENTRY.address.encode()
        assert written.ephemeralOwner != 0
        registration.heartbeat()
        assert client.exists(PATH) == written
    registration.deregister()
    assert owner(zookeeper) is None


@pytest.mark.parametrize(("ttl", "bound"), [(60, "most that it grants is 20"), (1, "least that it grants is 2")])
def test_a_ttl_that_is_not_granted_is_refused_with_both_numbers(zookeeper: ZooKeeper, ttl: float, bound: str) -> None:
    with pytest.raises(InputError) as caught:
        open_backend(settings(zookeeper.host)).register(ENTRY, ttl)
    assert str(caught.value) == f"a TTL of {ttl} s cannot be kept by this ZooKeeper; the {bound} s"
    assert owner(zookeeper) is None


def test_a_node_of_another_session_is_taken_over_and_the_other_ends_without_it(zookeeper: ZooKeeper) -> None:
    predecessor = open_backend(settings(zookeeper.host)).register(ENTRY, 10)
    first = owner(zookeeper)
    backend = open_backend(settings(zookeeper.host))
    successor = backend.register(ENTRY, 10)
    second = owner(zookeeper)
    assert second not in (None, 0, first)
    predecessor.deregister()
    assert owner(zookeeper) == second
    assert backend.list() == (ENTRY,)
    successor.deregister()


def test_a_node_that_somebody_wrote_or_removed_is_taken(zookeeper: ZooKeeper) -> None:
    zookeeper.put(PATH, "by hand")
    registration = open_backend(settings(zookeeper.host)).register(ENTRY, 4)
    mine = owner(zookeeper)
    assert mine != 0
    zookeeper.delete(PATH)
    registration.heartbeat()
    assert owner(zookeeper) == mine
    registration.deregister()


def test_a_connection_that_is_lost_is_not_a_session_that_is_lost(zookeeper: ZooKeeper) -> None:
    """The server is frozen for longer than the client is patient, and for less than the session lives."""
    registration = open_backend(settings(zookeeper.host, timeout=1)).register(ENTRY, 20)
    before = owner(zookeeper)
    freeze(zookeeper.pid)
    try:
        with pytest.raises(DiscoveryError) as caught:
            registration.heartbeat()
        assert str(caught.value) == (
            f"ZooKeeper (zk://{zookeeper.host}/swarm) did not look for the node of {ENTRY.address} within 1 s"
        )
    finally:
        thaw(zookeeper.pid)
    registration.heartbeat()
    assert owner(zookeeper) == before
    registration.deregister()


def test_a_session_that_ended_is_replaced(zookeeper: ZooKeeper) -> None:
    """It ends because the server hears nothing of the client, whose process is frozen."""
    script = (
        "import sys, time\n"
        "from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.entry import Entry\n"
        "from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.registry import open_backend\n"
        "from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import DiscoverySettings\n"
        f"kept = open_backend(DiscoverySettings('zk://{zookeeper.host}/swarm')).register(Entry('10.0.0.5', 2375), 2)\n"
        "while True:\n"
        "    time.sleep(0.3)\n"
        "    try:\n"
        "        kept.heartbeat()\n"
        "    except Exception as error:\n"
        "        print(error, flush=True)\n"
    )
    agent = subprocess.Popen([sys.executable, "-c", script], env={"PYTHONPATH": ":".join(sys.path)})
    try:
        first = await_owner(zookeeper, lambda seen: seen is not None)
        freeze(agent.pid)
        assert await_owner(zookeeper, lambda seen: seen is None) is None
        thaw(agent.pid)
        assert await_owner(zookeeper, lambda seen: seen is not None) != first
    finally:
        agent.kill()
        agent.wait(10)
    # Killed, it could not say goodbye.
    assert await_owner(zookeeper, lambda seen: seen is None) is None


def await_owner(zookeeper: ZooKeeper, wanted: t.Callable[[int | None], bool]) -> int | None:
    end = time.monotonic() + 15
    while True:
        seen = owner(zookeeper)
        if wanted(seen) or time.monotonic() > end:
            assert wanted(seen)
            return seen
        time.sleep(0.1)


# -- watching ---------------------------------------------------------------------------------------------------------


def test_a_watch_sees_a_prefix_come_and_changes_between_two_watches(zookeeper: ZooKeeper) -> None:
    backend = open_backend(settings(zookeeper.host))
    coming = threading.Timer(0.3, zookeeper.put, ("/swarm/10.0.0.7:2375",))
    coming.start()
    known = backend.watch((), 10)
    assert [entry.host for entry in known] == ["10.0.0.7"]
    coming.join(10)
    for number in range(10):
        zookeeper.put(f"{FOLDER}/10.0.1.{number}:2375")
        known = backend.watch(known, 10)
        assert len(known) == number + 2


def test_a_watch_is_armed_again_after_a_server_came_back() -> None:
    with ZooKeeper() as mortal:
        mortal.put("/swarm/10.0.0.7:2375")
        backend = open_backend(settings(mortal.host))

        def restart() -> None:
            mortal.kill()
            mortal.start()
            mortal.put("/swarm/10.0.0.8:2375")

        restarting = threading.Timer(0.5, restart)
        restarting.start()
        seen = backend.watch((Entry("10.0.0.7", 2375),), 30)
        restarting.join(30)
        assert [entry.host for entry in seen] == ["10.0.0.7", "10.0.0.8"]


# -- servers ----------------------------------------------------------------------------------------------------------


def test_the_next_server_is_asked_and_all_are_named(zookeeper: ZooKeeper) -> None:
    zookeeper.put(PATH)
    with closed_port() as closed, closed_port() as other:
        assert discover(settings(closed, zookeeper.host)) == (ENTRY,)
        with pytest.raises(DiscoveryError) as caught:
            discover(settings(closed, other))
    assert str(caught.value) == (
        f"no ZooKeeper server of zk://{closed},{other}/swarm was reached to open a session: "
        f"{closed}: Connection refused; {other}: Connection refused"
    )


def test_what_is_no_zookeeper(zookeeper: ZooKeeper) -> None:
    with loopback_server(lambda _path: (200, "hello")) as stranger, pytest.raises(DiscoveryError) as caught:
        discover(settings(stranger.address, timeout=1))
    assert str(caught.value) == (
        f"no ZooKeeper server of zk://{stranger.address}/swarm was reached to open a session: "
        f"{stranger.address}: it took the connection and opened no session within 1 s"
    )


def test_a_registration_whose_server_is_gone_says_that_its_entry_goes_by_its_ttl() -> None:
    with ZooKeeper() as mortal:
        registration = open_backend(settings(mortal.host, timeout=1)).register(ENTRY, 4)
        mortal.kill()
        time.sleep(0.5)
        with pytest.raises(DiscoveryError) as caught:
            registration.deregister()
        assert str(caught.value) == (f"ZooKeeper was not reached to remove {ENTRY.address}; it vanishes within 4 s")


# -- users ------------------------------------------------------------------------------------------------------------


def test_what_a_user_registers_is_the_users_alone(zookeeper: ZooKeeper) -> None:
    registration = open_backend(settings(zookeeper.host, options=LOGIN)).register(ENTRY, 4)
    try:
        assert discover(settings(zookeeper.host, options=LOGIN)) == (ENTRY,)
        with pytest.raises(DiscoveryRefusedError) as caught:
            discover(settings(zookeeper.host))
        assert str(caught.value) == (
            f"ZooKeeper (zk://{zookeeper.host}/swarm) refused to list the nodes in /swarm: the ACL of /swarm or of "
            f"what is around it does not permit it; give the discovery options user and password"
        )
        wrong = settings(zookeeper.host, options={**LOGIN, "password": "hunter2"})
        with pytest.raises(DiscoveryRefusedError) as caught:
            open_backend(wrong).register(OTHER, 4)
        assert str(caught.value) == (
            f"ZooKeeper (zk://{zookeeper.host}/swarm) refused to make the node of {OTHER.address}: the ACL of "
            f"{FOLDER}/{OTHER.address} or of what is around it does not permit it; the discovery options user and "
            f"password are not those that it permits"
        )
        assert "hunter2" not in repr(wrong)
    finally:
        registration.deregister()
        with zookeeper.writer() as client:
            client.add_auth("digest", "agent:secret")
            client.delete("/swarm", recursive=True)


def test_without_a_user_everybody_may_do_everything(zookeeper: ZooKeeper) -> None:
    registration = open_backend(settings(zookeeper.host)).register(ENTRY, 4)
    with zookeeper.writer() as client:
        (acl,), _stat = client.get_acls(PATH)
    assert (acl.id.scheme, acl.id.id, acl.perms) == ("world", "anyone", 31)
    registration.deregister()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"user": "agent"}, "the discovery option user is set and password is not; for ZooKeeper they go together"),
        ({"password": "s"}, "the discovery option password is set and user is not; for ZooKeeper they go together"),
        (
            {"user": "a:b", "password": "s"},
            "the discovery option user is empty or has a ':', which ends the name of a user for ZooKeeper",
        ),
    ],
)
def test_a_login_that_cannot_be_right(options: dict[str, str], says: str) -> None:
    with pytest.raises(InputError) as caught:
        open_backend(settings("h1", options=options))
    assert str(caught.value) == says


# -- TLS --------------------------------------------------------------------------------------------------------------


def mutual(zookeeper: ZooKeeper, **changes: t.Any) -> TLSSettings:
    client = zookeeper.client
    assert client is not None
    files = {"ca_path": str(client.ca), "client_cert": str(client.cert), "client_key": str(client.key)}
    return TLSSettings(enabled=True, **{**files, **changes})


def test_authority_and_client_certificate(secured: ZooKeeper) -> None:
    backend = open_backend(settings(secured.host, tls=mutual(secured)))
    registration = backend.register(ENTRY, 4)
    assert backend.list() == (ENTRY,)
    registration.deregister()


def test_another_authority(secured: ZooKeeper, tmp_path: Path) -> None:
    stranger = Authority(tmp_path, "somebody else").certificate
    with pytest.raises(DiscoveryError) as caught:
        discover(settings(secured.host, tls=mutual(secured, ca_path=str(stranger))))
    assert str(caught.value) == (
        f"no ZooKeeper server of zk://{secured.host}/swarm was reached to open a session: "
        f"{secured.host}: its certificate is not accepted: unable to get local issuer certificate"
    )


def test_no_client_certificate(secured: ZooKeeper) -> None:
    with pytest.raises(DiscoveryError) as caught:
        discover(settings(secured.host, tls=mutual(secured, client_cert=None, client_key=None), timeout=2))
    begin = f"no ZooKeeper server of zk://{secured.host}/swarm was reached to open a session: {secured.host}: "
    # The first with TLS 1.2, the others with TLS 1.3, where the refusal comes after the handshake.
    assert str(caught.value) in (
        f"{begin}it wants a client certificate, and the right one (sslv3 alert bad certificate)",
        f"{begin}it closed the connection, as a server does that wants a client certificate, or another one",
        f"{begin}it took the connection and opened no session within 2 s",
    )


def test_a_library_that_cannot_check_names(secured: ZooKeeper, monkeypatch: pytest.MonkeyPatch) -> None:
    """As Debian 12 has it: an older KazooClient does not know the argument."""

    class OlderClient(kazoo.client.KazooClient):
        def __init__(self, hosts: str, use_ssl: bool = False, verify_certs: bool = True, **others: t.Any) -> None:
            super().__init__(hosts, use_ssl=use_ssl, verify_certs=verify_certs, **others)

    monkeypatch.setattr(kazoo.client, "KazooClient", OlderClient)
    assert open_backend(settings(secured.host, tls=mutual(secured, verify=False))).list() == ()
    with pytest.raises(InputError) as caught:
        open_backend(settings(secured.host, tls=mutual(secured))).list()
    assert str(caught.value) == (
        "the Python library kazoo that is installed cannot check the name in a server's certificate; install a newer "
        "one with: pip install 'kazoo>=2.11', or set the discovery option validate_certs to false"
    )


def test_a_name_that_zookeeper_cannot_be_told() -> None:
    with pytest.raises(InputError, match="the discovery option tls_hostname cannot be used with ZooKeeper"):
        open_backend(settings("h1", tls=TLSSettings(enabled=True, hostname="zookeeper")))


def test_a_missing_library_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch, zookeeper: ZooKeeper) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "kazoo"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "kazoo", None)
    with pytest.raises(MissingLibraryError, match=r"discovery through zk:// needs .* pip install kazoo"):
        discover(settings(zookeeper.host))
