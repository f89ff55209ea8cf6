#!/usr/bin/python

# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: swarm_container
short_description: Run a container on the best engine of many
version_added: 0.1.0
description:
  - Finds the engines of a cluster, removes those where the container cannot run, ranks the others, and creates the
    container on the best one. The result holds the reason for every engine that was not taken.
  - The options of the container are those of M(community.docker.docker_container). An existing task needs the name of
    its module changed, and C(docker_host) dropped.
  - A container is found by its name wherever it is, so that a second run changes nothing.
options:
  name:
    description:
      - Name of the container. It is unique in the cluster. If it is found on two engines, the task fails and names
        both.
      - For a container that exists, its ID also serves.
      - With O(count), the containers are called C(name-1), C(name-2) and so on.
    type: str
    required: true
  count:
    description:
      - How many containers there should be. Each one is placed by itself, and they are created side by side.
      - Lowering the number removes the containers with the highest numbers, and V(0) removes all of them.
      - With O(state=absent), all containers of that name that were made with O(count) are removed, whatever the
        number.
      - If not set, there is one container, and it is called O(name).
    type: int
  auth:
    description:
      - Login for the registry that the image is pulled from.
      - Without it, the login that C(docker login) stored for the user who runs the task is used.
    type: dict
    suboptions:
      username:
        description: The user.
        type: str
        required: true
      password:
        description: The password or the access token.
        type: str
        required: true
      registry:
        description: Address of the registry. Taken from the name of the image if not set.
        type: str
        aliases:
          - serveraddress
      email:
        description: Mail address, which some old registries ask for.
        type: str
  return_containers:
    description:
      - How much of each container the result holds. With V(full), all that the engine says of it.
      - With V(brief), its ID, name, image, state and node. With V(none), nothing. Both keep the result of a task with
        many containers small.
    type: str
    default: full
    choices:
      - full
      - brief
      - none
    version_added: 0.2.0
notes:
  - The module asks the engines from where the task runs, and needs to run only once. Use C(hosts=localhost), or
    C(delegate_to=localhost) together with C(run_once=true).
  - If a container has to be recreated, the new one is created first, and the old one is removed only when the new one
    was started. If the new one does not start, the old one is restored.
  - Nothing is locked. Two tasks at once that want the same name, port or room see one another's containers before
    they start them, and one of the two gives way.
  - The returned inspect reply shows the environment of the container, as C(docker inspect) does. Set C(no_log=true)
    for a task that hands secrets to its container. The diff, the actions and the labels hold no values of variables.
extends_documentation_fragment:
  - classic.swarm.cluster
  - classic.swarm.tls
  - classic.swarm.placement
  - classic.swarm.placement.wishes
  - classic.swarm.placement.ranking
  - classic.swarm.placement.acting
  - classic.swarm.services
  - classic.swarm.container
  - classic.swarm.attributes
  - classic.swarm.attributes.action_group
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - The diff is the plan. It names the chosen node.
seealso:
  - module: classic.swarm.swarm_container_info
  - module: classic.swarm.swarm_placement_info
  - module: classic.swarm.swarm_node_info
  - module: community.docker.docker_container
author:
  - The classic.swarm authors (@classic-swarm)
"""

EXAMPLES = r"""
- name: Run a web server at the edge
  hosts: localhost
  gather_facts: false
  tasks:
    - name: On a host in the external zone that has an SSD
      classic.swarm.swarm_container:
        discovery: nodes://10.0.0.11:2376,10.0.0.12:2376,10.0.0.13:2376
        tls: true
        ca_path: ~/.docker/ca.pem
        client_cert: ~/.docker/cert.pem
        client_key: ~/.docker/key.pem
        name: edge_webserver
        image: nginx:1.27
        ports:
          - "80:80"
        constraints:
          - zone==external
          - disk==ssd
      register: edge

    - name: Say where it is, and why not elsewhere
      ansible.builtin.debug:
        msg: "{{ edge.container.Name }} is on {{ edge.node.name }}. {{ edge.placement.headline }}"

