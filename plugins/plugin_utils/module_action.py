# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin of every module: before the module runs, what only the controller knows is put into its options."""

from __future__ import annotations

import os
import typing as t

from ansible.errors import AnsibleActionFail
from ansible.plugins.action.normal import ActionModule as NormalAction
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.visible import visible
from ansible_collections.classic.swarm.plugins.plugin_utils.inventory_entries import with_entries

_VARIABLE = "SWARM_DISCOVERY"


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
