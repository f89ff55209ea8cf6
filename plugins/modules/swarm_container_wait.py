#!/usr/bin/python
# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: swarm_container_wait
short_description: Wait for containers, wherever in the cluster they are
version_added: 0.3.0
author:
  - The classic.swarm authors (@classic-swarm)
description:
  - Waits until containers run, are healthy, have stopped, are removed, or have printed a line. It may be many of them
    at once, on all nodes of a cluster.
extends_documentation_fragment:
  - classic.swarm.cluster
  - classic.swarm.tls
  - classic.swarm.nodes
  - classic.swarm.attributes
  - classic.swarm.attributes.action_group
attributes:
  check_mode:
    support: full
    details:
      - In check mode the module looks once and does not fail. RV(reached) says what it saw.
  diff_mode:
    support: N/A
    details:
      - This action does not change anything.
options:
  containers:
    description:
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
  state:
    description:
      - The state that all of the containers must be in.
      - V(healthy) is for containers with a health check. V(stopped) is for those that have run.
      - V(removed) has come once none of them is there, and every engine has said so.
    type: str
    choices:
      - running
      - healthy
      - stopped
      - removed
  log_match:
    description:
      - A regular expression of Python. Each of the containers must have printed a line in which it is found, now or
        before.
      - With O(state) as well, both must have come.
    type: str
  wait_timeout:
    description:
      - Seconds after which the task fails.
    type: float
    default: 300.0
  poll_interval:
    description:
      - Seconds between two looks at the cluster.
    type: float
    default: 1.0
notes:
  - A name for which there is no container is waited for as well, unless O(state=removed).
seealso:
  - module: classic.swarm.swarm_container_logs
  - module: classic.swarm.swarm_container_info
"""

EXAMPLES = r"""
- name: Wait for containers
  hosts: localhost
  gather_facts: false
  module_defaults:
    group/classic.swarm.swarm:
      discovery: nodes://192.0.2.[11:13]:2376
      tls: true
  tasks:
    - name: Wait until all web servers are healthy
      classic.swarm.swarm_container_wait:
        containers:
          - web-*
        state: healthy

    - name: Wait until the database takes connections
      classic.swarm.swarm_container_wait:
        containers:
          - db
        log_match: ready to accept connections
        wait_timeout: 60

    - name: Wait for the end of all jobs
      classic.swarm.swarm_container_wait:
        labels:
          - kind=job
        state: stopped
        wait_timeout: 3600
        poll_interval: 5
"""

RETURN = r"""
reached:
  description: Whether what was waited for has come.
  returned: always, once the cluster is read
  type: bool
  sample: true
containers:
  description: The containers, as they were seen last.
  returned: always, once the cluster is read
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
    state:
      description: Its state in one word.
      type: str
      sample: running
    status:
      description: Its state in the words of the engine.
      type: str
      sample: Up 3 minutes (healthy)
    line:
      description: The line in which O(log_match) was found. V(none) if there is none yet.
      type: str
      sample: ready to accept connections
elapsed:
  description: Seconds that the task has waited.
  returned: always, once the cluster is read
  type: float
  sample: 4.2
"""


from ansible_collections.classic.swarm.plugins.module_utils._ansible.argspec import (
    CLUSTER_ARGUMENT_SPEC,
    NODES_ARGUMENT_SPEC,
    TLS_ARGUMENT_SPEC,
)
from ansible_collections.classic.swarm.plugins.module_utils._ansible.many_containers import container_wait
from ansible_collections.classic.swarm.plugins.module_utils._ansible.module import AnsibleModule


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            **CLUSTER_ARGUMENT_SPEC,
            **TLS_ARGUMENT_SPEC,
            **NODES_ARGUMENT_SPEC,
            "containers": {"type": "list", "elements": "str"},
            "labels": {"type": "list", "elements": "str"},
            "state": {"type": "str", "choices": ["running", "healthy", "stopped", "removed"]},
            "log_match": {"type": "str"},
            "wait_timeout": {"type": "float", "default": 300.0},
            "poll_interval": {"type": "float", "default": 1.0},
        },
        required_one_of=[("containers", "labels"), ("state", "log_match")],
        supports_check_mode=True,
    )
    container_wait(module)


if __name__ == "__main__":
    main()
