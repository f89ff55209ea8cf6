# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""``detach`` and ``interactive``: which of the container's streams are attached."""

from __future__ import annotations

import typing as t

from .rule import Body, View, lookup


def write_streams(body: Body, *, detach: t.Optional[bool], interactive: t.Optional[bool]) -> None:
    """Attach output unless ``detach`` is true; input goes with it where the container is interactive."""
    attached = not detach
    body.update(
        {
            "OpenStdin": bool(interactive),
            "AttachStdin": attached and bool(interactive),
            "StdinOnce": attached and bool(interactive),
            "AttachStdout": attached,
            "AttachStderr": attached,
        }
    )


def seen_detach(view: View) -> bool:
    """Whether the container's output is not attached."""
    return not (lookup(view.inspect, ("Config", "AttachStdout")) and lookup(view.inspect, ("Config", "AttachStderr")))


def seen_interactive(view: View) -> bool:
    """Whether the container's input is kept open."""
    return bool(lookup(view.inspect, ("Config", "OpenStdin")))
