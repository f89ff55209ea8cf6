#!/usr/bin/python
# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: swarm_image_tag
short_description: Give an image on the nodes of a cluster further names
version_added: 0.3.0
author:
  - The classic.swarm authors (@classic-swarm)
description:
  - Gives an image further names on every chosen node. The task fails on nodes that do not have the image.
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

  repository:
    description:
      - The further names. One without a tag gets O(tag).
    type: list
    elements: str
    required: true
  existing_images:
    description:
      - What becomes of a name that another image has. V(overwrite) takes it away from that one, V(keep) leaves it.
    type: str
    default: overwrite
    choices:
      - keep
      - overwrite
seealso:
  - module: classic.swarm.swarm_image_push
  - module: community.docker.docker_image_tag
"""

EXAMPLES = r"""
- name: Images
  hosts: localhost
  gather_facts: false
  tasks:
    - name: The name that the registry wants
      classic.swarm.swarm_image_tag:
        name: web:1
        repository:
          - registry.example.com/web:1
"""

RETURN = r"""
image:
  description: What the engine says of the image on the first of the nodes. V(none) if it is on none.
  returned: always
  type: dict
  sample: {"Id": "sha256:4fa6e0f0c678", "RepoTags": ["web:1"]}
tagged_images:
  description: The names that were given on the first of the nodes that got any.
  returned: always
  type: list
  elements: str
  sample: ["registry.example.com/web:1"]
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
      sample: ["Tagged image web:1 as web:stable"]
    image:
      description: What the engine says of the image.
      type: dict
      sample: {"Id": "sha256:4fa6e0f0c678", "RepoTags": ["web:1"]}
    tagged_images:
      description: The names that were given.
      type: list
      elements: str
      sample: ["web:stable"]
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
from ansible_collections.classic.swarm.plugins.module_utils._ansible.images import image_tag
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
            "repository": {"type": "list", "elements": "str", "required": True},
            "existing_images": {"type": "str", "default": "overwrite", "choices": ["keep", "overwrite"]},
        },
        supports_check_mode=True,
    )
    image_tag(module)


if __name__ == "__main__":
    main()
