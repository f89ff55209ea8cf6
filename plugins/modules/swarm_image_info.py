#!/usr/bin/python
# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: swarm_image_info
short_description: List the images on the nodes of a cluster
version_added: 0.3.0
author:
  - The classic.swarm authors (@classic-swarm)
description:
  - Says which images each chosen node has, and which of them are the same.
  - Images of different nodes are compared by what they hold, the digests of their layers and their configuration. The
    ID
    does not serve for that, as an engine that keeps its images in containerd shows another one.
extends_documentation_fragment:
  - classic.swarm.cluster
  - classic.swarm.tls
  - classic.swarm.nodes
  - classic.swarm.nodes.placed
  - classic.swarm.attributes
  - classic.swarm.attributes.action_group
  - classic.swarm.attributes.info_module
options:
  name:
    description:
      - Names or IDs of images. Without it, all images are returned.
      - An image that a node does not have is left out there.
    type: list
    elements: str
seealso:
  - module: classic.swarm.swarm_image_pull
  - module: community.docker.docker_image_info
"""

EXAMPLES = r"""
- name: Images
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Which nodes have an image
      classic.swarm.swarm_image_info:
        name: web:1
      register: web

    - name: Go on only if all of them have the same one
      ansible.builtin.assert:
        that: web.contents | length == 1
"""

RETURN = r"""
images:
  description:
    - What engines say of the images, each of them once, from the first node that has it. C(Content) in it is the
      digest that
      images are compared by.
  returned: always
  type: list
  elements: dict
  sample: []
contents:
  description: The images and where they are.
  returned: always
  type: list
  elements: dict
  contains:
    content:
      description: The digest that images are compared by.
      type: str
      sample: sha256:9d8bd2a1e1b3
    names:
      description: The names that it has on any of the nodes.
      type: list
      elements: str
      sample: ["web:1"]
    digests:
      description: What registries know it by.
      type: list
      elements: str
      sample: ["registry.example.com/web@sha256:5f70bf18a086"]
    nodes:
      description: Names of the nodes that have it.
      type: list
      elements: str
      sample: ["dockerhost02"]
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
    images:
      description: What the engine says of the images.
      type: list
      elements: dict
      sample: []
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
from ansible_collections.classic.swarm.plugins.module_utils._ansible.images import image_information
from ansible_collections.classic.swarm.plugins.module_utils._ansible.module import AnsibleModule


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            **CLUSTER_ARGUMENT_SPEC,
            **TLS_ARGUMENT_SPEC,
            **NODES_ARGUMENT_SPEC,
            **PLACED_ARGUMENT_SPEC,
            "name": {"type": "list", "elements": "str"},
        },
        supports_check_mode=True,
    )
    image_information(module)


if __name__ == "__main__":
    main()
