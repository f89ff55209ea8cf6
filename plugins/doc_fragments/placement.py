# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """Where a container may go, and which place is best."""

    # The twin of CAPACITY_ARGUMENT_SPEC: what the scheduler is told of the whole cluster.
    DOCUMENTATION = r"""
options:
  filters:
    description:
      - Names of the rules that remove nodes from the choice. Without it, all rules are used.
      - The names are V(health), V(port), V(containerslots), V(dependency), V(affinity), V(constraint), V(whitelist),
        V(spread_over) and V(resources).
      - V(health) is used whether it is named or not, as is the rule C(attempt), which leaves out the nodes where the
        same task has failed to create the container.
    type: list
    elements: str
  overcommit:
    description:
      - Fraction by which reservations may exceed the memory and the cpus of a node. V(0.05) is five per cent.
      - The original Classic Swarm had a default of V(0.05). Here a node gives no more than it has, unless you say so.
    type: float
    default: 0.0
  headroom_memory:
    description:
      - Memory of each node that is never given to containers, such as V(512M).
      - A number with a unit of V(B), V(K), V(M), V(G), V(T) or V(P), which are powers of 1024.
    type: str
    default: "0"
  headroom_cpus:
    description:
      - Cpus of each node that are never given to containers, such as V(0.5).
    type: float
    default: 0.0
  explain:
    description:
      - Whether the result holds the answer of every rule for every node even if a node was found.
      - It always does if none was found.
    type: bool
    default: false
"""

    # The twin of WISHES_ARGUMENT_SPEC: what one container asks of its node.
    WISHES = r"""
options:
  constraints:
    description:
      - Wishes about the node, each written C(key==value) or C(key!=value). All of them must hold.
      - The key is C(node), which compares the name and the ID of the engine, or any label of the engine, or one of
        C(storagedriver), C(kernelversion), C(operatingsystem), C(ostype) and C(architecture).
      - The value may hold C(*) for any text, such as V(zone==us-*), or be a regular expression between slashes,
        such as V(node==/web-[0-9]+/). Look-around and back-references are not supported in it.
      - Each entry is one wish. Text that can only be a mistake, such as V(node!=a && node!=b), is refused.
      - A C(~) after the operator, such as V(disk==~ssd), makes a wish soft. It is preferred, but it may be dropped.
    type: list
    elements: str
  affinities:
    description:
      - Wishes about what is on the node already, written like O(constraints).
      - The key is C(container), which compares names and IDs of containers, or C(image), which compares names, tags
        and IDs of images, or any label of a container.
      - V(container==database) goes where that container is, and V(container!=web-*) goes where none of those is.
    type: list
    elements: str
  whitelist:
    description:
      - Names or IDs of the only nodes that may be taken. Without it, any node may be.
    type: list
    elements: str
"""

    # The twin of RANKING_ARGUMENT_SPEC: how nodes are ranked for one container.
    RANKING = r"""
options:
  strategy:
    description:
      - How the nodes that can take the container are ordered.
      - V(spread) prefers the emptiest node. Of what the container reserves, memory or cpus or both, the least part is
        in use there. Of equals, and for a container that reserves nothing, it is the node with the fewest containers.
      - V(binpack), also called V(binpacking), prefers the fullest node, so that others stay free. It counts as
        V(spread) does, and of equals it takes the node with the most containers.
      - V(balanced) prefers the node on which the smallest fraction is in use, so that big nodes take more.
      - V(random) draws a node. The draw is the same for the same O(seed).
      - V(expression) prefers the node for which O(rank) gives the highest number.
    type: str
    default: spread
    choices:
      - spread
      - binpack
      - binpacking
      - balanced
      - random
      - expression
  rank:
    description:
      - JMESPath expression over the facts of a node. Its value is the weight of that node.
      - Needed by, and only used with, O(strategy=expression).
    type: str
  seed:
    description:
      - Where the draw of O(strategy=random) begins.
    type: int
  spread_over:
    description:
      - Domains over which containers that are made alike, by C(count), are spread before the strategy ranks the nodes.
      - Each element is a label of the engines, such as V(zone), or V(node), which makes a domain of each node.
        The first is the outermost, so V([zone, rack]) spreads over zones, and within a zone over racks.
      - "An element can also be a dictionary with C(label), C(shares), and C(max_skew). C(shares) says how much a domain
        gets beside the others, such as V({a: 2, b: 1}), and is 1 for those that are not named. With C(max_skew), no
        domain gets further ahead of the one with the fewest containers, by share, and a node where that would happen is
        refused. Without it, spreading is preferred and removes no node."
      - Engines without the label are taken last, and with C(max_skew) not at all.
    type: list
    elements: raw
    version_added: 0.2.0
  spread_counts:
    description:
      - Which containers O(strategy=spread) counts. The containers that are V(running), or V(all), stopped ones too.
    type: str
    default: running
    choices:
      - running
      - all
"""

    # The twin of ACTING_ARGUMENT_SPEC: what matters besides to who acts on the answer.
    ACTING = r"""
options:
  createretry:
    description:
      - How many further nodes are tried, in the order of the ranking, if creating or starting the container fails for
        reasons of the node that was chosen.
    type: int
    default: 3
  deregister_wait:
    description:
      - The most seconds to wait before a container is asked to stop, so that no request is sent to it by then.
        Only with C(services), and only for a container that is registered there. V(0) does not wait.
      - The container is marked as about to stop, its registrator takes it out of the services, and routers get two
        seconds to notice. A container that moves is not marked before its new copy is registered, for which so much
        time is given too.
      - If the store does not answer, or the time is over, the container is stopped all the same and the task gives a
        warning.
    type: float
    default: 10.0
    version_added: 0.3.0
  relocate:
    description:
      - What becomes of a container that runs on a node where its constraints do not allow it any more.
      - V(never) leaves it where it is, and the task gives a warning.
      - V(when_needed) moves it. The new copy is started first, and the old one is removed when the new one is healthy.
    type: str
    default: never
    choices:
      - never
      - when_needed
"""
