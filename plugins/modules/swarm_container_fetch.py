#!/usr/bin/python
# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: swarm_container_fetch
short_description: Fetch files from a container, wherever in the cluster it is
version_added: 0.3.0
author:
  - The classic.swarm authors (@classic-swarm)
description:
  - Finds a container over all engines of a cluster and copies a file, or a folder with all that is in it, from it to
    where this task runs. It is the other way of M(classic.swarm.swarm_container_copy_into).
  - The container need not run.
extends_documentation_fragment:
  - classic.swarm.cluster
  - classic.swarm.tls
  - classic.swarm.nodes
  - classic.swarm.attributes
  - classic.swarm.attributes.action_group
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
options:
  container:
    description:
      - Name or ID of the container. An ID may be cut off after eight characters or more.
      - A name that is there more than once may have the name, the ID or the address of its node before it, as in
        V(dockerhost02/web).
    type: str
    required: true
  container_path:
    description:
      - Path of the file or folder in the container.
    type: str
    required: true
    aliases:
      - src
  dest:
    description:
      - Folder to save it in. As with M(ansible.builtin.fetch), the name of the container and the whole path are added.
        V(/backup) and the path V(/etc/hosts) of the container V(web) make V(/backup/web/etc/hosts).
      - Folders that are missing are made.
    type: path
    required: true
  flat:
    description:
      - Whether nothing is added to O(dest). If that ends with V(/), the name of the file or folder is added.
    type: bool
    default: false
  follow:
    description:
      - Whether a link at O(container_path) is followed. Links below a folder never are.
    type: bool
    default: true
  fail_on_missing:
    description:
      - Whether the task fails if there is nothing at O(container_path).
    type: bool
    default: true
notes:
  - Files are written only if their content or mode differs. What else is in the folder stays.
  - Files belong to whom this task runs as. Of their modes, the set-user-ID, set-group-ID and sticky bits are left out.
  - Nothing is written through a link below O(dest). Devices, pipes and sockets are left out with a warning.
  - Engines do not see what is on a tmpfs of a container. There C(tar) and C(sh) in the container are used, which must
    run.
seealso:
  - module: classic.swarm.swarm_container_copy_into
  - module: ansible.builtin.fetch
"""

EXAMPLES = r"""
- name: Files from containers, wherever they are
  hosts: localhost
  gather_facts: false
  module_defaults:
    group/classic.swarm.swarm:
      discovery: nodes://192.0.2.[11:13]:2376
      tls: true
  tasks:
    - name: Save a file as /backup/edge_webserver/etc/hosts
      classic.swarm.swarm_container_fetch:
        container: edge_webserver
        container_path: /etc/hosts
        dest: /backup

    - name: Save a folder as /backup/site
      classic.swarm.swarm_container_fetch:
        container: edge_webserver
        container_path: /www
        dest: /backup/site
        flat: true
"""

RETURN = r"""
container_path:
  description: The path in the container. It differs from the option only if a link was followed.
  returned: success
  type: str
  sample: /etc/hosts
dest:
  description: Where the file or folder is.
  returned: success, if there is something
  type: str
  sample: /backup/edge_webserver/etc/hosts
checksum:
  description: SHA-1 of the file. Empty for a folder.
  returned: success, if there is something
  type: str
  sample: 7b2d7a9bb6a0b4e3bb8e5c8c3d4ec9a4e1ff1a3c
files:
  description: How many files and links there are.
  returned: success, if there is something
  type: int
  sample: 1
size:
  description: Bytes of all files.
  returned: success, if there is something
  type: int
  sample: 174
node:
  description: Name of the node that the container is on.
  returned: success
  type: str
  sample: dockerhost02
address:
  description: Address of that node. If an engine refuses or does not answer, it is the address of that one.
  returned: success, or if an engine failed
  type: str
  sample: 192.0.2.12:2376
"""


from ansible_collections.classic.swarm.plugins.module_utils._ansible.argspec import (
    CLUSTER_ARGUMENT_SPEC,
    NODES_ARGUMENT_SPEC,
    TLS_ARGUMENT_SPEC,
)
from ansible_collections.classic.swarm.plugins.module_utils._ansible.fetching import fetch_from
from ansible_collections.classic.swarm.plugins.module_utils._ansible.module import AnsibleModule


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            **CLUSTER_ARGUMENT_SPEC,
            **TLS_ARGUMENT_SPEC,
            **NODES_ARGUMENT_SPEC,
            "container": {"type": "str", "required": True},
            "container_path": {"type": "str", "required": True, "aliases": ["src"]},
            "dest": {"type": "path", "required": True},
            "flat": {"type": "bool", "default": False},
            "follow": {"type": "bool", "default": True},
            "fail_on_missing": {"type": "bool", "default": True},
        },
        supports_check_mode=True,
    )
    fetch_from(module)


if __name__ == "__main__":
    main()
