# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inventory plugin over a cluster that is made up. How it gets its options is a matter of integration tests."""

from __future__ import annotations

import json
import typing as t
from dataclasses import replace
from pathlib import Path
from unittest import mock

import pytest
import yaml
from ansible.errors import AnsibleParserError
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.classic.swarm.plugins.inventory import swarm
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.snapshot import Snapshot
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import DiscoveryError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.container import Container
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.node import Health, Node
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.visible import visible
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import ClusterSettings
from ansible_collections.classic.swarm.plugins.plugin_utils.untrusted import trust_as_template
from hypothesis import given
from hypothesis import strategies as st

TEMPLATE = "{{ 1 + 1 }}"
INTERNAL = Node("192.0.2.1:2376", "n1", labels={"zone": "internal", "disk": "ssd"})
EXTERNAL = Node(
    "192.0.2.2:2376",
    "n2",
    labels={"zone": "external", "note": TEMPLATE},
    containers=(Container("c1", "web", labels={"tier": TEMPLATE}), Container("c2", "old", state="exited")),
)
LOST = Node("192.0.2.3:2376", "192.0.2.3:2376", health=Health.UNHEALTHY, reason="gone")
SNAPSHOT = Snapshot((INTERNAL, EXTERNAL, LOST), ("the engine at 192.0.2.3:2376 is unhealthy: gone",))

#: What the options of Ansible's own fragments are by default.
_CONSTRUCTED = {
    "strict": False,
    "compose": {},
    "groups": {},
    "keyed_groups": [],
    "use_extra_vars": False,
    "leading_separator": True,
    "cache": False,
}


class Plugin(swarm.InventoryModule):  # type: ignore[misc]
    """Takes its options from a mapping, and its cache is one."""

    def __init__(self, options: t.Mapping[str, t.Any], stored: t.Dict[str, t.Any]) -> None:
        super().__init__()
        documented = yaml.safe_load(swarm.DOCUMENTATION)["options"]
        self._given = {name: option.get("default") for name, option in documented.items()}
        self._given.update({**_CONSTRUCTED, **options})
        self._cache = stored
        self._load_name = swarm.InventoryModule.NAME
        self.display = Display()

    def get_option(self, option: str, hostvars: t.Any = None) -> t.Any:
        return self._given.get(option)

    def get_cache_key(self, path: str) -> str:
        return f"key of {path}"

    def _read_config_data(self, path: str) -> None:
        """There is no file."""


class Display:
    """Keeps the warnings."""

    def __init__(self) -> None:
        self.warnings: t.List[str] = []

    def warning(self, message: str) -> None:
        self.warnings.append(message)


