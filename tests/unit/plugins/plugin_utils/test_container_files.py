# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which way a file goes, and the archive that it goes in. Copying itself is a matter of real engines."""

from __future__ import annotations

import io
import tarfile
import typing as t
from pathlib import Path

import pytest
from ansible_collections.classic.swarm.plugins.plugin_utils import container_files as files

TMPFS = {"Type": "tmpfs", "Destination": "/run"}
VOLUME = {"Type": "volume", "Destination": "/data"}


@pytest.mark.parametrize(
    ("record", "path", "sees"),
    [
        ({}, "/tmp/x", True),
        ({"HostConfig": None, "Mounts": None}, "/tmp/x", True),
        ({"Mounts": [VOLUME]}, "/data/x", True),
        ({"HostConfig": {"ReadonlyRootfs": True}}, "/tmp/x", True),
        ({"HostConfig": {"Tmpfs": {"/run": ""}}}, "/run/x", False),
        # /tmp may be a link to /run/tmp
        ({"HostConfig": {"Tmpfs": {"/run": ""}}}, "/tmp/x", False),
        ({"HostConfig": {"Mounts": [TMPFS]}}, "/tmp/x", False),
        ({"Mounts": [VOLUME, TMPFS]}, "/data/x", False),
        ({}, "/dev/shm/x", False),
        ({}, "/proc/1/comm", False),
        ({}, "/sys", False),
        ({}, "/developer/x", True),
    ],
)
def test_what_an_engine_sees(record: t.Dict[str, t.Any], path: str, sees: bool) -> None:
    assert files._engine_sees(record, path) is sees


@pytest.mark.parametrize("size", [0, 1, 511, 512, 513, 700_000])
@pytest.mark.parametrize("name", ["x", "Größe", "long" * 60])
def test_the_archive_of_a_file(tmp_path: Path, size: int, name: str) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"7" * size)
    source.chmod(0o640)
    with source.open("rb") as file:
        content = b"".join(files._archive_of(file, name, 1000, 7))
    assert len(content) % 512 == 0
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        (member,) = archive.getmembers()
        assert (member.name, member.mode, member.uid, member.gid, member.size) == (name, 0o640, 1000, 7, size)
        extracted = archive.extractfile(member)
        assert extracted is not None
        assert extracted.read() == b"7" * size


def test_a_file_that_becomes_shorter(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"7" * 600_000)
    with source.open("rb") as file:
        pieces = files._archive_of(file, "x", 0, 0)
        next(pieces)
        source.write_bytes(b"7")
        with pytest.raises(files.TransferError, match=r"source became shorter while it was copied$"):
            list(pieces)


def test_a_target_is_made_only_where_there_is_something_to_write(tmp_path: Path) -> None:
    with files._Target(str(tmp_path / "none")):
        pass
    assert not (tmp_path / "none").exists()
    with files._Target(str(tmp_path / "empty")) as target:
        target.write(b"")
    assert (tmp_path / "empty").read_bytes() == b""
    with files._Target(str(tmp_path)) as target, pytest.raises(files.TransferError, match="Is a directory"):
        target.write(b"")
