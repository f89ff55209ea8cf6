#!/usr/bin/python
# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: swarm_containers
short_description: Run many unlike containers on the engines of a cluster, in one task
version_added: 0.2.0
description:
  - Places a batch of containers jointly. The cluster is read once, every container gets its node, those that few nodes
    can take first, and then all of them are created side by side.
  - Unless O(all_or_nothing=false), nothing is changed if one of them fits nowhere. The failure says why, grouped by
    reason.
  - A container is found by its name wherever it is, so that a second run changes nothing.
options:
  containers:
    description:
      - The containers. Each entry takes every option of M(classic.swarm.swarm_container) that is about the container
        and its place, under the same name.
      - The options that M(classic.swarm.swarm_container) has for the cluster and for TLS are options of this module
        instead, as are C(filters), C(overcommit), C(headroom_memory), C(headroom_cpus) and C(explain).
      - "C(name): name of the container, or of all containers of the entry. (C(str), required)"
      - "C(count): how many there should be, called C(name-1), C(name-2) and so on. (C(int))"
      - "C(per_node): one on every node that C(constraints) and C(whitelist) of the entry allow. It is called C(name),
        a dash, and the name of the node. (C(bool), V(false) by default)"
      - "C(after): entries that must have come so far before a container of this entry is started. Each has
        C(container), the name of another entry, and C(condition), which is V(started), the default, V(healthy), or
        V(completed) if it has to end with status 0. (C(list) of C(dict))"
      - A container that another one of the batch links to, mounts volumes from, or shares a network with, is created
        and started before it.
    type: list
    elements: dict
    required: true
  defaults:
    description:
      - Options for every entry of O(containers) that does not set them.
    type: dict
  group:
    description:
      - Name of the group that the containers belong to. It is written into a label when a container is created.
      - Containers that carry the label and are not listed in O(containers) any more are orphans.
    type: str
  orphans:
    description:
      - What becomes of orphans. V(keep) leaves them, and the task gives a warning.
      - V(remove) stops and removes them, wherever they are. Their anonymous volumes are kept.
    type: str
    default: keep
    choices:
      - keep
      - remove
  all_or_nothing:
    description:
      - Whether nothing is changed if one of the containers fits on no node.
      - With V(false), the others are created, and the task gives a warning for each that is not.
    type: bool
    default: true
  max_parallel:
    description:
      - How many steps (pulls, creations, starts and so on) are under way at once, over all engines.
      - If not set, there are up to 32.
    type: int
  return_containers:
    description:
      - How much of each container the result holds. With V(full), all that the engine says of it.
      - With V(brief), its ID, name, image, state and node. With V(none), nothing.
    type: str
    default: brief
    choices:
      - full
      - brief
      - none
notes:
  - The module asks the engines from where the task runs, and needs to run only once. Use C(hosts=localhost), or
    C(delegate_to=localhost) together with C(run_once=true).
  - Options for ranking, such as O(strategy), hold for every entry that does not set them itself.
  - If creating or starting one of the containers fails in the end, the others that were created stay, and the failure
    says what was done. A further run goes on from there.
extends_documentation_fragment:
  - classic.swarm.cluster
  - classic.swarm.tls
  - classic.swarm.placement
  - classic.swarm.placement.ranking
  - classic.swarm.services
  - classic.swarm.attributes
  - classic.swarm.attributes.action_group
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - The diff is the plan, with one line for each container that changes.
seealso:
  - module: classic.swarm.swarm_container
  - module: classic.swarm.swarm_placement_info
author:
  - The classic.swarm authors (@classic-swarm)
