# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: swarm
short_description: The engines of a cluster, and their containers, as hosts
version_added: 0.1.0
author:
  - The classic.swarm authors (@classic-swarm)
description:
  - Finds the Docker engines of a cluster through a discovery source and asks all of them side by side.
  - Every healthy engine becomes a host in the group C(swarm), called by the name of the engine.
  - If an engine has a name that is no host name, or one that another engine, another source of the inventory or a
    group has as well, or that Ansible uses itself, the host has the address of the engine in its name, and a warning
    says so. The same holds for containers, with the name of their engine.
  - A host that another source has under the name and the address of an engine is that engine.
  - With O(containers=true), containers become hosts as well.
  - The configuration file must end in C(.swarm.yml) or C(.swarm.yaml).
extends_documentation_fragment:
  - classic.swarm.cluster
  - classic.swarm.cluster.plugin
  - classic.swarm.tls
  - classic.swarm.tls.plugin
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
notes:
  - What engines say, labels in particular, is never taken for a template. Keys of labels that Ansible reserves, such
    as C(__ansible_type), have a C(%) before them.
  - The options that say which engines there are and how they are reached are not templated.
  - Names of groups that come from O(keyed_groups) and O(groups) are always made valid, by C(_) for each invalid
    character.
options:
  plugin:
    description: The name of this plugin.
    type: str
    required: true
    choices:
      - classic.swarm.swarm
  include_unhealthy:
    description:
      - Whether engines that did not answer, or not as they should, become hosts too. They are in the group
        C(swarm_unhealthy) besides, and C(swarm_reason) says what is wrong.
      - An engine that was not reached is called by its address, because its name is not known.
      - If V(false), they are left out. A warning names them in any case.
    type: bool
    default: false
  containers:
    description:
      - Whether containers become hosts too, each called by its name.
      - They are in the groups C(swarm_containers), C(swarm_node_NODE) and C(swarm_image_IMAGE), with C(_) in place of
        what groups may not have in their names.
      - Tasks run inside the containers, by the connection P(classic.swarm.swarm#connection). O(connection_variables)
        sets what it needs, C(ansible_connection) among it.
    type: bool
    default: false
  container_states:
    description:
      - Containers in these states become hosts.
    type: list
    elements: str
    choices:
      - created
      - running
      - paused
      - restarting
      - removing
      - exited
      - dead
    default:
      - running
  label_prefix:
    description:
      - Each label of an engine is a variable of its host. Its name is this prefix, and the name of the label with
        C(_) in place of what variables may not have in their names.
        The label V(com.example/zone) is V(swarm_label_com_example_zone).
      - Of labels that lead to one name, the first in the order of the alphabet counts. All labels are in
        C(swarm_labels) as they are.
    type: str
    default: swarm_label_
  connection_variables:
    description:
      - Whether each host gets the variables C(ansible_docker_docker_host), C(ansible_docker_tls),
        C(ansible_docker_ca_path) and so on, by which the plugins of community.docker reach its engine with the
        certificates that this inventory uses.
      - Containers get C(ansible_connection), C(ansible_swarm_discovery), C(ansible_swarm_ca_path) and so on besides,
        for P(classic.swarm.swarm#connection). Secrets of the discovery source are not among them. Set them by
        C(ansible_swarm_discovery_options) or the environment, if containers that have moved are to be found.
    type: bool
    default: true
  filters:
    description:
      - Rules that say which hosts are published. The first rule whose condition holds decides. A host for which no
        rule holds is published.
      - A condition is a Jinja2 expression over the variables of the host and C(inventory_hostname), or V(true) or
        V(false).
      - A condition that cannot be evaluated does not hold, unless O(strict=true), where it is an error.
    type: list
    elements: dict
    default: []
    suboptions:
      include:
        description: Publish the hosts for which this condition holds.
        type: raw
      exclude:
        description: Do not publish the hosts for which this condition holds.
        type: raw
"""

EXAMPLES = r"""
# A file prod.swarm.yml. The engines stand in /etc/swarm/cluster.conf, or where SWARM_DISCOVERY says.
plugin: classic.swarm.swarm

---
# Engines from Consul, over TLS, in groups by their labels: zone_external, disk_ssd.
plugin: classic.swarm.swarm
discovery: consul://192.0.2.5:8500/swarm
ca_path: /etc/swarm/tls/ca.pem
client_cert: /etc/swarm/tls/cert.pem
client_key: /etc/swarm/tls/key.pem
keyed_groups:
  - prefix: zone
    key: swarm_labels.zone
  - prefix: disk
    key: swarm_labels.disk
groups:
  big: swarm_memory >= 64 * 1024 ** 3
compose:
  ansible_user: "'root'"

---
# Keep what the engines said for ten minutes, and leave those of the internal zone out.
plugin: classic.swarm.swarm
discovery: nodes://192.0.2.[11:13]:2376
tls: true
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: /var/cache/ansible/swarm
cache_timeout: 600
filters:
  - exclude: swarm_labels.zone == 'internal'

---
# Containers as hosts. Tasks run inside of them through the API of their engine.
plugin: classic.swarm.swarm
containers: true
filters:
  - include: swarm_container_name is defined
  - exclude: true
"""

import hashlib
import json
import os
import typing as t
from dataclasses import dataclass, field

from ansible.errors import AnsibleError, AnsibleParserError
from ansible.inventory.group import to_safe_group_name
from ansible.inventory.helpers import get_group_vars
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable
from ansible_collections.classic.swarm.plugins.module_utils._ansible.settings import cluster_settings
from ansible_collections.classic.swarm.plugins.module_utils._ansible.unusable import unusable_number
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.snapshot import take_snapshot
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.configuration import public_values
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import ExpressionError, SwarmError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.visible import LONGEST_LINE, visible
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import ClusterSettings, DiscoverySettings
from ansible_collections.classic.swarm.plugins.plugin_utils.collector import paused
from ansible_collections.classic.swarm.plugins.plugin_utils.grouping import HostName, HostSketch
from ansible_collections.classic.swarm.plugins.plugin_utils.hosts import (
    GROUP_CONTAINERS,
    GROUP_NODES,
    GROUP_UNHEALTHY,
    PLAIN_VARIABLES,
    Choices,
    InventoryHost,
    Present,
    make_hosts,
)
from ansible_collections.classic.swarm.plugins.plugin_utils.inventory_entries import with_entries
from ansible_collections.classic.swarm.plugins.plugin_utils.names import GROUP_ALL, rename_groups
from ansible_collections.classic.swarm.plugins.plugin_utils.options import cluster_options
from ansible_collections.classic.swarm.plugins.plugin_utils.records import ClusterRecord, are_records, make_records
from ansible_collections.classic.swarm.plugins.plugin_utils.rules import Rule, is_included, parse_rules
from ansible_collections.classic.swarm.plugins.plugin_utils.shortcut import MissingError, shortcut
from ansible_collections.classic.swarm.plugins.plugin_utils.untrusted import published

_CONTENT_OF_A_FILE = "-----BEGIN"

#: How often names are given anew because groups came up that have one of them. Once is enough, unless a group's name is
#: made of a host's.
_ATTEMPTS = 4


def _valid_group_name(name: str) -> str:
    """Names of groups may come from labels, and cannot be barred from templating as values are."""
    return t.cast(str, to_safe_group_name(name, force=True, silent=True))


@dataclass(frozen=True)
class _Sketch:
    """A host as it will be published.

    :ivar included: whether it is, by the filters
    :ivar variables: what it is published with
    :ivar composed: the variables of ``compose``
    :ivar groups: all that it is in
    :ivar parents: pairs of a group and the group within it
    """

    host: InventoryHost
    included: bool
    variables: t.Mapping[str, t.Any] = field(default_factory=dict)
    composed: t.Mapping[str, t.Any] = field(default_factory=dict)
    groups: t.Tuple[str, ...] = ()
    parents: t.Tuple[t.Tuple[str, str], ...] = ()


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):  # type: ignore[misc]
    """Discover, keep records of it, publish them."""

    NAME = "classic.swarm.swarm"

    inventory: t.Any
    _path: str

    _sanitize_group_name = staticmethod(_valid_group_name)

    def verify_file(self, path: str) -> bool:
        """Whether ``path`` is a configuration file of this plugin, by its name."""
        return super().verify_file(path) and path.endswith((".swarm.yml", ".swarm.yaml"))

    def parse(self, inventory: t.Any, loader: t.Any, path: str, cache: bool = True) -> None:
        """Fill ``inventory``.

        :param cache: False where what is cached must not be used, as with ``--flush-cache``
        :raises AnsibleParserError: the cluster cannot be read, or the configuration is wrong
        """
        super().parse(inventory, loader, path, cache)
        self._read_options(path)
        self._path = os.path.abspath(path)
        try:
            settings = cluster_settings(self._cluster_options(), os.environ)
            rules = parse_rules(self.get_option("filters"))
            choices = self._choices(settings)
            with paused():
                self._publish(self._records(settings, path, cache), choices, rules)
        except SwarmError as error:
            lines = isinstance(error, ExpressionError)
            # Without the cause, which newer releases of Ansible print behind it: the sentence says it all, once.
            raise AnsibleParserError(visible(error.message, lines=lines)) from None

    def _read_options(self, path: str) -> None:
        try:
            self._read_config_data(path)
        except AnsibleError as error:
            # Ansible shows a value that it cannot take for a path, and this one may be a private key.
            if _CONTENT_OF_A_FILE in str(error):
                raise AnsibleParserError(
                    visible(
                        "an option holds the content of a file rather than its path, and is not shown; give the path"
                    )
                ) from None
            if len(str(error)) > LONGEST_LINE:
                raise AnsibleParserError(visible(str(error))) from None
            raise
        except (OverflowError, ValueError):
            # Ansible converts infinity and integers of hundreds of digits without a look at them.
            sentence = unusable_number(self.loader.load_from_file(path))
            if sentence is None:
                raise
            raise AnsibleParserError(visible(sentence)) from None

    def _cluster_options(self) -> t.Mapping[str, t.Any]:
        """The options of the cluster; a group that the discovery source names is one of earlier inventory sources."""
        options = cluster_options(self)
        groups = {name: [host.name for host in group.get_hosts()] for name, group in self.inventory.groups.items()}
        resolved = with_entries(options["discovery"], options, groups, self._variables_of)
        return options if resolved is None else {**options, "discovery_options": resolved}

    def _variables_of(self, name: str, is_needed: t.Callable[[str], bool]) -> t.Mapping[str, t.Any]:
        host = self.inventory.hosts[name]
        self.templar.available_variables = {**get_group_vars(host.get_groups()), **host.get_vars()}
        return {
            key: self.templar.template(value)
            for key, value in self.templar.available_variables.items()
            if is_needed(key)
        }

    def _choices(self, settings: ClusterSettings) -> Choices:
        return Choices(
            include_unhealthy=self.get_option("include_unhealthy"),
            containers=self.get_option("containers"),
            container_states=frozenset(self.get_option("container_states")),
            label_prefix=self.get_option("label_prefix"),
            connection=settings.engine if self.get_option("connection_variables") else None,
            discovery=(settings.discovery.source, _public_options(settings.discovery)),
        )

    def _records(self, settings: ClusterSettings, path: str, cache: bool) -> ClusterRecord:
        if not self.get_option("cache"):
            return make_records(take_snapshot(settings))
        key = f"{self.get_cache_key(path)}_{_fingerprint(settings)}"
        if cache:
            try:
                records = self._cache[key]
            except KeyError:
                pass
            else:
                if are_records(records):
                    return t.cast(ClusterRecord, records)
        records = make_records(take_snapshot(settings))
        # A moment in which no engine answered is no knowledge that is worth keeping.
        if any(node["health"] == "healthy" for node in records["nodes"]):
            self._cache[key] = records
        return records

    def _publish(self, records: ClusterRecord, choices: Choices, rules: t.Sequence[Rule]) -> None:
        fixed = [GROUP_NODES, GROUP_UNHEALTHY, *([GROUP_CONTAINERS] if choices.containers else [])]
        present = Present(
            {name: host.vars for name, host in self.inventory.hosts.items()}, frozenset(self.inventory.groups)
        )
        hosts, warnings = self._sketch(records, choices, rules, present, fixed)
        groups = {*fixed, *(group for each in hosts for group in each.groups)}
        parents = {pair for each in hosts for pair in each.parents}
        names = groups | {name for pair in parents for name in pair}
        # Above other groups, the group of all hosts is one that the user means.
        above_all = {GROUP_ALL} - groups
        renamed = rename_groups(names - above_all, {each.host.name for each in hosts} | present.hosts.keys())
        self._warn(records["warnings"])
        self._warn(warnings)
        self._warn(
            f"the group {name} is called {new_name} in the inventory, because its own name is not free there"
            for name, new_name in renamed.items()
        )
        self._add(fixed, hosts, sorted(parents), renamed)

    def _sketch(
        self,
        records: ClusterRecord,
        choices: Choices,
        rules: t.Sequence[Rule],
        present: Present,
        fixed: t.Sequence[str],
    ) -> t.Tuple[t.List[_Sketch], t.List[str]]:
        """The hosts that are published, none called like a group that comes with them."""
        known: t.Dict[str, _Sketch] = {}
        for _attempt in range(_ATTEMPTS):
            hosts, warnings = make_hosts(records, choices, present)
            sketches = [self._sketch_host(host, rules, known) for host in hosts]
            included = [sketch for sketch in sketches if sketch.included]
            groups = {*fixed, *(group for each in included for group in each.groups)}
            if present.groups >= groups & {each.host.name for each in included}:
                break
            present = Present(present.hosts, present.groups | groups)
            known = {sketch.host.name: sketch for sketch in sketches}
        return included, warnings

    def _sketch_host(self, host: InventoryHost, rules: t.Sequence[Rule], known: t.Mapping[str, _Sketch]) -> _Sketch:
        before = known.get(host.name)
        if before is not None and before.host == host:
            return before
        strict = self.get_option("strict")
        variables = published(host.variables, PLAIN_VARIABLES)
        facts = {**variables, "inventory_hostname": host.name}
        if not self._is_included(facts, rules):
            return _Sketch(host, False)
        there = self.inventory.hosts.get(host.name)
        sketch = HostSketch(
            {**({} if there is None else there.get_vars()), **facts, **self._magic(host.name)}, host.groups
        )
        name, inventory = HostName(host.name), self.inventory
        self.inventory = sketch
        try:
            self._set_composite_vars(self.get_option("compose"), facts, name, strict=strict)
            self._add_host_to_composed_groups(self.get_option("groups"), facts, name, strict=strict)
            self._add_host_to_keyed_groups(self.get_option("keyed_groups"), facts, name, strict=strict)
        finally:
            self.inventory = inventory
        return _Sketch(host, True, variables, sketch.variables, tuple(sketch.groups), tuple(sketch.parents))

    def _magic(self, name: str) -> t.Dict[str, t.Any]:
        """Variables that Ansible adds to each host."""
        short = name.split(".")[0]
        return {
            "inventory_hostname_short": short,
            "inventory_file": self._path,
            "inventory_dir": os.path.dirname(self._path),
        }

    def _is_included(self, facts: t.Mapping[str, t.Any], rules: t.Sequence[Rule]) -> bool:
        def holds(condition: str) -> bool:
            try:
                return bool(self._compose(condition, facts))
            except AnsibleError as error:
                if self.get_option("strict"):
                    name = facts["inventory_hostname"]
                    raise AnsibleParserError(
                        visible(f"filters: '{condition}' cannot be evaluated for {name}: {error}")
                    ) from error
                return False

        return is_included(rules, holds)

    def _compose(self, template: t.Any, variables: t.Mapping[str, t.Any], *more: t.Any, **how: t.Any) -> t.Any:
        """As in Ansible, without the template engine where it is not needed."""
        simple = shortcut(template) if isinstance(template, str) and not self.get_option("use_extra_vars") else None
        if simple is not None:
            try:
                return simple(variables)
            except MissingError as error:
                if not self.get_option("strict"):
                    raise AnsibleError(f"{error} is not defined") from None
            except LookupError:
                pass
        return super()._compose(template, variables, *more, **how)

    def _add(
        self,
        fixed: t.Sequence[str],
        hosts: t.Sequence[_Sketch],
        parents: t.Sequence[t.Tuple[str, str]],
        renamed: t.Mapping[str, str],
    ) -> None:
        inventory = self.inventory
        for group in fixed:
            inventory.add_group(renamed.get(group, group))
        for sketch in hosts:
            name = inventory.add_host(sketch.host.name)
            # Not one by one through the inventory: that looks into each value for what the values of hosts do not hold.
            inventory.hosts[name].vars.update(sketch.variables)
            for key, value in sketch.composed.items():
                inventory.set_variable(name, key, value)
        # After all hosts: variables of a host that has the name of a group would go to the group.
        for sketch in hosts:
            for group in sketch.groups:
                inventory.add_host(sketch.host.name, group=inventory.add_group(renamed.get(group, group)))
        for parent, child in parents:
            inventory.add_child(
                inventory.add_group(renamed.get(parent, parent)), inventory.add_group(renamed.get(child, child))
            )

    def _warn(self, warnings: t.Iterable[str]) -> None:
        for warning in warnings:
            self.display.warning(visible(warning))


def _public_options(settings: DiscoverySettings) -> t.Dict[str, t.Any]:
    """The options of a discovery source that may stand in the variables of a host."""
    tls, usual = settings.tls, DiscoverySettings()
    known: t.Dict[str, t.Any] = {
        "timeout": None if settings.timeout == usual.timeout else settings.timeout,
        "tls": tls.enabled or None,
        "validate_certs": None if tls.verify else False,
        "ca_path": tls.ca_path,
        "client_cert": tls.client_cert,
        "client_key": tls.client_key,
        "tls_hostname": tls.hostname,
    }
    return {**{name: value for name, value in known.items() if value is not None}, **dict(public_values(settings))}


def _fingerprint(settings: ClusterSettings) -> str:
    """Tells records of one cluster from those of another that the same file described before."""
    described = [settings.discovery.source, *(f"{name}={value}" for name, value in public_values(settings.discovery))]
    described += [str(expression) for expression in settings.partition]
    return hashlib.sha256(json.dumps(described).encode()).hexdigest()[:12]
