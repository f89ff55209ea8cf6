# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""One option in which a container is not as asked."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, replace

from .environment import mask_environment
from .log import mask_log_options
from .mounts import mask_mounts


@dataclass(frozen=True)
class Difference:
    """One option in which a container is not as asked. May hold secrets: show :meth:`masked` to people.

    :ivar wanted: what the container should show
    :ivar seen: what it shows
    :ivar update: the part of an update body that sets it right in place; None where a new container is needed
    """

    option: str
    wanted: t.Any
    seen: t.Any
    update: t.Optional[t.Mapping[str, t.Any]] = None

    @property
    def updatable(self) -> bool:
        """Whether the engine can set it right in place."""
        return self.update is not None

    def masked(self) -> Difference:
        """The difference without values that may be secrets: env, volume drivers' options, log drivers' tokens."""
        if self.option == "env":
            wanted, seen = mask_environment(self.wanted, self.seen)
            return replace(self, wanted=wanted, seen=seen)
        mask = _MASKS.get(self.option)
        return self if mask is None else replace(self, wanted=mask(self.wanted), seen=mask(self.seen))


_MASKS: t.Mapping[str, t.Callable[[t.Any], t.Any]] = {"log_options": mask_log_options, "mounts": mask_mounts}
