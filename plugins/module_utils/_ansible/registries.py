# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules that have engines speak with registries, from their options to their results."""

from __future__ import annotations

import typing as t

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.side_by_side import (
    Outcome,
    on_each,
    tell_failures,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.container.parse import parse_text, shown
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.api import images, system
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.api.call import Filters
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.client import EngineClient
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import ClusterError, EngineError, InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.node import Node

from .leaving import succeed, warn
from .on_nodes import finish, node_session
from .results import Result

#: Most that an engine lets one ask for.
_MOST_FOUND = 100


def login(module: AnsibleModule) -> t.NoReturn:
    """C(swarm_login): have every chosen node check credentials with a registry. Nothing is kept anywhere."""
    options = module.params
    credentials = {
        "username": options["username"],
        "password": options["password"],
        "serveraddress": options["registry_url"],
    }

    def check(client: EngineClient) -> str:
        return str(client.send(system.authenticate(credentials)).get("Status") or "")

    def values_of(_node: Node, status: str) -> Result:
        return {"status": status}

    with node_session(module) as session:
        _snapshot, chosen = session.look()
        outcomes = on_each(chosen.nodes, lambda node: check(session.client(node)))
        result = {name: value for name, value in credentials.items() if name != "password"}
        finish(module, outcomes, values_of, login_result=result)


def search(module: AnsibleModule) -> t.NoReturn:
    """C(swarm_search_info): have a node search a registry, the next one if that fails."""
    options = module.params
    limit, term = options["limit"], options["term"].strip()
    with node_session(module) as session:
        if not term:
            raise InputError("term: it is empty; write a part of the name of an image")
        if not 1 <= limit <= _MOST_FOUND:
            raise InputError(f"limit: {limit} is out of range; write a number from 1 to {_MOST_FOUND}")
        filters = _filters(options)
        _snapshot, chosen = session.look()
        failed: t.List[Outcome[Node, t.List[Result]]] = []
        for node in chosen.nodes:
            (outcome,) = on_each([node], lambda each: session.client(each).send(images.search(term, limit, filters)))
            if outcome.value is not None:
                warn(module, [str(each.error) for each in failed])
                found = [_found(each) for each in outcome.value]
                succeed(module, changed=False, images=found, node=node.name, address=node.address)
            failed.append(outcome)
        if len(failed) == 1:
            raise t.cast(EngineError, failed[0].error)
        raise ClusterError(tell_failures(failed, lambda node: node.name, "nodes"))


def _found(image: t.Mapping[str, t.Any]) -> Result:
    return {
        "name": str(image.get("name") or ""),
        "description": str(image.get("description") or ""),
        "stars": int(image.get("star_count") or 0),
        "official": bool(image.get("is_official")),
        "automated": bool(image.get("is_automated")),
    }


def _filters(options: t.Mapping[str, t.Any]) -> Filters:
    """:raises InputError: a value is no text"""
    filters = {}
    for name, value in (options["filters"] or {}).items():
        text = shown(value) if isinstance(value, bool) else parse_text(value, f"filters.{name}")
        filters[str(name)] = [text]
    return filters
