# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Options of the log driver; some of them are secrets."""

from __future__ import annotations

import typing as t

from .environment import HIDDEN

_SECRET_WORDS = ("token", "password", "secret", "key", "credential")


def mask_log_options(options: t.Optional[t.Mapping[str, str]]) -> t.Dict[str, str]:
    """The options with words in place of values whose name speaks of a secret, such as ``splunk-token``."""
    return {
        name: HIDDEN if any(word in name.lower() for word in _SECRET_WORDS) else value
        for name, value in (options or {}).items()
    }
