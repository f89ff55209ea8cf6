# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Do harm at an exact moment of a task that runs in the process of the tests: just before one of its steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.operations.base import Operation


class Sabotage:
    """Harm that was prepared. happened: the steps that it struck before."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self.happened: list[Operation] = []

    def before(
        self, step: type[Operation], harm: Callable[[], Any], *, node: str = "", role: str = "", times: int = 1
    ) -> None:
        """Do harm before the first steps of this kind; node, role: only before those that are there, or on that."""
        self._wrap(step, harm, node, role, times, after=False)

    def after(
        self, step: type[Operation], harm: Callable[[], Any], *, node: str = "", role: str = "", times: int = 1
    ) -> None:
        """Do harm when such a step has been done."""
        self._wrap(step, harm, node, role, times, after=True)

    def _wrap(
        self, step: type[Operation], harm: Callable[[], Any], node: str, role: str, times: int, *, after: bool
    ) -> None:
        perform: Callable[..., Any] = step.perform

        def harmed(operation: Operation, *arguments: Any) -> Any:
            mine = node in ("", operation.node.name) and role in ("", operation.role) and len(self.happened) < times
            if mine:
                self.happened.append(operation)
            if mine and not after:
                harm()
            answer = perform(operation, *arguments)
            if mine and after:
                harm()
            return answer

        self._monkeypatch.setattr(step, "perform", harmed)
