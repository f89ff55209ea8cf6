# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What modules have in common that act on chosen nodes, or on a container wherever it is.

    with node_session(module) as session:
        snapshot, chosen = session.look(Needs(images=True))
        outcomes = on_each(chosen.nodes, lambda node: act(session.client(node)))
        finish(module, outcomes, values_of)

Their options are those of ``CLUSTER_ARGUMENT_SPEC``, ``TLS_ARGUMENT_SPEC`` and ``NODES_ARGUMENT_SPEC``, and for some
those of ``PLACED_ARGUMENT_SPEC``.
"""

from __future__ import annotations

import contextlib
import os
import typing as t
from dataclasses import replace

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.chosen_nodes import (
    ChosenNodes,
    NodeChoice,
    Placed,
    require_all,
    require_any,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.locate import (
    Reference,
    find_container,
    parse_reference,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.polled_view import PolledView
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.progress import Telling
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.several import parse_patterns
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.side_by_side import Outcome, tell_failures
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.snapshot import Needs, Place, Snapshot
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.client import EngineClient
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.expression import parse_expressions
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.node import Node
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.visible import visible
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import ClusterSettings

from .leaving import fail, succeed, warn
from .progress import telling
from .results import Result, translated_errors
from .settings import cluster_settings

Value = t.TypeVar("Value")
Subject = t.TypeVar("Subject")

#: No container needs to be known: only which engines are there.
NO_CONTAINERS = Needs(lists=())


class NodeSession:
    """The cluster of one task, as far as the task is about it.

    :ivar settings: of the cluster
    :ivar telling: takes how far the task has come, by the name of a node
    """

    def __init__(
        self,
        module: AnsibleModule,
        settings: ClusterSettings,
        choice: NodeChoice,
        view: PolledView,
        tell: Telling,
    ) -> None:
        self.settings = settings
        self._module = module
        self._choice = choice
        self._view = view
        self.telling = tell
        self._told: t.Set[str] = set()

    def look(self, needs: Needs = NO_CONTAINERS) -> t.Tuple[Snapshot, ChosenNodes]:
        """The cluster as it is now, and the nodes that are meant. Missing ones are named in a warning.

        :raises SwarmError: the cluster cannot be read, no node can be asked, or ``require_all`` is set and one cannot
        """
        if self._choice.placed:
            needs = replace(needs, lists=None)
        snapshot = self._view.usable(needs)
        chosen = self._choice.choose(snapshot)
        if self._module.params["require_all"]:
            require_all(chosen)
        require_any(chosen)
        new = [sentence for sentence in (*chosen.warnings, *snapshot.odd) if sentence not in self._told]
        self._told.update(new)
        warn(self._module, new)
        return snapshot, chosen

    def find(self, container: str) -> Place:
        """The one container that ``container`` means: a name, an ID, the beginning of one, or one behind ``node/``.

        :raises InputError: it can be none
        :raises AmbiguousNameError: it is there more than once
        :raises ClusterError: it is nowhere
        """
        reference = parse_reference(container)
        snapshot, chosen = self.look(self.needs_of(reference))
        return find_container(reference, snapshot, chosen)

    def needs_of(self, reference: Reference) -> Needs:
        """What must be read to find it."""
        return Needs(lists=reference.filters())

    def tell(self, node: Node, far: str) -> None:
        """Say how far the task has come on ``node``; shown if it takes long."""
        self.telling(node.name, far)

    def client(self, node: Node) -> EngineClient:
        """What asks the engine of ``node``."""
        return self._view.clients.get(node.address)


@contextlib.contextmanager
def node_session(module: AnsibleModule) -> t.Iterator[NodeSession]:
    """The session of one task. An error of the product that leaves it ends the module as a failure."""
    options = module.params
    with translated_errors(module):
        settings = cluster_settings(options, os.environ)
        constraints = parse_expressions(options["constraints"] or (), "constraints")
        warn(module, [each.warning for each in constraints if each.warning])
        choice = NodeChoice(tuple(options["nodes"] or ()), constraints, _placed(options))
        with PolledView(settings, _nobody) as view, telling(module) as tell:
            yield NodeSession(module, settings, choice, view, tell)


def _placed(options: t.Mapping[str, t.Any]) -> Placed:
    """From ``on_containers`` and ``on_groups``, which only some modules have.

    :raises InputError: an entry can mean no container, or there is none: that would mean every node
    """
    for name in ("on_containers", "on_groups"):
        if options.get(name) == []:
            raise InputError(f"{name}: it is empty; name a container, or leave the option out, which means every node")
    patterns = parse_patterns(options.get("on_containers") or (), "on_containers")
    return Placed(patterns, tuple(options.get("on_groups") or ()))


def finish(
    module: AnsibleModule,
    outcomes: t.Sequence[Outcome[Node, Value]],
    values_of: t.Callable[[Node, Value], Result],
    **values: t.Any,
) -> t.NoReturn:
    """End a module that did one thing on each of its nodes, with a failure if one of them failed.

    It returns ``results``, a row for each node that did it, with ``node``, ``address`` and what ``values_of`` gives;
    and ``failures``, a row for each other one, with ``node``, ``address`` and ``msg``. It has changed something if a
    row says so by ``changed``.

    :param values: further return values
    """
    finish_each(
        module,
        outcomes,
        lambda node: {"node": node.name, "address": node.address},
        lambda node: node.name,
        "nodes",
        values_of,
        **values,
    )


def finish_places(
    module: AnsibleModule,
    outcomes: t.Sequence[Outcome[Place, Value]],
    values_of: t.Callable[[Place, Value], Result],
    **values: t.Any,
) -> t.NoReturn:
    """The same of a module that did one thing to each of its containers; rows have ``name`` and ``id`` as well."""
    finish_each(module, outcomes, place_row, call_place, "containers", values_of, **values)


def finish_each(
    module: AnsibleModule,
    outcomes: t.Sequence[Outcome[Subject, Value]],
    row_of: t.Callable[[Subject], Result],
    call: t.Callable[[Subject], str],
    what: str,
    values_of: t.Callable[[Subject, Value], Result],
    **values: t.Any,
) -> t.NoReturn:
    """What is behind ``finish`` and ``finish_places``.

    :param row_of: how rows begin
    :param call: the name of a subject in messages
    :param what: what the subjects are, in the plural
    """
    rows = [
        {**row_of(each.subject), **values_of(each.subject, t.cast(Value, each.value))} for each in outcomes if each.done
    ]
    failures = [{**row_of(each.subject), "msg": visible(str(each.error))} for each in outcomes if not each.done]
    changed = any(row.get("changed", False) for row in rows)
    returned = {"changed": changed, "results": rows, **values, "failures": failures}
    if failures:
        fail(module, tell_failures(outcomes, call, what), **returned)
    succeed(module, **returned)


def place_row(place: Place) -> Result:
    """How a row about one container begins."""
    node, container = place
    return {"name": container.name, "id": container.id, "node": node.name, "address": node.address}


def call_place(place: Place) -> str:
    """The name of one container in messages."""
    return f"{place[1].name} on {place[0].name}"


def _nobody(sentences: t.Iterable[str]) -> None:
    """The view tells of every engine; of those that the task is about, ``look`` does."""
