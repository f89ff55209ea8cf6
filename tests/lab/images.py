# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Images without a registry: archives as `docker load` takes them, made of Debian's static busybox.

The same image has the same ID in every engine and on every day: nothing in the archive depends on the clock.
"""

from __future__ import annotations

import hashlib
import io
import json
import platform
import tarfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from .errors import LabError
from .shell import run

_BUSYBOX = ("/bin/busybox", "/usr/bin/busybox")
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}

# A shell that is process 1 dies of no signal it does not ask for: without the trap every stop would take ten seconds.
_SERVE = """#!/bin/sh
trap 'exit 0' TERM INT
httpd -f -p "${1:-80}" -h /www &
wait
"""


@dataclass(frozen=True)
class Image:
    """An image that is to be: busybox, with `files` (path -> text) on top and `config` as in an image's Config."""

    tags: tuple[str, ...]
    files: Mapping[str, str] = field(default_factory=dict)
    config: Mapping[str, Any] = field(default_factory=dict)


def web_image(version: str) -> Image:
    """Give `web:VERSION`: an HTTP server on port 80 (or its first argument), says its version, ends on SIGTERM."""
    return Image(
        tags=(f"web:{version}",),
        files={"/bin/serve": _SERVE, "/www/index.html": f"web {version}\n"},
        config={
            "Cmd": ["serve"],
            "Env": [f"VERSION={version}"],
            "ExposedPorts": {"80/tcp": {}},
            "Labels": {"app": "web", "version": version},
        },
    )


BASE_IMAGES = (Image(tags=("busybox:latest",)), web_image("1"), web_image("2"))


def archive(images: Iterable[Image]) -> bytes:
    """Give one tar archive that `POST /images/load` takes, with all the images in it."""
    members: dict[str, bytes] = {}
    manifest = []
    for image in images:
        layers = [_busybox_layer()]
        if image.files:
            layers.append(_layer(image.files))
        config = json.dumps(_config(image, layers), sort_keys=True).encode()
        config_name = f"{hashlib.sha256(config).hexdigest()}.json"
        members[config_name] = config
        names = []
        for layer in layers:
            name = f"{hashlib.sha256(layer).hexdigest()}/layer.tar"
            members[name] = layer
            names.append(name)
        manifest.append({"Config": config_name, "RepoTags": list(image.tags), "Layers": names})
    members["manifest.json"] = json.dumps(manifest).encode()
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, content in members.items():
            _add_file(tar, name, content, 0o644)
    return out.getvalue()


def _config(image: Image, layers: list[bytes]) -> dict[str, Any]:
    config = {"Env": [], "Cmd": ["sh"], **image.config}
    config["Env"] = ["PATH=/bin", *config["Env"]]
    return {
        "architecture": _ARCHITECTURES.get(platform.machine(), platform.machine()),
        "os": "linux",
        "created": "2020-01-01T00:00:00Z",
        "config": config,
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(layer).hexdigest()}" for layer in layers]},
        "history": [{"created": "2020-01-01T00:00:00Z", "created_by": "classic.swarm lab"} for _layer in layers],
    }


@lru_cache(maxsize=1)
def _busybox_layer() -> bytes:
    binary = next((Path(path) for path in _BUSYBOX if Path(path).exists()), None)
    if binary is None:
        raise LabError("busybox is not installed: apt-get install busybox-static")
    applets = run(str(binary), "--list").split()
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for folder, mode in (("bin", 0o755), ("etc", 0o755), ("root", 0o700), ("tmp", 0o1777), ("var", 0o755)):
            entry = tarfile.TarInfo(folder)
            entry.type, entry.mode = tarfile.DIRTYPE, mode
            tar.addfile(entry)
        _add_file(tar, "bin/busybox", binary.read_bytes(), 0o755)
        for applet in sorted(set(applets) - {"busybox"}):
            entry = tarfile.TarInfo(f"bin/{applet}")
            entry.type, entry.linkname, entry.mode = tarfile.SYMTYPE, "busybox", 0o777
            tar.addfile(entry)
        _add_file(tar, "etc/passwd", b"root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n", 0o644)
        _add_file(tar, "etc/group", b"root:x:0:\nnogroup:x:65534:\n", 0o644)
    return out.getvalue()


def _layer(files: Mapping[str, str]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for path, text in sorted(files.items()):
            _add_file(tar, path.lstrip("/"), text.encode(), 0o755 if text.startswith("#!") else 0o644)
    return out.getvalue()


def _add_file(tar: tarfile.TarFile, name: str, content: bytes, mode: int) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), mode
    tar.addfile(entry, io.BytesIO(content))
