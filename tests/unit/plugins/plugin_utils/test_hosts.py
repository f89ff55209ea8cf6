# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import EngineSettings, TLSSettings
from ansible_collections.classic.swarm.plugins.plugin_utils.hosts import Choices, InventoryHost, Present, make_hosts
from ansible_collections.classic.swarm.plugins.plugin_utils.records import ClusterRecord, ContainerRecord, NodeRecord


def container(name: str, **fields: t.Any) -> ContainerRecord:
    record: t.Dict[str, t.Any] = {
        "id": f"id of {name}",
        "name": name,
        "image": "web:1",
        "state": "running",
        "status": "Up 3 minutes",
        "created": 1700000000,
        "ports": ["80/tcp"],
        "labels": [["tier", "front"]],
    }
    return t.cast(ContainerRecord, {**record, **fields})


def node(name: str, address: str = "192.0.2.1:2376", **fields: t.Any) -> NodeRecord:
    record: t.Dict[str, t.Any] = {
        "name": name,
        "address": address,
        "id": f"ID of {name}",
        "health": "healthy",
        "reason": "",
        "version": "20.10.24",
        "api_version": "1.41",
        "cpus": 4,
        "memory": 1000,
        "reserved_memory": 100,
        "reserved_cpus": 0.5,
        "https": False,
        "tls_hostname": None,
        "labels": [["com.example/zone", "a"], ["com.example_zone", "b"], ["disk", "ssd"]],
        "containers": [],
    }
    return t.cast(NodeRecord, {**record, **fields})


def lost(address: str) -> NodeRecord:
    return node(address, address, health="unhealthy", reason="gone", id="", labels=[])


def hosts_of(
    *nodes: NodeRecord, choices: t.Optional[Choices] = None, groups: t.AbstractSet[str] = frozenset()
) -> t.Dict[str, InventoryHost]:
    records: ClusterRecord = {"format": 1, "nodes": list(nodes), "warnings": []}
    hosts, _warnings = make_hosts(records, choices or Choices(), Present({}, groups))
    assert len({host.name for host in hosts}) == len(hosts)
    return {host.name: host for host in hosts}


def warnings_of(*nodes: NodeRecord, choices: t.Optional[Choices] = None) -> t.List[str]:
    records: ClusterRecord = {"format": 1, "nodes": list(nodes), "warnings": []}
    return make_hosts(records, choices or Choices(), Present({}, frozenset()))[1]


def test_engine() -> None:
    host = hosts_of(node("n1", containers=[container("a"), container("b", state="exited")]))["n1"]
    assert host.groups == ("swarm",)
    assert host.variables == {
        "ansible_host": "192.0.2.1",
        "swarm_name": "n1",
        "swarm_address": "192.0.2.1:2376",
        "swarm_port": 2376,
        "swarm_id": "ID of n1",
        "swarm_labels": {"com.example/zone": "a", "com.example_zone": "b", "disk": "ssd"},
        "swarm_label_com_example_zone": "a",
        "swarm_label_disk": "ssd",
        "swarm_health": "healthy",
        "swarm_reason": "",
        "swarm_version": "20.10.24",
        "swarm_api_version": "1.41",
        "swarm_cpus": 4,
        "swarm_memory": 1000,
        "swarm_reserved": {"memory": 100, "cpus": 0.5},
        "swarm_containers": {"total": 2, "running": 1},
    }


def test_labels_do_not_hide_what_the_engine_is() -> None:
    host = hosts_of(node("n1", labels=[["name", "other"]]), choices=Choices(label_prefix="swarm_"))["n1"]
    assert host.variables["swarm_name"] == "n1"


def test_unhealthy_engines_are_left_out() -> None:
    assert list(hosts_of(node("n1"), lost("192.0.2.2:2376"))) == ["n1"]


def test_unhealthy_engines_on_demand() -> None:
    hosts = hosts_of(node("n1"), lost("192.0.2.2:2376"), choices=Choices(include_unhealthy=True))
    host = hosts["192.0.2.2"]
    assert host.groups == ("swarm", "swarm_unhealthy")
    assert (host.variables["swarm_health"], host.variables["swarm_reason"]) == ("unhealthy", "gone")
    assert hosts["n1"].groups == ("swarm",)


