#!/usr/bin/python
# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: swarm_container_copy_into
short_description: Copy a file into a container, wherever in the cluster it is
version_added: 0.3.0
author:
  - The classic.swarm authors (@classic-swarm)
description:
  - Finds a container over all engines of a cluster and copies a file into it. It is C(docker cp) over the whole
    cluster.
  - The container need not run, if O(owner_id) and O(group_id) are set.
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
    support: full
    details:
      - The contents are shown, up to 102 KiB of each. Use C(no_log=true) or C(diff=false) on the task if they are
        secret.
options:
  container:
    description:
      - Name or ID of the container. An ID may be cut off after eight characters or more.
      - A name that is there more than once may have the name, the ID or the address of its node before it, as in
        V(dockerhost02/web).
    type: str
    required: true
  path:
    description:
      - The file to be copied, where this task runs.
      - Exactly one of O(path) and O(content) is required.
    type: path
  content:
    description:
      - The content of the file. It needs O(mode).
      - For what is no text, use O(content_is_b64=true).
      - Exactly one of O(path) and O(content) is required.
    type: str
  content_is_b64:
    description:
      - Whether O(content) is Base64.
    type: bool
    default: false
  container_path:
    description:
      - Path of the file in the container. The folder must be there.
    type: str
    required: true
  follow:
    description:
      - Whether a link at O(container_path) is followed. By default it is replaced.
    type: bool
    default: false
  local_follow:
    description:
      - Whether a link at O(path) is followed. Otherwise, the link itself is copied.
    type: bool
    default: true
  owner_id:
    description:
      - ID of the owner of the file. It needs O(group_id), and there need not be such a user in the container.
      - Without it, owner and group are those that commands in the container have, which takes a container that runs
        and has C(sh) and C(id).
    type: int
  group_id:
    description:
      - ID of the group of the file. It needs O(owner_id).
    type: int
  mode:
    description:
      - Mode of the file. Without it, it is the mode of O(path).
      - How it is read depends on O(mode_parse).
    type: raw
  mode_parse:
    description:
      - How O(mode) is read.
      - With V(legacy), it is a number, and a string is read as a B(decimal) number.
      - With V(modern), a string is read as an octal number, and a number is taken as it is, as
        M(ansible.builtin.copy) does.
      - With V(octal_string_only), only a string is taken, and read as an octal number.
    type: str
    choices:
      - legacy
      - modern
      - octal_string_only
    default: legacy
  force:
    description:
      - Without it, the file is written only if what is in the container has another content, mode, owner or group.
      - With V(true) it is written in any case, with V(false) only if there is nothing.
    type: bool
notes:
  - A file never takes the place of a folder.
  - Engines do not see what is on a tmpfs of a container. There C(tar) and C(sh) in the container are used, which must
    run.
seealso:
  - module: classic.swarm.swarm_container_fetch
  - module: classic.swarm.swarm_container_exec
  - module: community.docker.docker_container_copy_into
    description: Does the same on one engine.
"""

EXAMPLES = r"""
- name: Files into containers, wherever they are
  hosts: localhost
  gather_facts: false
  module_defaults:
    group/classic.swarm.swarm:
      discovery: nodes://192.0.2.[11:13]:2376
      tls: true
  tasks:
    - name: Copy a file
      classic.swarm.swarm_container_copy_into:
        container: edge_webserver
        path: /srv/site/index.html
        container_path: /www/index.html

    - name: Write a file that only its owner may read
      classic.swarm.swarm_container_copy_into:
        container: edge_webserver
        content: "level=info"
        container_path: /etc/app.conf
        owner_id: 1000
        group_id: 1000
        mode: "0600"
        mode_parse: modern
"""

RETURN = r"""
container_path:
  description: The path in the container. It differs from the option only if a link was followed.
  returned: success
  type: str
  sample: /www/index.html
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
from ansible_collections.classic.swarm.plugins.module_utils._ansible.copying import copy_into
from ansible_collections.classic.swarm.plugins.module_utils._ansible.module import AnsibleModule


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            **CLUSTER_ARGUMENT_SPEC,
            **TLS_ARGUMENT_SPEC,
            **NODES_ARGUMENT_SPEC,
            "container": {"type": "str", "required": True},
            "path": {"type": "path"},
            "content": {"type": "str", "no_log": True},
            "content_is_b64": {"type": "bool", "default": False},
            "container_path": {"type": "str", "required": True},
            "follow": {"type": "bool", "default": False},
            "local_follow": {"type": "bool", "default": True},
            "owner_id": {"type": "int"},
            "group_id": {"type": "int"},
            "mode": {"type": "raw"},
            "mode_parse": {"type": "str", "default": "legacy", "choices": ["legacy", "modern", "octal_string_only"]},
            "force": {"type": "bool"},
        },
        mutually_exclusive=[("path", "content")],
        required_one_of=[("path", "content")],
        required_together=[("owner_id", "group_id")],
        supports_check_mode=True,
    )
    copy_into(module)


if __name__ == "__main__":
    main()
