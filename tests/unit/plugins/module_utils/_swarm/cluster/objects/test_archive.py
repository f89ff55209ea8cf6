# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which images are in an archive."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from pathlib import Path

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.objects.archive import (
    file_pieces,
    file_size,
    read_archive,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError


def archive(**members: object) -> bytes:
    """A tar of JSON documents; two underscores in a name stand for a dot."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, value in members.items():
            content = value if isinstance(value, bytes) else json.dumps(value).encode()
            entry = tarfile.TarInfo(name.replace("__", "."))
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return out.getvalue()


CONFIG = {"os": "linux", "architecture": "amd64", "rootfs": {"diff_ids": ["sha256:a"]}, "config": {"Cmd": ["x"]}}
MANIFEST = [
    {"Config": "one.json", "RepoTags": ["web:1", "web:2"], "Layers": []},
    {"Config": "two.json", "RepoTags": None, "Layers": []},
]
WHOLE = archive(layer=b"x" * 1000, one__json=CONFIG, two__json={**CONFIG, "os": "other"}, manifest__json=MANIFEST)


@pytest.mark.parametrize("compress", [bytes, gzip.compress])
def test_names_and_contents(tmp_path: Path, compress: type[bytes]) -> None:
    path = tmp_path / "images.tar"
    path.write_bytes(compress(WHOLE))
    found = read_archive(str(path))
    assert found is not None
    assert [each.names for each in found] == [("web:1", "web:2"), ()]
    assert found[0].content != found[1].content


@pytest.mark.parametrize(
    "content",
    [
        archive(index__json={}),
        archive(manifest__json={}),
        archive(manifest__json=[1]),
        archive(manifest__json=MANIFEST),
        archive(manifest__json=b"{"),
    ],
    ids=["oci", "no list", "no entry", "no configuration", "no json"],
)
def test_another_form_is_left_to_the_engine(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "images.tar"
    path.write_bytes(content)
    assert read_archive(str(path)) is None


@pytest.mark.parametrize(
    "content",
    [b"", b"nothing of the kind" * 50, WHOLE[:700], gzip.compress(WHOLE)[:40]],
    ids=["empty", "text", "cut off", "compressed and cut off"],
)
def test_no_archive(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "images.tar"
    path.write_bytes(content)
    with pytest.raises(InputError, match="cannot be read as a tar archive"):
        read_archive(str(path))


def test_a_file_in_pieces(tmp_path: Path) -> None:
    path = tmp_path / "images.tar"
    path.write_bytes(WHOLE)
    assert (b"".join(file_pieces(str(path))), file_size(str(path))) == (WHOLE, len(WHOLE))
