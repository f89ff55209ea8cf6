# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module that builds an image once and brings it to many nodes, from its options to its results."""

from __future__ import annotations

import typing as t
from dataclasses import replace
from functools import partial

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.chosen_nodes import ChosenNodes
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.objects.building import Build, build_image
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.objects.buildx import (
    BuildOutput,
    BuildSecret,
    CommandLine,
    build_with_buildx,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.objects.change import ObjectChange, Record
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.objects.context import BuildContext
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.objects.image import content_of, full_name
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.objects.image_state import require_image
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.objects.transfer import bring, engine_source
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.side_by_side import Outcome, on_each
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.snapshot import Needs
from ansible_collections.classic.swarm.plugins.module_utils._swarm.container.parse import parse_string_map
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.api import images
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import ClusterError, InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.image import is_image_id
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.node import Node
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.request import Request
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.resources import parse_size
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.scheduler import Scheduler
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import SchedulingSettings

from .images import auth_of, finish_images
from .on_nodes import NodeSession, node_session
from .results import Result

Options = t.Mapping[str, t.Any]
Changes = t.List[Outcome[Node, ObjectChange]]


def image_build(module: AnsibleModule) -> t.NoReturn:
    """C(swarm_image_build): build on one of the chosen nodes, bring the image to the others, and end the module."""
    options = module.params
    with node_session(module) as session:
        wanted = _wanted(options)
        context = BuildContext(options["path"], options["dockerfile"])
        _snapshot, chosen = session.look(Needs())
        home = None if options["rebuild"] == "always" else _node_with(session, chosen, wanted.name)
        values: Result = {"output": ""}
        if home is None:
            home = _least_used(chosen)
            client = session.client(home)
            before, record = client.send(images.inspect(wanted.name)), None
            if not module.check_mode:
                record, values["output"] = _build(session, home, wanted, context, options)
            change = ObjectChange((f"Built image {wanted.name}",), record, _seen(before), _seen(record, "unknown"))
        else:
            change = ObjectChange(record=session.client(home).send(images.inspect(wanted.name)))
        outcomes = [Outcome(home, change), *_distribute(module, session, chosen, home, wanted.name, change)]
        outcomes.sort(key=lambda each: (each.subject.name, each.subject.address))
        finish_images(module, outcomes, {"image": None}, node=home.name, **values)


def _build(
    session: NodeSession, node: Node, wanted: Build, context: BuildContext, options: Options
) -> t.Tuple[Record, str]:
    """What the engine says of the image, and what the build has said."""
    client = session.client(node)
    if options["builder"] == "engine":
        return build_image(client, wanted, context, partial(session.tell, node))
    tls = session.settings.engine.tls
    line = CommandLine(options["docker_cli"] or "docker", node.address, tls if tls.enabled or node.https else None)
    secrets = [BuildSecret(each["id"], each["src"], each["env"], each["value"]) for each in options["secrets"] or ()]
    outputs = [
        BuildOutput(each["type"], each["dest"], each["context"], tuple(each["name"] or ()), each["push"])
        for each in options["outputs"] or ()
    ]
    output = build_with_buildx(
        line, wanted, options["path"], context.dockerfile, secrets, outputs, partial(session.tell, node)
    )
    return require_image(client, wanted.name), output


def _check(options: Options) -> None:
    """:raises InputError: the chosen builder does not know what is asked of it"""
    if options["builder"] == "engine":
        if len(options["platform"] or ()) > 1:
            raise InputError("platform: an engine's own builder builds for one platform at a time; write one")
        for name in ("secrets", "outputs"):
            if options[name]:
                raise InputError(f"{name}: an engine's own builder has none; use builder=buildx")
    elif options["auth"] is not None:
        raise InputError(
            "auth: buildx takes the credentials of the user's docker configuration; leave it out, or use builder=engine"
        )


def _seen(record: t.Optional[Record], nothing: t.Optional[str] = None) -> Result:
    return {"id": nothing if record is None else record.get("Id")}


def _distribute(
    module: AnsibleModule, session: NodeSession, chosen: ChosenNodes, home: Node, name: str, change: ObjectChange
) -> Changes:
    """Bring the image to every other chosen node, unless the task wants it on one only."""
    others = [node for node in chosen.nodes if node.address != home.address]
    if not others or not module.params["distribute"]:
        return []
    if change.record is None:
        # what is not built yet can only be told of
        action = (f"Loaded images of {home.name}",)
        return [Outcome(node, ObjectChange(action, None, {}, {name: "unknown"})) for node in others]
    source = engine_source(session.client(home), [name], session.settings.engine.timeout, home.name)
    brought = bring(others, session.client, source, False, module.check_mode, session.tell)
    return [
        Outcome(each.subject, None if each.value is None else _described(each.value), each.error) for each in brought
    ]


def _described(change: ObjectChange) -> ObjectChange:
    """What came of a load, as rows about one image have it."""
    records = change.values.get("images") or [None]
    return replace(change, record=records[0], values={})


def _node_with(session: NodeSession, chosen: ChosenNodes, name: str) -> t.Optional[Node]:
    """The first node that has the image; all that have one must have the same one.

    :raises ClusterError: they differ
    """
    looked = on_each(chosen.nodes, lambda node: session.client(node).send(images.inspect(name)))
    having = [(each.subject, content_of(each.value)) for each in looked if each.value is not None]
    for node, content in having:
        if content != having[0][1]:
            raise ClusterError(
                f"{name} is not the same image on {having[0][0].name} and on {node.name}; rebuild=always builds it "
                "anew for all of them"
            )
    return having[0][0] if having else None


def _least_used(chosen: ChosenNodes) -> Node:
    """Where a container would be placed, as the strategy spread has it."""
    (placement,) = Scheduler(SchedulingSettings()).place_batch(chosen.nodes, [Request(name="build")], False)
    return chosen.nodes[0] if placement.node is None else placement.node


def _wanted(options: Options) -> Build:
    """:raises InputError: an option cannot be right"""
    if is_image_id(options["name"]) or "@" in options["name"]:
        raise InputError(f"name: {options['name']} is not a valid image name; write one such as web:1")
    _check(options)
    size = options["shm_size"]
    return Build(
        name=full_name(options["name"], options["tag"]),
        cache_from=tuple(options["cache_from"] or ()),
        pull=options["pull"],
        network=options["network"],
        nocache=options["nocache"],
        hosts=parse_string_map(options["etc_hosts"] or {}, "etc_hosts"),
        arguments={str(name): _argument(value) for name, value in (options["args"] or {}).items()},
        target=options["target"],
        platforms=tuple(options["platform"] or ()),
        shm_size=None if size is None else parse_size(size, "shm_size"),
        labels=parse_string_map(options["labels"] or {}, "labels"),
        auth=auth_of(options["auth"]),
    )


def _argument(value: t.Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
