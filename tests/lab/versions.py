# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Docker engines of other versions, from Debian's later suites: ``EngineSpec("new", dockerd=dockerd_of("forky"))``.

this machine's own, bookworm    20.10    API 1.41
trixie                          26.1     API 1.45
forky                           28.5     API 1.51
"""

from __future__ import annotations

from pathlib import Path

from .debian import unpacked

_CACHE = Path(__file__).resolve().parents[2] / ".cache" / "engines"

# The engine gets a mount namespace whose /usr is the suite's: its own C library, containerd, runc and iptables under
# the paths that all of them expect, and the rest of the machine as it is. One shell for both, which ends as dockerd.
_LAUNCHER = """\
#!/bin/sh
exec unshare --mount sh -c 'mount --bind "$0/usr" /usr && exec dockerd "$@"' {root} "$@"
"""


def dockerd_of(suite: str) -> str:
    """Give the path of a dockerd of that suite, fetched on first use: some 70 MB, and 260 MB unpacked.

    :raises PackagesUnavailable: it cannot be had here; the message says why
    """
    folder = _CACHE / suite
    root = unpacked(suite, ("docker.io", "iptables"), folder, dependencies=True)
    for name in ("iptables", "ip6tables"):
        # What installing would do: the machine's own choice between nft and legacy holds.
        link = root / "usr/sbin" / name
        if not link.is_symlink():
            link.symlink_to(f"/etc/alternatives/{name}")
    launcher = folder / "dockerd"
    launcher.write_text(_LAUNCHER.format(root=root), encoding="utf-8")
    launcher.chmod(0o755)
    return str(launcher)
