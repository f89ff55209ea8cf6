# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Ansible does before it evaluates anything: lookups are found by their full names."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from ansible.plugins.loader import init_plugin_loader
from ansible.utils.collection_loader._collection_finder import _AnsibleCollectionFinder

from tests.tools.check.workspace import COLLECTIONS


@pytest.fixture(autouse=True, scope="module")
def plugin_loader() -> Iterator[None]:
    before = {name: module for name, module in sys.modules.items() if name.startswith("ansible_collections")}
    init_plugin_loader([str(COLLECTIONS)])
    yield
    # Other tests import the collection as any package, which Ansible's way to find it would change.
    _AnsibleCollectionFinder._remove()
    for name in [name for name in sys.modules if name.startswith("ansible_collections") and name not in before]:
        del sys.modules[name]
    sys.modules.update(before)
