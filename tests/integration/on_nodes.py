# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the modules that act on many nodes at once, in the process of the tests."""

from __future__ import annotations

import importlib
import json
from typing import Any

from tests.integration.operating import Result, run_module
from tests.lab import Lab


class OnNodes:
    """Somebody who runs tasks on the nodes of a lab."""

    def __init__(self, lab: Lab, environment: dict[str, str] | None = None) -> None:
        self.lab = lab
        self.environment = environment or lab.environment

    def attempt(self, module: str, *, check: bool = False, **options: Any) -> Result:
        """Run a module, whatever comes of it."""
        main = importlib.import_module(f"ansible_collections.classic.swarm.plugins.modules.{module}").main
        return run_module(main, options, check=check, environment=self.environment)

    def run(self, module: str, **options: Any) -> Result:
        """Run a module, which must succeed."""
        result = self.attempt(module, **options)
        assert not result.get("failed"), result["msg"]
        return result

    def refused(self, module: str, **options: Any) -> Result:
        """Run a module, which must fail, in words and without a traceback."""
        result = self.attempt(module, **options)
        assert result.get("failed"), result
        assert "Traceback" not in json.dumps(result)
        return result


def by_node(result: Result, key: str) -> dict[str, Any]:
    """One value of each node's row."""
    return {row["node"]: row[key] for row in result["results"]}
