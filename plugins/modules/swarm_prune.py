#!/usr/bin/python
# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: swarm_prune
short_description: Remove what nobody uses from the nodes of a cluster
version_added: 0.3.0
author:
  - The classic.swarm authors (@classic-swarm)
description:
  - Removes containers, images, networks, volumes and builds' results that nobody uses, on every chosen node, and says
    what went where and how much room it gave.
  - Containers go first, as they hold the rest.
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
      - What would go is told from the lists of the engines. Of images only the image itself is counted, without the
        layers that go with it, and of builds' results everything that is not in use, whatever the filters say.
  diff_mode:
    support: none
    details:
      - What went is returned.
options:
  containers:
    description:
      - Whether to remove containers that do not run.
    type: bool
    default: false
  containers_filters:
    description:
      - "Which of them go, by filters of the Docker Engine API: C(until), C(label) and C(label!)."
      - The value of a filter is a text, or a list of texts.
    type: dict

  images:
    description:
      - Whether to remove images that no container uses.
    type: bool
    default: false
  images_filters:
    description:
      - "Which of them go, by filters of the Docker Engine API: C(dangling), C(until), C(label) and C(label!). With
        C(dangling) set to V(false), images with a tag go, too."
      - The value of a filter is a text, or a list of texts.
    type: dict

  networks:
    description:
      - Whether to remove networks that no running container uses.
    type: bool
    default: false
  networks_filters:
    description:
      - "Which of them go, by filters of the Docker Engine API: C(until), C(label) and C(label!)."
      - The value of a filter is a text, or a list of texts.
    type: dict

  volumes:
    description:
      - Whether to remove anonymous volumes that no container uses.
    type: bool
    default: false
  volumes_filters:
    description:
      - "Which of them go, by filters of the Docker Engine API: C(label), C(label!) and C(all). With C(all) set to
        V(true), volumes with a name go, too, on engines of every version."
      - The value of a filter is a text, or a list of texts.
    type: dict

  builder_cache:
    description:
      - Whether to remove what builds have kept for the next build.
    type: bool
    default: false
  builder_cache_all:
    description:
      - Whether everything of it goes, and not only what no image needs.
    type: bool
    default: false
  builder_cache_filters:
    description:
      - Which of it goes, by filters of the Docker Engine API, such as C(until).
    type: dict
  builder_cache_keep_storage:
    description:
      - How much of it may stay, such as V(10G). A number without a unit is bytes.
    type: str
seealso:
  - module: classic.swarm.swarm_image_remove
  - module: classic.swarm.swarm_volume
  - module: classic.swarm.swarm_network
  - module: community.docker.docker_prune
"""

EXAMPLES = r"""
- name: Make room
  hosts: localhost
  gather_facts: false
  tasks:
    - name: On every node
      classic.swarm.swarm_prune:
        containers: true
        containers_filters:
          until: 24h
        images: true
        images_filters:
          dangling: false
      register: room

    - name: Say how much room each node got
      ansible.builtin.debug:
        msg: "{{ room.results | map(attribute='images_space_reclaimed') }}"
"""

RETURN = r"""
containers:
  description: IDs of the containers that were removed from any node.
  returned: O(containers=true)
  type: list
  elements: str
  sample: []
containers_space_reclaimed:
  description: Bytes that this gave, on all nodes together.
  returned: O(containers=true)
  type: int
  sample: 0
images:
  description: What became of the images of all nodes. Each has C(Deleted), an ID, or C(Untagged), a name.
  returned: O(images=true)
  type: list
  elements: dict
  sample: []
images_space_reclaimed:
  description: Bytes that this gave, on all nodes together.
  returned: O(images=true)
  type: int
  sample: 0
networks:
  description: Names of the networks that were removed from any node.
  returned: O(networks=true)
  type: list
  elements: str
  sample: []
volumes:
  description: Names of the volumes that were removed from any node.
  returned: O(volumes=true)
  type: list
  elements: str
  sample: []
volumes_space_reclaimed:
  description: Bytes that this gave, on all nodes together.
  returned: O(volumes=true)
  type: int
  sample: 0
builder_cache_caches_deleted:
  description: IDs of the builds' results that were removed from any node.
  returned: O(builder_cache=true)
  type: list
  elements: str
  sample: []
builder_cache_space_reclaimed:
  description: Bytes that this gave, on all nodes together.
  returned: O(builder_cache=true)
  type: int
  sample: 0
space_reclaimed:
  description: Bytes that all of it gave.
  returned: always
  type: int
  sample: 12582912
results:
  description:
    - What went on each node, in the order of their names. Each has C(node), C(address), C(changed), and the same
      values as
      the module returns for all nodes.
  returned: always
  type: list
  elements: dict
  sample:
    - node: dockerhost02
      address: 192.0.2.12:2376
      changed: true
      containers: []
      containers_space_reclaimed: 0
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
from ansible_collections.classic.swarm.plugins.module_utils._ansible.pruning import prune_nodes


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            **CLUSTER_ARGUMENT_SPEC,
            **TLS_ARGUMENT_SPEC,
            **NODES_ARGUMENT_SPEC,
            "containers": {"type": "bool", "default": False},
            "containers_filters": {"type": "dict"},
            "images": {"type": "bool", "default": False},
            "images_filters": {"type": "dict"},
            "networks": {"type": "bool", "default": False},
            "networks_filters": {"type": "dict"},
            "volumes": {"type": "bool", "default": False},
            "volumes_filters": {"type": "dict"},
            "builder_cache": {"type": "bool", "default": False},
            "builder_cache_all": {"type": "bool", "default": False},
            "builder_cache_filters": {"type": "dict"},
            "builder_cache_keep_storage": {"type": "str"},
        },
        supports_check_mode=True,
    )
    prune_nodes(module)


if __name__ == "__main__":
    main()
