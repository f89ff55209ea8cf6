# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ansible's module, for values that its own checks do not take well.

Before a module's code runs, Ansible converts the options and writes them to the system's log. Infinity, an integer of
hundreds of digits and half of a character end that in a traceback; a refusal shows a value with the control characters
that it holds; and the content of a key that was given in place of a path goes to the log and to the result.
"""

from __future__ import annotations

import math
import typing as t

from ansible.module_utils import basic
from ansible_collections.classic.swarm.plugins.module_utils._swarm.container.parse import shown
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.text import refuse_unusable_text
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.visible import visible

from .contents import contents


class AnsibleModule(basic.AnsibleModule):  # type: ignore[misc]
    """Ends in a sentence whatever the options are, and shows no content of a file."""

    params: t.Dict[str, t.Any]

    def __init__(self, **specification: t.Any) -> None:
        try:
            super().__init__(**specification)
        except (OverflowError, ValueError):
            sentence = unusable_number(self.params)
            if sentence is None:
                raise
            self.fail_json(msg=sentence)

    def fail_json(self, msg: str, **result: t.Any) -> t.NoReturn:
        """End the task with a failure. What is not printable in the message is shown as Python writes it."""
        self.no_log_values.update(contents(self.params))
        self.params = _writable(self.params)
        super().fail_json(msg=visible(msg, lines=True), **result)
        raise SystemExit(1)

    def _log_invocation(self) -> None:
        self.no_log_values.update(contents(self.params))
        try:
            refuse_unusable_text({name: value for name, value in self.params.items() if value is not None}, "")
        except InputError as error:
            self.fail_json(msg=error.message)
        super()._log_invocation()


def _writable(value: t.Any) -> t.Any:
    """``value`` with words in place of integers that Python refuses to write: a result shows the options too."""
    if isinstance(value, dict):
        return {name: _writable(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_writable(item) for item in value]
    return shown(value) if isinstance(value, int) and value.bit_length() > 64 else value


def unusable_number(value: t.Any, option: str = "") -> t.Optional[str]:
    """A sentence about the first number that is too large to be converted, or that is infinite or none at all."""
    if isinstance(value, t.Mapping):
        inner = [(f"{option}.{name}" if option else str(name), item) for name, item in value.items()]
    elif isinstance(value, (list, tuple)):
        inner = [(f"{option}, item {number}", item) for number, item in enumerate(value, start=1)]
    else:
        is_unusable = (isinstance(value, float) and not math.isfinite(value)) or (
            isinstance(value, int) and value.bit_length() > 64
        )
        return f"{option}: {shown(value)} is no number that can be used; write a smaller one" if is_unusable else None
    return next(filter(None, (unusable_number(item, name) for name, item in inner)), None)
