# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ansible's module, for values that its own checks do not take well.

Before a module's code runs, Ansible converts the options and writes them to the system's log. Infinity, an integer of
hundreds of digits, a number in place of a dictionary and half of a character end that in a traceback; a refusal shows
a value with the control characters that it holds, or does not name the option; and the content of a key that was given
in place of a path goes to the log and to the result.
"""

from __future__ import annotations

import typing as t

from ansible.module_utils import basic
from ansible_collections.classic.swarm.plugins.module_utils._swarm.container.parse import shown
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.text import refuse_unusable_text
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.visible import visible

from .contents import contents
from .unusable import unusable_number, unusable_value


class AnsibleModule(basic.AnsibleModule):  # type: ignore[misc]
    """Ends in a sentence whatever the options are, and shows no content of a file."""

    params: t.Dict[str, t.Any]
    _checked = False
    _given: t.Mapping[str, t.Any] = {}

    def __init__(self, **specification: t.Any) -> None:
        try:
            super().__init__(**specification)
        except (OverflowError, TypeError, ValueError):
            sentence = self._unusable()
            if sentence is None:
                raise
            self.fail_json(msg=sentence)
        self._refuse_null(specification)
        self._checked = True

    def _refuse_null(self, specification: t.Mapping[str, t.Any]) -> None:
        """What is required may not be null. Ansible takes it for given, and a module would meet it in a traceback."""
        spec = specification["argument_spec"]
        lacking = [name for name, option in spec.items() if option.get("required") and self.params[name] is None]
        if lacking:
            self.fail_json(msg=f"missing required arguments: {', '.join(lacking)}")
        for names in specification.get("required_one_of") or ():
            if all(self.params[name] is None for name in names):
                self.fail_json(msg=f"one of the following is required: {', '.join(names)}")

    def _unusable(self) -> t.Optional[str]:
        # A text of many digits is a number by now.
        return unusable_value(self.argument_spec, self._given) or unusable_number(self.params)

    def _load_params(self) -> None:
        super()._load_params()
        # Ansible's checks leave out of a list what they could not convert.
        self._given = dict(self.params)

    def fail_json(self, msg: str, **result: t.Any) -> t.NoReturn:
        """End the task with a failure. What is not printable in the message is shown as Python writes it."""
        self.no_log_values.update(contents(self.params))
        if not self._checked:
            # Ansible's own words do not name the option.
            msg = self._unusable() or msg
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
