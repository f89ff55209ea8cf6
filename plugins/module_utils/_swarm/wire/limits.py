# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""How many connections this process may have, so that a thousand engines do not use up its open files."""

from __future__ import annotations

import resource

#: What the rest of the process, and the libraries that it uses, may need.
_OTHERS = 64
_MOST = 8192


def _half_of_open_files() -> int:
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = _MOST if soft == resource.RLIM_INFINITY else min(soft, _MOST)
    return max(16, (allowed - _OTHERS) // 2)


#: Connections that are being used at one moment, and connections that are kept for later.
OPEN_AT_ONCE = KEPT = _half_of_open_files()
