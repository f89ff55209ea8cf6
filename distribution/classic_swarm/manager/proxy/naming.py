# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""``NODE/NAME``: how the cluster names what one node has."""

from __future__ import annotations

import typing as t

from ..errors import NotFoundError
from ..http.call import Call
from ..state.cluster import Node


def split_node(call: Call, name: str) -> t.Tuple[t.Optional[Node], str]:
    """The node before the slash and the name on it; None where no node is named.

    :raises NotFoundError: no healthy node has that name
    """
    prefix, slash, own_name = name.lstrip("/").rpartition("/")
    if not slash:
        return None, own_name
    for node in call.manager.cluster.healthy_nodes:
        if prefix in (node.name, node.engine_id):
            return node, own_name
    raise NotFoundError(f"No such node: {prefix}, which the name {name} begins with, or it is not healthy")
