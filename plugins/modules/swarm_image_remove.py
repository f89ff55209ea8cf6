#!/usr/bin/python
# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: swarm_image_remove
short_description: Remove an image from the nodes of a cluster
version_added: 0.3.0
author:
  - The classic.swarm authors (@classic-swarm)
description:
  - Removes a name of an image, and the image with its last name, from every chosen node.
extends_documentation_fragment:
  - classic.swarm.cluster
  - classic.swarm.tls
  - classic.swarm.nodes
  - classic.swarm.nodes.placed
  - classic.swarm.attributes
  - classic.swarm.attributes.action_group
attributes:
  check_mode:
    support: full
    details:
      - RV(deleted) does not name the layers that would go with the image.
  diff_mode:
    support: full
options:
  name:
    description:
      - Name of the image, such as V(web:1) or V(registry.example.com:5000/web:1), or its ID.
    type: str
    required: true
  tag:
    description:
      - The tag, if O(name) has none.
    type: str
    default: latest

  force:
    description:
      - Whether the image goes even if it has further names, in case it is named by its ID, or if a container that has
        ended
        uses it.
    type: bool
    default: false
  prune:
    description:
      - Whether parents of the image go, too, if they have no name.
    type: bool
    default: true
seealso:
  - module: classic.swarm.swarm_prune
  - module: community.docker.docker_image_remove
"""

EXAMPLES = r"""
- name: Images
  hosts: localhost
  gather_facts: false
  tasks:
    - name: On no node any more
      classic.swarm.swarm_image_remove:
        name: web:1
"""

RETURN = r"""
image:
  description: What the engine said of the image on the first of the nodes that had it. Empty if none had.
  returned: always
  type: dict
  sample: {"Id": "sha256:4fa6e0f0c678", "RepoTags": ["web:1"]}
deleted:
  description: The IDs that went on the first of the nodes where any did.
  returned: always
  type: list
  elements: str
  sample: []
untagged:
  description: The names that went on the first of the nodes where any did.
  returned: always
  type: list
  elements: str
  sample: ["web:1"]
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
      sample: ["Removed image web:1"]
    image:
      description: What the engine said of the image before. Empty if it was not there.
      type: dict
      sample: {"Id": "sha256:4fa6e0f0c678", "RepoTags": ["web:1"]}
    deleted:
      description: The IDs that went.
      type: list
      elements: str
      sample: []
    untagged:
      description: The names that went.
      type: list
      elements: str
      sample: ["web:1"]
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
    PLACED_ARGUMENT_SPEC,
    TLS_ARGUMENT_SPEC,
)
from ansible_collections.classic.swarm.plugins.module_utils._ansible.images import image_remove
from ansible_collections.classic.swarm.plugins.module_utils._ansible.module import AnsibleModule


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            **CLUSTER_ARGUMENT_SPEC,
            **TLS_ARGUMENT_SPEC,
            **NODES_ARGUMENT_SPEC,
            **PLACED_ARGUMENT_SPEC,
            "name": {"type": "str", "required": True},
            "tag": {"type": "str", "default": "latest"},
            "force": {"type": "bool", "default": False},
            "prune": {"type": "bool", "default": True},
        },
        supports_check_mode=True,
    )
    image_remove(module)


if __name__ == "__main__":
    main()
