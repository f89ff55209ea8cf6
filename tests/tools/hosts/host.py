# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One bare host: a container with systemd as its first process, in which a Docker engine can be installed and run."""

from __future__ import annotations

import re
import socket
import time

from tests.lab.errors import LabError

from . import image
from .carrier import Carrier

_BOOT_TIMEOUT = 60.0
_WANTED = re.compile(r"(?P<name>[a-z0-9][a-z0-9-]*)=(?P<address>[0-9.]+)(?:/(?P<suite>[a-z]+))?")

# As much as a machine without CAP_SYS_RESOURCE can give in place of --privileged.
_LIKE_A_MACHINE = (
    "--cap-add=ALL", "--cap-drop=SYS_RESOURCE",
    "--security-opt=seccomp=unconfined", "--security-opt=apparmor=unconfined", "--security-opt=systempaths=unconfined",
    "--device-cgroup-rule=a *:* rwm", "--cgroupns=host", "--volume=/sys/fs/cgroup:/sys/fs/cgroup:rw",
    "--tmpfs=/run", "--tmpfs=/run/lock",
    # Engines cannot stack their file systems on the layers of another engine.
    "--volume=/var/lib/docker", "--volume=/var/lib/containerd",
    # `reboot` inside ends the container: it comes back as a machine does.
    "--restart=always",
)  # fmt: skip


class Host:
    """text: NAME=ADDRESS or NAME=ADDRESS/SUITE, the suite being Debian's (bookworm if not given)."""

    def __init__(self, carrier: Carrier, text: str) -> None:
        match = _WANTED.fullmatch(text)
        if match is None:
            raise LabError(f"{text!r} is no host: NAME=ADDRESS or NAME=ADDRESS/SUITE is wanted")
        self.name = match["name"]
        self.address = match["address"]
        self.suite = match["suite"] or "bookworm"
        self._carrier = carrier

    def start(self) -> None:
        """Start it; nothing to do when it is there. One of the same name and another kind gives way."""
        docker = self._carrier.engine.docker
        kind = f"host={self.address}/{self.suite}"
        if docker("ps", "--all", "--quiet", "--filter", f"name=^{self.name}$", "--filter", f"label={kind}").strip():
            return
        remove(self._carrier, self.name)
        docker(
            "run", "--detach", "--name", self.name, "--hostname", self.name, "--network", "hosts", "--ip", self.address,
            f"--label={kind}",
            f"--volume={self._carrier.key}.pub:/root/.ssh/authorized_keys:ro", *_LIKE_A_MACHINE, self._image(),
            "/sbin/init",
        )  # fmt: skip

    def wait(self) -> None:
        """Wait until it takes SSH connections."""
        end = time.monotonic() + _BOOT_TIMEOUT
        while not self._answers():
            if time.monotonic() > end:
                log = self._carrier.engine.docker("logs", "--tail", "20", self.name)
                raise LabError(f"host {self.name} takes no SSH connection after {_BOOT_TIMEOUT:g} s\n{log}")
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            with socket.create_connection((self.address, 22), timeout=2.0) as connected:
                return connected.recv(4) == b"SSH-"
        except OSError:
            return False

    def _image(self) -> str:
        tag = image.tag(self.suite)
        docker = self._carrier.engine.docker
        if not docker("images", "--quiet", tag).strip():
            docker("import", str(image.archive(self.suite)), tag, timeout=300.0)
        return tag


def remove(carrier: Carrier, name: str) -> None:
    """Remove the host of this name and its disks; nothing to do when it is gone."""
    docker = carrier.engine.docker
    if docker("ps", "--all", "--quiet", "--filter", f"name=^{name}$").strip():
        docker("rm", "--force", "--volumes", name)
