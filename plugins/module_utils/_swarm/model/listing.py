# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""How an engine is listed: what is known of it before it is asked."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Listing:
    """What whoever lists an engine says of it, beside its address.

    :ivar https: TLS is spoken to it in any case
    :ivar server_name: the name to expect in its certificate; None for what the settings say
    :ivar labels: labels of the node that its engine does not know of; they win over its own
    """

    https: bool = False
    server_name: t.Optional[str] = None
    labels: t.Mapping[str, str] = field(default_factory=dict, hash=False)


#: Of an engine of which nothing is said.
UNLISTED = Listing()
