#!/usr/bin/python
# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: swarm_placement_info
short_description: Ask where a container would be placed
version_added: 0.1.0
author:
  - The classic.swarm authors (@classic-swarm)
description:
  - Asks the scheduler on which node M(classic.swarm.swarm_container) would create a container now, and why, and
    changes nothing.
  - If no node takes the container, the task does not fail. RV(fits) is V(false), and the result says for each node
    why not.
  - The task fails if the question cannot be asked, because an option is wrong or no engine of the cluster answers.
  - The answer is for a container that is not there yet. What a container of the same name holds counts as taken.
extends_documentation_fragment:
  - classic.swarm.cluster
  - classic.swarm.tls
  - classic.swarm.placement
  - classic.swarm.placement.wishes
  - classic.swarm.placement.ranking
  - classic.swarm.attributes
  - classic.swarm.attributes.action_group
  - classic.swarm.attributes.info_module
options:
  name:
    description:
      - What to call the container in the answer.
    type: str
  count:
    description:
      - How many such containers are to be placed, one after another, each beside those before it.
    type: int
  image:
    description:
      - The image that it would be made from.
    type: str
  published_ports:
    description:
      - The ports that it would publish, written as in M(classic.swarm.swarm_container), such as V(80:80) or
        V(9000-9010:80/udp).
    type: list
    elements: str
    aliases:
      - ports
  exposed_ports:
    description:
      - The ports that it would expose. They count with O(network_mode=host) only.
    type: list
    elements: str
    aliases:
      - exposed
      - expose
  memory:
    description:
      - Its limit of memory, such as V(512M). It is reserved on the node, unless O(memory_reservation) is set.
    type: str
  memory_reservation:
    description:
      - The memory that is reserved for it on the node, such as V(256M).
    type: str
  cpus:
    description:
      - The cpus that are reserved for it on the node, such as V(0.5).
    type: float
  volumes_from:
    description:
      - Containers whose volumes it would use. It has to be on their node.
    type: list
    elements: str
  links:
    description:
      - Containers that it would be linked to, each C(NAME) or C(NAME:ALIAS). It has to be on their node.
    type: list
    elements: str
  network_mode:
    description:
      - Its network. With V(container:NAME) it has to be on the node of that container.
    type: str
  ipc_mode:
    description:
      - Its IPC namespace. With V(container:NAME) it has to be on the node of that container.
    type: str
  pid_mode:
    description:
      - Its PID namespace. With V(container:NAME) it has to be on the node of that container.
    type: str
seealso:
  - module: classic.swarm.swarm_container
  - module: classic.swarm.swarm_node_info
"""

EXAMPLES = r"""
- name: Ask before anything is done
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Find out where a web server would go
      classic.swarm.swarm_placement_info:
        discovery: nodes://192.0.2.[11:13]:2376
        tls: true
        image: web:1
        published_ports:
          - 80:80
        constraints:
          - zone==external
          - disk==~ssd
        explain: true
      register: answer

    - name: Show why
      ansible.builtin.debug:
        msg: "{{ answer.placements[0].matrix or answer.placements[0].headline }}"

    - name: See to it that the cluster has room for ten more
      classic.swarm.swarm_placement_info:
        name: worker
        count: 10
        memory_reservation: 256M
        cpus: 0.2
        strategy: binpack
      register: room
      failed_when: not room.fits
"""

RETURN = r"""
fits:
  description: Whether every container finds a node.
  returned: success
  type: bool
  sample: true
msg:
  description: The answer in words. If a container finds no node, the matrix of the first one that does not.
  returned: success
  type: str
  sample: 1 of 1 containers find a node
placements:
  description: The answer for each container, in their order.
  returned: success
  type: list
  elements: dict
  contains:
    container:
      description: Its name.
      type: str
      sample: worker-1
    fits:
      description: Whether it finds a node.
      type: bool
      sample: true
    node:
      description: The node. V(none) if there is none.
      type: dict
      sample: {"name": "dockerhost02", "address": "192.0.2.12:2376", "id": "7TJM:ZAQ2", "labels": {"zone": "external"}}
    strategy:
      description: The strategy that ordered the nodes.
      type: str
      sample: spread
    headline:
      description: How many nodes can take it, and why the others cannot.
      type: str
      sample: "1 of 3 nodes: 1 constraint zone==external, 1 port 80/tcp"
    ranking:
      description:
        - The nodes that can take it, the best one first.
        - C(soft) is how many soft wishes the node meets, C(weight) the number that the strategy gave it.
      type: list
      elements: dict
      sample: [{"name": "dockerhost02", "address": "192.0.2.12:2376", "id": "7TJM:ZAQ2", "soft": 1, "weight": 0.0}]
    verdicts:
      description:
        - The nodes that cannot, each with the rule that refused it. All rules and nodes with O(explain=true).
        - Without it, and in a cluster of more than ten nodes, the first ten that were refused. Empty from the eleventh
          container on.
      type: list
      elements: dict
      sample:
        - filter: constraint
          node: dockerhost01
          address: 192.0.2.11:2376
          passed: false
          reason: constraint zone==external
          wanted: zone==external
          seen: zone is internal
    refusals:
      description:
        - The verdicts that refused a node, put together by reason, the reason of the most nodes first. At most 100
          reasons are listed.
        - C(seen) is what the nodes have instead, the five most frequent, each with the number of nodes and the names of
          the first three.
      type: list
      elements: dict
      sample:
        - filter: constraint
          reason: constraint zone==external
          wanted: zone==external
          nodes: 1
          seen: [{"seen": "zone is internal", "nodes": 1, "names": ["dockerhost01"]}]
    matrix:
      description:
        - What was refused as a table, to be printed. Empty if no node was refused.
        - In a cluster of more than ten nodes it has a line for each reason, 40 lines at most.
        - Without O(explain=true) it is empty from the eleventh container on.
      type: str
      sample: ""
unhealthy:
  description: The engines that could not be asked, with C(name), C(address), C(health) and C(reason).
  returned: success
  type: list
  elements: dict
  sample: []
"""


from ansible_collections.classic.swarm.plugins.module_utils._ansible.argspec import (
    CLUSTER_ARGUMENT_SPEC,
    PLACEMENT_ARGUMENT_SPEC,
    TLS_ARGUMENT_SPEC,
)
from ansible_collections.classic.swarm.plugins.module_utils._ansible.information import placement_information
from ansible_collections.classic.swarm.plugins.module_utils._ansible.module import AnsibleModule


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            **CLUSTER_ARGUMENT_SPEC,
            **TLS_ARGUMENT_SPEC,
            **PLACEMENT_ARGUMENT_SPEC,
            "name": {"type": "str"},
            "count": {"type": "int"},
            "image": {"type": "str"},
            "published_ports": {"type": "list", "elements": "str", "aliases": ["ports"]},
            "exposed_ports": {"type": "list", "elements": "str", "aliases": ["exposed", "expose"]},
            "memory": {"type": "str"},
            "memory_reservation": {"type": "str"},
            "cpus": {"type": "float"},
            "volumes_from": {"type": "list", "elements": "str"},
            "links": {"type": "list", "elements": "str"},
            "network_mode": {"type": "str"},
            "ipc_mode": {"type": "str"},
            "pid_mode": {"type": "str"},
        },
        supports_check_mode=True,
    )
    placement_information(module)


if __name__ == "__main__":
    main()