- name: Settings of the cluster for every task of a play
  hosts: localhost
  gather_facts: false
  module_defaults:
    group/classic.swarm.swarm:
      discovery: consul://consul01:8500/swarm
      tls: true
  tasks:
    - name: Beside another container
      classic.swarm.swarm_container:
        name: app_1
        image: registry.example.com/app:1
        auth:
          username: deploy
          password: "{{ registry_password }}"
        affinities:
          - container==edge_webserver

    - name: Ten of them, where the fewest containers run, rather on an SSD
      classic.swarm.swarm_container:
        name: web
        count: 10
        image: nginx:1.27
        ports:
          - "80"
        constraints:
          - disk==~ssd
        strategy: spread

    - name: On the fullest node that has the room
      classic.swarm.swarm_container:
        name: worker
        image: registry.example.com/worker:3
        memory: 512M
        cpus: 0.5
        strategy: binpack

    - name: On the node with the most free memory
      classic.swarm.swarm_container:
        name: cache
        image: redis:7
        strategy: expression
        rank: free.memory

    - name: Away from a node that its constraints do not allow any more
      classic.swarm.swarm_container:
        name: edge_webserver
        image: nginx:1.27
        ports:
          - "80:80"
        constraints:
          - zone==internal
        relocate: when_needed

    - name: Gone, wherever it is
      classic.swarm.swarm_container:
        name: app_1
        state: absent
"""

RETURN = r"""
container:
  description:
    - What the engine says of the container, as C(docker inspect) shows it.
    - C(Node) in it tells the engine that it is on, as the original Classic Swarm had it.
    - If O(detach=false), C(Output) in it holds what the container printed.
  returned: if O(count) is not set, and the container exists
  type: dict
  sample:
    Id: 1a2b3c4d5e6f
    Name: /edge_webserver
    Node:
      Name: dockerhost02
      Addr: 10.0.0.12:2376
containers:
  description: The same for every container of the task, in the order of their numbers.
  returned: always
  type: list
  elements: dict
  sample: []
node:
  description: The engine that the container is on, or in check mode would be on.
  returned: if O(count) is not set, and O(state) is not V(absent)
  type: dict
  contains:
    name:
      description: The engine's own name.
      type: str
      returned: always
      sample: dockerhost02
    address:
      description: Where it was asked.
      type: str
      returned: always
      sample: 10.0.0.12:2376
    id:
      description: The engine's ID.
      type: str
      returned: always
      sample: 6ZBR:GN2U:S4OT:2DDZ:GIQF:XKAU:FYYV:2YMM:5C6G:HFGU:GLWA:HQK3
    labels:
      description: Labels and facts of the engine.
      type: dict
      returned: always
      sample: {"zone": "external", "disk": "ssd"}
placement:
  description: How the node was chosen.
  returned: if O(count) is not set, and O(state) is not V(absent)
  type: dict
  contains:
    container:
      description: Name of the container.
      type: str
      returned: always
      sample: edge_webserver
    fits:
      description: Whether a node takes it.
      type: bool
      returned: always
      sample: true
    node:
      description: The chosen node, as in RV(node). V(none) if there is none.
      type: dict
      returned: always
      sample: {"name": "dockerhost02", "address": "10.0.0.12:2376", "id": "6ZBR:GN2U", "labels": {"zone": "external"}}
    strategy:
      description: The strategy that ranked.
      type: str
      returned: always
      sample: spread
    headline:
      description: How many nodes were left, and how often each reason removed one.
      type: str
      returned: always
      sample: "1 of 3 nodes: 1 constraint disk==ssd, 1 constraint zone==external"
    ranking:
      description:
        - The nodes that were left, best first, each with the C(weight) that the strategy gave it and the number of
          C(soft) expressions that it meets.
        - Empty if the container was there already, because no other node was in question.
      type: list
      elements: dict
      returned: always
      sample: [{"name": "dockerhost02", "address": "10.0.0.12:2376", "id": "6ZBR:GN2U", "soft": 0, "weight": 0}]
    verdicts:
      description:
        - What each filter said of each node. Only refusals, unless O(explain=true) or no node takes it.
        - Without O(explain=true), in a cluster of more than ten nodes, the refusals of the first ten that were refused.
      type: list
      elements: dict
      returned: always
      sample:
        - filter: constraint
          node: dockerhost01
          address: 10.0.0.11:2376
          passed: false
          reason: constraint zone==external
          wanted: zone==external
          seen: zone is internal
    refusals:
      description:
        - The verdicts that refused a node, put together by reason, the reason of the most nodes first. At most 100
          reasons are listed.
        - C(seen) is what the nodes have instead, the five most frequent, each with the number of nodes and the names of
          the first three.
      type: list
      elements: dict
      returned: always
      sample:
        - filter: constraint
          reason: constraint zone==external
          wanted: zone==external
          nodes: 1
          seen: [{"seen": "zone is internal", "nodes": 1, "names": ["dockerhost01"]}]