class Cluster:
    """Stands in for the engines, and counts how often they were asked."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.asked: t.List[ClusterSettings] = []

    def take_snapshot(self, settings: ClusterSettings) -> Snapshot:
        self.asked.append(settings)
        return self.snapshot


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Cluster:
    for name in ("DOCKER_TLS_VERIFY", "DOCKER_TLS", "DOCKER_CERT_PATH"):
        monkeypatch.delenv(name, raising=False)
    double = Cluster(SNAPSHOT)
    monkeypatch.setattr(swarm, "take_snapshot", double.take_snapshot)
    return double


def trusted(value: t.Any) -> t.Any:
    """What a configuration file says: templates from there are trusted, which newer releases want to be told."""
    if isinstance(value, dict):
        return {key: trusted(each) for key, each in value.items()}
    if isinstance(value, list):
        return [trusted(each) for each in value]
    return trust_as_template(value) if trust_as_template is not None and isinstance(value, str) else value


def publish(
    options: t.Optional[t.Dict[str, t.Any]] = None,
    stored: t.Optional[t.Dict[str, t.Any]] = None,
    cache: bool = True,
    inventory: t.Optional[InventoryData] = None,
) -> InventoryData:
    inventory = inventory or InventoryData()
    plugin = Plugin(trusted(options or {}), {} if stored is None else stored)
    plugin.parse(inventory, DataLoader(), "prod.swarm.yml", cache=cache)
    inventory.reconcile_inventory()
    return inventory


def members(inventory: InventoryData, group: str) -> t.List[str]:
    return [host.name for host in inventory.groups[group].get_hosts()]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("prod.swarm.yml", True), ("prod.swarm.yaml", True), ("swarm.yml", False), ("docker_swarm.yml", False)],
)
def test_files(tmp_path: Path, name: str, expected: bool) -> None:
    path = tmp_path / name
    path.write_text("plugin: classic.swarm.swarm\n")
    assert Plugin({}, {}).verify_file(str(path)) is expected


@pytest.mark.usefixtures("cluster")
def test_healthy_engines_are_hosts() -> None:
    inventory = publish()
    assert sorted(inventory.hosts) == ["n1", "n2"]
    assert members(inventory, "swarm") == ["n1", "n2"]
    assert members(inventory, "swarm_unhealthy") == []
    variables = inventory.hosts["n1"].get_vars()
    assert (variables["ansible_host"], variables["swarm_label_zone"]) == ("192.0.2.1", "internal")
    assert variables["ansible_docker_docker_host"] == "tcp://192.0.2.1:2376"


@pytest.mark.usefixtures("cluster")
def test_unhealthy_engines_and_containers_on_demand() -> None:
    inventory = publish({"include_unhealthy": True, "containers": True, "connection_variables": False})
    assert members(inventory, "swarm") == ["n1", "n2", "192.0.2.3"]
    assert members(inventory, "swarm_unhealthy") == ["192.0.2.3"]
    assert members(inventory, "swarm_containers") == ["web"]
    assert members(inventory, "swarm_node_n2") == ["web"]
    assert "ansible_docker_docker_host" not in inventory.hosts["web"].get_vars()


def test_what_is_wrong_is_said(cluster: Cluster) -> None:
    plugin = Plugin({}, {})
    plugin.parse(InventoryData(), DataLoader(), "prod.swarm.yml")
    assert plugin.display.warnings == ["the engine at 192.0.2.3:2376 is unhealthy: gone"]


@pytest.mark.usefixtures("cluster")
def test_constructed_groups_and_variables() -> None:
    inventory = publish(
        {
            "keyed_groups": [{"prefix": "zone", "key": "swarm_labels.zone"}, {"key": "swarm_label_disk"}],
            "leading_separator": False,
            "groups": {"outside": "swarm_labels.zone == 'external'"},
            "compose": {"title": "inventory_hostname ~ '/' ~ swarm_labels.zone"},
        }
    )
    assert members(inventory, "zone_internal") == ["n1"]
    assert members(inventory, "ssd") == ["n1"]
    assert members(inventory, "outside") == ["n2"]
    assert inventory.hosts["n2"].get_vars()["title"] == "n2/external"


@pytest.mark.usefixtures("cluster")
def test_strings_of_engines_are_no_templates() -> None:
    options = {"containers": True, "compose": {"copied": "swarm_labels.note | default('')"}}
    inventory = publish(options)
    engine, container = (inventory.hosts[name].get_vars() for name in ("n2", "web"))
    for value in (engine["swarm_labels"]["note"], engine["swarm_label_note"], engine["copied"]):
        assert Templar(loader=DataLoader(), variables={"value": value}).template(trusted("{{ value }}")) == TEMPLATE
    assert Templar(loader=DataLoader()).template(container["swarm_container_labels"]) == {"tier": TEMPLATE}


@pytest.mark.usefixtures("cluster")
def test_strings_of_engines_do_not_become_names_that_are_templates() -> None:
    inventory = publish({"keyed_groups": [{"prefix": "note", "key": "swarm_labels.note"}]})
    assert [name for name in inventory.groups if name.startswith("note")] == ["note____1___1___"]


@pytest.mark.usefixtures("cluster")
def test_host_called_like_a_group_that_exists() -> None:
    inventory = InventoryData()
    inventory.add_group("n1")
    publish(inventory=inventory)
    assert sorted(inventory.hosts) == ["n1-192.0.2.1-2376", "n2"]
    assert inventory.groups["n1"].get_vars() == {}


def published_with_warnings(
    options: t.Dict[str, t.Any], inventory: t.Optional[InventoryData] = None
) -> t.Tuple[InventoryData, t.List[str]]:
    inventory = inventory or InventoryData()
    plugin = Plugin(trusted(options), {})
    plugin.parse(inventory, DataLoader(), "prod.swarm.yml")
    inventory.reconcile_inventory()
    assert not set(inventory.hosts) & set(inventory.groups)
    return inventory, plugin.display.warnings


def of_names(*names: str, app: str = "") -> Snapshot:
    """One engine, with containers of these names."""
    containers = tuple(Container(f"id of {name}", name, labels={"app": app or name}) for name in names)
    return Snapshot((replace(INTERNAL, containers=containers),))


CONTAINERS: t.Dict[str, t.Any] = {"containers": True}
BY_APP = {"keyed_groups": [{"prefix": "", "separator": "", "key": "swarm_container_labels.app"}]}


def test_host_called_like_a_group_that_comes_with_another_host(cluster: Cluster) -> None:
    cluster.snapshot = of_names("web", "web2", app="web")
    inventory, warnings = published_with_warnings({**CONTAINERS, **BY_APP})
    assert sorted(members(inventory, "web")) == ["web-n1", "web2"]
    assert warnings == [
        "the container web on n1 is called web-n1 in the inventory, because its own name is not free there"
    ]


def test_host_called_like_the_group_of_an_image(cluster: Cluster) -> None:
    cluster.snapshot = of_names("swarm_image_", "swarm_node_n1", "swarm_containers", "swarm")
    inventory, warnings = published_with_warnings(CONTAINERS)
    expected = ["swarm-n1", "swarm_containers-n1", "swarm_image_-n1", "swarm_node_n1-n1"]
    assert sorted(members(inventory, "swarm_containers")) == expected
    assert len(warnings) == 4


def test_a_group_made_of_the_names_of_hosts_gets_another_one(cluster: Cluster) -> None:
    cluster.snapshot = of_names("web", app="web")
    inventory, warnings = published_with_warnings(
        {**CONTAINERS, "keyed_groups": [{"prefix": "", "separator": "", "key": "inventory_hostname"}]}
    )
    # The host goes out of the way of the group that has its name, and its new name makes a group that is none of it.
    assert sorted(inventory.hosts) == ["n1-192.0.2.1-2376", "web-n1-192.0.2.1-2376"]
    assert {"web_n1_192_0_2_1_2376", "n1_192_0_2_1_2376"} <= set(inventory.groups)
    assert len(warnings) == 2


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "all", "ungrouped"])
def test_a_container_is_never_localhost_nor_all(cluster: Cluster, name: str) -> None:
    cluster.snapshot = of_names(name)
    inventory, warnings = published_with_warnings(CONTAINERS)
    assert sorted(inventory.hosts) == sorted([f"{name}-n1", "n1"])
    assert inventory.localhost is None
    assert inventory.hosts[f"{name}-n1"].get_vars()["ansible_host"] == f"id of {name}"
    assert warnings == [
        f"the container {name} on n1 is called {name}-n1 in the inventory, because its own name is not free there"
    ]


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "::1"])
def test_an_engine_is_never_localhost(cluster: Cluster, name: str) -> None:
    cluster.snapshot = Snapshot((Node("127.0.0.1:2376", name),))
    inventory, warnings = published_with_warnings({})
    assert len(warnings) == 1
    assert list(inventory.hosts) == [name.strip(":") + "-127.0.0.1-2376" if name != "::1" else "127.0.0.1-2376"]
    assert inventory.localhost is None


def test_an_engine_at_localhost_that_was_not_reached(cluster: Cluster) -> None:
    lost = Node("127.0.0.1:2376", "127.0.0.1:2376", health=Health.UNHEALTHY, reason="gone")
    cluster.snapshot = Snapshot((lost,))
    inventory, warnings = published_with_warnings({"include_unhealthy": True})
    assert list(inventory.hosts) == ["127.0.0.1-2376"]
    assert warnings == [
        "the engine at 127.0.0.1:2376 is called 127.0.0.1-2376 in the inventory, because its own name is not free there"
    ]


def test_hosts_of_another_source_are_left_alone(cluster: Cluster) -> None:
    cluster.snapshot = of_names("db", "web")
    inventory = InventoryData()
    for name in ("db", "n1"):
        inventory.add_host(name)
        inventory.set_variable(name, "ansible_host", f"{name}.example.com")
    inventory, warnings = published_with_warnings(CONTAINERS, inventory)
    assert sorted(inventory.hosts) == ["db", "db-n1-192.0.2.1-2376", "n1", "n1-192.0.2.1-2376", "web"]
    for name in ("db", "n1"):
        variables = inventory.hosts[name].get_vars()
        assert variables["ansible_host"] == f"{name}.example.com"
        assert not [variable for variable in variables if variable.startswith("swarm_")]
    assert warnings == [
        "the engine n1 at 192.0.2.1:2376 is called n1-192.0.2.1-2376 in the inventory, because its own name is not "
        "free there",
        "the container db on n1-192.0.2.1-2376 is called db-n1-192.0.2.1-2376 in the inventory, because its own name "
        "is not free there",
    ]


@pytest.mark.parametrize(
    "known",
    [
        pytest.param({"ansible_host": "192.0.2.1"}, id="by the address"),
        pytest.param({"ansible_host": "192.0.2.1", "swarm_address": "192.0.2.1:2376"}, id="from another such source"),
    ],
)
def test_an_engine_that_another_source_has_under_its_name_is_that_host(
    cluster: Cluster, known: t.Dict[str, t.Any]
) -> None:
    cluster.snapshot = of_names("web")
    inventory = InventoryData()
    inventory.add_group("docker_hosts")
    inventory.add_host("n1", group="docker_hosts")
    for name, value in {**known, "ansible_user": "admin"}.items():
        inventory.set_variable("n1", name, value)
    options = {"keyed_groups": [{"key": "group_names | join('_')", "prefix": "in", "separator": "_"}]}
    inventory, warnings = published_with_warnings({**CONTAINERS, **options}, inventory)
    variables = inventory.hosts["n1"].get_vars()
    assert (variables["ansible_user"], variables["swarm_name"]) == ("admin", "n1")
    assert sorted(variables["group_names"]) == ["docker_hosts", "in_docker_hosts_swarm", "swarm"]
    assert warnings == []


def test_two_sources_of_one_cluster_make_one_host_of_a_container(cluster: Cluster) -> None:
    cluster.snapshot = of_names("web", "swarm")
    inventory, first = published_with_warnings(CONTAINERS)
    hosts = sorted(inventory.hosts)
    inventory, second = published_with_warnings(CONTAINERS, inventory)
    assert sorted(inventory.hosts) == hosts == ["n1", "swarm-n1", "web"]
    assert first == second


def test_a_container_of_another_engine_is_not_the_host_that_has_its_name_and_id(cluster: Cluster) -> None:
    cluster.snapshot = of_names("web")
    inventory, _warnings = published_with_warnings(CONTAINERS)
    (node,) = cluster.snapshot.nodes
    cluster.snapshot = Snapshot((replace(node, address="192.0.2.66:2376", name="evil"),))
    inventory, _warnings = published_with_warnings(CONTAINERS, inventory)
    assert inventory.hosts["web"].get_vars()["swarm_address"] == "192.0.2.1:2376"
    assert inventory.hosts["web-evil"].get_vars()["swarm_address"] == "192.0.2.66:2376"


def test_groups_go_out_of_the_way_of_hosts_of_another_source(cluster: Cluster) -> None:
    cluster.snapshot = of_names("c1", app="web")
    inventory = InventoryData()
    for name in ("web", "swarm"):
        inventory.add_host(name)
    inventory, warnings = published_with_warnings({**CONTAINERS, **BY_APP}, inventory)
    assert members(inventory, "web_group") == ["c1"]
    assert members(inventory, "swarm_group") == ["n1"]
    assert warnings == [
        "the group swarm is called swarm_group in the inventory, because its own name is not free there",
        "the group web is called web_group in the inventory, because its own name is not free there",
    ]


@pytest.mark.parametrize("value", ["localhost", "ungrouped", "all"])
def test_a_label_makes_no_group_that_is_ansibles_own(cluster: Cluster, value: str) -> None:
    cluster.snapshot = of_names("c1", app=value)
    inventory, warnings = published_with_warnings({**CONTAINERS, **BY_APP})
    assert members(inventory, f"{value}_group") == ["c1"]
    assert warnings == [
        f"the group {value} is called {value}_group in the inventory, because its own name is not free there"
    ]


def test_groups_may_stand_below_all(cluster: Cluster) -> None:
    cluster.snapshot = of_names("c1", app="web")
    keyed = [
        {"key": "swarm_container_labels.app", "prefix": "app", "parent_group": parent} for parent in ("all", "apps")
    ]
    inventory, warnings = published_with_warnings({**CONTAINERS, "keyed_groups": keyed})
    assert [group.name for group in inventory.groups["app_web"].parent_groups] == ["all", "apps"]
    assert members(inventory, "apps") == ["c1"]
    assert warnings == []


def test_one_warning_for_all_containers_of_one_name(cluster: Cluster) -> None:
    cluster.snapshot = Snapshot(
        tuple(
            Node(f"192.0.2.{number}:2376", f"n{number}", containers=(Container(f"c{number}", "agent"),))
            for number in range(1, 21)
        )
    )
    inventory, warnings = published_with_warnings(CONTAINERS)
    assert len(members(inventory, "swarm_containers")) == 20
    assert warnings == ["20 containers are called agent, and by other names in the inventory, such as agent-n1"]


def test_what_engines_say_is_visible_in_warnings(cluster: Cluster) -> None:
    cluster.snapshot = Snapshot((Node("192.0.2.1:2376", "n\x1b[2J\u202e1\nx"),), ("so says \x9b31m",))
    _inventory, warnings = published_with_warnings({})
    assert warnings == [
        "so says \\x9b31m",
        "the engine n\\x1b[2J\\u202e1\\nx at 192.0.2.1:2376 is called 192.0.2.1 in the inventory, because its own name "
        "cannot be the name of a host",
    ]


def test_labels_of_engines_do_not_steer_ansible(cluster: Cluster) -> None:
    labels = {"hostvars": "x", "__ansible_type": "y", "_ansible_no_log": "z", "ready": "yes", "if": "x"}
    cluster.snapshot = Snapshot((Node("192.0.2.1:2376", "n1", labels=labels),))
    inventory, _warnings = published_with_warnings({})
    variables = inventory.hosts["n1"].get_vars()
    assert set(variables["swarm_labels"]) == {"hostvars", "%__ansible_type", "%_ansible_no_log", "ready", "if"}
    assert variables["swarm_label_ready"] == "yes"


#: Names that are another thing's as well, and such that cannot be names.
_NAMES = st.sampled_from([
    "localhost", "127.0.0.1", "::1", "all", "ungrouped", "swarm", "swarm_containers", "swarm_node_n1",
    "swarm_image_web_1", "n1", "n2", "n-1", "n.1", "web", "web-n1", "web_group", "n1-192.0.2.1-2376", "192.0.2.1",
    "app", "{{ 1 }}", "\x1b[2J", "a b", "-", "", "größe",
])  # fmt: skip
_ENGINES = st.lists(
    st.tuples(_NAMES, st.lists(st.tuples(_NAMES, _NAMES, st.sampled_from(["web:1", "web_1"])), max_size=4)), max_size=3
)
_FOREIGN = st.lists(
    st.tuples(_NAMES.filter(lambda name: name not in ("", "all", "ungrouped")), st.booleans()), max_size=5
)


@given(_ENGINES, _FOREIGN, st.booleans())
def test_whatever_they_are_called_every_name_means_one_thing(
    engines: t.Sequence[t.Any], foreign: t.Sequence[t.Tuple[str, bool]], by_app: bool
) -> None:
    nodes = [
        Node(f"192.0.2.{number}:2376", name, containers=tuple(
            Container(f"c{number}{index}", own_name, labels={"app": app}, image=image)
            for index, (own_name, app, image) in enumerate(containers)
        ))
        for number, (name, containers) in enumerate(engines, start=1)
    ]  # fmt: skip
    inventory = InventoryData()
    hosts_before = {name for name, is_host in foreign if is_host}
    groups_before = {name for name, is_host in foreign if not is_host} - hosts_before
    for name in hosts_before:
        inventory.add_host(name)
        inventory.set_variable(name, "ansible_host", "elsewhere.example.com")
    for name in groups_before:
        inventory.add_group(name)
    before = {name: dict(inventory.hosts[name].vars) for name in hosts_before}
    localhost = inventory.localhost
    plugin = Plugin(trusted({**CONTAINERS, **(BY_APP if by_app else {})}), {})
    with mock.patch.object(swarm, "take_snapshot", return_value=Snapshot(tuple(nodes))):
        plugin.parse(inventory, DataLoader(), "prod.swarm.yml")
    inventory.reconcile_inventory()

    hosts, warnings = inventory.hosts, plugin.display.warnings
    assert not set(hosts) & set(inventory.groups)
    assert {name: dict(hosts[name].vars) for name in hosts_before} == before
    assert inventory.localhost is localhost
    ours = {name: hosts[name].get_vars() for name in set(hosts) - hosts_before}
    assert not set(ours) & {"localhost", "127.0.0.1", "::1", "all", "ungrouped"}
    engines_there = {variables["swarm_address"]: name for name, variables in ours.items() if "swarm_id" in variables}
    places = {
        (variables["swarm_address"], variables["swarm_container_id"]): name
        for name, variables in ours.items()
        if "swarm_container_id" in variables
    }
    assert set(engines_there) == {node.address for node in nodes}
    assert set(places) == {(node.address, each.id) for node in nodes for each in node.containers}
    for node in nodes:
        new_names = [(node.name, engines_there[node.address])]
        new_names += [(each.name, places[node.address, each.id]) for each in node.containers]
        for own_name, name in new_names:
            words = (f"is called {name} in the inventory", f"s are called {visible(own_name)}, and by other names")
            told = [warning for warning in warnings if any(each in warning for each in words)]
            assert (own_name == name) is not bool(told), (own_name, name, warnings)
        node_groups = {
            group.name
            for each in node.containers
            for group in hosts[places[node.address, each.id]].get_groups()
            if group.name.startswith("swarm_node_")
        }
        others = {engines_there[each.address] for each in nodes if each is not node}
        assert not {
            group for group in node_groups - groups_before for host in inventory.groups[group].get_hosts()
            if host.get_vars().get("swarm_node_host") in others and not by_app
        }  # fmt: skip
    assert all(warning.isprintable() for warning in warnings)


@pytest.mark.usefixtures("cluster")
@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ([{"exclude": "swarm_labels.zone == 'internal'"}], ["n2"]),
        ([{"include": "inventory_hostname == 'n1'"}, {"exclude": True}], ["n1"]),
        # n2 has no such label: the condition does not hold
        ([{"include": "swarm_labels.disk == 'ssd'"}, {"exclude": True}], ["n1"]),
        ([{"exclude": "swarm_label_zone"}], []),
    ],
)
def test_filters(filters: t.List[t.Dict[str, t.Any]], expected: t.List[str]) -> None:
    assert sorted(publish({"filters": filters}).hosts) == expected


@pytest.mark.usefixtures("cluster")
def test_filters_that_cannot_be_told_are_errors_if_strict() -> None:
    with pytest.raises(AnsibleParserError, match=r"filters: 'swarm_labels\.disk == 'ssd'' cannot be evaluated for n2"):
        publish({"filters": [{"include": "swarm_labels.disk == 'ssd'"}], "strict": True})


def test_cache_saves_the_questions(cluster: Cluster) -> None:
    stored: t.Dict[str, t.Any] = {}
    first = publish({"cache": True}, stored)
    stored = json.loads(json.dumps(stored))
    second = publish({"cache": True}, stored)
    assert len(cluster.asked) == 1
    assert {name: host.get_vars() for name, host in first.hosts.items()} == {
        name: host.get_vars() for name, host in second.hosts.items()
    }


def test_cache_is_not_read_where_it_must_not_be(cluster: Cluster) -> None:
    stored: t.Dict[str, t.Any] = {}
    publish({"cache": True}, stored)
    cluster.snapshot = Snapshot((INTERNAL,))
    assert sorted(publish({"cache": True}, stored, cache=False).hosts) == ["n1"]
    assert sorted(publish({"cache": True}, stored).hosts) == ["n1"]
    assert len(cluster.asked) == 2


def test_without_cache_every_run_asks(cluster: Cluster) -> None:
    stored: t.Dict[str, t.Any] = {}
    publish({}, stored)
    publish({}, stored)
    assert (len(cluster.asked), stored) == (2, {})


@pytest.mark.parametrize("change", [{"discovery": "nodes://192.0.2.9:2376"}, {"partition": ["zone==external"]}])
def test_cache_of_one_cluster_is_not_that_of_another(cluster: Cluster, change: t.Dict[str, t.Any]) -> None:
    stored: t.Dict[str, t.Any] = {}
    publish({"cache": True}, stored)
    publish({"cache": True, **change}, stored)
    assert len(cluster.asked) == 2


def test_cache_of_another_release_is_read_anew(cluster: Cluster) -> None:
    stored: t.Dict[str, t.Any] = {}
    publish({"cache": True}, stored)
    stored = {key: {**records, "format": 0} for key, records in stored.items()}
    publish({"cache": True}, stored)
    assert len(cluster.asked) == 2


def test_a_cluster_that_did_not_answer_is_not_kept(cluster: Cluster) -> None:
    cluster.snapshot = replace(SNAPSHOT, nodes=(LOST,))
    stored: t.Dict[str, t.Any] = {}
    publish({"cache": True}, stored)
    assert stored == {}


def test_options_reach_the_cluster(cluster: Cluster) -> None:
    publish({"discovery": "nodes://192.0.2.9:2376", "snapshot_timeout": 2.5, "partition": ["zone==a"]})
    (settings,) = cluster.asked
    assert (settings.discovery.source, settings.engine.snapshot_timeout) == ("nodes://192.0.2.9:2376", 2.5)
    assert [str(expression) for expression in settings.partition] == ["zone==a"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"partition": ["zone"]}, "partition"),
        ({"timeout": 0}, "timeout is 0; it must be more than 0 seconds"),
        ({"filters": [{"drop": True}]}, "filters: entry 1"),
        ({"label_prefix": "ansible_"}, "label_prefix: 'ansible_' cannot be"),
    ],
)
def test_errors_are_one_sentence_and_come_before_any_question(
    cluster: Cluster, options: t.Dict[str, t.Any], message: str
) -> None:
    with pytest.raises(AnsibleParserError, match=message):
        publish(options)
    assert cluster.asked == []


def test_errors_of_the_cluster_are_errors_of_the_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(settings: ClusterSettings) -> t.NoReturn:
        raise DiscoveryError("/etc/swarm/cluster.conf: no such file")

    monkeypatch.setattr(swarm, "take_snapshot", fail)
    with pytest.raises(AnsibleParserError, match=r"^/etc/swarm/cluster\.conf: no such file"):
        publish()
