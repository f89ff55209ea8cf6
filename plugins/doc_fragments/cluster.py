# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.classic.swarm.plugins.plugin_utils.discovery_documentation import (
    indent,
    option_lines,
    source_lines,
)


class ModuleDocFragment:
    """Which engines make the cluster, and how they are asked. The twin of ``CLUSTER_ARGUMENT_SPEC``."""

    # With its type: linters that take documentation for plain text pass over it, and a test reads what it becomes.
    DOCUMENTATION: str = rf"""
options:
  discovery:
    description:
      - Where the engines of the cluster are listed.
{indent(source_lines(), 6)}
      - If it is not set, the environment variable E(SWARM_DISCOVERY) is used.
    type: str
    default: file:///etc/swarm/cluster.conf
  discovery_options:
    description:
      - How the service behind O(discovery) is spoken to. A list and a file need none of this.
      - Environment variables of a service's own tools stand in for what is not set here, if O(discovery) names that
        service.
    type: dict
    suboptions:
{indent(option_lines(), 6)}
  partition:
    description:
      - Constraints that cut the cluster down for this task. An engine that does not meet all of them does not exist
        for it.
      - They are written like O(ignore:constraints), such as V(zone==external), and none may be soft.
    type: list
    elements: str
  timeout:
    description:
      - Seconds that one acting call to an engine may take, such as creating or stopping a container.
        While an image is pulled, seconds that the engine may be silent.
      - If it is not set, the environment variable E(DOCKER_TIMEOUT) is used.
    type: int
    default: 60
  snapshot_timeout:
    description:
      - Seconds that one engine may take to answer when the state of the cluster is read.
      - An engine that does not answer in time counts as unhealthy. The others go on without it.
    type: float
    default: 10.0
  api_version:
    description:
      - Version of the Docker Engine API to speak, such as V(1.41).
      - V(auto) agrees on a version with each engine by itself, so that engines of different age can stand in one
        cluster.
      - If it is not set, the environment variable E(DOCKER_API_VERSION) is used.
    type: str
    default: auto
    aliases:
      - docker_api_version
requirements:
  - Python >= 3.9
notes:
  - The task runs once, where it can reach all engines. That should be the controller, with C(hosts=localhost) on the
    play, or with C(delegate_to=localhost) and C(run_once=true) on the task.
  - The state of the cluster is read afresh from the engines themselves in each task. No other service is needed.
"""

    # Inventory plugins say in their documentation where a value comes from; modules must not.
    PLUGIN = r"""
options:
  discovery:
    env:
      - name: SWARM_DISCOVERY
  timeout:
    env:
      - name: DOCKER_TIMEOUT
  api_version:
    env:
      - name: DOCKER_API_VERSION
"""

    # For connection plugins, whose options come from the variables of a host.
    CONNECTION = r"""
options:
  discovery:
    vars:
      - name: ansible_swarm_discovery
  discovery_options:
    vars:
      - name: ansible_swarm_discovery_options
  partition:
    vars:
      - name: ansible_swarm_partition
  timeout:
    vars:
      - name: ansible_swarm_timeout
  snapshot_timeout:
    vars:
      - name: ansible_swarm_snapshot_timeout
  api_version:
    vars:
      - name: ansible_swarm_api_version
"""
