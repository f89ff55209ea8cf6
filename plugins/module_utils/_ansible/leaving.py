# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The only way out of a module: warnings, results and failures.

Messages hold what engines sent. They are made visible here, once, whoever put them together; keys that Ansible reserves
are escaped.
"""

from __future__ import annotations

import typing as t

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.visible import visible

from .reserved import escape_reserved


def warn(module: AnsibleModule, warnings: t.Iterable[str]) -> None:
    """Hand warnings to the user, each in one line."""
    for warning in warnings:
        module.warn(visible(warning))


def succeed(module: AnsibleModule, **values: t.Any) -> t.NoReturn:
    """End the module. :param values: what it returns; a ``msg`` may have several lines"""
    module.exit_json(**_returned(values))
    raise SystemExit(0)


def fail(module: AnsibleModule, msg: str, **values: t.Any) -> t.NoReturn:
    """End the module with a failure. :param msg: what happened; may have several lines"""
    module.fail_json(**_returned({"msg": msg, **values}))
    raise SystemExit(1)


def _returned(values: t.Dict[str, t.Any]) -> t.Dict[str, t.Any]:
    returned = t.cast("t.Dict[str, t.Any]", escape_reserved(values))
    if "msg" in returned:
        returned["msg"] = visible(returned["msg"], lines=True)
    return returned
