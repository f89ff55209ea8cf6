#!/usr/bin/python
# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: swarm_events_info
short_description: List what happens on the engines of a cluster
version_added: 0.3.0
author:
  - The classic.swarm authors (@classic-swarm)
description:
  - Asks all engines of a cluster side by side for their events and merges them in the order of time. It is C(docker
    events) over the whole cluster.
extends_documentation_fragment:
  - classic.swarm.cluster
  - classic.swarm.tls
  - classic.swarm.nodes
  - classic.swarm.attributes
  - classic.swarm.attributes.action_group
  - classic.swarm.attributes.info_module
options:
  since:
    description:
      - Only events from this moment on. It is how long ago that was, such as V(10m), a date with a time, such as
        V(2026-01-31T12:00:00Z), or seconds since 1970.
      - An engine repeats its last 256 events at most. Without this, all of them are returned, or with O(listen_for)
        none.
    type: str
  until:
    description:
      - Only events before this moment, which is written as O(since) is. Without it, it is now.
    type: str
  listen_for:
    description:
      - Seconds for which the task waits for events. Without it, those that have been are returned.
    type: float
  filters:
    description:
      - Only events that meet these filters of the engine, such as V(type), V(event), V(container), V(image), V(label),
        V(network) and V(volume). Each has a text or a list of texts, of which one must be met.
    type: dict
  max_events:
    description:
      - So many events are returned at most. If there are more, the newest are, with a warning.
    type: int
    default: 10000
seealso:
  - module: classic.swarm.swarm_container_logs
"""

EXAMPLES = r"""
- name: What happens in the cluster
  hosts: localhost
  gather_facts: false
  module_defaults:
    group/classic.swarm.swarm:
      discovery: nodes://192.0.2.[11:13]:2376
      tls: true
  tasks:
    - name: List containers that died in the last hour
      classic.swarm.swarm_events_info:
        since: 1h
        filters:
          type: container
          event:
            - die
            - oom
      register: died

    - name: Listen to two nodes for half a minute
      classic.swarm.swarm_events_info:
        nodes:
          - dockerhost01
          - dockerhost02
        listen_for: 30
"""

RETURN = r"""
events:
  description: The events, in the order of time by the clocks of the engines.
  returned: always, once the engines are asked
  type: list
  elements: dict
  contains:
    time:
      description: When it happened.
      type: str
      sample: "2026-01-31T12:00:00.123456789Z"
    node:
      description: Name of the node.
      type: str
      sample: dockerhost02
    address:
      description: Address of the node.
      type: str
      sample: 192.0.2.12:2376
    type:
      description: What it happened to, such as V(container), V(image), V(network) or V(volume).
      type: str
      sample: container
    action:
      description: What happened.
      type: str
      sample: die
    id:
      description: ID of what it happened to.
      type: str
      sample: 4fa6e0f0c6786287e131c3852c58a2e01cc697a68231826813597e4994f1d6e2
    name:
      description: Its name. Empty if the engine does not tell it.
      type: str
      sample: web-1
    attributes:
      description: What the engine says besides, with the labels of a container.
      type: dict
      sample: {"exitCode": "1", "image": "web:1", "name": "web-1"}
left_out:
  description: How many older events were left out because of O(max_events).
  returned: always, once the engines are asked
  type: int
  sample: 0
results:
  description: The nodes that were asked.
  returned: always, once the engines are asked
  type: list
  elements: dict
  contains:
    node:
      description: Name of the node.
      type: str
      sample: dockerhost02
    address:
      description: Address of the node.
      type: str
      sample: 192.0.2.12:2376
    count:
      description: How many events it told.
      type: int
      sample: 12
failures:
  description: The nodes that could not be asked.
  returned: always, once the engines are asked
  type: list
  elements: dict
  contains:
    node:
      description: Name of the node.
      type: str
      sample: dockerhost03
    address:
      description: Address of the node.
      type: str
      sample: 192.0.2.13:2376
    msg:
      description: What is wrong.
      type: str
      sample: no answer from 192.0.2.13:2376 within 60 s
"""


from ansible_collections.classic.swarm.plugins.module_utils._ansible.argspec import (
    CLUSTER_ARGUMENT_SPEC,
    NODES_ARGUMENT_SPEC,
    TLS_ARGUMENT_SPEC,
)
from ansible_collections.classic.swarm.plugins.module_utils._ansible.looks import events_information
from ansible_collections.classic.swarm.plugins.module_utils._ansible.module import AnsibleModule


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            **CLUSTER_ARGUMENT_SPEC,
            **TLS_ARGUMENT_SPEC,
            **NODES_ARGUMENT_SPEC,
            "since": {"type": "str"},
            "until": {"type": "str"},
            "listen_for": {"type": "float"},
            "filters": {"type": "dict"},
            "max_events": {"type": "int", "default": 10000},
        },
        supports_check_mode=True,
    )
    events_information(module)


if __name__ == "__main__":
    main()