placements:
  description:
    - RV(placement) for every container of the task.
    - With O(count), each has the ten best nodes of its ranking and no verdicts and refusals, unless O(explain=true).
    - If the task fails because nothing fits, for those that do not, ten at most.
  returned: always
  type: list
  elements: dict
  sample: []
actions:
  description:
    - What was done, or in check mode would be done, in order.
    - Each one has C(action), which is one of V(pull), V(create), V(start), V(stop), V(kill), V(restart), V(pause),
      V(unpause), V(update), V(connect), V(disconnect), V(rename), V(remove), V(rollback) and V(restore), and
      C(container) and C(node).
    - Beside these they have the keys of M(community.docker.docker_container), such as C(created), C(started),
      C(stopped), C(removed), C(updated), C(pulled_image) and C(added_to_network). The ID that is the value of some of
      them is not known in check mode. There it is the name of the container.
  returned: always
  type: list
  elements: dict
  sample:
    - action: create
      container: edge_webserver
      node: dockerhost02
      image: nginx:1.27
      created: Created container
status:
  description: Exit status of the container.
  returned: if O(detach=false) and O(count) is not set, and the container was started
  type: int
  sample: 0
address:
  description: Address of the engine that the task failed on.
  returned: if the task failed on one engine
  type: str
  sample: 10.0.0.12:2376
"""


from ansible_collections.classic.swarm.plugins.module_utils._ansible.argspec import (
    ACTING_ARGUMENT_SPEC,
    CLUSTER_ARGUMENT_SPEC,
    PLACEMENT_ARGUMENT_SPEC,
    SERVICES_ARGUMENT_SPEC,
    TLS_ARGUMENT_SPEC,
)
from ansible_collections.classic.swarm.plugins.module_utils._ansible.container_argspec import (
    AUTH_ARGUMENT_SPEC,
    CONTAINER_ARGUMENT_SPEC,
    CONTAINER_REQUIRED_BY,
    CONTAINER_REQUIRED_IF,
)
from ansible_collections.classic.swarm.plugins.module_utils._ansible.module import AnsibleModule
from ansible_collections.classic.swarm.plugins.module_utils._ansible.runner import run


def main() -> None:
    run(
        AnsibleModule(
            argument_spec={
                "name": {"type": "str", "required": True},
                "count": {"type": "int"},
                "return_containers": {"type": "str", "default": "full", "choices": ["full", "brief", "none"]},
                **AUTH_ARGUMENT_SPEC,
                **CLUSTER_ARGUMENT_SPEC,
                **TLS_ARGUMENT_SPEC,
                **PLACEMENT_ARGUMENT_SPEC,
                **ACTING_ARGUMENT_SPEC,
                **SERVICES_ARGUMENT_SPEC,
                **CONTAINER_ARGUMENT_SPEC,
            },
            required_by=CONTAINER_REQUIRED_BY,
            required_if=CONTAINER_REQUIRED_IF,
            supports_check_mode=True,
        )
    )


if __name__ == "__main__":
    main()
