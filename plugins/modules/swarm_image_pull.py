#!/usr/bin/python
# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: swarm_image_pull
short_description: Pull an image to the nodes of a cluster
version_added: 0.3.0
author:
  - The classic.swarm authors (@classic-swarm)
description:
  - Has every chosen node pull an image from its registry, side by side.
  - It has changed something where the image is another one than before.
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
      - With O(pull=always), the engine asks the registry for the digest of the image. A node whose registry does not
        tell counts
        as changed.
  diff_mode:
    support: full
    details:
      - In check mode, the ID of an image that would be pulled is V(unknown).
options:
  name:
    description:
      - Name of the image, such as V(web:1) or V(registry.example.com:5000/web:1), with a tag, with a digest, or with
        neither.
    type: str
    required: true
  tag:
    description:
      - The tag, if O(name) has none.
    type: str
    default: latest

  platform:
    description:
      - The platform to pull for, as C(os[/architecture[/variant]]).
    type: str
  pull:
    description:
      - V(always) asks the registry in each run, V(not_present) only if no image of that name and platform is there.
    type: str
    default: always
    choices:
      - always
      - not_present

  auth:
    description:
      - Credentials for the registry. They are sent to the engines for this task, and stored nowhere.
      - Without it, the credentials count that the user's docker configuration holds where the module runs.
    type: dict
    suboptions:
      username:
        description:
          - Name of the user.
        type: str
        required: true
      password:
        description:
          - The password, or a token.
        type: str
        required: true
      registry:
        description:
          - The only registry that they are for, such as V(registry.example.com:5000). Without it, they are for the
            registry of the image.
        type: str
        aliases:
          - serveraddress
      email:
        description:
          - Mail address of the user, which old registries want.
        type: str
requirements:
  - docker >= 7.1 (the Docker SDK for Python)
seealso:
  - module: classic.swarm.swarm_image_load
  - module: classic.swarm.swarm_login
  - module: community.docker.docker_image_pull
"""

EXAMPLES = r"""
- name: Images
  hosts: localhost
  gather_facts: false
  tasks:
    - name: On every node before containers need it
      classic.swarm.swarm_image_pull:
        name: registry.example.com/app:3
        pull: not_present
        auth:
          username: deploy
          password: "{{ registry_password }}"

    - name: Anew on the nodes that have containers of it
      classic.swarm.swarm_image_pull:
        name: registry.example.com/app:3
        on_containers:
          - app_*
        auth:
          username: deploy
          password: "{{ registry_password }}"
"""

RETURN = r"""
image:
  description: What the engine says of the image on the first of the nodes. V(none) if it is on none.
  returned: always
  type: dict
  sample: {"Id": "sha256:4fa6e0f0c678", "RepoTags": ["web:1"]}
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
      sample: ["Pulled image web:1"]
    image:
      description: What the engine says of the image.
      type: dict
      sample: {"Id": "sha256:4fa6e0f0c678", "RepoTags": ["web:1"]}
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
from ansible_collections.classic.swarm.plugins.module_utils._ansible.container_argspec import AUTH_ARGUMENT_SPEC
from ansible_collections.classic.swarm.plugins.module_utils._ansible.images import image_pull
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
            "platform": {"type": "str"},
            "pull": {"type": "str", "default": "always", "choices": ["always", "not_present"]},
            **AUTH_ARGUMENT_SPEC,
        },
        supports_check_mode=True,
    )
    image_pull(module)


if __name__ == "__main__":
    main()
