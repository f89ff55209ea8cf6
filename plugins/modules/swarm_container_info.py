#!/usr/bin/python
# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: swarm_container_info
short_description: List the containers of a cluster
version_added: 0.1.0
author:
  - The classic.swarm authors (@classic-swarm)
description:
  - Asks all engines of a cluster side by side for their containers. It is C(docker ps -a) over the whole cluster.
  - Without further options, every container is returned, whatever its state.
  - An engine that cannot be asked does not fail the task. A warning and RV(unhealthy) name it, and its containers are
    missing.
extends_documentation_fragment:
  - classic.swarm.cluster
  - classic.swarm.tls
  - classic.swarm.attributes
  - classic.swarm.attributes.action_group
  - classic.swarm.attributes.info_module
options:
  name:
    description:
      - Only containers with one of these names or IDs. An ID may be cut off after eight characters or more.
    type: list
    elements: str
    aliases:
      - names
  labels:
    description:
      - Only containers with all of these labels, each written C(key=value), or C(key) for any value.
    type: list
    elements: str
  node:
    description:
      - Only containers on nodes with one of these names, IDs or addresses.
    type: list
    elements: str
    aliases:
      - nodes
  state:
    description:
      - Only containers in one of these states.
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
  inspect:
    description:
      - Whether each container that is returned is inspected as well, which is one more question to its engine for each.
      - What an engine returns holds the environment of the container, with the secrets that may be in it.
    type: bool
    default: false
seealso:
  - module: classic.swarm.swarm_node_info
"""

EXAMPLES = r"""
- name: Everything that runs in the cluster, as docker ps shows it
  hosts: localhost
  gather_facts: false
  tasks:
    - name: List all containers
      classic.swarm.swarm_container_info:
        discovery: nodes://192.0.2.[11:13]:2376
        tls: true
      register: cluster

    - name: Show where they are
      ansible.builtin.debug:
        msg: "{{ dict(cluster.containers | map(attribute='name') | zip(cluster.containers | map(attribute='node'))) }}"

    - name: Inspect the running web servers of one node
      classic.swarm.swarm_container_info:
        labels:
          - tier=front
        node:
          - dockerhost02
        state:
          - running
        inspect: true
      register: front

    - name: Find out whether a container is there
      classic.swarm.swarm_container_info:
        name: edge_webserver
      register: edge
      failed_when: not edge.exists
"""

RETURN = r"""
exists:
  description: Whether at least one container is returned.
  returned: success
  type: bool
  sample: true
containers:
  description: The containers, in the order of their names and nodes.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Its name.
      type: str
      sample: edge_webserver
    id:
      description: Its ID.
      type: str
      sample: 4fa6e0f0c6786287e131c3852c58a2e01cc697a68231826813597e4994f1d6e2
    image:
      description: The image that it was made from.
      type: str
      sample: web:1
    node:
      description: Name of the node that it is on.
      type: str
      sample: dockerhost02
    address:
      description: Address of that node.
      type: str
      sample: 192.0.2.12:2376
    ports:
      description: Its ports, as C(docker ps) shows them.
      type: list
      elements: str
      sample: ["0.0.0.0:80->80/tcp"]
    state:
      description: Its state in one word.
      type: str
      sample: running
    status:
      description: Its state in the words of the engine.
      type: str
      sample: Up 3 minutes
    labels:
      description: Its labels. Keys that Ansible reserves, such as C(__ansible_type), have a C(%) before them.
      type: dict
      sample: {"tier": "front"}
    created:
      description: When it was created, in seconds since the epoch.
      type: int
      sample: 1767225600
    inspect:
      description: What C(docker inspect) shows. V(none) if it could not be inspected any more.
      returned: O(inspect=true)
      type: dict
      sample: {"Id": "4fa6e0f0c678", "State": {"Status": "running"}}
unhealthy:
  description: The engines that could not be asked.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Its name, or its address if the name is not known.
      type: str
      sample: 192.0.2.13:2376
    address:
      description: Its address.
      type: str
      sample: 192.0.2.13:2376
    health:
      description: V(unhealthy), or V(pending) if it has not been ready yet.
      type: str
      sample: unhealthy
    reason:
      description: What is wrong with it.
      type: str
      sample: the engine did not answer within 10 s
"""


from ansible_collections.classic.swarm.plugins.module_utils._ansible.argspec import (
    CLUSTER_ARGUMENT_SPEC,
    TLS_ARGUMENT_SPEC,
)
from ansible_collections.classic.swarm.plugins.module_utils._ansible.information import container_information
from ansible_collections.classic.swarm.plugins.module_utils._ansible.module import AnsibleModule

STATES = ["created", "running", "paused", "restarting", "removing", "exited", "dead"]


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            **CLUSTER_ARGUMENT_SPEC,
            **TLS_ARGUMENT_SPEC,
            "name": {"type": "list", "elements": "str", "aliases": ["names"]},
            "labels": {"type": "list", "elements": "str"},
            "node": {"type": "list", "elements": "str", "aliases": ["nodes"]},
            "state": {"type": "list", "elements": "str", "choices": STATES},
            "inspect": {"type": "bool", "default": False},
        },
        supports_check_mode=True,
    )
    container_information(module)


if __name__ == "__main__":
    main()
