# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes how long each task took, and how it ended, as lines of JSON into the file that TASK_TIMES names."""

from __future__ import annotations

import json
import os
import time
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: task_times
type: aggregate
short_description: How long each task took
description: For the benchmarks of this collection.
"""


class CallbackModule(CallbackBase):  # type: ignore[misc]
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "task_times"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self._began = 0.0

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:
        self._began = time.perf_counter()

    def v2_runner_on_ok(self, result: Any) -> None:
        self._write(result, {"changed": bool(result._result.get("changed"))})

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        self._write(result, {"failed": str(result._result.get("msg"))})

    def _write(self, result: Any, more: dict[str, Any]) -> None:
        seconds = time.perf_counter() - self._began
        with open(os.environ["TASK_TIMES"], "a", encoding="utf-8") as file:
            file.write(json.dumps({"task": result._task.get_name(), "seconds": seconds, **more}) + "\n")