"""

EXAMPLES = r"""
- name: A shop on the cluster
  hosts: localhost
  gather_facts: false
  module_defaults:
    group/classic.swarm.swarm:
      discovery: consul://consul01:8500/swarm
      tls: true
  tasks:
    - name: A database, six applications that wait for it, and a cache on every external node
      classic.swarm.swarm_containers:
        group: shop
        defaults:
          restart_policy: unless-stopped
          strategy: spread
        containers:
          - name: db
            image: db:1
            memory: 2G
            volumes:
              - data:/data
            constraints:
              - disk==ssd
          - name: app
            count: 6
            image: app:1
            ports:
              - "8080"
            affinities:
              - container!=~app-*
            after:
              - container: db
                condition: healthy
          - name: cache
            image: cache:1
            per_node: true
            constraints:
              - zone==external
      register: shop

    - name: Where the applications are
      ansible.builtin.debug:
        msg: "{{ item.container }}: {{ item.node.name }}"
      loop: "{{ shop.entries.app.placements }}"
      loop_control:
        label: "{{ item.container }}"

    - name: The shop without its cache, which is removed
      classic.swarm.swarm_containers:
        group: shop
        orphans: remove
        containers:
          - name: db
            image: db:1
            memory: 2G
            volumes:
              - data:/data
          - name: app
            count: 6
            image: app:1
            ports:
              - "8080"
"""

RETURN = r"""
entries:
  description:
    - By the name of the entry what M(classic.swarm.swarm_container) returns for its containers, C(actions) and C(diff)
      apart.
    - For an entry without C(count) and C(per_node) that is C(container), C(node), C(placement) and, with
      C(detach=false), C(status); for all of them C(containers) and C(placements).
  returned: success
  type: dict
  sample:
    db:
      container:
        Id: 1a2b3c4d5e6f
        Name: /db
      node:
        name: dockerhost02
        address: 10.0.0.12:2376
summary:
  description: Names of the containers by what was done with them, or in check mode would be done.
  returned: success
  type: dict
  contains:
    created:
      description: Those that were not there.
      type: list
      returned: always
      sample: ["db", "app-1"]
    changed:
      description: Those that were changed in place, recreated or moved.
      type: list
      returned: always
      sample: []
    unchanged:
      description: Those that were as asked for.
      type: list
      returned: always
      sample: []
    removed:
      description: Those that are gone.
      type: list
      returned: always
      sample: []
    refused:
      description: Those that fit on no node, with O(all_or_nothing=false).
      type: list
      returned: always
      sample: []
actions:
  description:
    - What was done, or in check mode would be done, as M(classic.swarm.swarm_container) returns it.
    - Container by container, and for each in the order of time; unlike containers are worked on side by side.
  returned: always
  type: list
  elements: dict
  sample:
    - action: create
      container: db
      node: dockerhost02
      image: db:1
placements:
  description: If the task fails because nothing fits, for those containers that do not, ten at most.
  returned: if a container fits nowhere
  type: list
  elements: dict
  sample: []
address:
  description: Address of the engine that the task failed on.
  returned: if the task failed on one engine
  type: str
  sample: 10.0.0.12:2376
"""

from ansible_collections.classic.swarm.plugins.module_utils._ansible.argspec import (
    CAPACITY_ARGUMENT_SPEC,
    CLUSTER_ARGUMENT_SPEC,
    RANKING_ARGUMENT_SPEC,
    SERVICES_ARGUMENT_SPEC,
    TLS_ARGUMENT_SPEC,
)
from ansible_collections.classic.swarm.plugins.module_utils._ansible.batch_runner import run_batch
from ansible_collections.classic.swarm.plugins.module_utils._ansible.module import AnsibleModule


def main() -> None:
    run_batch(
        AnsibleModule(
            argument_spec={
                "containers": {"type": "list", "elements": "dict", "required": True},
                "defaults": {"type": "dict"},
                "group": {"type": "str"},
                "orphans": {"type": "str", "default": "keep", "choices": ["keep", "remove"]},
                "all_or_nothing": {"type": "bool", "default": True},
                "max_parallel": {"type": "int"},
                "return_containers": {"type": "str", "default": "brief", "choices": ["full", "brief", "none"]},
                **CLUSTER_ARGUMENT_SPEC,
                **TLS_ARGUMENT_SPEC,
                **CAPACITY_ARGUMENT_SPEC,
                **RANKING_ARGUMENT_SPEC,
                **SERVICES_ARGUMENT_SPEC,
            },
            supports_check_mode=True,
        )
    )


if __name__ == "__main__":
    main()
