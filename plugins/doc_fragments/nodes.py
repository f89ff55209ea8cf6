# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """Which nodes of the cluster a task is about. The twin of ``NODES_ARGUMENT_SPEC``."""

    DOCUMENTATION = r"""
options:
  nodes:
    description:
      - Names, IDs or addresses of the nodes that the task is about. Without it, the task is about all nodes of the
        cluster.
      - Use O(partition) to make the task see a part of the cluster only.
    type: list
    elements: str
  constraints:
    description:
      - The task is about nodes that meet all of these, each written C(key==value) or C(key!=value), as for
        M(classic.swarm.swarm_container). None may be soft.
      - With O(nodes) as well, a node must be named there and meet these.
    type: list
    elements: str
  require_all:
    description:
      - Whether the task fails, and does nothing, if one of the nodes cannot be asked.
      - By default such a node is named in a warning, and the task goes on with the others.
      - Neither the name nor the labels of an engine that does not answer are known. It counts as one of the nodes
        unless O(nodes) says by their addresses, or by the names of engines that do answer, which ones are meant.
    type: bool
    default: false
"""

    # The twin of ``PLACED_ARGUMENT_SPEC``.
    PLACED = r"""
options:
  on_containers:
    description:
      - The task is about nodes that have one of these containers, whether they run or not. Each is a name, an ID, a
        name with C(*) in it for any text, or the name of a family that was made with C(count); with a node before it if
        need be, as in C(dockerhost01/web-*).
      - Every one of them must be somewhere. With O(nodes) or O(constraints) as well, it must be on one of those nodes.
    type: list
    elements: str
  on_groups:
    description:
      - The task is about nodes that have a container of one of these groups, as
        O(classic.swarm.swarm_containers#module:group) names them.
      - With O(on_containers) as well, a node has one or the other.
    type: list
    elements: str
"""
