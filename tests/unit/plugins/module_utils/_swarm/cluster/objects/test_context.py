# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is left out of a build, and how the rest is sent."""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.objects.archive import PIECE
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.objects.context import BuildContext
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.objects.ignored import Ignored
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import ClusterError, InputError


@pytest.mark.parametrize(
    ("text", "path", "left_out"),
    [
        ("", "a", False),
        ("# a\n\n", "a", False),
        ("a", "a", True),
        ("a", "a/b/c", True),
        ("a", "b/a", False),
        ("/a", "a", True),
        ("./a/", "a/b", True),
        ("b/../a", "a", True),
        ("*.md", "x.md", True),
        ("*.md", "docs/x.md", False),
        ("*/*.md", "docs/x.md", True),
        ("**/*.md", "x.md", True),
        ("**/*.md", "docs/deep/x.md", True),
        ("docs/**", "docs/deep/x", True),
        ("docs/**", "docs", False),
        ("a?c", "abc", True),
        ("a?c", "a/c", False),
        ("[a-c]x", "bx", True),
        ("[^a]x", "bx", True),
        ("[^a]x", "ax", False),
        ("a.c", "abc", False),
        ("a\\*", "a*", True),
        ("a\\*", "ab", False),
        ("*.md\n!README.md", "README.md", False),
        ("*.md\n!README.md", "x.md", True),
        ("!README.md\n*.md", "README.md", True),
        ("docs\n!docs/kept", "docs/kept", False),
        ("docs\n!docs/kept", "docs/kept/x", False),
        ("docs\n!docs/kept", "docs/x", True),
        ("\ufeffa", "a", True),
    ],
)
def test_patterns(text: str, path: str, left_out: bool) -> None:
    assert (path in Ignored(text)) is left_out


def test_folders_that_nobody_looks_into() -> None:
    assert Ignored("docs").whole("docs")
    assert not Ignored("docs\n!docs/kept").whole("docs")
    assert not Ignored("docs").whole("src")


@pytest.mark.parametrize("text", ["a\n[", "x\n[b-a]"])
def test_a_pattern_that_is_none(text: str) -> None:
    with pytest.raises(InputError, match=r"^\.dockerignore, line 2: '\[.*' is not a pattern: "):
        Ignored(text)


def unpacked(context: BuildContext) -> tarfile.TarFile:
    return tarfile.open(fileobj=io.BytesIO(b"".join(context.pieces())))


def test_files_arrive_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM x\n", encoding="utf-8")
    (tmp_path / "empty").touch()
    (tmp_path / "block").write_bytes(b"x" * 512)
    (tmp_path / "large").write_bytes(os.urandom(3 * PIECE + 5))
    deep = tmp_path / ("long" * 40) / ("name" * 40)
    deep.mkdir(parents=True)
    (deep / "Grüße").write_text("x", encoding="utf-8")
    (tmp_path / "link").symlink_to("/nowhere")
    tar = unpacked(BuildContext(str(tmp_path)))
    files = {each.name: each for each in tar}
    assert sorted(files) == sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*"))
    for path in (path for path in tmp_path.rglob("*") if path.is_file()):
        content = tar.extractfile(str(path.relative_to(tmp_path)))
        assert content is not None
        assert content.read() == path.read_bytes()
    assert (files["link"].linkname, files["Dockerfile"].uid, files["Dockerfile"].uname) == ("/nowhere", 0, "")


def test_pieces_are_small(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_bytes(os.urandom(5 * PIECE))
    assert max(map(len, BuildContext(str(tmp_path)).pieces())) <= 2 * PIECE


def test_the_dockerfile_is_sent_whatever_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "file").write_text("FROM x\n", encoding="utf-8")
    (tmp_path / "build" / "other").touch()
    (tmp_path / ".dockerignore").write_text("build\n.dockerignore\n", encoding="utf-8")
    assert list(BuildContext(str(tmp_path), "build/file").names()) == [".dockerignore", "build/file"]


def test_a_file_that_becomes_shorter(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_bytes(b"x" * 4 * PIECE)
    pieces = BuildContext(str(tmp_path)).pieces()
    next(pieces)
    os.truncate(tmp_path / "Dockerfile", 10)
    with pytest.raises(ClusterError, match="Dockerfile became shorter while it was sent"):
        list(pieces)
