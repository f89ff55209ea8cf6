# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What one engine answered when its state was read, before anything was made of it."""

from __future__ import annotations

import enum
import typing as t
from dataclasses import dataclass, field

from .inspection import Held
from .versions import Version


class Inspect(enum.Enum):
    """Which containers to inspect, one question each: none; of those whose labels do not say what they hold only the
    ones whose host ports no list tells, or all of them; or every container."""

    NONE = "none"
    PORTS = "ports"
    FOREIGN = "foreign"
    ALL = "all"


#: The reply to an inspection, or what was read of it.
Inspection = t.Union[Held, t.Mapping[str, t.Any]]


@dataclass(frozen=True)
class RawEngine:
    """The JSON values of one engine's replies; only their outermost type has been looked at.

    :ivar api_version: the newest that the engine speaks
    :ivar info: of ``/info``
    :ivar containers: of ``/containers/json?all=1``
    :ivar images: of ``/images/json``, None where it was not asked
    :ivar inspections: container ID -> what ``/containers/ID/json`` says, of those that were asked about
    """

    address: str
    api_version: Version
    info: t.Mapping[str, t.Any]
    containers: t.Sequence[t.Any] = ()
    images: t.Optional[t.Sequence[t.Any]] = None
    inspections: t.Mapping[str, Inspection] = field(default_factory=dict)
