# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files out of containers, wherever in the cluster they are."""

from __future__ import annotations

import hashlib
import stat
import threading
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.classic.swarm.plugins.modules import swarm_container_fetch

from tests.integration.operating import Result, run_module
from tests.integration.test_container_exec import HOME, shell, with_box
from tests.lab import Lab


@pytest.fixture
def running(lab: Lab) -> Lab:
    return with_box(lab, "--tmpfs", "/ram", "-v", "/data")


def fetch(lab: Lab, path: str, dest: Path | str, *, check: bool = False, **options: Any) -> Result:
    arguments = {"container": "box", "container_path": path, "dest": str(dest), **options}
    return run_module(swarm_container_fetch.main, arguments, check=check, environment=lab.environment)


def fetched(lab: Lab, path: str, dest: Path | str, **options: Any) -> Result:
    """It is told, done, and not done again."""
    assert fetch(lab, path, dest, check=True, **options)["changed"] is True
    first = fetch(lab, path, dest, **options)
    assert (first.get("msg"), first["changed"]) == (None, True)
    again = fetch(lab, path, dest, **options)
    assert (again.get("msg"), again["changed"]) == (None, False)
    return first


@pytest.mark.parametrize("folder", ["/tmp", "/ram", "/data"])
def test_a_file(running: Lab, tmp_path: Path, folder: str) -> None:
    shell(running, f"echo hello > '{folder}/größe 数'; chmod 640 '{folder}/größe 数'")
    dest = tmp_path / "box" / folder[1:] / "größe 数"
    assert fetch(running, f"{folder}/größe 数", tmp_path, check=True)["changed"] is True
    assert list(tmp_path.iterdir()) == []
    result = fetched(running, f"{folder}/größe 数", tmp_path)
    assert {key: result[key] for key in ("container_path", "dest", "checksum", "files", "size", "node", "address")} == {
        "container_path": f"{folder}/größe 数",
        "dest": str(dest),
        "checksum": hashlib.sha1(b"hello\n").hexdigest(),
        "files": 1,
        "size": 6,
        "node": HOME,
        "address": running.engine(HOME).entry,
    }
    assert (dest.read_text(), stat.S_IMODE(dest.stat().st_mode)) == ("hello\n", 0o640)
    dest.write_text("other\n")
    fetched(running, f"{folder}/größe 数", tmp_path)
    dest.chmod(0o600)
    fetched(running, f"{folder}/größe 数", tmp_path)
    assert [path.name for path in dest.parent.iterdir()] == ["größe 数"]


def test_flat(running: Lab, tmp_path: Path) -> None:
    shell(running, "echo hello > /tmp/note; ln -s note /tmp/link")
    assert fetched(running, "/tmp/note", tmp_path / "copy", flat=True)["dest"] == str(tmp_path / "copy")
    assert fetched(running, "/tmp/note", f"{tmp_path}/", flat=True)["dest"] == str(tmp_path / "note")
    followed = fetched(running, "/tmp/link", tmp_path / "second", flat=True)
    assert (followed["container_path"], (tmp_path / "second").read_text()) == ("/tmp/note", "hello\n")
    fetched(running, "/tmp/link", tmp_path / "third", flat=True, follow=False)
    assert (tmp_path / "third").readlink() == Path("note")


@pytest.mark.parametrize("folder", ["/tmp", "/ram"])
def test_a_folder(running: Lab, tmp_path: Path, folder: str) -> None:
    script = (
        f"mkdir -p {folder}/tree/in/ner {folder}/tree/empty; cd {folder}/tree; echo one > in/a; ln in/a in/b; "
        "ln -s ../a in/ner/link; ln -s /etc/passwd out; mkfifo pipe; printf s > in/run; chmod 4755 in/run"
    )
    assert shell(running, script)["rc"] == 0
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "kept").write_text("kept")
    result = fetched(running, f"{folder}/tree", tmp_path / "mine", flat=True)
    assert (result["files"], result["checksum"]) == (5, "")
    assert result["warnings"] == [
        f"devices, pipes and sockets are not fetched: {tmp_path}/mine/pipe are left out",
    ]
    found = sorted(str(path.relative_to(tmp_path / "mine")) for path in (tmp_path / "mine").rglob("*"))
    assert found == ["empty", "in", "in/a", "in/b", "in/ner", "in/ner/link", "in/run", "kept", "out"]
    assert (tmp_path / "mine/in/b").read_text() == "one\n"
    assert (tmp_path / "mine/in/ner/link").read_text() == "one\n"
    assert stat.S_IMODE((tmp_path / "mine/in/run").stat().st_mode) == 0o755
    (tmp_path / "mine/in/b").write_text("two\n")
    fetched(running, f"{folder}/tree", tmp_path / "mine", flat=True)


def test_nothing_is_written_through_a_link(running: Lab, tmp_path: Path) -> None:
    shell(running, "mkdir -p /tmp/tree/in; echo evil > /tmp/tree/in/a")
    (tmp_path / "mine").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "mine" / "in").symlink_to(tmp_path / "elsewhere")
    result = fetch(running, "/tmp/tree", tmp_path / "mine", flat=True)
    assert result["failed"]
    assert str(tmp_path / "mine" / "in") in result["msg"]
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_many_small_files_and_a_large_sparse_one(running: Lab, tmp_path: Path) -> None:
    script = (
        "mkdir /tmp/many; cd /tmp/many; for i in $(seq 20); do mkdir $i; for j in $(seq 100); "
        "do echo $i.$j > $i/$j; done; done; truncate -s 64M disk; sha1sum disk"
    )
    checksum = shell(running, script)["stdout"].split()[0]
    result = fetched(running, "/tmp/many", tmp_path / "many", flat=True)
    assert result["files"] == 2_001
    assert (tmp_path / "many/17/73").read_text() == "17.73\n"
    assert hashlib.sha1((tmp_path / "many/disk").read_bytes()).hexdigest() == checksum


def test_a_container_that_does_not_run(running: Lab, tmp_path: Path) -> None:
    shell(running, "echo hello > /etc/note")
    running.engine(HOME).docker("stop", "-t", "0", "box")
    fetched(running, "/etc/note", tmp_path / "note", flat=True)


@pytest.mark.parametrize("path", ["/no/such", "/ram/no"])
def test_nothing_there(running: Lab, tmp_path: Path, path: str) -> None:
    words = f"container_path: there is nothing at {path} in box on {HOME}"
    failed = fetch(running, path, tmp_path)
    assert (failed["failed"], failed["msg"]) == (True, words)
    skipped = fetch(running, path, tmp_path, fail_on_missing=False)
    assert (skipped["changed"], skipped["msg"]) == (False, words)


def test_a_folder_in_the_way(running: Lab, tmp_path: Path) -> None:
    shell(running, "echo hello > /tmp/note")
    (tmp_path / "note").mkdir()
    result = fetch(running, "/tmp/note", tmp_path / "note", flat=True)
    assert result["msg"] == f"dest: {tmp_path}/note cannot be written where this task runs: Is a directory"


def test_an_engine_that_is_killed_in_the_middle(running: Lab, tmp_path: Path) -> None:
    shell(running, "truncate -s 8G /tmp/disk")
    engine = running.engine(HOME)
    (tmp_path / "disk").write_text("before")
    killer = threading.Timer(1.0, engine.kill)
    killer.start()
    result = fetch(running, "/tmp/disk", tmp_path / "disk", flat=True)
    killer.join()
    assert result["msg"] == f"{engine.entry} closed the connection before its answer was complete"
    assert [path.read_text() for path in tmp_path.iterdir()] == ["before"]
