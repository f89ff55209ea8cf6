# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Options of the log driver; some of them are secrets."""

from __future__ import annotations

import typing as t

from .environment import HIDDEN

_SECRET_WORDS = ("token", "pass", "pwd", "secret", "key", "credential")


def speaks_of_secret(name: str) -> bool:
    """Whether the name of an option says that its value is one, such as ``splunk-token``."""
    return any(word in name.lower() for word in _SECRET_WORDS)


def mask_log_options(options: t.Optional[t.Mapping[str, str]]) -> t.Dict[str, str]:
    """The options with words in place of values whose name speaks of a secret, such as ``splunk-token``."""
    return {name: HIDDEN if speaks_of_secret(name) else value for name, value in (options or {}).items()}
