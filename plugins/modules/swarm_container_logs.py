#!/usr/bin/python
# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: swarm_container_logs
short_description: Read the logs of containers, merged in the order of time
version_added: 0.3.0
author:
  - The classic.swarm authors (@classic-swarm)
description:
  - Reads what containers have printed, on all nodes of a cluster side by side, and merges it in the order of time. It
    is C(docker logs) over the whole cluster.
  - It can wait for what they print from now on, for a bounded time, or until a line comes.
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
  since:
    description:
      - Only lines from this moment on. It is how long ago that was, such as V(10m) or V(1h30m), a date with a time,
        such as V(2026-01-31T12:00:00Z), or seconds since 1970.
      - It counts by the clocks of the engines.
    type: str
  until:
    description:
      - Only lines before this moment, which is written as O(since) is.
    type: str
  tail:
    description:
      - Only so many lines from the end of the log of each container.
    type: int
  timestamps:
    description:
      - Whether RV(logs) says when each line was printed.
    type: bool
    default: true
  follow_for:
    description:
      - Seconds for which the task waits for more lines. It ends before if all containers have ended.
      - Without it, what is there is read.
    type: float
  until_match:
    description:
      - A regular expression of Python. Once a container has printed a line in which it is found, the task ends, and
        later lines are left out. RV(matched) says whether there was one.
      - To wait for it, use O(follow_for), or M(classic.swarm.swarm_container_wait).
    type: str
  max_lines:
    description:
      - So many lines are returned at most. If there are more, the newest are, with a warning.
    type: int
    default: 10000
notes:
  - A container whose log driver cannot be read fails the task, and is named with its driver. RV(logs) holds the lines
    of the others.
seealso:
  - module: classic.swarm.swarm_container_wait
  - module: classic.swarm.swarm_container_info
"""

EXAMPLES = r"""
- name: What containers print, wherever they are
  hosts: localhost
  gather_facts: false
  module_defaults:
    group/classic.swarm.swarm:
      discovery: nodes://192.0.2.[11:13]:2376
      tls: true
  tasks:
    - name: Read the last lines of all web servers
      classic.swarm.swarm_container_logs:
        containers:
          - web-*
        since: 1h
        tail: 100
      register: web

    - name: Show what they wrote to standard error
      ansible.builtin.debug:
        msg: "{{ web.logs | selectattr('stream', 'eq', 'stderr') | map(attribute='line') }}"

    - name: Watch until somebody signs in, for a minute at most
      classic.swarm.swarm_container_logs:
        labels:
          - tier=front
        tail: 0
        follow_for: 60
        until_match: "user .* signed in"
      register: watched
      failed_when: not watched.matched
"""

RETURN = r"""
logs:
  description: The lines, in the order of time.
  returned: always, once the containers are found
  type: list
  elements: dict
  contains:
    time:
      description: When it was printed, by the clock of its engine.
      returned: O(timestamps=true)
      type: str
      sample: "2026-01-31T12:00:00.123456789Z"
    name:
      description: Name of the container.
      type: str
      sample: web-1
    node:
      description: Name of the node that it is on.
      type: str
      sample: dockerhost02
    stream:
      description: V(stdout) or V(stderr). Of a container with a terminal it is always V(stdout).
      type: str
      sample: stdout
    line:
      description: The line.
      type: str
      sample: GET / 200
matched:
  description: Whether a line was found by O(until_match). It is the last of RV(logs) then.
  returned: O(until_match) is set, once the containers are found
  type: bool
  sample: true
left_out:
  description: How many older lines were left out because of O(max_lines).
  returned: always, once the containers are found
  type: int
  sample: 0
containers:
  description: The containers that were read.
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
from ansible_collections.classic.swarm.plugins.module_utils._ansible.many_containers import container_logs
from ansible_collections.classic.swarm.plugins.module_utils._ansible.module import AnsibleModule


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            **CLUSTER_ARGUMENT_SPEC,
            **TLS_ARGUMENT_SPEC,
            **NODES_ARGUMENT_SPEC,
            "containers": {"type": "list", "elements": "str"},
            "labels": {"type": "list", "elements": "str"},
            "since": {"type": "str"},
            "until": {"type": "str"},
            "tail": {"type": "int"},
            "timestamps": {"type": "bool", "default": True},
            "follow_for": {"type": "float"},
            "until_match": {"type": "str"},
            "max_lines": {"type": "int", "default": 10000},
        },
        required_one_of=[("containers", "labels")],
        supports_check_mode=True,
    )
    container_logs(module)


if __name__ == "__main__":
    main()
