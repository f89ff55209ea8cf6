#!/usr/bin/python
# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: swarm_image_push
short_description: Push an image of a cluster to its registry
version_added: 0.3.0
author:
  - The classic.swarm authors (@classic-swarm)
description:
  - Has the first chosen node that has an image push it. Once is enough, as all nodes can pull it then.
  - The task fails if another of the chosen nodes has another image under that name. Use O(nodes) to say which one is
    meant.
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
      - An image that the registry does not have under that name counts as changed, and so does one that the engine
        neither pulled nor pushed before.
  diff_mode:
    support: full
options:
  name:
    description:
      - Name of the image, such as V(web:1) or V(registry.example.com:5000/web:1). It names the registry.
    type: str
    required: true
  tag:
    description:
      - The tag, if O(name) has none.
    type: str
    default: latest

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
  - module: classic.swarm.swarm_image_pull
  - module: classic.swarm.swarm_login
  - module: community.docker.docker_image_push
"""

EXAMPLES = r"""
- name: Images
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Into the registry
      classic.swarm.swarm_image_push:
        name: registry.example.com/web:1
        auth:
          username: deploy
          password: "{{ registry_password }}"
"""

RETURN = r"""
image:
  description: What the engine says of the image.
  returned: always
  type: dict
  sample: {"Id": "sha256:4fa6e0f0c678", "RepoTags": ["web:1"]}
digest:
  description: What the registry knows it by. Empty if that is not known, as in check mode.
  returned: always
  type: str
  sample: sha256:5f70bf18a086
node:
  description: Name of the node that pushed it.
  returned: success
  type: str
  sample: dockerhost02
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
      sample: ["Pushed image registry.example.com/web:1 to registry.example.com/web:1"]
    image:
      description: What the engine says of the image.
      type: dict
      sample: {"Id": "sha256:4fa6e0f0c678", "RepoTags": ["web:1"]}
    digest:
      description: What the registry knows it by.
      type: str
      sample: sha256:5f70bf18a086
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
from ansible_collections.classic.swarm.plugins.module_utils._ansible.images import image_push
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
            **AUTH_ARGUMENT_SPEC,
        },
        supports_check_mode=True,
    )
    image_push(module)


if __name__ == "__main__":
    main()
