# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugins of all modules: before a module runs, what only the controller knows is put into its options."""

from __future__ import annotations

import math
import os
import typing as t

from ansible import constants as C
from ansible.errors import AnsibleActionFail
from ansible.plugins.action.normal import ActionModule as NormalAction
from ansible.utils.display import Display
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.visible import visible
from ansible_collections.classic.swarm.plugins.plugin_utils.inventory_entries import with_entries
from ansible_collections.classic.swarm.plugins.plugin_utils.progress_lines import progress_shown

_VARIABLE = "SWARM_DISCOVERY"

#: The variable that says how often it is told how far a task has come, and the seconds where nobody sets it.
PROGRESS = "swarm_progress"
_SECONDS = 5

display = Display()


class ModuleAction(NormalAction):  # type: ignore[misc]
    """Runs the module of its own name, as it would run without this."""

    def run(self, tmp: t.Optional[str] = None, task_vars: t.Optional[t.Dict[str, t.Any]] = None) -> t.Dict[str, t.Any]:
        """Resolve a discovery source that names a group of the inventory, and run the module.

        :raises AnsibleActionFail: there is no such group, or a host of it says what cannot be right
        """
        known = task_vars or {}
        arguments = self._task.args
        source = arguments.get("discovery") or os.environ.get(_VARIABLE) or ""
        try:
            options = with_entries(
                str(source),
                arguments,
                known.get("groups", {}),
                lambda host, _needed: t.cast("t.Mapping[str, t.Any]", known["hostvars"][host]),
            )
        except InputError as error:
            raise AnsibleActionFail(visible(error.message)) from None
        if options is not None:
            self._task.args = {**arguments, "discovery": str(source), "discovery_options": options}
        return t.cast("t.Dict[str, t.Any]", super().run(tmp, task_vars))


class LongModuleAction(ModuleAction):
    """The same for a module that may take long: what it tells meanwhile is shown on the controller.

    Only where the module runs on the controller as well, which is where it is a process that can be spoken with.
    """

    def run(self, tmp: t.Optional[str] = None, task_vars: t.Optional[t.Dict[str, t.Any]] = None) -> t.Dict[str, t.Any]:
        """Run the module, and show how far it has come.

        :raises AnsibleActionFail: as above, or ``swarm_progress`` is no number of seconds
        """
        seconds = self._seconds(task_vars or {})
        quiet = self._task.check_mode or self._task.no_log or self._task.async_val or not seconds
        if quiet or self._connection.transport != "local":
            return super().run(tmp, task_vars)
        with progress_shown(seconds, C.DEFAULT_LOCAL_TMP, self._show(task_vars or {})):
            return super().run(tmp, task_vars)

    def _seconds(self, known: t.Mapping[str, t.Any]) -> float:
        value = self._templar.template(known.get(PROGRESS, _SECONDS))
        try:
            seconds = float(value)
        except (TypeError, ValueError):
            seconds = math.nan
        if not 0 <= seconds < math.inf:
            raise AnsibleActionFail(
                visible(f"{PROGRESS}: '{value}' is not a number of seconds between two lines; 0 shows none")
            )
        return seconds

    @staticmethod
    def _show(known: t.Mapping[str, t.Any]) -> t.Callable[[str, str], None]:
        host = known.get("inventory_hostname", "")

        def show(node: str, text: str) -> None:
            where = f"{node}: " if node else ""
            # beside the results, which other programs may read
            display.display(f"progress: [{host}] {where}{text}", color=C.COLOR_VERBOSE, stderr=True)

        return show
