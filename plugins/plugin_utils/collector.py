# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Python's collector of reference cycles, kept from walking what stays."""

from __future__ import annotations

import contextlib
import gc
import typing as t


@contextlib.contextmanager
def paused() -> t.Iterator[None]:
    """Do without it for a while.

    The hosts of a large cluster are made in one go, and all of them stay: walking them again and again while more are
    made took two fifths of the time, and found nothing.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
