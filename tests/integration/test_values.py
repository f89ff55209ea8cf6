# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values from a playbook to a real engine: what is sent is what was written, or a sentence says why it is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.integration.playbook import container, run_playbook
from tests.lab import Lab

KEY = "-----BEGIN EC PRIVATE KEY-----\nAAAAsecretAAAA\n-----END EC PRIVATE KEY-----\n"


@pytest.fixture
def environment_file(tmp_path: Path) -> Path:
    path = tmp_path / "app.env"
    path.write_bytes("\ufeffA=1\n  # indented\nB=a\u2028b \r\nC=a\x0cb\n".encode())
    return path


def test_what_is_sent_is_what_was_written(clean_lab: Lab, tmp_path: Path, environment_file: Path) -> None:
    options: dict[str, Any] = {
        "command": ["sleep", "600"],
        "env_file": str(environment_file),
        "etc_hosts": {"v6": "[::1]"},
        "shm_size": 0,
        "memory": "64M",
        "memory_swap": 0,
        "log_driver": "json-file",
        "log_options": {"max-file": 3, "max-size": "1m"},
        "sysctls": {"net.ipv4.ip_forward": 1},
        "ulimits": ["nofile:100:200"],
        "mounts": [{"type": "tmpfs", "target": "/c", "tmpfs_mode": "0777"}],
        "debug": True,
    }
    first, second, absent = run_playbook(
        clean_lab,
        tmp_path,
        [container("v1", **options), container("v1", **options), container("v1", state="absent", force_kill=True)],
    ).results
    assert first["changed"], first
    config, host = first["container"]["Config"], first["container"]["HostConfig"]
    assert {"A=1", "B=a\u2028b ", "C=a\x0cb"} <= set(config["Env"])
    assert host["ExtraHosts"] == ["v6:::1"]
    assert host["LogConfig"]["Config"] == {"max-file": "3", "max-size": "1m"}
    assert host["Mounts"][0]["TmpfsOptions"]["Mode"] == 0o777
    assert ["max-file" in str(warning) for warning in first["warnings"]] == [True]
    identity = first["container"]["Id"]
    assert [action["started"] for action in first["actions"] if "started" in action] == [identity]
    assert [action["created"] for action in first["actions"] if "created" in action] == ["Created container"]
    assert not second["changed"], second["diff"]
    assert second["actions"] == []
    assert [action["removed"] for action in absent["actions"] if "removed" in action] in ([identity], ["v1"])


WRONG: list[tuple[dict[str, Any], str]] = [
    (
        {"sysctls": {"net.ipv4.ip_forward": True}},
        "sysctls: the value of 'net.ipv4.ip_forward' is a boolean, which the kernel does not know; write 1 or 0",
    ),
    (
        {"labels": {"a": None}},
        "labels: the value of 'a' is null; write a text in quotes, or leave 'a' out",
    ),
    (
        {"mounts": [{"type": "tmpfs", "target": "/c", "tmpfs_mode": 0o777}]},
        "mounts: '/c' of type tmpfs, tmpfs_mode: 511 is not a string, as YAML reads octal numbers; "
        "put it in quotes, as in '1777'",
    ),
    (
        {"volumes": ["mydata"]},
        "volumes: 'mydata' has no path in the container; write /on-host:/in-container[:MODE], "
        "VOLUME:/in-container[:MODE], or /in-container for an anonymous volume",
    ),
    (
        {"client_key": KEY},
        "client_key: the value is the content of a file rather than its path, and is not shown; write a private key to "
        "a file where this runs, and give the path of that file",
    ),
]


def test_what_is_not_sent_is_said_in_one_sentence(clean_lab: Lab, tmp_path: Path) -> None:
    run = run_playbook(
        clean_lab, tmp_path, [container("v1", **options) for options, _words in WRONG], arguments=["-vvv"]
    )
    assert [result["msg"] for result in run.results] == [words for _options, words in WRONG]
    assert not any(result["changed"] for result in run.results)
    assert "AAAAsecret" not in run.output
    assert all(engine.api("GET", "/containers/json?all=1") == [] for engine in clean_lab.engines)


def test_passwords_of_volumes_stay_out_of_what_engines_say(clean_lab: Lab, tmp_path: Path) -> None:
    share = {"type": "nosuchfs", "device": "//nas/x", "o": "username=u,password=s3cret-word"}
    mount = {"target": "/n", "source": "share", "volume_options": share}
    tasks = [
        container("v1", mounts=[mount], createretry=1),
        container("v1", mounts=[{**mount, "source": "other", "volume_options": {"s3cret-word": "x", "o": share["o"]}}]),
    ]
    run = run_playbook(clean_lab, tmp_path, tasks)
    for result in run.results:
        assert "(value not shown)" in result["msg"]
        assert "s3cret" not in str({**result, "invocation": None})
    assert "s3cret" not in run.output
