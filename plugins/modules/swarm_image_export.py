#!/usr/bin/python
# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: swarm_image_export
short_description: Write images of a cluster into a file
version_added: 0.3.0
author:
  - The classic.swarm authors (@classic-swarm)
description:
  - Writes an archive of images, as C(docker save) does, out of the first chosen node that has all of them.
  - The task fails if another of the chosen nodes has another image under one of the names. Use O(nodes) to say which
    one is
    meant.
  - The file is streamed and put into its place once it is whole. It is left alone if it holds just these images.
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
    support: none
    details:
      - What was written is returned.
options:
  names:
    description:
      - Names or IDs of the images.
    type: list
    elements: str
    required: true
    aliases:
      - name
  tag:
    description:
      - The tag of those of O(names) that have none.
    type: str
    default: latest
  path:
    description:
      - The file to write, where the module runs.
    type: path
    required: true
  force:
    description:
      - Whether the file is written even if it holds just these images.
    type: bool
    default: false
seealso:
  - module: classic.swarm.swarm_image_load
  - module: community.docker.docker_image_export
"""

EXAMPLES = r"""
- name: Images
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Into a file
      classic.swarm.swarm_image_export:
        name: web:1
        path: /tmp/web.tar
"""

RETURN = r"""
images:
  description: What the engine says of the images.
  returned: success
  type: list
  elements: dict
  sample: []
path:
  description: The file.
  returned: success
  type: str
  sample: /tmp/web.tar
node:
  description: Name of the node that the images are from.
  returned: success
  type: str
  sample: dockerhost02
address:
  description: Address of that node, or of the one that the task failed on.
  returned: success, or if the task failed on one engine
  type: str
  sample: 192.0.2.12:2376
"""


from ansible_collections.classic.swarm.plugins.module_utils._ansible.argspec import (
    CLUSTER_ARGUMENT_SPEC,
    NODES_ARGUMENT_SPEC,
    PLACED_ARGUMENT_SPEC,
    TLS_ARGUMENT_SPEC,
)
from ansible_collections.classic.swarm.plugins.module_utils._ansible.images import image_export
from ansible_collections.classic.swarm.plugins.module_utils._ansible.module import AnsibleModule


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            **CLUSTER_ARGUMENT_SPEC,
            **TLS_ARGUMENT_SPEC,
            **NODES_ARGUMENT_SPEC,
            **PLACED_ARGUMENT_SPEC,
            "names": {"type": "list", "elements": "str", "required": True, "aliases": ["name"]},
            "tag": {"type": "str", "default": "latest"},
            "path": {"type": "path", "required": True},
            "force": {"type": "bool", "default": False},
        },
        supports_check_mode=True,
    )
    image_export(module)


if __name__ == "__main__":
    main()
