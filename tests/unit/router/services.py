# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Services as a store has them, for tests of the router."""

from __future__ import annotations

import json

from classic_swarm.router.reading import Keys, Reader
from classic_swarm.router.view import Service


def keys(*instances: tuple[str, str, dict[str, str]], draining: tuple[str, ...] = (), port: int = 80) -> Keys:
    """Give the keys of (service, instance, attributes); the instance's container has its name as its ID."""
    endpoints, facts = {}, {}
    for number, (service, name, attributes) in enumerate(instances):
        path = f"{service}/host:{name}:80"
        endpoints[path] = f"192.0.2.{number + 1}:{port}"
        facts[path] = json.dumps({"attributes": attributes, "container_id": name, "node": "host"})
    return Keys(endpoints, facts, frozenset(draining))


def services(*instances: tuple[str, str, dict[str, str]], draining: tuple[str, ...] = ()) -> dict[str, Service]:
    """Give the same as they are read."""
    return Reader().read(keys(*instances, draining=draining))[0]
