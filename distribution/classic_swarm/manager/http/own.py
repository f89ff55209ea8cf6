# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What the endpoint answers of itself: ping and version."""

from __future__ import annotations

import platform
import sys

from aiohttp import web

from ..._swarm.engine.versions import format_version
from ..._swarm.settings import API_VERSION_OLDEST
from ...version import VERSION
from .call import Call


async def ping(call: Call) -> web.StreamResponse:
    """``GET`` and ``HEAD /_ping``: what the docker CLI asks first. Without ``Builder-Version`` it builds by itself."""
    headers = {
        # Without it the CLI of 20.10 refuses --device.
        "Ostype": "linux",
        "Docker-Experimental": "false",
        "Cache-Control": "no-cache, no-store, must-revalidate",
        "Pragma": "no-cache",
    }
    body = b"" if call.request.method == "HEAD" else b"OK"
    return web.Response(body=body, headers=headers, content_type="text/plain", charset="utf-8")


async def version(call: Call) -> web.StreamResponse:
    """``GET /version``, in the form of the original's."""
    announced, oldest = format_version(call.manager.api_version), format_version(API_VERSION_OLDEST)
    system = {"Os": "linux", "Arch": _architecture(), "KernelVersion": platform.release()}
    details = {
        "ApiVersion": announced,
        "MinAPIVersion": oldest,
        "PythonVersion": platform.python_version(),
        **system,
    }
    return call.json_response(
        {
            "Platform": {"Name": "classic.swarm"},
            "Components": [{"Name": "Engine", "Version": f"swarm/{VERSION}", "Details": details}],
            "Version": f"swarm/{VERSION}",
            "ApiVersion": announced,
            "MinAPIVersion": oldest,
            "GitCommit": "",
            "GoVersion": f"none (Python {sys.version_info[0]}.{sys.version_info[1]})",
            **system,
            "BuildTime": "",
            "Experimental": False,
        }
    )


def _architecture() -> str:
    """The machine as Go names it."""
    machine = platform.machine()
    return {"x86_64": "amd64", "aarch64": "arm64"}.get(machine, machine)
