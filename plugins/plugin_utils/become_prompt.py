# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The prompt of a become plugin, for those who run the command."""

from __future__ import annotations

import typing as t

from ansible.module_utils.common.text.converters import to_bytes


class BecomePrompt:
    """A ``Prompt`` out of Ansible's plugin. :param become: the plugin :param play_context: of the connection"""

    def __init__(self, become: t.Any, play_context: t.Any) -> None:
        self._become = become
        self._play_context = play_context

    def succeeded(self, output: bytes) -> bool:
        """Whether the command itself has begun."""
        return bool(self._become.check_success(output))

    def failed(self, output: bytes) -> bool:
        """Whether the password was refused. A second prompt says so in every language."""
        return bool(self._become.check_incorrect_password(output) or self._become.check_password_prompt(output))

    def asks(self, output: bytes) -> bool:
        """Whether a password is asked for."""
        return bool(self._become.check_password_prompt(output))

    def password(self) -> bytes:
        """The password, without the end of its line."""
        password = self._become.get_option("become_pass", playcontext=self._play_context)
        return t.cast(bytes, to_bytes(password or "", errors="surrogate_or_strict"))