@pytest.mark.parametrize(
    ("nodes", "expected"),
    [
        pytest.param(
            [node("n", "192.0.2.1:2376"), node("n", "192.0.2.2:2376")],
            ["n-192.0.2.1-2376", "n-192.0.2.2-2376"],
            id="one name twice",
        ),
        pytest.param([node("{{ evil }}", "192.0.2.1:2376")], ["192.0.2.1"], id="no host name"),
        pytest.param([node("localhost", "192.0.2.1:2376")], ["localhost-192.0.2.1-2376"], id="localhost"),
        pytest.param([node("swarm", "192.0.2.1:2376")], ["swarm-192.0.2.1-2376"], id="called like our group"),
        pytest.param([node("web", "192.0.2.1:2376")], ["web-192.0.2.1-2376"], id="called like another group"),
    ],
)
def test_engines_that_cannot_have_their_name(nodes: t.List[NodeRecord], expected: t.List[str]) -> None:
    assert list(hosts_of(*nodes, groups={"web"})) == expected


def test_engines_of_one_machine_whose_names_are_not_known() -> None:
    choices = Choices(include_unhealthy=True)
    hosts = hosts_of(lost("192.0.2.1:2376"), lost("192.0.2.1:2377"), lost("[fd00::1]:2376"), choices=choices)
    assert list(hosts) == ["192.0.2.1-2376", "192.0.2.1-2377", "fd00-1-2376"]
    assert hosts["fd00-1-2376"].variables["ansible_host"] == "fd00::1"


def test_who_is_called_otherwise_is_warned_of() -> None:
    assert warnings_of(node("n", "192.0.2.1:1"), node("localhost", "192.0.2.2:2"), node("a b", "192.0.2.3:3")) == [
        "the engine localhost at 192.0.2.2:2 is called localhost-192.0.2.2-2 in the inventory, because its own name "
        "is not free there",
        "the engine a b at 192.0.2.3:3 is called 192.0.2.3 in the inventory, because its own name cannot be the name "
        "of a host",
    ]
    assert warnings_of(lost("192.0.2.1:2376"), choices=Choices(include_unhealthy=True)) == []


def test_container() -> None:
    host = hosts_of(node("n-1", containers=[container("web")]), choices=Choices(containers=True))["web"]
    assert host.groups == ("swarm_containers", "swarm_node_n_1", "swarm_image_web_1")
    assert host.variables == {
        "ansible_host": "web",
        "swarm_container_name": "web",
        "swarm_container_id": "id of web",
        "swarm_container_image": "web:1",
        "swarm_container_state": "running",
        "swarm_container_status": "Up 3 minutes",
        "swarm_container_created": 1700000000,
        "swarm_container_ports": ["80/tcp"],
        "swarm_container_labels": {"tier": "front"},
        "swarm_node": "n-1",
        "swarm_node_host": "n-1",
        "swarm_address": "192.0.2.1:2376",
    }


def test_states_of_containers() -> None:
    crowded = node("n1", containers=[container("a"), container("b", state="exited"), container("c", state="paused")])
    assert list(hosts_of(crowded, choices=Choices(containers=True))) == ["n1", "a"]
    choices = Choices(containers=True, container_states=frozenset({"exited", "paused"}))
    assert list(hosts_of(crowded, choices=choices)) == ["n1", "b", "c"]


def test_containers_that_cannot_have_their_name() -> None:
    one = node("n1", "192.0.2.1:2376", containers=[container("web"), container("n2")])
    two = node("n2", "192.0.2.2:2376", containers=[container("web"), container("app")])
    choices = Choices(containers=True)
    assert list(hosts_of(one, two, choices=choices)) == ["n1", "n2", "web-n1", "n2-n1", "web-n2", "app"]
    assert warnings_of(one, two, choices=choices) == [
        f"the container {name} on {host} is called {name}-{host} in the inventory, "
        "because its own name is not free there"
        for name, host in [("web", "n1"), ("n2", "n1"), ("web", "n2")]
    ]


TLS = TLSSettings(enabled=True, ca_path="/c/ca.pem", client_cert="/c/cert.pem", client_key="/c/key.pem", hostname="e")


@pytest.mark.parametrize(
    ("settings", "https", "expected"),
    [
        pytest.param(
            EngineSettings(tls=TLS, timeout=7.0),
            False,
            {
                "docker_host": "tcp://192.0.2.1:2376",
                "tls": True,
                "validate_certs": True,
                "tls_hostname": "e",
                "ca_path": "/c/ca.pem",
                "client_cert": "/c/cert.pem",
                "client_key": "/c/key.pem",
                "api_version": "auto",
                "timeout": 7,
            },
            id="tls",
        ),
        pytest.param(
            EngineSettings(),
            False,
            {
                "docker_host": "tcp://192.0.2.1:2376",
                "tls": False,
                "validate_certs": False,
                "api_version": "auto",
                "timeout": 60,
            },
            id="no tls",
        ),
        pytest.param(
            EngineSettings(tls=TLSSettings(verify=False)),
            True,
            {
                "docker_host": "tcp://192.0.2.1:2376",
                "tls": True,
                "validate_certs": False,
                "api_version": "auto",
                "timeout": 60,
            },
            id="an entry with https",
        ),
    ],
)
def test_how_engines_are_reached_is_handed_on(
    settings: EngineSettings, https: bool, expected: t.Dict[str, t.Any]
) -> None:
    choices = Choices(containers=True, connection=settings)
    for host in hosts_of(node("n1", https=https, containers=[container("web")]), choices=choices).values():
        handed_on = {key: value for key, value in host.variables.items() if key.startswith("ansible_docker_")}
        assert handed_on == {f"ansible_docker_{key}": value for key, value in expected.items()}


