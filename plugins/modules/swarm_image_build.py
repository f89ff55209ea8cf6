#!/usr/bin/python
# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: swarm_image_build
short_description: Build an image on one node of a cluster and bring it to the others
version_added: 0.3.0
author:
  - The classic.swarm authors (@classic-swarm)
description:
  - Builds an image once, on that of the chosen nodes that a container would be placed on, and copies it to the other
    chosen
    nodes, without a registry.
  - The folder is sent while it is read, without what its C(.dockerignore) leaves out.
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
    support: full
    details:
      - The diff has the IDs of the image. In check mode, the new one is V(unknown).
options:
  name:
    description:
      - Name of the image, such as V(web:1).
    type: str
    required: true
  tag:
    description:
      - The tag, if O(name) has none.
    type: str
    default: latest
  path:
    description:
      - The folder to build from, where the module runs.
    type: path
    required: true
  builder:
    description:
      - V(engine) is the builder that every engine has. It needs nothing else.
      - V(buildx) is BuildKit in the engine, through the docker command line and its buildx plugin where the module
        runs. What
        only BuildKit knows needs it, such as O(secrets) and C(RUN --mount).
    type: str
    default: engine
    choices:
      - engine
      - buildx
  docker_cli:
    description:
      - The docker program for O(builder=buildx). Without it, the one in the path.
    type: path
  secrets:
    description:
      - Secrets that the build may read, for O(builder=buildx).
    type: list
    elements: dict
    suboptions:
      id:
        description:
          - Its name in the Dockerfile.
        type: str
        required: true
      type:
        description:
          - Whether it is in a file, in an environment variable where the module runs, or given by O(secrets[].value).
        type: str
        required: true
        choices:
          - file
          - env
          - value
      src:
        description:
          - The file.
        type: path
      env:
        description:
          - The name of the variable.
        type: str
      value:
        description:
          - The secret.
        type: str
  outputs:
    description:
      - Where the build goes besides the stores of the engines, for O(builder=buildx). Each is made after the image, out
        of what the engine has built.
      - They are made when the image is built, and not when it is there already. See O(rebuild).
      - The engine's BuildKit has to know the exporter. Those that keep their images in containerd know all of them,
        others do not know V(oci), nor V(docker) with a file.
    type: list
    elements: dict
    suboptions:
      type:
        description:
          - V(local) is a folder with what is in the image, and V(tar) an archive of that.
          - V(oci) and V(docker) are archives of the image itself, in the form of the OCI and of C(docker save).
          - V(image) is the image under another name, or in a registry.
        type: str
        required: true
        choices:
          - local
          - tar
          - oci
          - docker
          - image
      dest:
        description:
          - The folder or file, where the module runs. Required for V(local), V(tar) and V(oci).
        type: path
      context:
        description:
          - Of the docker command line, where O(outputs[].type=docker) without O(outputs[].dest) loads the image.
        type: str
      name:
        description:
          - Names of the image, for O(outputs[].type=image). Without it, the one that is built.
        type: list
        elements: str
      push:
        description:
          - Whether O(outputs[].type=image) goes to the registry of its names, with the credentials of the user's docker
            configuration.
        type: bool
        default: false
  dockerfile:
    description:
      - Path of the Dockerfile below O(path), if it is not V(Dockerfile).
    type: str
  cache_from:
    description:
      - Images whose layers may be used.
    type: list
    elements: str
  pull:
    description:
      - Whether the image that the Dockerfile begins with is pulled even if it is there.
    type: bool
    default: false
  network:
    description:
      - The network for C(RUN).
    type: str
  nocache:
    description:
      - Whether every step is done anew.
    type: bool
    default: false
  etc_hosts:
    description:
      - Addresses by the names of hosts, for the hosts file during the build.
    type: dict
  args:
    description:
      - Values for C(ARG) of the Dockerfile, by name.
    type: dict
  target:
    description:
      - The stage to build, if it is not the last one.
    type: str
  platform:
    description:
      - The platform to build for, as C(os[/architecture[/variant]]). With O(builder=engine), one at most.
    type: list
    elements: str
  shm_size:
    description:
      - Size of C(/dev/shm) during the build, such as V(128M). A number without a unit is bytes.
    type: str
  labels:
    description:
      - Labels of the image.
    type: dict
  rebuild:
    description:
      - V(never) builds only if none of the chosen nodes has an image of that name. If some have it, it is copied to
        the
        others. V(always) builds in each run.
    type: str
    default: never
    choices:
      - always
      - never
  distribute:
    description:
      - Whether the image is copied to the other chosen nodes.
    type: bool
    default: true
  auth:
    description:
      - For O(builder=engine), credentials for the registry of the images that the Dockerfile begins with. They are
        sent to the engine for this
        task, and stored nowhere. Those of the user's docker configuration count for O(builder=buildx) only.
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
          - The registry, such as V(registry.example.com:5000). Without it, Docker Hub.
        type: str
        aliases:
          - serveraddress
      email:
        description:
          - Not used here.
        type: str
