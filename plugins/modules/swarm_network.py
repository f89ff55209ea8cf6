#!/usr/bin/python
# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: swarm_network
short_description: Manage networks on the nodes of a cluster
version_added: 0.3.0
author:
  - The classic.swarm authors (@classic-swarm)
description:
  - Has a network of one name on every chosen node, or on none. Each of them is a network of its own, such as a bridge;
    containers on different nodes do not reach each other by it.
  - A network that differs from what is asked is removed and created anew. Its containers are disconnected for that,
    and
    those in O(connected) are connected again.
extends_documentation_fragment:
  - classic.swarm.cluster
  - classic.swarm.tls
  - classic.swarm.nodes
  - classic.swarm.attributes
  - classic.swarm.attributes.action_group
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
options:
  name:
    description:
      - Name of the network.
    type: str
    required: true
    aliases:
      - network_name
  config_from:
    description:
      - Name of the network that holds the configuration to use.
    type: str
  config_only:
    description:
      - Whether the network only holds a configuration for others.
    type: bool
  connected:
    description:
      - Names or IDs of the containers that the network has. Each is connected on the node that it is on. One that is
        on
        none of the nodes is passed over.
      - Settings of a connection, such as a fixed address, are left to M(classic.swarm.swarm_container).
      - Containers that are not in the list are disconnected, unless O(appends=true).
    type: list
    elements: str
    default: []
    aliases:
      - containers
  appends:
    description:
      - Whether containers that are not in O(connected) stay connected.
    type: bool
    default: false
    aliases:
      - incremental
  driver:
    description:
      - The driver of the network.
    type: str
    default: bridge
  driver_options:
    description:
      - Settings of the driver, by name. Those that are not named are not compared. A boolean is sent as C(true) or
        C(false).
    type: dict
    default: {}
  force:
    description:
      - Whether a network that is there is removed and created anew even if it is as asked.
    type: bool
    default: false
  enable_ipv4:
    description:
      - Whether it has IPv4 addresses. It has, unless this is V(false), which needs API 1.47. On an older engine the
        task fails then.
    type: bool
  enable_ipv6:
    description:
      - Whether it has IPv6 addresses.
    type: bool
  ingress:
    description:
      - Whether it is the network of a swarm's routing mesh.
    type: bool
  ipam_driver:
    description:
      - The driver that gives out addresses.
    type: str
  ipam_driver_options:
    description:
      - Settings of that driver, by name. All of them are compared.
    type: dict
  ipam_config:
    description:
      - The addresses of the network. They are the same on every one of the nodes.
    type: list
    elements: dict
    suboptions:
      subnet:
        description:
          - The subnet, such as V(192.0.2.0/24).
        type: str
      iprange:
        description:
          - The part of it that containers get addresses of.
        type: str
      gateway:
        description:
          - The address of the gateway.
        type: str
      aux_addresses:
        description:
          - Addresses that are taken, by the names of the hosts that have them.
        type: dict
  internal:
    description:
      - Whether nothing outside can be reached from it.
    type: bool
  labels:
    description:
      - Labels of the network. Those that are not named are not compared.
    type: dict
    default: {}
  scope:
    description:
      - How far the network reaches.
    type: str
    choices:
      - local
      - global
      - swarm
  attachable:
    description:
      - Whether containers may join it that belong to no service, where its scope is a swarm.
    type: bool

  state:
    description:
      - V(present) has the network on every one of the nodes, V(absent) on none of them.
    type: str
    default: present
    choices:
      - absent
      - present
seealso:
  - module: classic.swarm.swarm_network_info
  - module: community.docker.docker_network
"""

EXAMPLES = r"""
- name: Networks
  hosts: localhost
  gather_facts: false
  tasks:
    - name: A network on every node
      classic.swarm.swarm_network:
        name: backend
        appends: true
        ipam_config:
          - subnet: 172.30.0.0/16
            gateway: 172.30.0.1

    - name: With exactly these containers, wherever they are
      classic.swarm.swarm_network:
        name: backend
        connected:
          - app_1
          - app_2

    - name: On no node any more
      classic.swarm.swarm_network:
        name: backend
        state: absent
"""

RETURN = r"""
network:
  description: What the engine says of the network on the first of the nodes. V(none) if it is on none.
  returned: always
  type: dict
  sample: {"Name": "backend", "Driver": "bridge", "Scope": "local", "Containers": {}}
results:
  description: What was found or done on each node, in the order of their names.
  returned: always
  type: list
  elements: dict
  contains:
    node:
      description: Name of the node.
      type: str
      sample: dockerhost02
    address:
      description: Its address.
      type: str
      sample: 192.0.2.12:2376
    changed:
      description: Whether something was done, or in check mode would be done, there.
      type: bool
      sample: true
    actions:
      description: What was done there, in order.
      type: list
      elements: str
      sample: ["Created network backend with driver bridge"]
    network:
      description: What the engine says of the network. V(none) if it is not there.
      type: dict
      sample: {"Name": "backend", "Driver": "bridge"}
failures:
  description: The nodes that it failed on, each with C(node), C(address) and C(msg). The task fails if there are any.
  returned: always
  type: list
  elements: dict
  sample: []
"""


from ansible_collections.classic.swarm.plugins.module_utils._ansible.argspec import (
    CLUSTER_ARGUMENT_SPEC,
    NODES_ARGUMENT_SPEC,
    TLS_ARGUMENT_SPEC,
)
from ansible_collections.classic.swarm.plugins.module_utils._ansible.module import AnsibleModule
from ansible_collections.classic.swarm.plugins.module_utils._ansible.objects import network_state


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            **CLUSTER_ARGUMENT_SPEC,
            **TLS_ARGUMENT_SPEC,
            **NODES_ARGUMENT_SPEC,
            "name": {"type": "str", "required": True, "aliases": ["network_name"]},
            "config_from": {"type": "str"},
            "config_only": {"type": "bool"},
            "connected": {"type": "list", "elements": "str", "default": [], "aliases": ["containers"]},
            "appends": {"type": "bool", "default": False, "aliases": ["incremental"]},
            "driver": {"type": "str", "default": "bridge"},
            "driver_options": {"type": "dict", "default": {}},
            "force": {"type": "bool", "default": False},
            "enable_ipv4": {"type": "bool"},
            "enable_ipv6": {"type": "bool"},
            "ingress": {"type": "bool"},
            "ipam_driver": {"type": "str"},
            "ipam_driver_options": {"type": "dict"},
            "ipam_config": {
                "type": "list",
                "elements": "dict",
                "options": {
                    "subnet": {"type": "str"},
                    "iprange": {"type": "str"},
                    "gateway": {"type": "str"},
                    "aux_addresses": {"type": "dict"},
                },
            },
            "internal": {"type": "bool"},
            "labels": {"type": "dict", "default": {}},
            "scope": {"type": "str", "choices": ["local", "global", "swarm"]},
            "attachable": {"type": "bool"},
            "state": {"type": "str", "default": "present", "choices": ["absent", "present"]},
        },
        supports_check_mode=True,
    )
    network_state(module)


if __name__ == "__main__":
    main()
