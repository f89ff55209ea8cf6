# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module that prunes, from its options to its results."""

from __future__ import annotations

import time
import typing as t

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.objects.pruning import Pruning, count, prune
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.side_by_side import on_each
from ansible_collections.classic.swarm.plugins.module_utils._swarm.container.parse import parse_text, shown
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.api.call import Filters, Pruned
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.client import EngineClient
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.node import Node
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.resources import parse_size

from .on_nodes import finish, node_session
from .results import Result

#: Kind -> what is returned of it: the things, and the room that they took.
_RETURNED: t.Mapping[str, t.Tuple[str, str]] = {
    "containers": ("containers", "containers_space_reclaimed"),
    "images": ("images", "images_space_reclaimed"),
    "networks": ("networks", ""),
    "volumes": ("volumes", "volumes_space_reclaimed"),
    "builds": ("builder_cache_caches_deleted", "builder_cache_space_reclaimed"),
}


def prune_nodes(module: AnsibleModule) -> t.NoReturn:
    """C(swarm_prune): prune on every chosen node, or count what would go, and end the module."""
    with node_session(module) as session:
        what = _pruning(module.params)
        now = time.time()

        def act(client: EngineClient) -> t.Dict[str, Pruned]:
            return count(client, what, now) if module.check_mode else prune(client, what)

        _snapshot, chosen = session.look()
        outcomes = on_each(chosen.nodes, lambda node: act(session.client(node)))
        done = [each.value for each in outcomes if each.value is not None]
        finish(module, outcomes, _row, **_total(done))


def _row(_node: Node, done: t.Mapping[str, Pruned]) -> Result:
    row: Result = {"changed": any(pruned.items or pruned.space for pruned in done.values())}
    for kind, pruned in done.items():
        items, space = _RETURNED[kind]
        row[items] = list(pruned.items)
        if space:
            row[space] = pruned.space or 0
    return row


def _total(done: t.Sequence[t.Mapping[str, Pruned]]) -> Result:
    """The same over all nodes."""
    total: Result = {}
    for kind, (items, space) in _RETURNED.items():
        of_kind = [each[kind] for each in done if kind in each]
        if of_kind:
            total[items] = [item for pruned in of_kind for item in pruned.items]
            if space:
                total[space] = sum(pruned.space or 0 for pruned in of_kind)
    return {**total, "space_reclaimed": sum(value for name, value in total.items() if name.endswith("_reclaimed"))}


def _pruning(options: t.Mapping[str, t.Any]) -> Pruning:
    """:raises InputError: an option cannot be right"""
    keep = options["builder_cache_keep_storage"]
    wanted = {
        kind: _filters(options[f"{kind}_filters"], f"{kind}_filters") if options[kind] else None
        for kind in ("containers", "images", "networks", "volumes")
    }
    return Pruning(
        **wanted,
        builds=_filters(options["builder_cache_filters"], "builder_cache_filters")
        if options["builder_cache"]
        else None,
        every_build=options["builder_cache_all"],
        keep_builds=None if keep is None else parse_size(keep, "builder_cache_keep_storage"),
    )


def _filters(values: t.Optional[t.Mapping[str, t.Any]], option: str) -> Filters:
    """Filters in the Engine API's form; one value may stand for a list of one.

    :raises InputError: a value is no text
    """
    return {
        str(name): [_text(each, f"{option}.{name}") for each in (value if isinstance(value, list) else [value])]
        for name, value in (values or {}).items()
    }


def _text(value: t.Any, option: str) -> str:
    return shown(value) if isinstance(value, bool) else parse_text(value, option)
