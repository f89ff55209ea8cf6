# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Archives that no engine makes of an honest container: what they may do to this machine."""

from __future__ import annotations

import io
import stat
import tarfile
from pathlib import Path

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.fetching import Fetched, fetch
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import ClusterError

Member = tuple[str, bytes, str]


def archive(*members: Member) -> tarfile.TarFile:
    """Members by name, type, and content or the target of a link."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for name, kind, content in members:
            info = tarfile.TarInfo(name)
            info.type, info.mode = kind, 0o4755
            if kind in (tarfile.SYMTYPE, tarfile.LNKTYPE):
                info.linkname = content
                tar.addfile(info)
            else:
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content.encode()))
    return tarfile.open(fileobj=io.BytesIO(packed.getvalue()), mode="r|")


def take(path: Path, *members: Member, dry: bool = False) -> Fetched:
    return fetch(archive(("tree", tarfile.DIRTYPE, ""), *members), str(path), dry)


@pytest.mark.parametrize("name", ["tree/../out", "tree/in/../../out", "tree/.."])
def test_nothing_leads_out(tmp_path: Path, name: str) -> None:
    with pytest.raises(ClusterError, match="which would be written outside of"):
        take(tmp_path / "dest", (name, tarfile.REGTYPE, "evil"))
    assert not (tmp_path / "out").exists()


def test_an_absolute_name_stays_inside(tmp_path: Path) -> None:
    take(tmp_path / "dest", ("/tree/x", tarfile.REGTYPE, "text"))
    assert (tmp_path / "dest" / "x").read_text() == "text"


def test_a_link_and_then_a_file_behind_it(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    with pytest.raises(ClusterError) as caught:
        take(
            tmp_path / "dest",
            ("tree/in", tarfile.SYMTYPE, str(tmp_path / "elsewhere")),
            ("tree/in/file", tarfile.REGTYPE, "evil"),
        )
    assert str(caught.value) == f"dest: {tmp_path}/dest/in is a link; nothing is written through links"
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_file_takes_the_place_of_a_link_and_not_of_its_target(tmp_path: Path) -> None:
    (tmp_path / "target").write_text("precious")
    (tmp_path / "dest").mkdir()
    (tmp_path / "dest" / "file").symlink_to(tmp_path / "target")
    take(tmp_path / "dest", ("tree/file", tarfile.REGTYPE, "new"))
    assert (tmp_path / "target").read_text() == "precious"
    assert not (tmp_path / "dest" / "file").is_symlink()


def test_a_second_name_of_a_file_outside_gives_nothing(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    with pytest.raises(ClusterError, match="which would be written outside of"):
        take(tmp_path / "dest", ("tree/file", tarfile.LNKTYPE, "tree/../secret"))
    (tmp_path / "dest" / "link").symlink_to(tmp_path / "secret")
    take(tmp_path / "dest", ("tree/file", tarfile.LNKTYPE, "tree/link"))
    assert not (tmp_path / "dest" / "file").exists()


def test_modes_give_no_rights(tmp_path: Path) -> None:
    take(tmp_path / "dest", ("tree/file", tarfile.REGTYPE, "x"))
    assert stat.S_IMODE((tmp_path / "dest" / "file").stat().st_mode) == 0o755


def test_a_look_writes_nothing(tmp_path: Path) -> None:
    members = (("tree/file", tarfile.REGTYPE, "x"), ("tree/two", tarfile.LNKTYPE, "tree/file"))
    seen = take(tmp_path / "dest", *members, dry=True)
    assert (seen.changed, seen.files, list(tmp_path.iterdir())) == (True, 2, [])
    assert take(tmp_path / "dest", *members).changed is True
    assert take(tmp_path / "dest", *members, dry=True).changed is False


def test_devices_are_left_out(tmp_path: Path) -> None:
    seen = take(tmp_path / "dest", ("tree/null", tarfile.CHRTYPE, ""))
    assert (seen.skipped, list((tmp_path / "dest").iterdir())) == ([str(tmp_path / "dest" / "null")], [])
