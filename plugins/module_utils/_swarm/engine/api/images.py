# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Images."""

from __future__ import annotations

import typing as t
from urllib.parse import quote

from ..records import IMAGE
from .call import (
    NOT_FOUND,
    Call,
    Filters,
    JSONObject,
    Patience,
    Pruned,
    Query,
    Reply,
    filter_query,
    flags,
    read_nothing,
    read_pruned,
    record_or_none,
)


def list(filters: t.Optional[Filters] = None) -> Call[t.List[JSONObject]]:
    """Images, as the engine lists them.

    :param filters: in the Engine API's form; None for all that are no layers of others
    """
    return Call("GET", "/images/json", "to list images", Reply.objects, filter_query(filters))


def inspect(reference: str) -> Call[t.Optional[JSONObject]]:
    """The engine's record of an image, None if it is not there."""
    asked = f"to inspect image {reference}"
    return Call("GET", _path(reference, "/json"), asked, record_or_none(IMAGE), accepted=NOT_FOUND)


def pull(
    repository: str, tag: str, platform: t.Optional[str] = None, credentials: t.Optional[str] = None
) -> Call[None]:
    """Pull an image; its progress comes as lines of a stream.

    :param tag: or a digest
    :param credentials: of ``X-Registry-Auth``; a secret
    """
    query = {"fromImage": repository, "tag": tag, "platform": platform or ""}
    headers = {"X-Registry-Auth": credentials} if credentials else {}
    asked = f"to pull {repository}{'@' if ':' in tag else ':'}{tag}"
    return Call("POST", "/images/create", asked, read_nothing, query, headers)


def tag(reference: str, repository: str, tag: str) -> Call[None]:
    """Give it another name."""
    asked = f"to tag {reference} as {repository}:{tag}"
    return Call("POST", _path(reference, "/tag"), asked, read_nothing, {"repo": repository, "tag": tag})


def remove(reference: str, force: bool = False, keep_parents: bool = False) -> Call[t.List[JSONObject]]:
    """Remove a name of it, and the image with its last name; gives what was untagged and deleted.

    :param keep_parents: leave parents without a name where they are
    """
    asked = f"to remove image {reference}"
    return Call("DELETE", _path(reference, ""), asked, Reply.objects, flags(force=force, noprune=keep_parents))


def push(repository: str, tag: str, credentials: str) -> Call[None]:
    """Push an image; its progress comes as lines of a stream.

    :param credentials: of ``X-Registry-Auth``, which the engine wants in any case; a secret
    """
    asked = f"to push {repository}:{tag}"
    headers = {"X-Registry-Auth": credentials}
    return Call("POST", _path(repository, "/push"), asked, read_nothing, {"tag": tag}, headers)


def save(references: t.Sequence[str]) -> Call[None]:
    """Images and their names as a tar archive, which comes as a stream. :param references: names or IDs"""
    return Call("GET", "/images/get", f"to export {', '.join(references)}", read_nothing, {"names": tuple(references)})


def load() -> Call[None]:
    """Load images out of a tar archive, which is sent as the body; what is loaded comes as lines of a stream."""
    return Call("POST", "/images/load", "to load images", read_nothing, {"quiet": "0"})


def build(name: str, options: Query, credentials: t.Optional[str] = None) -> Call[None]:
    """Build an image out of a folder, which is sent as a tar archive; what the build says comes as lines of a stream.

    :param options: further parts of the query, in the Engine API's form
    :param credentials: of ``X-Registry-Config``, for several registries; a secret
    """
    headers = {"X-Registry-Config": credentials} if credentials else {}
    query: Query = {"t": name, **options}
    return Call("POST", "/build", f"to build {name}", read_nothing, query, headers, patience=Patience(None))


def history(reference: str) -> Call[t.List[JSONObject]]:
    """The layers of an image, the newest first."""
    return Call("GET", _path(reference, "/history"), f"to tell the history of image {reference}", Reply.objects)


def search(term: str, limit: t.Optional[int] = None, filters: t.Optional[Filters] = None) -> Call[t.List[JSONObject]]:
    """Images that a registry finds.

    :param term: may begin with the registry's ``host:port/``; Docker Hub is asked otherwise
    """
    query = {"term": term, **({} if limit is None else {"limit": str(limit)}), **filter_query(filters)}
    return Call("GET", "/images/search", f"to search for {term}", Reply.objects, query)


def distribution(reference: str, credentials: t.Optional[str] = None) -> Call[JSONObject]:
    """What the registry has under that name: its ``Descriptor`` with the digest, and its platforms.

    :param credentials: of ``X-Registry-Auth``; a secret
    """
    headers = {"X-Registry-Auth": credentials} if credentials else {}
    asked = f"to look {reference} up in its registry"
    path = f"/distribution/{quote(reference, safe='/:@')}/json"
    return Call("GET", path, asked, Reply.object, headers=headers)


def prune(filters: t.Optional[Filters] = None) -> Call[Pruned]:
    """Remove images that no container uses: those without a name, or all where the filter ``dangling`` is false."""
    read = read_pruned("ImagesDeleted")
    return Call("POST", "/images/prune", "to prune images", read, filter_query(filters), patience=Patience(None))


def prune_builds(
    every: bool = False, keep: t.Optional[int] = None, filters: t.Optional[Filters] = None
) -> Call[Pruned]:
    """Remove what builds have kept for the next build.

    :param every: also what is shared with other builds
    :param keep: bytes that may stay
    """
    query = {**flags(all=every), **({} if keep is None else {"keep-storage": str(keep)}), **filter_query(filters)}
    read = read_pruned("CachesDeleted")
    return Call("POST", "/build/prune", "to prune the build cache", read, query, patience=Patience(None))


def _path(reference: str, rest: str) -> str:
    return f"/images/{quote(reference, safe='/:@')}{rest}"
