# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading and acting on real engines: what they tell, what they do, and how they fail."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.snapshot import (
    Needs,
    Snapshot,
    read_node,
    take_snapshot,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.entry import parse_entry
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.api import (
    containers,
    images,
    networks,
    system,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.auth import Auth
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.client import EngineClient
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.pool import EnginePool
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import (
    EngineConflictError,
    EngineNotFoundError,
    EngineResponseError,
    EngineTLSError,
    EngineUnreachableError,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.expression import parse_expressions
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.container import Container
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.labels import placement_labels
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.node import Node
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.ports import HostPort, HostPortRequest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.request import Request
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.resources import Reservation
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import (
    ClusterSettings,
    DiscoverySettings,
    EngineSettings,
    TLSSettings,
)

from tests.integration.ansible_cli import Ansible
from tests.lab import Authority, CertificateSet, EngineSpec, Lab

#: Seconds that an engine gets to answer where a test lets it fail.
PATIENCE = 2.0


def tls_with(certificates: CertificateSet) -> TLSSettings:
    return TLSSettings(True, True, str(certificates.ca), str(certificates.cert), str(certificates.key))


def settings_of(lab: Lab, tls: TLSSettings | None = None, **engine: Any) -> ClusterSettings:
    return ClusterSettings(DiscoverySettings(lab.discovery), EngineSettings(tls or tls_with(lab.certs), **engine))


def only_reason(snapshot: Snapshot, entry: str) -> str:
    """Why the engine at ``entry`` cannot be used, when all others can."""
    (node,) = snapshot.unhealthy
    assert node.address == entry
    return node.reason


@pytest.fixture
def client(clean_lab: Lab) -> Iterator[EngineClient]:
    made = EngineClient(clean_lab.engine("dockerhost01").entry, settings_of(clean_lab).engine)
    yield made
    made.close()


# what engines tell


def test_the_cluster_s_state(clean_lab: Lab) -> None:
    snapshot = take_snapshot(settings_of(clean_lab), Needs(images=True))
    assert [node.name for node in snapshot.healthy] == ["dockerhost01", "dockerhost02", "dockerhost03"]
    assert (snapshot.unhealthy, snapshot.warnings, snapshot.source) == ((), (), clean_lab.discovery)
    assert len({node.id for node in snapshot.nodes}) == 3
    for node, engine in zip(snapshot.nodes, clean_lab.engines):
        told = engine.api("GET", "/info")
        assert (node.address, node.id) == (engine.entry, told["ID"])
        assert (node.version, node.cpus, node.memory) == (told["ServerVersion"], told["NCPU"], told["MemTotal"])
        assert node.labels == {
            **engine.spec.labels,
            "storagedriver": told["Driver"],
            "kernelversion": told["KernelVersion"],
            "operatingsystem": told["OperatingSystem"],
            "ostype": "linux",
            "architecture": told["Architecture"],
        }
        assert node.api_version == engine.api("GET", "/version")["ApiVersion"]
        assert sorted(tag for image in node.images or () for tag in image.tags) == ["busybox:latest", "web:1", "web:2"]


def test_a_partition_is_a_part_of_the_cluster(clean_lab: Lab) -> None:
    external = replace(settings_of(clean_lab), partition=parse_expressions(["zone==external"], "partition"))
    assert [node.name for node in take_snapshot(external).nodes] == ["dockerhost02", "dockerhost03"]


def published(host_port: str, address: str = "") -> dict[str, Any]:
    return {
        "Image": "web:1",
        "ExposedPorts": {"80/tcp": {}},
        "HostConfig": {"PortBindings": {"80/tcp": [{"HostIp": address, "HostPort": host_port}]}},
    }


def read(lab: Lab, foreign: bool = True, exact: bool = False) -> tuple[Node, dict[str, Container]]:
    node = read_node(lab.engine("dockerhost01").entry, settings_of(lab), Needs(foreign=foreign, exact=exact))
    assert node.healthy, node.reason
    return node, {container.name: container for container in node.containers}


def test_what_foreign_containers_hold(clean_lab: Lab, client: EngineClient) -> None:
    host = clean_lab.engine("dockerhost01").address
    for name, body in {
        "running": published("8080"),
        "stopped": published("8081", "127.0.0.1"),
        "random": published(""),
        "host": {"Image": "web:1", "ExposedPorts": {"90/tcp": {}}, "HostConfig": {"NetworkMode": "host"}},
        "limited": {"Image": "web:1", "HostConfig": {"Memory": 64 << 20, "NanoCpus": 500_000_000}},
        "reserved": {"Image": "web:1", "HostConfig": {"Memory": 64 << 20, "MemoryReservation": 32 << 20}},
        "quota": {"Image": "web:1", "HostConfig": {"CpuQuota": 50_000, "CpuPeriod": 100_000}},
        "classic": {"Image": "web:1", "Labels": {"com.docker.swarm.id": "x"}, "HostConfig": {"CpuShares": 512}},
    }.items():
        client.send(containers.create(name, body))
    client.send(containers.start("running"))
    client.send(containers.start("random"))

    _node, listed = read(clean_lab, foreign=False)
    assert all(container.foreign for container in listed.values())
    assert listed["stopped"].ports == ()
    node, inspected = read(clean_lab)
    assert not any(container.foreign for container in inspected.values())
    assert inspected["running"].ports == (HostPort("", 8080),)
    assert inspected["running"].bindings == (f"{host}:8080->80/tcp",)
    assert (inspected["running"].state, inspected["stopped"].state) == ("running", "created")
    assert inspected["stopped"].ports == (HostPort("127.0.0.1", 8081),)
    assert inspected["random"].ports
    assert set(inspected["host"].ports) >= {HostPort("", 90)}
    assert inspected["host"].network_mode == "host"
    assert inspected["limited"].reservation == Reservation(64 << 20, 0.5)
    assert inspected["reserved"].reservation == Reservation(32 << 20)
    assert inspected["quota"].reservation == Reservation(0, 0.5)
    assert inspected["classic"].reservation == Reservation(0, node.cpus / 2)


def test_what_our_containers_hold_is_in_the_list(clean_lab: Lab, client: EngineClient) -> None:
    labels = placement_labels(
        Request("ours", ports=(HostPortRequest("", 8080, 8080),), reservation=Reservation(64 << 20, 0.5))
    )
    made = client.send(containers.create("ours", {**published("8080"), "Labels": labels})).id
    _node, listed = read(clean_lab, foreign=False)
    assert not listed["ours"].foreign
    assert (listed["ours"].ports, listed["ours"].reservation) == ((HostPort("", 8080),), Reservation(64 << 20, 0.5))
    client.send(containers.update(made, {"Memory": 128 << 20, "MemorySwap": -1}))
    assert read(clean_lab)[1]["ours"].reservation == Reservation(64 << 20, 0.5)
    assert read(clean_lab, exact=True)[1]["ours"].reservation == Reservation(128 << 20)


def test_what_came_since_a_container_is_read_and_all_once_that_one_is_gone(
    clean_lab: Lab, client: EngineClient
) -> None:
    settings, entry = settings_of(clean_lab), clean_lab.engine("dockerhost01").entry
    made = {name: client.send(containers.create(name, published("80"))).id for name in ("a1", "b1", "c1", "web")}
    client.send(containers.start("c1"))

    def names(**more: Any) -> list[str]:
        return sorted(container.name for container in read_node(entry, settings, Needs(**more)).containers)

    address = read_node(entry, settings).address
    lists = ({"name": ["^/?a1$"]},)
    assert names(lists=lists, since={address: made["b1"]}) == ["a1", "c1", "web"]
    assert names(lists=lists, since={address: made["web"]}) == ["a1"]
    client.send(containers.remove("b1"))
    assert names(lists=lists, since={address: made["b1"]}) == ["a1", "c1", "web"]
    client.send(containers.create("d1", published("80")))
    assert names(lists=lists, since={address: made["web"]}) == ["a1", "d1"]


def test_a_container_is_found_in_the_cluster(clean_lab: Lab) -> None:
    identities = [engine.api("POST", f"/containers/create?name={name}", {"Image": "web:1"})["Id"]
                  for engine, name in zip(clean_lab.engines, ("one", "twice", "twice"))]  # fmt: skip
    snapshot = take_snapshot(settings_of(clean_lab))
    assert [(node.name, found.id) for node, found in snapshot.find("one")] == [("dockerhost01", identities[0])]
    assert [node.name for node, _found in snapshot.find("twice")] == ["dockerhost02", "dockerhost03"]
    assert [node.name for node, _found in snapshot.find(identities[2][:12])] == ["dockerhost03"]


# what goes wrong on the way


@pytest.mark.parametrize("break_it", ["freeze", "cut_off"])
def test_an_engine_out_of_reach_costs_one_time_out(break_it: str, clean_lab: Lab) -> None:
    engine = clean_lab.engine("dockerhost02")
    getattr(engine, break_it)()
    began = time.monotonic()
    snapshot = take_snapshot(settings_of(clean_lab, snapshot_timeout=PATIENCE))
    assert PATIENCE * 0.9 < time.monotonic() - began < PATIENCE * 2
    assert only_reason(snapshot, engine.entry) == f"no answer from {engine.entry} within 2 s"
    assert snapshot.warnings == (
        f"the engine at {engine.entry} is unhealthy: no answer from {engine.entry} within 2 s",
    )
    engine.heal()
    assert take_snapshot(settings_of(clean_lab)).unhealthy == ()


def test_a_dead_engine_costs_no_time_out(clean_lab: Lab) -> None:
    engine = clean_lab.engine("dockerhost02")
    engine.kill()
    began = time.monotonic()
    snapshot = take_snapshot(settings_of(clean_lab))
    assert time.monotonic() - began < PATIENCE * 2
    # the kernel may still be closing its sockets when the process is gone
    assert only_reason(snapshot, engine.entry) in (
        f"connection refused by {engine.entry}; no engine listens there",
        f"{engine.entry} closed the connection before its answer was complete",
    )


def test_a_cluster_without_any_engine_that_answers_is_still_told(clean_lab: Lab) -> None:
    for engine in clean_lab.engines:
        engine.kill()
    snapshot = take_snapshot(settings_of(clean_lab))
    assert (len(snapshot.unhealthy), snapshot.healthy) == (3, ())


def test_an_engine_that_is_cut_off_while_it_acts(clean_lab: Lab) -> None:
    engine = clean_lab.engine("dockerhost01")
    client = EngineClient(engine.entry, settings_of(clean_lab, timeout=PATIENCE).engine)
    client.send(system.info())
    engine.freeze()
    with pytest.raises(EngineUnreachableError, match=f"^no answer from {engine.entry} within 2 s$"):
        client.send(containers.create("web", {"Image": "web:1"}))
    engine.kill()
    with pytest.raises(EngineUnreachableError):
        client.send(system.info())
    engine.heal()
    assert client.send(system.info())["Name"] == "dockerhost01"


# certificates


def told_by_both(lab: Lab, entry: str, tls: TLSSettings) -> str:
    """The reason that the reader gives, which must be what the client says too."""
    node = read_node(entry, settings_of(lab, tls))
    assert not node.healthy
    for _attempt in range(5):
        with pytest.raises(EngineTLSError) as caught:
            EngineClient(entry, EngineSettings(tls), api_version="1.41").send(system.info())
        assert str(caught.value) == node.reason
    return node.reason.replace(entry, "ENGINE")


def test_a_client_certificate_is_wanted(clean_lab: Lab) -> None:
    entry = clean_lab.engine("dockerhost01").entry
    told = told_by_both(clean_lab, entry, TLSSettings(enabled=True, ca_path=str(clean_lab.certs.ca)))
    assert told == "the engine at ENGINE wants a client certificate; set client_cert and client_key"


@pytest.mark.parametrize("what", ["expired", "of another authority"])
def test_a_client_certificate_is_not_accepted(what: str, clean_lab: Lab, tmp_path: Path) -> None:
    authority = clean_lab.authority if what == "expired" else clean_lab.other_authority()
    papers = authority.issue(tmp_path, "client", days=-1 if what == "expired" else 1)
    tls = replace(tls_with(papers), ca_path=str(clean_lab.certs.ca))
    told = told_by_both(clean_lab, clean_lab.engine("dockerhost01").entry, tls)
    assert told.startswith(f"ENGINE does not accept the client certificate {papers.cert}")


def test_an_authority_that_did_not_sign(clean_lab: Lab) -> None:
    other = clean_lab.other_authority().certificate
    tls = replace(tls_with(clean_lab.certs), ca_path=str(other))
    told = told_by_both(clean_lab, clean_lab.engine("dockerhost01").entry, tls)
    assert told == f"the certificate of ENGINE is not signed by an authority in ca_path ({other})"
    assert read_node(clean_lab.engine("dockerhost01").entry, settings_of(clean_lab, replace(tls, verify=False))).healthy


def test_tls_left_out(clean_lab: Lab) -> None:
    told = told_by_both(clean_lab, clean_lab.engine("dockerhost01").entry, TLSSettings())
    assert told == "ENGINE wants TLS on that port; set tls, or write the entry with https://"


class OddLab:
    """Engines whose certificates or identities are not as they should be. `trusted`: the authority of the first two."""

    def __init__(self, lab: Lab, trusted: Authority) -> None:
        self.lab = lab
        self.tls = replace(tls_with(lab.certs), ca_path=str(trusted.certificate))

    def entry(self, name: str) -> str:
        return self.lab.engine(name).entry


@pytest.fixture(scope="module")
def odd_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OddLab]:
    if os.geteuid() != 0:
        pytest.skip("the lab of real engines needs root")
    folder = tmp_path_factory.mktemp("odd")
    authority = Authority(folder / "authority")
    names = ("docker.example.com", "10.9.9.9")
    elsewhere = authority.issue(folder / "elsewhere", "engine", names=names, usage=("serverAuth",))
    expired = authority.issue(folder / "expired", "engine", names=("10.77.20.12",), usage=("serverAuth",), days=-1)
    shared_key = {"deprecated-key-path": str(folder / "key.json")}
    specs = [
        EngineSpec("elsewhere", server_certificate=(str(elsewhere.cert), str(elsewhere.key))),
        EngineSpec("expired", server_certificate=(str(expired.cert), str(expired.key))),
        EngineSpec("twin-1", tls=False, daemon_json=shared_key),
        EngineSpec("twin-2", tls=False, daemon_json=shared_key),
    ]
    with Lab("eng", "10.77.20", specs) as lab:
        for name in ("twin-1", "twin-2"):
            lab.engine(name).restart()  # both made a key when they first started; now both read the one that is left
        yield OddLab(lab, authority)


def test_a_name_that_is_not_in_the_certificate(odd_lab: OddLab) -> None:
    entry = odd_lab.entry("elsewhere")
    assert told_by_both(odd_lab.lab, entry, odd_lab.tls) == (
        "the certificate of ENGINE is not for 10.77.20.11; it is for docker.example.com, 10.9.9.9; "
        "connect to one of these, or set tls_hostname to one"
    )
    tls = replace(odd_lab.tls, hostname="docker.example.com")
    assert read_node(entry, settings_of(odd_lab.lab, tls)).name == "elsewhere"
    assert EngineClient(entry, EngineSettings(tls)).send(system.info())["Name"] == "elsewhere"


def test_the_name_in_the_certificate_comes_from_a_variable_of_the_host(odd_lab: OddLab, tmp_path: Path) -> None:
    """Of two hosts that stand for one engine, one has the variable; what is read and what is done heed it alike."""
    ansible = Ansible(tmp_path, {"SWARM_DISCOVERY": "inventory://named"})
    address = odd_lab.lab.engine("elsewhere").address
    hosts = {"right": {"swarm_address": address, "swarm_tls_hostname": "docker.example.com"}}
    groups = {"named": {"hosts": hosts}, "unnamed": {"hosts": {"wrong": {"swarm_address": address}}}}
    path = tmp_path / "hosts.json"
    path.write_text(json.dumps({"all": {"children": groups}}))
    ansible.environment["ANSIBLE_INVENTORY"] = str(path)
    files = {
        "ca_path": odd_lab.tls.ca_path,
        "client_cert": odd_lab.tls.client_cert,
        "client_key": odd_lab.tls.client_key,
    }
    unnamed = ansible.module("swarm_node_info", {**files, "discovery": "inventory://unnamed"})
    assert [node["reason"] for node in unnamed["unhealthy"]] == [
        f"the certificate of {address}:2376 is not for {address}; it is for docker.example.com, 10.9.9.9; connect to "
        "one of these, or set tls_hostname to one"
    ]
    container = {**files, "name": "named", "image": "busybox:latest"}
    made = ansible.module("swarm_container", {**container, "state": "present", "tls_hostname": "elsewhere"})
    gone = ansible.module("swarm_container", {**container, "state": "absent"})
    assert (made["node"]["name"], made["changed"], gone["changed"]) == ("elsewhere", True, True)


def test_a_certificate_that_has_expired(odd_lab: OddLab) -> None:
    told = told_by_both(odd_lab.lab, odd_lab.entry("expired"), odd_lab.tls)
    assert told == "the certificate of ENGINE has expired, unless the clock of this machine is wrong"


def test_tls_to_an_engine_without(odd_lab: OddLab) -> None:
    told = told_by_both(odd_lab.lab, odd_lab.entry("twin-1"), odd_lab.tls)
    assert told == "ENGINE does not speak TLS on that port; leave tls out, or give the port of its TLS socket"


def test_two_engines_with_one_id_are_both_used_and_named(odd_lab: OddLab) -> None:
    twins = [odd_lab.entry("twin-1"), odd_lab.entry("twin-2")]
    snapshot = take_snapshot(ClusterSettings(DiscoverySettings(f"nodes://{','.join(twins)}")))
    assert [node.name for node in snapshot.healthy] == ["twin-1", "twin-2"]
    (warning,) = snapshot.warnings
    assert warning.startswith(f"twin-1 ({twins[0]}) and twin-2 ({twins[1]}) have one engine ID, ")


def test_names_and_states_that_lie_are_told_alike_by_all(odd_lab: OddLab, tmp_path: Path) -> None:
    """One engine under two addresses, two engines with one ID, and one that is listed and silent."""
    one, other = odd_lab.entry("twin-1"), odd_lab.entry("twin-2")
    mapped, silent = f"[::ffff:{one.partition(':')[0]}]:2375", f"{odd_lab.lab.spec.gateway}:2375"
    client = EngineClient(one, EngineSettings())
    client.send(containers.create("told", {"Image": "busybox:latest"}))
    ansible = Ansible(tmp_path, {"SWARM_DISCOVERY": f"nodes://{one},{silent},{mapped},{other}"})
    image = {"image": "busybox:latest"}
    try:
        told = {
            "swarm_node_info": ansible.module("swarm_node_info"),
            "swarm_container_info": ansible.module("swarm_container_info"),
            "swarm_placement_info": ansible.module("swarm_placement_info", image),
            "swarm_container": ansible.module("swarm_container", {"name": "new", **image}, check=True),
            "swarm_containers": ansible.module(
                "swarm_containers", {"containers": [{"name": "new", **image}]}, check=True
            ),
        }
        listed = ansible.inventory({}, "--list")
    finally:
        client.send(containers.remove("told"))
    address = str(parse_entry(mapped))
    expected = {
        f"the engine at {silent} is unhealthy: connection refused by {silent}; no engine listens there",
        f"{one} and {address} are one engine, twin-1, with the same containers; it is used as {one}. List it once",
        f"twin-1 ({one}) and twin-2 ({other}) have one engine ID, {told['swarm_node_info']['nodes'][-1]['id']}, "
        "as cloned machines do; all are used, but an ID does not tell them apart",
    }
    others = {name: sorted(expected ^ set(result.get("warnings", ()))) for name, result in told.items()}
    assert others == {name: [] for name in told}
    words = " ".join(listed.stderr.split())
    assert [sentence for sentence in expected if sentence not in words] == []


def test_tls_by_entry_beside_engines_without(odd_lab: OddLab) -> None:
    secured, plain = odd_lab.entry("elsewhere"), odd_lab.entry("twin-1")
    settings = ClusterSettings(
        DiscoverySettings(f"nodes://https://{secured},{plain}"),
        EngineSettings(replace(odd_lab.tls, enabled=False, hostname="10.9.9.9")),
    )
    snapshot = take_snapshot(settings)
    assert [(node.name, node.https) for node in snapshot.healthy] == [("elsewhere", True), ("twin-1", False)]
    with EnginePool(settings.engine, snapshot.nodes) as pool:
        assert [pool.get(node.address).send(system.info())["Name"] for node in snapshot.nodes] == [
            "elsewhere",
            "twin-1",
        ]


# acting


def test_the_life_of_a_container(client: EngineClient) -> None:
    assert client.api_version >= (1, 41)
    identity = client.send(containers.create("web", {**published("8080"), "StopTimeout": 3, "Env": ["A=b"]})).id
    assert client.send(containers.inspect("web"))["Id"] == identity
    assert [item["Id"] for item in client.send(containers.list())] == [identity]
    client.send(containers.start(identity))
    client.send(containers.start(identity))  # it runs: nothing to do
    client.send(containers.pause(identity))
    assert client.send(containers.inspect(identity))["State"]["Status"] == "paused"
    client.send(containers.unpause(identity))
    assert (
        client.send(
            containers.update(identity, {"RestartPolicy": {"Name": "always"}, "Memory": 64 << 20, "MemorySwap": -1})
        )
        == []
    )
    host_config = client.send(containers.inspect(identity))["HostConfig"]
    assert (host_config["RestartPolicy"]["Name"], host_config["Memory"]) == ("always", 64 << 20)
    client.send(containers.rename(identity, "edge"))
    started = client.send(containers.inspect("edge"))["State"]["StartedAt"]
    client.restart_container("edge", timeout=0)
    assert client.send(containers.inspect("edge"))["State"]["StartedAt"] != started
    client.stop_container("edge")
    assert client.send(containers.inspect("edge"))["State"]["Status"] == "exited"
    client.send(containers.remove("edge", volumes=True))
    with pytest.raises(
        EngineNotFoundError, match=f"^{client.address} refuses to inspect edge .* No such container: edge"
    ):
        client.send(containers.inspect("edge"))


def test_what_the_engine_refuses_is_told_in_its_words(client: EngineClient) -> None:
    client.send(containers.create("web", published("8080")))
    with pytest.raises(EngineConflictError, match=r"refuses to create web \(status 409\): Conflict\."):
        client.send(containers.create("web", {"Image": "web:1"}))
    with pytest.raises(EngineNotFoundError, match="No such image: nothing:1"):
        client.send(containers.create("other", {"Image": "nothing:1"}))
    client.send(containers.start("web"))
    with pytest.raises(EngineConflictError, match="refuses to remove web"):
        client.send(containers.remove("web"))
    client.send(containers.create("second", published("8080")))
    with pytest.raises(EngineResponseError, match=r"refuses to start second .*8080.* port is already allocated"):
        client.send(containers.start("second"))
    client.send(containers.kill("web", "SIGKILL"))
    assert client.send(containers.wait("web", timeout=20)) == 137
    client.send(containers.remove("second", force=True))


@pytest.mark.parametrize("tty", [False, True])
def test_output_and_exit_status(tty: bool, client: EngineClient) -> None:
    script = "echo out; echo err >&2; exit 3"
    identity = client.send(containers.create("job", {"Image": "busybox", "Cmd": ["sh", "-c", script], "Tty": tty})).id
    client.send(containers.start(identity))
    assert client.send(containers.wait(identity)) == 3
    assert sorted(client.container_output(identity).split()) == ["err", "out"]


def test_networks(clean_lab: Lab, client: EngineClient) -> None:
    assert client.send(networks.inspect("backend")) is None
    clean_lab.engine("dockerhost01").docker("network", "create", "--subnet", "10.99.0.0/24", "backend")
    assert (client.send(networks.inspect("backend")) or {})["Driver"] == "bridge"
    identity = client.send(containers.create("web", {"Image": "web:1"})).id
    endpoint = {"Aliases": ["db"], "IPAMConfig": {"IPv4Address": "10.99.0.7"}}
    client.send(networks.connect("backend", identity, endpoint))
    client.send(containers.start(identity))
    joined = client.send(containers.inspect(identity))["NetworkSettings"]["Networks"]["backend"]
    assert joined["IPAddress"] == "10.99.0.7"
    assert "db" in joined["Aliases"]
    client.send(networks.disconnect("backend", identity))
    assert "backend" not in client.send(containers.inspect(identity))["NetworkSettings"]["Networks"]


def test_pulling_from_a_registry_that_wants_a_login(clean_lab: Lab, client: EngineClient) -> None:
    engine = clean_lab.engine("dockerhost02")
    with clean_lab.registry(user="reader", password="open sesame") as registry:
        reference = f"{registry.address}/app:1"
        engine.docker("tag", "web:1", reference)
        engine.docker("login", "--username", "reader", "--password", "open sesame", registry.address)
        engine.docker("push", reference)
        engine.docker("logout", registry.address)
        assert client.send(images.inspect(reference)) is None
        for auth in (None, Auth("reader", "wrong"), Auth("reader", "open sesame", "other.example.com")):
            with pytest.raises(EngineResponseError, match=f"refuses to pull {reference}") as caught:
                client.pull_image(reference, auth)
            assert "wrong" not in str(caught.value)
        client.pull_image(reference, Auth("reader", "open sesame", registry.address))
        pulled = client.send(images.inspect(reference))
        assert pulled is not None
        client.pull_image(
            f"{registry.address}/app@{pulled['RepoDigests'][0].rpartition('@')[2]}", Auth("reader", "open sesame")
        )
        with pytest.raises(EngineResponseError, match=f"refuses to pull {registry.address}/app:2"):
            client.pull_image(f"{registry.address}/app:2", Auth("reader", "open sesame"))
