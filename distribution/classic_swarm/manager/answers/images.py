# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""``GET /images/json``: the images of all nodes, each once."""

from __future__ import annotations

import fnmatch
import typing as t

from aiohttp import web

from ..errors import BadRequestError
from ..http.call import Call
from ..state import lookups
from ..state.cluster import Cluster, Node
from .filters import flag_of, has_labels, read_filters

_FILTERS = frozenset(("before", "dangling", "label", "node", "reference", "since", "until"))

Image = t.Dict[str, t.Any]


async def listing(call: Call) -> web.StreamResponse:
    """The newest first; tags and digests of all nodes joined.

    :raises BadRequestError: a filter that is unknown or cannot be right
    """
    filters = dict(read_filters(call, _FILTERS))
    if call.query.get("filter"):
        filters["reference"] = (*filters.get("reference", ()), call.query["filter"])
    cluster = call.manager.cluster
    nodes = [node for node in cluster.nodes if _is_asked(node, filters.get("node", ()))]
    images = _joined(nodes)
    dangling = flag_of(filters, "dangling")
    found = []
    for image in images:
        tags = image["RepoTags"]
        if dangling is not None and (not tags) is not dangling:
            continue
        if not has_labels(image.get("Labels") or {}, filters.get("label", ())):
            continue
        if filters.get("reference") and not any(_refers(image, pattern) for pattern in filters["reference"]):
            continue
        found.append(image)
    if filters.get("before"):
        created = min(_created(cluster, value, "before") for value in filters["before"])
        found = [image for image in found if image.get("Created", 0) < created]
    if filters.get("since"):
        created = max(_created(cluster, value, "since") for value in filters["since"])
        found = [image for image in found if image.get("Created", 0) > created]
    if filters.get("until"):
        limit = _until(filters["until"])
        found = [image for image in found if image.get("Created", 0) < limit]
    return call.json_response(sorted(found, key=lambda image: (-image.get("Created", 0), image.get("Id", ""))))


def _is_asked(node: Node, wanted: t.Sequence[str]) -> bool:
    return not wanted or node.name in wanted or node.engine_id in wanted


def _joined(nodes: t.Sequence[Node]) -> t.List[Image]:
    joined: t.Dict[str, Image] = {}
    for node in nodes:
        for image in node.images:
            identity = str(image.get("Id", ""))
            known = joined.get(identity)
            if known is None:
                known = joined[identity] = {**image, "RepoTags": [], "RepoDigests": []}
            for key in ("RepoTags", "RepoDigests"):
                for name in image.get(key) or ():
                    if not str(name).startswith("<none>") and name not in known[key]:
                        known[key].append(name)
    return list(joined.values())


def _refers(image: Image, pattern: str) -> bool:
    for name in (*image["RepoTags"], *image["RepoDigests"]):
        repository = name.partition("@")[0]
        if "@" not in name and repository.rfind(":") > repository.rfind("/"):
            repository = repository.rpartition(":")[0]
        for shown in (name, repository):
            if fnmatch.fnmatchcase(shown, pattern) and shown.count("/") == pattern.count("/"):
                return True
    return False


def _created(cluster: Cluster, reference: str, kind: str) -> float:
    for node in cluster.nodes:
        if lookups.has_image(node, reference):
            for model, image in zip(node.image_models, node.images):
                alone = Node(node.key, node.client)
                alone.image_models = (model,)
                if lookups.has_image(alone, reference):
                    return float(image.get("Created", 0))
    raise BadRequestError(f"Invalid filter: 'type'='{kind}': no such image found: '{reference}'")


def _until(values: t.Sequence[str]) -> float:
    try:
        return min(map(float, values))
    except ValueError:
        raise BadRequestError(f"invalid filter 'until={values[0]}'; write seconds since 1970") from None
