# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(swarm_container_fetch) from its options to its result."""

from __future__ import annotations

import os
import posixpath
import typing as t

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.archives import ContainerFiles
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.fetching import fetch
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import ClusterError

from .copying import read_path
from .leaving import succeed, warn
from .on_nodes import node_session
from .results import translated_errors

#: Paths that are named in one warning.
_NAMED = 5


def fetch_from(module: AnsibleModule) -> t.NoReturn:
    """Fetch what the options say and end the module."""
    options = module.params
    with translated_errors(module):
        path = read_path(options["container_path"])
    with node_session(module) as session:
        node, container = session.find(options["container"])
        place = {"node": node.name, "address": node.address}
        files = ContainerFiles(session.client(node), container.id, session.settings.engine.timeout)
        if options["follow"]:
            path = files.resolve(path)
        dest = destination(options["dest"], options["flat"], container.name, read_path(options["container_path"]))
        with files.read(path) as archive:
            if archive is None:
                missing = f"container_path: there is nothing at {path} in {container.name} on {node.name}"
                if options["fail_on_missing"]:
                    raise ClusterError(missing)
                succeed(module, changed=False, msg=missing, container_path=path, **place)
            fetched = fetch(archive, dest, module.check_mode)
    if fetched.skipped:
        more = f" and {len(fetched.skipped) - _NAMED} more" if len(fetched.skipped) > _NAMED else ""
        warn(
            module,
            [f"devices, pipes and sockets are not fetched: {', '.join(fetched.skipped[:_NAMED])}{more} are left out"],
        )
    succeed(
        module,
        changed=fetched.changed,
        container_path=path,
        dest=dest,
        checksum=fetched.checksum,
        files=fetched.files,
        size=fetched.size,
        **place,
    )


def destination(dest: str, flat: bool, container: str, path: str) -> str:
    """Where a file or folder goes, as M(ansible.builtin.fetch) has it.

    :param path: in the container, as it was asked for
    """
    folder = os.path.abspath(dest)
    if not flat:
        return os.path.join(folder, container, path.lstrip("/"))
    return os.path.join(folder, posixpath.basename(path)) if dest.endswith("/") else folder
