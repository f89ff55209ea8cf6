# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The version of this distribution."""

from __future__ import annotations

#: That of the collection, as both are built from one source.
VERSION = "0.3.0"
