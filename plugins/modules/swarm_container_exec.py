#!/usr/bin/python
# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: swarm_container_exec
short_description: Run a command in a container, wherever in the cluster it is
version_added: 0.3.0
author:
  - The classic.swarm authors (@classic-swarm)
description:
  - Finds a container over all engines of a cluster and runs a command in it. It is C(docker exec) over the whole
    cluster.
  - With O(containers) or O(labels) it runs the command in many containers at once.
  - An exit status other than 0 does not fail the task. Use C(failed_when) with RV(rc).
extends_documentation_fragment:
  - classic.swarm.cluster
  - classic.swarm.tls
  - classic.swarm.nodes
  - classic.swarm.attributes
  - classic.swarm.attributes.action_group
attributes:
  check_mode:
    support: partial
    details:
      - The container is looked for. The command is not run, as nobody knows what it would do.
  diff_mode:
    support: none
options:
  container:
    description:
      - Name or ID of the container. An ID may be cut off after eight characters or more.
      - A name that is there more than once may have the name, the ID or the address of its node before it, as in
        V(dockerhost02/web).
      - Exactly one of O(container), and O(containers) or O(labels), is required.
    type: str
  containers:
    description:
      - Containers that run, each by its name, its ID, or a name with C(*) in it for any text, such as V(web-*). The
        name that containers were made with by a O(classic.swarm.swarm_container#module:count) means all of them. Each
        may have the name, the ID or the address of a node before it.
      - The command runs in all of them side by side. RV(results) has a row for each. Where it fails in some, the others
        are in RV(results), and the task fails and names those.
    type: list
    elements: str
  labels:
    description:
      - Containers that run and have all of these labels, each written C(key=value), or C(key) for any value.
      - With O(containers) as well, a container must be meant by both.
    type: list
    elements: str
  argv:
    description:
      - The command, as a list of words. No quoting is needed.
      - Exactly one of O(argv) and O(command) is required.
    type: list
    elements: str
  command:
    description:
      - The command, as a string. It is split into words as a shell does it, but no shell runs it.
      - Exactly one of O(argv) and O(command) is required.
    type: str
  chdir:
    description:
      - Directory to run the command in. Without it, it is the working directory of the container.
    type: str
  user:
    description:
      - User to run the command as, by name or by ID, with C(:) and a group behind it if need be.
    type: str
  env:
    description:
      - Environment variables of the command, beside those of the container.
      - Values must be strings. Quote what YAML takes for something else, such as V("true") or V("1").
    type: dict
  stdin:
    description:
      - Text that the command reads from its standard input.
      - It works over TLS as well, and may be of any size.
      - It cannot be used with O(detach=true).
    type: str
  stdin_add_newline:
    description:
      - Whether a line break is added to O(stdin).
    type: bool
    default: true
  strip_empty_ends:
    description:
      - Whether line breaks at the end of RV(stdout) and RV(stderr) are left out.
    type: bool
    default: true
  tty:
    description:
      - Whether the command has a terminal. All that it writes is in RV(stdout) then.
    type: bool
    default: false
  detach:
    description:
      - Whether the task ends without waiting for the command. RV(stdout), RV(stderr) and RV(rc) are not returned then.
    type: bool
    default: false
  privileged:
    description:
      - Whether the command has all capabilities, and access to the devices of the host.
    type: bool
    default: false
notes:
  - The task waits for the command as long as it runs. Meanwhile the engine is asked about it every O(timeout) seconds,
    and the task fails if it does not answer.
seealso:
  - module: classic.swarm.swarm_container_copy_into
  - module: community.docker.docker_container_exec
    description: Does the same on one engine.
"""

EXAMPLES = r"""
- name: Commands in containers, wherever they are
  hosts: localhost
  gather_facts: false
  module_defaults:
    group/classic.swarm.swarm:
      discovery: nodes://192.0.2.[11:13]:2376
      tls: true
  tasks:
    - name: Run a command
      classic.swarm.swarm_container_exec:
        container: edge_webserver
        command: /bin/sh -c "ls -l | wc -l"
        chdir: /tmp
      register: result

    - name: Show what it wrote, and where
      ansible.builtin.debug:
        msg: "{{ result.node }}: {{ result.stdout_lines }}"

    - name: Feed a command, as another user and with a variable
      classic.swarm.swarm_container_exec:
        container: edge_webserver
        argv:
          - sort
          - -n
        stdin: "{{ [30, 4, 100] | join('\n') }}"
        user: nobody
        env:
          LC_ALL: C
      register: sorted
      failed_when: sorted.rc != 0

    - name: Start a command and go on
      classic.swarm.swarm_container_exec:
        container: edge_webserver
        command: sleep 5
        detach: true

    - name: Reload all of a family, however many there are and wherever they are
      classic.swarm.swarm_container_exec:
        containers:
          - edge_web*
        command: kill -HUP 1
      register: reloaded
      failed_when: reloaded.results | rejectattr('rc', 'eq', 0) | list | length > 0
"""

RETURN = r"""
stdout:
  description: What the command wrote to its standard output.
  returned: success with O(container) and O(detach=false), not in check mode
  type: str
  sample: "4\n30\n100"
stderr:
  description: What the command wrote to its standard error.
  returned: success with O(container) and O(detach=false), not in check mode
  type: str
  sample: ""
rc:
  description: The exit status of the command.
  returned: success with O(container) and O(detach=false), not in check mode
  type: int
  sample: 0
exec_id:
  description: The ID that the engine gave to the command.
  returned: success with O(container), not in check mode
  type: str
  sample: 249d9e3075655baf705ed8f40488c5e9434049cf3431976f1bfdb73741c574c5
node:
  description: Name of the node that the container is on.
  returned: success with O(container)
  type: str
  sample: dockerhost02
address:
  description: Address of that node. If an engine refuses or does not answer, it is the address of that one.
  returned: success with O(container), or if an engine failed
  type: str
  sample: 192.0.2.12:2376
results:
  description: What came of it in each container, by name and then by node.
  returned: with O(containers) or O(labels)
  type: list
  elements: dict
  contains:
    name:
      description: Name of the container.
      type: str
      sample: web-1
    id:
      description: Its ID.
      type: str
      sample: 9b2f1f8d6c1e4a0b8d7c6e5f4a3b2c1d0e9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b
    node:
      description: Name of its node.
      type: str
      sample: dockerhost02
    address:
      description: Address of its node.
      type: str
      sample: 192.0.2.12:2376
    changed:
      description: V(true), as nobody knows what a command does.
      type: bool
      sample: true
    stdout:
      description: As RV(stdout) of one container, and so are C(stderr), C(rc) and C(exec_id).
      type: str
      sample: ""
    stderr:
      description: See RV(stderr).
      type: str
      sample: ""
    rc:
      description: See RV(rc).
      type: int
      sample: 0
    exec_id:
      description: See RV(exec_id).
      type: str
      sample: 249d9e3075655baf705ed8f40488c5e9434049cf3431976f1bfdb73741c574c5
failures:
  description:
    - The containers that it could not be run in, each with C(name), C(id), C(node), C(address) and C(msg). The task
      fails if there are any.
  returned: with O(containers) or O(labels)
  type: list
  elements: dict
  sample: []
"""


from ansible_collections.classic.swarm.plugins.module_utils._ansible.argspec import (
    CLUSTER_ARGUMENT_SPEC,
    NODES_ARGUMENT_SPEC,
    TLS_ARGUMENT_SPEC,
)
from ansible_collections.classic.swarm.plugins.module_utils._ansible.commands import execute
from ansible_collections.classic.swarm.plugins.module_utils._ansible.module import AnsibleModule


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            **CLUSTER_ARGUMENT_SPEC,
            **TLS_ARGUMENT_SPEC,
            **NODES_ARGUMENT_SPEC,
            "container": {"type": "str"},
            "containers": {"type": "list", "elements": "str"},
            "labels": {"type": "list", "elements": "str"},
            "argv": {"type": "list", "elements": "str"},
            "command": {"type": "str"},
            "chdir": {"type": "str"},
            "user": {"type": "str"},
            "env": {"type": "dict"},
            "stdin": {"type": "str"},
            "stdin_add_newline": {"type": "bool", "default": True},
            "strip_empty_ends": {"type": "bool", "default": True},
            "tty": {"type": "bool", "default": False},
            "detach": {"type": "bool", "default": False},
            "privileged": {"type": "bool", "default": False},
        },
        mutually_exclusive=[("argv", "command"), ("container", "containers"), ("container", "labels")],
        required_one_of=[("argv", "command"), ("container", "containers", "labels")],
        supports_check_mode=True,
    )
    execute(module)


if __name__ == "__main__":
    main()
