#!/usr/bin/python
# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: swarm_search_info
short_description: Search a registry for images from a node of a cluster
version_added: 0.3.0
author:
  - The classic.swarm authors (@classic-swarm)
description:
  - Has the first of the chosen nodes search a registry, and the next one if that fails.
  - A registry must offer the search of version 1 of the registry's API. Docker Hub does; the registry that is
    distributed as an image does not.
extends_documentation_fragment:
  - classic.swarm.cluster
  - classic.swarm.tls
  - classic.swarm.nodes
  - classic.swarm.attributes
  - classic.swarm.attributes.action_group
  - classic.swarm.attributes.info_module
options:
  term:
    description:
      - What to search for, a part of the name of an image. A registry other than Docker Hub is written before it, such
        as
        V(registry.example.com:5000/web).
    type: str
    required: true
  limit:
    description:
      - How many images are returned at most, up to 100.
    type: int
    default: 25
  filters:
    description:
      - "Which images are returned, by filters of the Docker Engine API: C(is-official), C(is-automated) and C(stars)."
    type: dict
seealso:
  - module: classic.swarm.swarm_image_info
"""

EXAMPLES = r"""
- name: Images that there are
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Search Docker Hub
      classic.swarm.swarm_search_info:
        term: nginx
        limit: 5
        filters:
          is-official: true
      register: found
"""

RETURN = r"""
images:
  description: The images, in the order of the registry.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Its name.
      type: str
      sample: nginx
    description:
      description: What it is, in a few words.
      type: str
      sample: Official build of Nginx.
    stars:
      description: How many people like it.
      type: int
      sample: 20000
    official:
      description: Whether Docker vouches for it.
      type: bool
      sample: true
    automated:
      description: Whether it is built automatically. Newer registries do not say so.
      type: bool
      sample: false
node:
  description: Name of the node that searched.
  returned: success
  type: str
  sample: dockerhost01
address:
  description: Address of that node, or of the one that the task failed on.
  returned: success, or if the task failed on one engine
  type: str
  sample: 192.0.2.11:2376
"""


from ansible_collections.classic.swarm.plugins.module_utils._ansible.argspec import (
    CLUSTER_ARGUMENT_SPEC,
    NODES_ARGUMENT_SPEC,
    TLS_ARGUMENT_SPEC,
)
from ansible_collections.classic.swarm.plugins.module_utils._ansible.module import AnsibleModule
from ansible_collections.classic.swarm.plugins.module_utils._ansible.registries import search


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            **CLUSTER_ARGUMENT_SPEC,
            **TLS_ARGUMENT_SPEC,
            **NODES_ARGUMENT_SPEC,
            "term": {"type": "str", "required": True},
            "limit": {"type": "int", "default": 25},
            "filters": {"type": "dict"},
        },
        supports_check_mode=True,
    )
    search(module)


if __name__ == "__main__":
    main()
