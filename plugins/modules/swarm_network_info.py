#!/usr/bin/python
# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: swarm_network_info
short_description: Look for a network on the nodes of a cluster
version_added: 0.3.0
author:
  - The classic.swarm authors (@classic-swarm)
description:
  - Says of each chosen node whether it has a network of that name, and what its engine says of it.
extends_documentation_fragment:
  - classic.swarm.cluster
  - classic.swarm.tls
  - classic.swarm.nodes
  - classic.swarm.attributes
  - classic.swarm.attributes.action_group
  - classic.swarm.attributes.info_module
options:
  name:
    description:
      - Name of the network, or its ID, which may be cut off.
    type: str
    required: true
seealso:
  - module: classic.swarm.swarm_network
  - module: community.docker.docker_network_info
"""

EXAMPLES = r"""
- name: What a network has on each node
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Ask all nodes
      classic.swarm.swarm_network_info:
        name: backend
      register: backend

    - name: Go on only if every node has it
      ansible.builtin.assert:
        that: backend.results | rejectattr('exists') | length == 0
"""

RETURN = r"""
exists:
  description: Whether one of the nodes has it.
  returned: always
  type: bool
  sample: true
network:
  description: What the engine says of it on the first of the nodes that have it. V(none) if none has.
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
    exists:
      description: Whether it is there.
      type: bool
      sample: true
    network:
      description: What the engine says of it. V(none) if it is not there.
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
from ansible_collections.classic.swarm.plugins.module_utils._ansible.objects import network_information


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            **CLUSTER_ARGUMENT_SPEC,
            **TLS_ARGUMENT_SPEC,
            **NODES_ARGUMENT_SPEC,
            "name": {"type": "str", "required": True},
        },
        supports_check_mode=True,
    )
    network_information(module)


if __name__ == "__main__":
    main()
