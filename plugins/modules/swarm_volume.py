#!/usr/bin/python
# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: swarm_volume
short_description: Manage volumes on the nodes of a cluster
version_added: 0.3.0
author:
  - The classic.swarm authors (@classic-swarm)
description:
  - Has a volume of one name on every chosen node, or on none. What is in a volume is not copied from node to node.
  - A volume that is as asked is left alone, so a second run changes nothing.
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
  volume_name:
    description:
      - Name of the volume.
    type: str
    required: true
    aliases:
      - name
  driver:
    description:
      - The driver that keeps it. The engine's own is V(local).
    type: str
    default: local
  driver_options:
    description:
      - Settings of the driver, by name, such as C(type), C(device) and C(o) of V(local).
      - Their values are shown neither in the diff nor in messages.
    type: dict
    default: {}
  labels:
    description:
      - Labels of the volume.
    type: dict
  recreate:
    description:
      - When a volume that is there is removed and created anew. B(What is in it is lost.)
      - V(never) leaves it as it is. If it differs from what is asked, the task gives a warning.
      - V(options-changed) does so if its driver, one of O(driver_options) or one of O(labels) differs. What the
        task does not name is no difference.
      - V(always) does so in each run.
    type: str
    default: never
    choices:
      - always
      - never
      - options-changed

  state:
    description:
      - V(present) has the volume on every one of the nodes, V(absent) on none of them.
    type: str
    default: present
    choices:
      - absent
      - present
seealso:
  - module: classic.swarm.swarm_volume_info
  - module: community.docker.docker_volume
"""

EXAMPLES = r"""
- name: Volumes
  hosts: localhost
  gather_facts: false
  tasks:
    - name: A volume on every node of one zone
      classic.swarm.swarm_volume:
        name: cache
        constraints:
          - zone==external

    - name: One that is made anew when its labels change
      classic.swarm.swarm_volume:
        name: scratch
        labels:
          generation: "2"
        recreate: options-changed

    - name: On no node any more
      classic.swarm.swarm_volume:
        name: scratch
        state: absent
"""

RETURN = r"""
volume:
  description: What the engine says of the volume on the first of the nodes. V(none) if it is on none.
  returned: always
  type: dict
  sample: {"Driver": "local", "Labels": null, "Mountpoint": "/var/lib/docker/volumes/cache/_data", "Name": "cache"}
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
      sample: ["Created volume cache with driver local"]
    volume:
      description: What the engine says of the volume. V(none) if it is not there.
      type: dict
      sample: {"Driver": "local", "Name": "cache"}
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
from ansible_collections.classic.swarm.plugins.module_utils._ansible.objects import volume_state


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            **CLUSTER_ARGUMENT_SPEC,
            **TLS_ARGUMENT_SPEC,
            **NODES_ARGUMENT_SPEC,
            "volume_name": {"type": "str", "required": True, "aliases": ["name"]},
            "driver": {"type": "str", "default": "local"},
            "driver_options": {"type": "dict", "default": {}},
            "labels": {"type": "dict"},
            "recreate": {"type": "str", "default": "never", "choices": ["always", "never", "options-changed"]},
            "state": {"type": "str", "default": "present", "choices": ["absent", "present"]},
        },
        supports_check_mode=True,
    )
    volume_state(module)


if __name__ == "__main__":
    main()
