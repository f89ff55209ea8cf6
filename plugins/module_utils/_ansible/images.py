# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules for images on chosen nodes, from their options to their results."""

from __future__ import annotations

import typing as t
from functools import partial

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.chosen_nodes import NodeChoice
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.objects.archive import read_archive
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.objects.change import ObjectChange, Record
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.objects.export import (
    holds_already,
    write_archive,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.objects.image import (
    content_of,
    full_name,
    tags_of,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.objects.image_state import (
    Pull,
    pull_image,
    push_image,
    remove_image,
    tag_image,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.objects.transfer import (
    Source,
    bring,
    engine_source,
    file_source,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.side_by_side import (
    Outcome,
    on_each,
    tell_failures,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.api import images
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.auth import Auth
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.client import EngineClient
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import ClusterError, InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.node import Node

from .leaving import succeed
from .objects import Changes, diff_of
from .on_nodes import NodeSession, finish, node_session
from .results import Result

Options = t.Mapping[str, t.Any]


def image_information(module: AnsibleModule) -> t.NoReturn:
    """C(swarm_image_info): what images every chosen node has, and which of them are the same."""
    names = module.params["name"]

    def ask(client: EngineClient) -> t.List[Record]:
        wanted = names if names is not None else [str(each.get("Id")) for each in client.send(images.list())]
        found = [client.send(images.inspect(full_name(name))) for name in wanted]
        return [record for record in found if record is not None]

    with node_session(module) as session:
        _snapshot, chosen = session.look()
        outcomes = on_each(chosen.nodes, lambda node: ask(session.client(node)))
        found = [(each.subject, record) for each in outcomes for record in each.value or ()]

        def values_of(_node: Node, records: t.List[Record]) -> Result:
            return {"images": [{**record, "Content": content_of(record)} for record in records]}

        finish(module, outcomes, values_of, **_by_content(found))


def _by_content(found: t.Iterable[t.Tuple[Node, Record]]) -> Result:
    """``images``, each once, and ``contents``, which says where each is."""
    rows: t.Dict[str, Result] = {}
    records: t.Dict[str, Record] = {}
    for node, record in found:
        content = content_of(record)
        row = rows.setdefault(content, {"content": content, "names": [], "digests": [], "nodes": []})
        records.setdefault(content, {**record, "Content": content})
        row["nodes"] += [node.name] if node.name not in row["nodes"] else []
        row["names"] = sorted({*row["names"], *tags_of(record)})
        row["digests"] = sorted({*row["digests"], *(record.get("RepoDigests") or ())})
    return {"images": list(records.values()), "contents": list(rows.values())}


def image_pull(module: AnsibleModule) -> t.NoReturn:
    """C(swarm_image_pull): have every chosen node pull an image."""
    options = module.params
    wanted = Pull(_reference(options), options["platform"], options["pull"], auth_of(options["auth"]))
    with node_session(module) as session:
        _snapshot, chosen = session.look()

        def act(node: Node) -> ObjectChange:
            return pull_image(session.client(node), wanted, module.check_mode, partial(session.tell, node))

        finish_images(module, on_each(chosen.nodes, act), {"image": None})


def image_tag(module: AnsibleModule) -> t.NoReturn:
    """C(swarm_image_tag): give an image of every chosen node further names."""
    options = module.params
    names = [full_name(name, options["tag"]) for name in options["repository"]]
    overwrite = options["existing_images"] == "overwrite"

    def act(client: EngineClient) -> ObjectChange:
        return tag_image(client, _reference(options), names, overwrite, module.check_mode)

    _on_each_node(module, act, {"image": None, "tagged_images": []})


def image_remove(module: AnsibleModule) -> t.NoReturn:
    """C(swarm_image_remove): have an image on no chosen node."""
    options = module.params

    def act(client: EngineClient) -> ObjectChange:
        return remove_image(client, _reference(options), options["force"], options["prune"], module.check_mode)

    _on_each_node(module, act, {"image": {}, "deleted": [], "untagged": []})


def _on_each_node(module: AnsibleModule, act: t.Callable[[EngineClient], ObjectChange], shown: Result) -> t.NoReturn:
    """:param shown: what is returned of the first of the nodes as well, and what stands there if there is nothing"""
    with node_session(module) as session:
        _snapshot, chosen = session.look()
        finish_images(module, on_each(chosen.nodes, lambda node: act(session.client(node))), shown)


def finish_images(module: AnsibleModule, outcomes: Changes, shown: Result, **values: t.Any) -> t.NoReturn:
    """End a module that did one thing to images. :param shown: as above. :param values: further return values"""

    def values_of(_node: Node, change: ObjectChange) -> Result:
        given: Result = {"changed": change.changed, "actions": list(change.actions)}
        if "image" in shown:
            given["image"] = change.record or shown["image"]
        return {**given, **change.values}

    done = [(each.subject, each.value) for each in outcomes if each.value is not None]
    rows = [values_of(node, change) for node, change in done]
    first = {name: next((row[name] for row in rows if row.get(name)), nothing) for name, nothing in shown.items()}
    if module._diff:
        values["diff"] = diff_of((node, change.before, change.after) for node, change in done if change.changed)
    finish(module, outcomes, values_of, **first, **values)


def image_load(module: AnsibleModule) -> t.NoReturn:
    """C(swarm_image_load): bring images out of a file, or from a node, to every chosen node."""
    options = module.params
    with node_session(module) as session:
        snapshot, chosen = session.look()
        nodes = list(chosen.nodes)
        if options["from_node"] is None:
            source = file_source(options["path"], read_archive(options["path"]))
        else:
            home = NodeChoice((options["from_node"],)).choose(snapshot)
            if not home.nodes:
                raise ClusterError(f"from_node: {home.told_missing}")
            names = [full_name(name, options["tag"]) for name in options["names"]]
            source = _of_engine(session, home.nodes[0], names)
            nodes = [node for node in nodes if node.address != home.nodes[0].address]
        outcomes = bring(nodes, session.client, source, options["force"], module.check_mode, session.tell)
        finish_images(module, outcomes, {"image_names": [], "images": []})


def _of_engine(session: NodeSession, node: Node, names: t.Sequence[str]) -> Source:
    return engine_source(session.client(node), names, session.settings.engine.timeout, node.name)


def image_export(module: AnsibleModule) -> t.NoReturn:
    """C(swarm_image_export): write images of the first chosen node that has them into a file."""
    options = module.params
    names = [full_name(name, options["tag"]) for name in options["names"]]
    with node_session(module) as session:
        node = first_with(session, names)
        source = _of_engine(session, node, names)
        path = options["path"]
        changed = options["force"] or not holds_already(path, source)
        if changed and not module.check_mode:
            write_archive(path, source)
        records = [session.client(node).send(images.inspect(name)) for name in names]
        succeed(module, changed=changed, node=node.name, address=node.address, path=path, images=records)


def image_push(module: AnsibleModule) -> t.NoReturn:
    """C(swarm_image_push): have the first chosen node that has an image push it."""
    options = module.params
    reference = _reference(options)
    with node_session(module) as session:
        node = first_with(session, [reference])
        auth = auth_of(options["auth"])
        change = push_image(session.client(node), reference, auth, module.check_mode, partial(session.tell, node))
        finish_images(module, [Outcome(node, change)], {"image": None, "digest": ""}, node=node.name)


def first_with(session: NodeSession, names: t.Sequence[str]) -> Node:
    """The first of the chosen nodes that has all of the images; all that have one must have the same one.

    :raises ClusterError: none has them, or they differ
    """
    _snapshot, chosen = session.look()
    outcomes = on_each(chosen.nodes, lambda node: _contents(session.client(node), names))
    having = [(each.subject, each.value) for each in outcomes if each.value is not None and None not in each.value]
    if not having:
        failed = tell_failures(outcomes, lambda node: node.name, "nodes")
        told = f"none of the {len(outcomes)} nodes has {' and '.join(names)}"
        raise ClusterError(f"{told}; {failed}" if failed else told)
    first = having[0]
    for node, contents in having:
        if contents != first[1]:
            raise ClusterError(
                f"{' and '.join(names)} is not the same image on {first[0].name} and on {node.name}; say by nodes "
                "which one is meant"
            )
    return first[0]


def _contents(client: EngineClient, names: t.Sequence[str]) -> t.List[t.Optional[str]]:
    found = [client.send(images.inspect(name)) for name in names]
    return [None if record is None else content_of(record) for record in found]


def auth_of(options: t.Optional[Options]) -> t.Optional[Auth]:
    """The login of a task."""
    if options is None:
        return None
    return Auth(options["username"], options["password"], options["registry"] or "", options["email"] or "")


def _reference(options: Options) -> str:
    """:raises InputError: there is no name"""
    name = options["name"].strip()
    if not name:
        raise InputError("name: it is empty; write the name of an image")
    return full_name(name, options["tag"])
