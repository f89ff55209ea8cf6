#!/usr/bin/python
# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: swarm_stats_info
short_description: Measure what containers use, wherever in the cluster they are
version_added: 0.3.0
author:
  - The classic.swarm authors (@classic-swarm)
description:
  - Measures cpu, memory, network and disks of the running containers of a cluster, on all nodes side by side. It is
    C(docker stats) over the whole cluster.
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
  sample_for:
    description:
      - Seconds for which the containers are measured, about once a second. Without it, they are measured once, which
        takes an engine about two seconds.
    type: float
seealso:
  - module: classic.swarm.swarm_top_info
  - module: classic.swarm.swarm_container_info
"""

EXAMPLES = r"""
- name: What containers use
  hosts: localhost
  gather_facts: false
  module_defaults:
    group/classic.swarm.swarm:
      discovery: nodes://192.0.2.[11:13]:2376
      tls: true
  tasks:
    - name: Measure all containers
      classic.swarm.swarm_stats_info:
      register: stats

    - name: Show the five that use the most memory
      ansible.builtin.debug:
        msg: "{{ (stats.results | sort(attribute='memory', reverse=true))[:5] }}"

    - name: Watch the web servers for ten seconds
      classic.swarm.swarm_stats_info:
        containers:
          - web-*
        sample_for: 10
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
    time:
      description: When it was measured, by the clock of the engine.
      returned: O(sample_for) is not set
      type: str
      sample: "2026-01-31T12:00:00.123456789Z"
    cpu_percent:
      description: Per cent of one cpu. It may be more than 100.
      returned: O(sample_for) is not set
      type: float
      sample: 12.5
    memory:
      description: Bytes of memory, without caches that the kernel gives up at once.
      returned: O(sample_for) is not set
      type: int
      sample: 5242880
    memory_limit:
      description: Bytes of memory that it may use.
      returned: O(sample_for) is not set
      type: int
      sample: 67108864
    memory_percent:
      description: The memory that it uses of what it may use.
      returned: O(sample_for) is not set
      type: float
      sample: 7.81
    network_received:
      description: Bytes that came over all of its networks since its start.
      returned: O(sample_for) is not set
      type: int
      sample: 1024
    network_sent:
      description: Bytes that it sent.
      returned: O(sample_for) is not set
      type: int
      sample: 2048
    block_read:
      description: Bytes that it read from disks since its start.
      returned: O(sample_for) is not set
      type: int
      sample: 4096
    block_written:
      description: Bytes that it wrote to disks.
      returned: O(sample_for) is not set
      type: int
      sample: 0
    pids:
      description: How many processes and threads it has.
      returned: O(sample_for) is not set
      type: int
      sample: 3
    samples:
      description: All measurements, each with the same values.
      returned: O(sample_for) is set
      type: list
      sample: [{"cpu_percent": 12.5, "memory": 5242880}]
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
from ansible_collections.classic.swarm.plugins.module_utils._ansible.looks import stats_information
from ansible_collections.classic.swarm.plugins.module_utils._ansible.module import AnsibleModule


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            **CLUSTER_ARGUMENT_SPEC,
            **TLS_ARGUMENT_SPEC,
            **NODES_ARGUMENT_SPEC,
            "containers": {"type": "list", "elements": "str"},
            "labels": {"type": "list", "elements": "str"},
            "sample_for": {"type": "float"},
        },
        supports_check_mode=True,
    )
    stats_information(module)


if __name__ == "__main__":
    main()
