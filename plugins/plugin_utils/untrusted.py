# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keeps strings that engines sent from being taken for templates.

Whoever may set a label on an engine would otherwise run code on the controller.
"""

from __future__ import annotations

import typing as t

try:
    # ansible-core 2.19 and newer: only a string that is tagged as trusted is a template. What was received never is.
    from ansible.template import trust_as_template
except ImportError:
    trust_as_template = None


def untrusted(value: t.Any) -> t.Any:
    """``value`` with every string in it, keys of mappings included, barred from templating."""
    if trust_as_template is not None:
        return value
    # ansible-core 2.18 and older: every string is a template unless it is wrapped. Newer ones will lack this module.
    from ansible.utils.unsafe_proxy import wrap_var

    return wrap_var(value)