seealso:
  - module: classic.swarm.swarm_image_load
  - module: classic.swarm.swarm_image_push
  - module: community.docker.docker_image_build
"""

EXAMPLES = r"""
- name: Images
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Build it once, for all nodes
      classic.swarm.swarm_image_build:
        name: web:2
        path: /srv/web
        args:
          version: "2"
        labels:
          team: front
"""

RETURN = r"""
image:
  description: What the engine says of the image on the first of the nodes. V(none) if it is on none.
  returned: always
  type: dict
  sample: {"Id": "sha256:4fa6e0f0c678", "RepoTags": ["web:1"]}
output:
  description: What the build said, the last MiB of it. Empty if nothing was built.
  returned: success
  type: str
  sample: "Step 1/2 : FROM busybox"
node:
  description: Name of the node that it was built on, or is copied from.
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
      sample: ["Built image web:2"]
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
from ansible_collections.classic.swarm.plugins.module_utils._ansible.building import image_build
from ansible_collections.classic.swarm.plugins.module_utils._ansible.container_argspec import AUTH_ARGUMENT_SPEC
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
            "path": {"type": "path", "required": True},
            "builder": {"type": "str", "default": "engine", "choices": ["engine", "buildx"]},
            "docker_cli": {"type": "path"},
            "secrets": {
                "type": "list",
                "elements": "dict",
                "no_log": False,
                "options": {
                    "id": {"type": "str", "required": True},
                    "type": {"type": "str", "required": True, "choices": ["file", "env", "value"]},
                    "src": {"type": "path"},
                    "env": {"type": "str"},
                    "value": {"type": "str", "no_log": True},
                },
                "required_if": [("type", "file", ["src"]), ("type", "env", ["env"]), ("type", "value", ["value"])],
                "mutually_exclusive": [("src", "env", "value")],
            },
            "outputs": {
                "type": "list",
                "elements": "dict",
                "options": {
                    "type": {
                        "type": "str",
                        "required": True,
                        "choices": ["local", "tar", "oci", "docker", "image"],
                    },
                    "dest": {"type": "path"},
                    "context": {"type": "str"},
                    "name": {"type": "list", "elements": "str"},
                    "push": {"type": "bool", "default": False},
                },
                "required_if": [("type", each, ["dest"]) for each in ("local", "tar", "oci")],
            },
            "dockerfile": {"type": "str"},
            "cache_from": {"type": "list", "elements": "str"},
            "pull": {"type": "bool", "default": False},
            "network": {"type": "str"},
            "nocache": {"type": "bool", "default": False},
            "etc_hosts": {"type": "dict"},
            "args": {"type": "dict"},
            "target": {"type": "str"},
            "platform": {"type": "list", "elements": "str"},
            "shm_size": {"type": "str"},
            "labels": {"type": "dict"},
            "rebuild": {"type": "str", "default": "never", "choices": ["always", "never"]},
            "distribute": {"type": "bool", "default": True},
            **AUTH_ARGUMENT_SPEC,
        },
        supports_check_mode=True,
    )
    image_build(module)


if __name__ == "__main__":
    main()
