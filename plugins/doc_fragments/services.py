# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """Where containers leave before they are stopped. The twin of ``SERVICES_ARGUMENT_SPEC``."""

    DOCUMENTATION: str = r"""
options:
  services:
    description:
      - The store that C(swarm register) keeps the services of containers in, with the prefix of its keys, in the form
        of O(discovery). It is spoken to as O(discovery_options) says.
      - With it, a container that is to stop leaves the services first, see C(deregister_wait).
      - If it is not set, the environment variable E(SWARM_SERVICES) is used.
    type: str
    version_added: 0.3.0
"""
