#!/usr/bin/python
# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: swarm_login
short_description: Check credentials for a registry at the engines of a cluster
version_added: 0.3.0
author:
  - The classic.swarm authors (@classic-swarm)
description:
  - Has every chosen node check credentials with a registry, and names those where they are refused or the registry is
    not
    reached.
  - "B(Nothing is stored), neither on the hosts nor where the module runs: an engine has no memory for credentials.
    Give them
    to the tasks that pull or push, as O(classic.swarm.swarm_image_pull#module:auth)."
extends_documentation_fragment:
  - classic.swarm.cluster
  - classic.swarm.tls
  - classic.swarm.nodes
  - classic.swarm.attributes
  - classic.swarm.attributes.action_group
  - classic.swarm.attributes.info_module
options:
  registry_url:
    description:
      - The registry, such as V(registry.example.com:5000). Without it, Docker Hub.
    type: str
    default: https://index.docker.io/v1/
    aliases:
      - registry
      - url
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
seealso:
  - module: classic.swarm.swarm_image_pull
  - module: classic.swarm.swarm_image_push
  - module: community.docker.docker_login
"""

EXAMPLES = r"""
- name: Before anything is changed
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Be sure that every node may pull
      classic.swarm.swarm_login:
        registry_url: registry.example.com:5000
        username: deploy
        password: "{{ registry_password }}"
        require_all: true
"""

RETURN = r"""
login_result:
  description: Who was checked, with C(username) and C(serveraddress).
  returned: always
  type: dict
  sample: {"username": "deploy", "serveraddress": "registry.example.com:5000"}
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
    status:
      description: The engine's words.
      type: str
      sample: Login Succeeded
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
from ansible_collections.classic.swarm.plugins.module_utils._ansible.registries import login


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            **CLUSTER_ARGUMENT_SPEC,
            **TLS_ARGUMENT_SPEC,
            **NODES_ARGUMENT_SPEC,
            "registry_url": {"type": "str", "default": "https://index.docker.io/v1/", "aliases": ["registry", "url"]},
            "username": {"type": "str", "required": True},
            "password": {"type": "str", "required": True, "no_log": True},
        },
        supports_check_mode=True,
    )
    login(module)


if __name__ == "__main__":
    main()
