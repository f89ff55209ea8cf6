#!/usr/bin/python
# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: swarm_volume_info
short_description: Look for a volume on the nodes of a cluster
version_added: 0.3.0
author:
  - The classic.swarm authors (@classic-swarm)
description:
  - Says of each chosen node whether it has a volume of that name, and what its engine says of it.
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
      - Name of the volume.
    type: str
    required: true
    aliases:
      - volume_name
seealso:
  - module: classic.swarm.swarm_volume
  - module: community.docker.docker_volume_info
"""

EXAMPLES = r"""
- name: Where a volume is
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Ask all nodes
      classic.swarm.swarm_volume_info:
        name: cache
      register: cache

    - name: Show the nodes that have it
      ansible.builtin.debug:
        msg: "{{ cache.results | selectattr('exists') | map(attribute='node') }}"
"""

RETURN = r"""
exists:
  description: Whether one of the nodes has it.
  returned: always
  type: bool
  sample: true
volume:
  description: What the engine says of it on the first of the nodes that have it. V(none) if none has.
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
    exists:
      description: Whether it is there.
      type: bool
      sample: true
    volume:
      description: What the engine says of it. V(none) if it is not there.
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
from ansible_collections.classic.swarm.plugins.module_utils._ansible.objects import volume_information


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            **CLUSTER_ARGUMENT_SPEC,
            **TLS_ARGUMENT_SPEC,
            **NODES_ARGUMENT_SPEC,
            "name": {"type": "str", "required": True, "aliases": ["volume_name"]},
        },
        supports_check_mode=True,
    )
    volume_information(module)


if __name__ == "__main__":
    main()
