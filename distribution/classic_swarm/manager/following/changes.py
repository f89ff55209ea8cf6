# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What an event changes in the state, as a table: which list is read again, or which container is looked at."""

from __future__ import annotations

import typing as t

#: Actions on a container that leave what is known of it as it is; each may have more words behind a colon.
_HARMLESS = frozenset(
    (
        "archive-path",
        "attach",
        "checkpoint",
        "commit",
        "copy",
        "detach",
        "exec_create",
        "exec_detach",
        "exec_die",
        "exec_start",
        "export",
        "extract-to-dir",
        "resize",
        "top",
    )
)
#: Actions after which what the container holds may be other than its labels say.
_HOLDS_OTHERWISE = frozenset(("update",))

_LISTS: t.Mapping[str, t.Tuple[str, t.AbstractSet[str]]] = {
    "image": ("images", frozenset(("push", "save"))),
    "network": ("networks", frozenset(("connect", "disconnect"))),
    "volume": ("volumes", frozenset(("mount", "unmount"))),
}


class Change(t.NamedTuple):
    """What is to be looked at again.

    :ivar kind: ``container``, ``gone`` (a container), ``images``, ``networks``, ``volumes`` or ``info``; empty for
        nothing
    :ivar identity: of the container
    :ivar exact: the container has to be inspected
    """

    kind: str = ""
    identity: str = ""
    exact: bool = False


_NOTHING = Change()


def change_of(event: t.Mapping[str, t.Any]) -> Change:
    """What an event of an engine changes."""
    kind, action = event.get("Type"), str(event.get("Action") or "").partition(":")[0]
    actor = event.get("Actor")
    identity = actor.get("ID") if isinstance(actor, dict) else None
    if kind == "container":
        if not isinstance(identity, str) or action in _HARMLESS:
            return _NOTHING
        if action == "destroy":
            return Change("gone", identity)
        return Change("container", identity, action in _HOLDS_OTHERWISE)
    if kind == "daemon":
        return Change("info") if action == "reload" else _NOTHING
    if kind == "network" and action in ("connect", "disconnect"):
        attributes = actor.get("Attributes") if isinstance(actor, dict) else None
        container = attributes.get("container") if isinstance(attributes, dict) else None
        return Change("container", container) if isinstance(container, str) else _NOTHING
    name, harmless = _LISTS.get(str(kind), ("", frozenset()))
    return _NOTHING if action in harmless else Change(name)
