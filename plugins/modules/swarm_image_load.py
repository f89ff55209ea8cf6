#!/usr/bin/python
# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: swarm_image_load
short_description: Bring images to the nodes of a cluster without a registry
version_added: 0.3.0
author:
  - The classic.swarm authors (@classic-swarm)
description:
  - Loads the images of an archive on every chosen node, or copies images from one node to all others.
  - The archive is read once, and streamed to all nodes at the same time. Nothing of it is kept where the module runs.
  - A node that has all of the images already, under the same names, is left alone. Images are compared by the digests
    of
    their layers and by their configuration.
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
      - An archive of another form than that of C(docker save) counts as changed on every node.
  diff_mode:
    support: full
options:
  path:
    description:
      - An archive as C(docker save) writes it, where the module runs. It may be compressed.
      - Either this or O(from_node) is required.
    type: path
  from_node:
    description:
      - Name, ID or address of the node to copy images from. O(names) is required then.
    type: str
  names:
    description:
      - Names of the images to copy from O(from_node).
    type: list
    elements: str
    aliases:
      - name
  tag:
    description:
      - The tag of those of O(names) that have none.
    type: str
    default: latest
  force:
    description:
      - Whether the images are loaded even where they are already.
    type: bool
    default: false
seealso:
  - module: classic.swarm.swarm_image_export
  - module: classic.swarm.swarm_image_pull
  - module: community.docker.docker_image_load
"""

EXAMPLES = r"""
- name: Images
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Out of a file, to every node of one zone
      classic.swarm.swarm_image_load:
        path: /tmp/web.tar
        constraints:
          - zone==external

    - name: From one node to all others
      classic.swarm.swarm_image_load:
        from_node: dockerhost02
        names:
          - web:1
"""

RETURN = r"""
image_names:
  description: Names and IDs of the images on the first of the nodes.
  returned: always
  type: list
  elements: str
  sample: ["web:1"]
images:
  description: What the engine says of them on the first of the nodes.
  returned: always
  type: list
  elements: dict
  sample: []
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
      sample: ["Loaded images of /tmp/web.tar"]
    image_names:
      description: Names and IDs of the images.
      type: list
      elements: str
      sample: ["web:1"]
    images:
      description: What the engine says of them. Empty in check mode where they would be loaded.
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
from ansible_collections.classic.swarm.plugins.module_utils._ansible.images import image_load
from ansible_collections.classic.swarm.plugins.module_utils._ansible.module import AnsibleModule


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            **CLUSTER_ARGUMENT_SPEC,
            **TLS_ARGUMENT_SPEC,
            **NODES_ARGUMENT_SPEC,
            **PLACED_ARGUMENT_SPEC,
            "path": {"type": "path"},
            "from_node": {"type": "str"},
            "names": {"type": "list", "elements": "str", "aliases": ["name"]},
            "tag": {"type": "str", "default": "latest"},
            "force": {"type": "bool", "default": False},
        },
        supports_check_mode=True,
        required_one_of=[("path", "from_node")],
        mutually_exclusive=[("path", "from_node"), ("path", "names")],
        required_by={"from_node": ["names"]},
    )
    image_load(module)


if __name__ == "__main__":
    main()
