#!/usr/bin/python
# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: swarm_node_info
short_description: List the nodes of a cluster
version_added: 0.1.0
author:
  - The classic.swarm authors (@classic-swarm)
description:
  - Asks all engines of a cluster side by side what they have, what of it is taken, and how they are.
  - An engine that cannot be asked does not fail the task. It is returned with RV(nodes[].health) and
    RV(nodes[].reason).
extends_documentation_fragment:
  - classic.swarm.cluster
  - classic.swarm.tls
  - classic.swarm.attributes
  - classic.swarm.attributes.action_group
  - classic.swarm.attributes.info_module
options:
  name:
    description:
      - Only nodes with one of these names, IDs or addresses.
    type: list
    elements: str
    aliases:
      - names
seealso:
  - module: classic.swarm.swarm_container_info
  - module: classic.swarm.swarm_placement_info
"""

EXAMPLES = r"""
- name: How the cluster is
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Ask all engines
      classic.swarm.swarm_node_info:
        discovery: nodes://192.0.2.[11:13]:2376
        tls: true
      register: cluster

    - name: Go on only if at least two engines can be used
      ansible.builtin.assert:
        that: cluster.healthy >= 2

    - name: Only the engines of one zone
      classic.swarm.swarm_node_info:
        partition:
          - zone==external
      register: external
"""

RETURN = r"""
nodes:
  description: The nodes, in the order of their names.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Its name, or its address if the name is not known.
      type: str
      sample: dockerhost02
    address:
      description: Its address.
      type: str
      sample: 192.0.2.12:2376
    id:
      description: The ID of the engine.
      type: str
      sample: 7TJM:ZAQ2:2CTZ:6RO7:MT3G:JLTQ:Z5YF:N2WP:VCDK:DJ2B:HJOI:U4QS
    labels:
      description: Its labels, and C(storagedriver), C(kernelversion), C(operatingsystem), C(ostype) and
        C(architecture). Keys that Ansible reserves, such as C(__ansible_type), have a C(%) before them.
      type: dict
      sample: {"zone": "external", "disk": "ssd", "ostype": "linux"}
    health:
      description: V(healthy), V(unhealthy), or V(pending) if it has not been ready yet.
      type: str
      sample: healthy
    reason:
      description: What is wrong with it. Empty if it is healthy.
      type: str
      sample: ""
    version:
      description: Version of the engine.
      type: str
      sample: 20.10.24
    api_version:
      description: The newest version of the Engine API that it speaks.
      type: str
      sample: "1.41"
    cpus:
      description: How many cpus it has.
      type: int
      sample: 4
    memory:
      description: How much memory it has, in bytes.
      type: int
      sample: 8589934592
    reserved:
      description: What its containers, the stopped ones too, reserve of it. C(memory) is in bytes.
      type: dict
      sample: {"memory": 536870912, "cpus": 0.5}
    containers:
      description: How many containers it has, and how many of them run.
      type: dict
      sample: {"total": 3, "running": 2}
total:
  description: How many nodes are returned.
  returned: success
  type: int
  sample: 3
healthy:
  description: How many of them are healthy.
  returned: success
  type: int
  sample: 3
unhealthy:
  description: The nodes that are not healthy, with C(name), C(address), C(health) and C(reason).
  returned: success
  type: list
  elements: dict
  sample: []
"""


from ansible_collections.classic.swarm.plugins.module_utils._ansible.argspec import (
    CLUSTER_ARGUMENT_SPEC,
    TLS_ARGUMENT_SPEC,
)
from ansible_collections.classic.swarm.plugins.module_utils._ansible.information import node_information
from ansible_collections.classic.swarm.plugins.module_utils._ansible.module import AnsibleModule


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            **CLUSTER_ARGUMENT_SPEC,
            **TLS_ARGUMENT_SPEC,
            "name": {"type": "list", "elements": "str", "aliases": ["names"]},
        },
        supports_check_mode=True,
    )
    node_information(module)


if __name__ == "__main__":
    main()
