# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""An image on a node."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass


@dataclass(frozen=True)
class Image:
    """:ivar id: with its ``sha256:``. :ivar tags: ``repository:tag`` each. :ivar digests: ``repository@sha256:...`` each."""

    id: str
    tags: t.Tuple[str, ...] = ()
    digests: t.Tuple[str, ...] = ()
