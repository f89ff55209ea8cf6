# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Images."""

from __future__ import annotations

import json
import typing as t
from urllib.parse import quote

from ..records import IMAGE
from .call import NOT_FOUND, Call, JSONObject, Reply, flags, read_nothing, record_or_none


def list(filters: t.Optional[t.Mapping[str, t.Sequence[str]]] = None) -> Call[t.List[JSONObject]]:
    """Images, as the engine lists them.

    :param filters: in the Engine API's form; None for all that are no layers of others
    """
    query = {"filters": json.dumps(filters, separators=(",", ":"))} if filters else {}
    return Call("GET", "/images/json", "to list images", Reply.objects, query)


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


def remove(reference: str, force: bool = False) -> Call[t.List[JSONObject]]:
    """Remove a name of it, and the image with its last name; gives what was untagged and deleted."""
    asked = f"to remove image {reference}"
    return Call("DELETE", _path(reference, ""), asked, Reply.objects, flags(force=force))


def _path(reference: str, rest: str) -> str:
    return f"/images/{quote(reference, safe='/:@')}{rest}"
