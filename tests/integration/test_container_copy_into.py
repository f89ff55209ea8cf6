# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files into containers, wherever in the cluster they are."""

from __future__ import annotations

import base64
import hashlib
import os
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.classic.swarm.plugins.modules import swarm_container_copy_into

from tests.integration.operating import Result, run_module
from tests.integration.playbook import run_playbook
from tests.integration.test_container_exec import HOME, box, shell, with_box
from tests.lab import Lab

ROOT = {"owner_id": 0, "group_id": 0}


@pytest.fixture
def running(lab: Lab) -> Lab:
    return with_box(lab, "--tmpfs", "/ram", "-v", "/data")


def copy(lab: Lab, container_path: str, *, check: bool = False, **options: Any) -> Result:
    arguments = {"container": "box", "container_path": container_path, "mode_parse": "modern", **options}
    if "content" in options:
        arguments.setdefault("mode", "0644")
    return run_module(swarm_container_copy_into.main, arguments, check=check, environment=lab.environment)


def copied(lab: Lab, container_path: str, **options: Any) -> Result:
    """It is told, done, and not done again."""
    told = copy(lab, container_path, check=True, **options)
    assert told["changed"], told
    first = copy(lab, container_path, **options)
    assert (first.get("msg"), first["changed"], first["diff"]) == (None, True, told["diff"])
    again = copy(lab, container_path, **options)
    assert (again.get("msg"), again["changed"]) == (None, False)
    return first


def there(lab: Lab, path: str) -> str:
    """Mode, owner, group and content."""
    return str(shell(lab, f"stat -c '%a %u %g' '{path}'; cat '{path}'")["stdout"])


def test_what_it_returns(running: Lab) -> None:
    result = copied(running, "/tmp/note", content="hello", mode="0640", owner_id=1234, group_id=4321)
    assert {key: result[key] for key in ("changed", "container_path", "node", "address", "diff")} == {
        "changed": True,
        "container_path": "/tmp/note",
        "node": HOME,
        "address": running.engine(HOME).entry,
        "diff": {
            "before_header": "/tmp/note",
            "before": "",
            "after_header": "dynamically generated",
            "after": "hello",
        },
    }
    assert result["invocation"]["module_args"]["content"] == "(not shown)"
    # there is no such user in the container
    assert there(running, "/tmp/note") == "640 1234 4321\nhello"


@pytest.mark.parametrize(
    "path", ["/tmp/note", "tmp/note", "/tmp/../ram/note", "/data/note", "/tmp/größe 数.txt", "/ram/größe 数.txt"]
)
def test_places(running: Lab, path: str) -> None:
    """On the container's own file system, on a tmpfs, on a volume."""
    copied(running, path, content="text\n", **ROOT)
    assert there(running, os.path.normpath(f"/{path}")) == "644 0 0\ntext"


@pytest.mark.parametrize("change", [{"content": "HELLO"}, {"mode": "0600"}, {"owner_id": 7}, {"group_id": 7}])
@pytest.mark.parametrize("folder", ["/tmp", "/ram"])
def test_each_difference_is_seen(running: Lab, change: dict[str, Any], folder: str) -> None:
    wanted = {"content": "hello", **ROOT}
    copied(running, f"{folder}/note", **wanted)
    result = copied(running, f"{folder}/note", **{**wanted, **change})
    assert (result["diff"]["before"], result["diff"]["after"]) == ("hello", change.get("content", "hello"))


def test_the_user_of_the_container_is_the_owner(clean_lab: Lab) -> None:
    box(clean_lab.engine(HOME), "box", "--user", "65534:7")
    copied(clean_lab, "/tmp/note", content="hello")
    assert there(clean_lab, "/tmp/note") == "644 65534 7\nhello"


def test_a_container_that_does_not_run(running: Lab) -> None:
    engine = running.engine(HOME)
    engine.docker("stop", "-t", "0", "box")
    assert "is not running" in copy(running, "/etc/note", content="x")["msg"]
    copied(running, "/etc/note", content="hello", **ROOT)
    engine.docker("start", "box")
    assert there(running, "/etc/note") == "644 0 0\nhello"


def test_binary_content(running: Lab) -> None:
    data = bytes(range(256)) * 3
    encoded = base64.b64encode(data).decode()
    result = copied(running, "/tmp/data", content=encoded, content_is_b64=True, **ROOT)
    assert result["diff"] == {"before_header": "/tmp/data", "before": "", "src_binary": 1}
    assert shell(running, "sha256sum /tmp/data")["stdout"].split()[0] == hashlib.sha256(data).hexdigest()


def test_a_large_sparse_file(running: Lab, tmp_path: Path) -> None:
    source = tmp_path / "disk"
    with source.open("wb") as file:
        file.write(b"begin")
        file.seek(64 * 1024 * 1024)
        file.write(b"end")
    source.chmod(0o600)
    result = copied(running, "/tmp/disk", path=str(source), **ROOT)
    assert result["diff"] == {"before_header": "/tmp/disk", "before": "", "src_larger": 104448}
    wanted = hashlib.sha256(source.read_bytes()).hexdigest()
    assert shell(running, "stat -c %a /tmp/disk; sha256sum /tmp/disk")["stdout"].split()[:2] == ["600", wanted]


