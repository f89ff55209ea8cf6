# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""How a user may name a container: by its name, its ID, or the beginning of its ID."""

from __future__ import annotations

import re

from ..expression import ExactPattern, Pattern

_ID_LENGTH = 64
#: Shorter beginnings are more likely a name than an ID; twelve is what ``docker ps`` shows.
_SHORT_ID = re.compile(r"[0-9a-f]{12,63}")


class IDPrefixPattern(Pattern):
    """A text that may be a name or the beginning of an ID."""

    def test(self, value: str) -> bool:
        return value == self.source or (len(value) == _ID_LENGTH and value.startswith(self.source))


def container_pattern(pattern: Pattern) -> Pattern:
    """The pattern to use on names and IDs of containers where the user wrote ``pattern``."""
    if pattern.exact is not None and _SHORT_ID.fullmatch(pattern.exact):
        return IDPrefixPattern(pattern.exact)
    return pattern


def reference_pattern(reference: str) -> Pattern:
    """The pattern for one container by name, ID or beginning of an ID."""
    return container_pattern(ExactPattern(reference))
