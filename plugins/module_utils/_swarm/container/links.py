# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""``links`` to other containers: ``NAME[:ALIAS]``."""

from __future__ import annotations

import typing as t

from ..errors import InputError
from ..model.reference import name_of
from .rule import View


def parse_links(value: t.Sequence[str], option: str) -> t.Tuple[str, ...]:
    """``NAME:ALIAS`` each; a missing alias is the name."""
    return tuple(_parse_link(str(text), option) for text in value)


def _parse_link(text: str, option: str) -> str:
    name, colon, alias = text.partition(":")
    if not name or (colon and not alias) or ":" in alias:
        raise InputError(f"{option}: '{text}' is not a link; write NAME or NAME:ALIAS")
    return f"{name}:{alias or name}"


def wanted_links(links: t.Tuple[str, ...], view: View) -> t.Tuple[str, ...]:
    """The links with the names of the containers that they point at, where they were written with IDs."""
    pairs = [link.partition(":") for link in links]
    return tuple(f"{name_of(container, view.target.containers)}:{alias}" for container, _colon, alias in pairs)


def linked_container(link: str) -> str:
    """The container that a link points at."""
    return link.partition(":")[0]


def normal_links(links: t.Optional[t.Iterable[str]]) -> t.Tuple[str, ...]:
    """``NAME:ALIAS`` of what the engine shows as ``/NAME:/OWN_NAME/ALIAS``."""
    normal = []
    for link in links or ():
        name, _colon, alias = link.partition(":")
        normal.append(f"{name.lstrip('/')}:{alias.rpartition('/')[2]}")
    return tuple(normal)
