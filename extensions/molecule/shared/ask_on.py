# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ask_on.py SECONDS FOLDER URL...: ask on and on by HTTP, until FOLDER/stop is there; then say how it went.

The last line is a JSON object: url -> {"good": N, "bad": ["what went wrong", ...]}.
"""

from __future__ import annotations

import http.client
import json
import sys
import time
import urllib.request
from pathlib import Path

_PAUSE = 0.02
# Long enough for a connection that is kept waiting on a busy machine: late is not failed.
_TIMEOUT = 15.0


def main() -> None:
    """Ask each URL some fifty times a second, for at most SECONDS."""
    seconds, folder, urls = float(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]
    told: dict[str, dict[str, object]] = {url: {"good": 0, "bad": []} for url in urls}
    end = time.monotonic() + seconds
    while time.monotonic() < end and not (folder / "stop").exists():
        for url in urls:
            _ask(url, told[url])
        time.sleep(_PAUSE)
    print(json.dumps(told))


def _ask(url: str, told: dict) -> None:
    try:
        with urllib.request.urlopen(url, timeout=_TIMEOUT) as answer:
            answer.read()
        told["good"] += 1
    except (OSError, http.client.HTTPException) as error:
        told["bad"].append(f"{time.strftime('%H:%M:%S')} {error}")


main()
