# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inventory plugin over a cluster that is made up. How it gets its options is a matter of integration tests."""

from __future__ import annotations

import json
import typing as t
from dataclasses import replace
from pathlib import Path

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
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import ClusterSettings
from ansible_collections.classic.swarm.plugins.plugin_utils.untrusted import trust_as_template

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


@pytest.mark.usefixtures("cluster")
def test_host_called_like_a_group_that_comes_with_another_host() -> None:
    inventory = publish({"keyed_groups": [{"prefix": "", "separator": "", "key": "{'n1': 'n2'}[swarm_name]"}]})
    assert inventory.hosts["n2"].get_vars()["swarm_name"] == "n2"
    assert inventory.groups["n2"].get_vars() == {}


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
    with pytest.raises(AnsibleParserError, match=r"filters: 'swarm_labels\.disk == 'ssd'' cannot be told for n2"):
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
