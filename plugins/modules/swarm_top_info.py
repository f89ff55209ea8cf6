#!/usr/bin/python
# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: swarm_top_info
short_description: List the processes of containers, wherever in the cluster they are
version_added: 0.3.0
author:
  - The classic.swarm authors (@classic-swarm)
description:
  - Lists the processes of the running containers of a cluster, on all nodes side by side. It is C(docker top) over the
    whole cluster.
extends_documentation_fragment:
  - classic.swarm.cluster
  - classic.swarm.tls
  - classic.swarm.nodes
  - classic.swarm.attributes
  - classic.swarm.attributes.action_group
  - classic.swarm.attributes.info_module
options:
  containers:
    description:
      - Without it, all containers that run are meant.
      - The containers, each by its name, its ID (eight characters of it or more), or a name with C(*) in it for any
        text, such as V(web-*). The name that containers were made with by a
        O(classic.swarm.swarm_container#module:count) means all of them.
      - Each may have the name, the ID or the address of a node before it, as in V(dockerhost02/web).
    type: list
    elements: str
  labels:
    description:
      - Only containers with all of these labels, each written C(key=value), or C(key) for any value.
    type: list
    elements: str
  ps_args:
    description:
      - Arguments of C(ps), which runs on the node. One of the columns must be the ID of the process.
      - Without it, it is what the engine takes by itself, which is C(-ef).
    type: str
seealso:
  - module: classic.swarm.swarm_stats_info
"""

EXAMPLES = r"""
- name: Processes in containers
  hosts: localhost
  gather_facts: false
  module_defaults:
    group/classic.swarm.swarm:
      discovery: nodes://192.0.2.[11:13]:2376
      tls: true
  tasks:
    - name: List the processes of all web servers
      classic.swarm.swarm_top_info:
        containers:
          - web-*
        ps_args: -eo pid,user,args
      register: top
"""

RETURN = r"""
results:
  description: The containers, by name and node.
  returned: always, once the containers are found
  type: list
  elements: dict
  contains:
    name:
      description: Name of the container.
      type: str
      sample: web-1
    id:
      description: ID of the container.
      type: str
      sample: 4fa6e0f0c6786287e131c3852c58a2e01cc697a68231826813597e4994f1d6e2
    node:
      description: Name of the node that it is on.
      type: str
      sample: dockerhost02
    address:
      description: Address of that node.
      type: str
      sample: 192.0.2.12:2376
    processes:
      description: Its processes, each with a value for every column of C(ps).
      type: list
      sample: [{"PID": "4711", "USER": "root", "COMMAND": "httpd -f"}]
failures:
  description: The containers that could not be asked.
  returned: always, once the containers are found
  type: list
  elements: dict
  contains:
    name:
      description: Name of the container.
      type: str
      sample: web-1
    id:
      description: ID of the container.
      type: str
      sample: 4fa6e0f0c6786287e131c3852c58a2e01cc697a68231826813597e4994f1d6e2
    node:
      description: Name of the node that it is on.
      type: str
      sample: dockerhost02
    address:
      description: Address of that node.
      type: str
      sample: 192.0.2.12:2376
    msg:
      description: What is wrong.
      type: str
      sample: no answer from 192.0.2.12:2376 within 60 s
"""


from ansible_collections.classic.swarm.plugins.module_utils._ansible.argspec import (
    CLUSTER_ARGUMENT_SPEC,
    NODES_ARGUMENT_SPEC,
    TLS_ARGUMENT_SPEC,
)
from ansible_collections.classic.swarm.plugins.module_utils._ansible.looks import top_information
from ansible_collections.classic.swarm.plugins.module_utils._ansible.module import AnsibleModule


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            **CLUSTER_ARGUMENT_SPEC,
            **TLS_ARGUMENT_SPEC,
            **NODES_ARGUMENT_SPEC,
            "containers": {"type": "list", "elements": "str"},
            "labels": {"type": "list", "elements": "str"},
            "ps_args": {"type": "str"},
        },
        supports_check_mode=True,
    )
    top_information(module)


if __name__ == "__main__":
    main()