def test_the_name_in_the_certificate_of_an_engine_comes_before_that_of_the_options() -> None:
    choices = Choices(connection=EngineSettings(tls=TLSSettings(enabled=True, hostname="docker")))
    hosts = hosts_of(node("n1", tls_hostname="n1.example.com"), node("n2", "192.0.2.2:2376"), choices=choices)
    names = {name: host.variables["ansible_docker_tls_hostname"] for name, host in hosts.items()}
    assert names == {"n1": "n1.example.com", "n2": "docker"}


@pytest.mark.parametrize("prefix", ["", "ansible_", "1_", "a-b"])
def test_prefixes_that_cannot_be(prefix: str) -> None:
    with pytest.raises(InputError, match=f"label_prefix: '{prefix}' cannot be"):
        Choices(label_prefix=prefix)


@pytest.mark.parametrize("prefix", ["ansible_", "ansible", "a", "ansi", "ansible_docker_", ""])
def test_prefixes_with_which_a_label_would_steer_ansible(prefix: str) -> None:
    with pytest.raises(InputError, match=f"^label_prefix: '{prefix}' cannot be; "):
        Choices(label_prefix=prefix)


def test_labels_whose_variables_would_mean_something_else() -> None:
    labels = [["vars", "1"], ["fact", "2"], ["er", "3"], ["or", "4"]]
    variables = {prefix: hosts_of(node("n1", labels=labels), choices=Choices(label_prefix=prefix))["n1"].variables
                 for prefix in ("host", "f", "own")}  # fmt: skip
    assert "hostvars" not in variables["host"]
    assert "for" not in variables["f"]
    assert variables["own"]["owner"] == "3"


def test_two_engines_never_share_the_group_of_their_containers() -> None:
    nodes = [node(name, f"192.0.2.{number}:2376", containers=[container(f"c{number}")])
             for number, name in enumerate(("n-1", "n.1"))]  # fmt: skip
    hosts = hosts_of(*nodes, choices=Choices(containers=True))
    assert [hosts[name].groups[1] for name in ("c0", "c1")] == ["swarm_node_n_1", "swarm_node_n_1_2"]


@pytest.mark.parametrize(
    ("settings", "https", "expected"),
    [
        pytest.param(EngineSettings(), False, {"tls": False}, id="plain"),
        pytest.param(
            EngineSettings(), True, {"tls": False, "address": "https://192.0.2.1:2376"}, id="TLS by its entry"
        ),
        pytest.param(
            EngineSettings(tls=TLS),
            False,
            {
                "tls": True,
                "ca_path": "/c/ca.pem",
                "client_cert": "/c/cert.pem",
                "client_key": "/c/key.pem",
                "tls_hostname": "e",
            },
            id="TLS",
        ),
        pytest.param(
            EngineSettings(TLSSettings(True, verify=False), timeout=7.0, snapshot_timeout=2.5, api_version="1.41"),
            False,
            {"tls": True, "validate_certs": False, "timeout": 7, "snapshot_timeout": 2.5, "api_version": "1.41"},
            id="all that is unusual",
        ),
    ],
)
def test_containers_have_what_their_connection_needs(
    settings: EngineSettings, https: bool, expected: t.Dict[str, t.Any]
) -> None:
    source = ("consul://192.0.2.5/swarm", {"datacenter": "a"})
    choices = Choices(containers=True, connection=settings, discovery=source)
    hosts = hosts_of(node("n1", https=https, containers=[container("web")]), choices=choices)
    own = {name: value for name, value in hosts["web"].variables.items() if name.startswith("ansible_swarm_")}
    assert own == {
        "ansible_swarm_discovery": "consul://192.0.2.5/swarm",
        "ansible_swarm_discovery_options": {"datacenter": "a"},
        **{f"ansible_swarm_{name}": value for name, value in expected.items()},
    }
    assert hosts["web"].variables["ansible_connection"] == "classic.swarm.swarm"
    assert "ansible_connection" not in hosts["n1"].variables
