# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The demo's second act: the endpoint over mutual TLS on the demo's engines, and a cluster by the docker program alone.

The endpoint serves on until ``make demo-down``.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from pathlib import Path

from tests.lab import Lab, LabError
from tests.lab.endpoint import Endpoint
from tests.lab.search_index import SearchIndex

from .demo_lab import bring_up, parse_lab

_SCRIPT = Path(__file__).resolve().parents[2] / "examples/endpoint.sh"
_USER, _PASSWORD = "deploy", "open-sesame"
_REGISTRY_PORT, _SEARCH_PORT = 5000, 5001


def main() -> int:
    """Bring up what is missing, show it, and say how to go on; the exit code is the script's."""
    begun = time.monotonic()
    try:
        lab = parse_lab("tests.tools.demo_endpoint", __doc__)
        bring_up(lab)
        endpoint = Endpoint(lab)
        endpoint.start()
        status = _show(lab, endpoint)
    except LabError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    exports = " ".join(f"{key}={shlex.quote(value)}" for key, value in endpoint.environment.items())
    print(f"\nThis act took {time.monotonic() - begun:.0f} s. The endpoint serves on:\n  export {exports}")
    print(f"A page of the cluster is at {endpoint.page}. make demo-down removes it all.")
    return status


def _show(lab: Lab, endpoint: Endpoint) -> int:
    gateway = lab.spec.gateway
    with (
        lab.registry(port=_REGISTRY_PORT, user=_USER, password=_PASSWORD) as registry,
        SearchIndex(gateway, _SEARCH_PORT) as index,
    ):
        environment = {
            # Debian's programs, whatever else is in the PATH.
            "PATH": "/usr/bin:/bin",
            "HOME": os.environ.get("HOME", "/root"),
            # A login is kept there, and goes with the lab.
            "DOCKER_CONFIG": str(lab.state / "docker"),
            **endpoint.environment,
            "DEMO_REGISTRY": registry.address,
            "DEMO_USER": _USER,
            "DEMO_PASSWORD": _PASSWORD,
            "DEMO_SEARCH": f"{index.address}/web",
        }
        sys.stdout.flush()
        return subprocess.run([str(_SCRIPT)], env=environment, stdin=subprocess.DEVNULL, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