def test_links_of_the_container(running: Lab) -> None:
    shell(running, "echo old > /tmp/target; ln -s target /tmp/link; ln -s /tmp/link /tmp/second")
    result = copied(running, "/tmp/second", content="new", follow=True, **ROOT)
    assert result["container_path"] == "/tmp/target"
    assert shell(running, "readlink /tmp/second; cat /tmp/second")["stdout"] == "/tmp/link\nnew"
    result = copied(running, "/tmp/second", content="mine", **ROOT)
    assert (result["container_path"], result["diff"]["before"]) == ("/tmp/second", "/tmp/link")
    assert shell(running, "cat /tmp/second /tmp/target")["stdout"] == "minenew"


def test_a_link_that_leads_in_a_circle(running: Lab) -> None:
    shell(running, "ln -s b /tmp/a; ln -s a /tmp/b")
    result = copy(running, "/tmp/a", content="new", follow=True, **ROOT)
    assert result["failed"]
    assert "too many" in result["msg"] or "is a link that leads in a circle" in result["msg"]


def test_links_of_the_controller(running: Lab, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("text")
    (tmp_path / "link").symlink_to("file")
    copied(running, "/tmp/one", path=str(tmp_path / "link"), mode="0644", **ROOT)
    assert there(running, "/tmp/one") == "644 0 0\ntext"
    result = copied(running, "/tmp/two", path=str(tmp_path / "link"), local_follow=False, **ROOT)
    assert result["diff"]["after"] == "file"
    assert shell(running, "readlink /tmp/two")["stdout"] == "file"


def test_force(running: Lab) -> None:
    copied(running, "/tmp/note", content="one", **ROOT)
    assert copy(running, "/tmp/note", content="one", force=True, **ROOT)["changed"] is True
    assert copy(running, "/tmp/note", content="two", force=False, **ROOT)["changed"] is False
    assert there(running, "/tmp/note") == "644 0 0\none"
    assert copy(running, "/tmp/other", content="two", force=False, **ROOT)["changed"] is True


def test_a_playbook_shows_the_difference_and_nothing_else(running: Lab, tmp_path: Path) -> None:
    options = {"container": "box", "container_path": "/tmp/note", "mode": "0600", "mode_parse": "modern"}
    tasks = [
        {"classic.swarm.swarm_container_copy_into": {**options, "content": f"{word} words\n"}}
        for word in ("quiet", "loud")
    ]
    shown = run_playbook(running, tmp_path, tasks, arguments=["--diff"])
    assert [result["changed"] for result in shown.results] == [True, True]
    assert "-quiet words\n+loud words\n" in shown.output
    again = run_playbook(running, tmp_path, tasks[1:], arguments=["-vvv"])
    assert again.results[0]["changed"] is False
    assert "loud words" not in again.output


@pytest.mark.parametrize("options", [{}, {"force": True}])
@pytest.mark.parametrize("folder", ["/tmp/folder", "/ram/folder"])
def test_a_folder_is_never_replaced(running: Lab, folder: str, options: dict[str, Any]) -> None:
    shell(running, f"mkdir {folder}; touch {folder}/precious")
    for check in (True, False):
        result = copy(running, folder, content="x", check=check, **ROOT, **options)
        assert result["msg"] == (
            f"container_path: {folder} is a folder in the container; write the path of a file in it"
        )
    assert shell(running, f"ls {folder}")["stdout"] == "precious"


def test_a_read_only_root(clean_lab: Lab, tmp_path: Path) -> None:
    (tmp_path / "mounted").mkdir()
    (tmp_path / "sealed").mkdir()
    binds = ["-v", f"{tmp_path}/mounted:/bound", "-v", f"{tmp_path}/sealed:/sealed:ro"]
    box(clean_lab.engine(HOME), "box", "--read-only", "--tmpfs", "/ram", *binds)
    copied(clean_lab, "/ram/note", content="hello", **ROOT)
    copied(clean_lab, "/bound/note", content="hello", **ROOT)
    assert (tmp_path / "mounted" / "note").read_text() == "hello"
    for path in ("/etc/note", "/sealed/note"):
        result = copy(clean_lab, path, content="x", **ROOT)
        assert result["failed"]
        assert "read-only" in result["msg"]


@pytest.mark.parametrize("path", ["/no/such/note", "/ram/no/note"])
def test_a_folder_that_is_not_there(running: Lab, path: str) -> None:
    result = copy(running, path, content="x", **ROOT)
    assert result["failed"]
    assert os.path.dirname(path) in result["msg"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"content": "x", "mode": None}, "mode: it is required with content, which has no mode of its own"),
        (
            {"content": "x", "mode": "9"},
            "mode: '9' is not a file mode; with mode_parse=modern write a string of octal digits, such as \"0644\"",
        ),
        ({"content": "%", "content_is_b64": True}, "content: it is not Base64, which content_is_b64 says that it is"),
        ({"path": "/no/such"}, "path: /no/such cannot be read where this task runs: No such file or directory"),
        ({"path": "/tmp"}, "path: /tmp is not a file; only files and links are copied"),
        ({"content": "x", "container_path": "/"}, "container_path: this is the root folder; write the path of a file"),
    ],
)
def test_what_cannot_be_right(clean_lab: Lab, options: dict[str, Any], message: str) -> None:
    assert copy(clean_lab, options.pop("container_path", "/tmp/x"), **options, **ROOT)["msg"] == message
