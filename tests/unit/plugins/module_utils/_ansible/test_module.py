# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module as Ansible starts it, with options that Ansible's own checks trip over."""

from __future__ import annotations

import contextlib
import io
import json
import typing as t

import pytest
from ansible.module_utils import basic
from ansible_collections.classic.swarm.plugins.modules import swarm_container, swarm_node_info

KEY = "-----BEGIN EC PRIVATE KEY-----\nAAAAsecretAAAA\n-----END EC PRIVATE KEY-----\n"
#: Where nothing listens: these tasks end before anything is asked.
TASK = {"name": "web", "image": "web:1", "discovery": "nodes://127.0.0.1:9"}


def run(monkeypatch: pytest.MonkeyPatch, main: t.Callable[[], None], options: t.Dict[str, t.Any]) -> str:
    """All that a module prints."""
    logged: t.List[str] = []
    monkeypatch.setattr(basic.AnsibleModule, "log", lambda self, msg, log_args=None: logged.append(f"{msg} {log_args}"))
    printed = io.StringIO()
    try:
        from ansible.module_utils.testing import patch_module_args
    except ImportError:
        pytest.skip("this ansible-core cannot be asked to run modules in this process")
    with patch_module_args(options), contextlib.redirect_stdout(printed), pytest.raises(SystemExit):
        main()
    return "\n".join([*logged, printed.getvalue()])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"cpus": float("inf")}, "cpus: 'inf' is not a number of cpus; write one such as 1.5"),
        ({"timeout": float("inf")}, "timeout: inf is not a number that can be used; write a smaller one"),
        (
            {"cpus": 10**400},
            f"cpus: 1{'0' * 39}... (401 characters) is not a number that can be used; write a smaller one",
        ),
        (
            {"count": "9" * 5000},
            "count: a number of thousands of digits is not a number that can be used; write a smaller one",
        ),
        ({"state": "a\0\x1b"}, None),
        (
            {"hostname": "a\0"},
            "hostname: the text has a NUL character, which cannot be sent to an engine; take it out",
        ),
    ],
    ids=lambda value: ascii(value)[:30],
)
def test_a_sentence_in_place_of_a_traceback(
    monkeypatch: pytest.MonkeyPatch, options: t.Dict[str, t.Any], message: t.Optional[str]
) -> None:
    result = json.loads(run(monkeypatch, swarm_container.main, {**TASK, **options}).splitlines()[-1])
    assert result["failed"]
    if message is None:
        assert result["msg"].endswith("got: a\\x00\\x1b")
    else:
        assert result["msg"] == message


@pytest.mark.parametrize(
    ("main", "options"),
    [
        (swarm_container.main, {**TASK, "client_key": KEY, "client_cert": "/c.pem"}),
        (swarm_container.main, {**TASK, "tls_client_key": KEY.replace("\n", " "), "client_cert": "/c.pem"}),
        (swarm_container.main, {**TASK, "client_key": KEY, "command": True}),
        (swarm_container.main, {**TASK, "client_key": KEY, "no_such_option": 1}),
        (swarm_container.main, {**TASK, "client_key": KEY, "name": None}),
        (swarm_container.main, {**TASK, "discovery_options": {"client_key": KEY, "client_cert": "/c.pem"}}),
        (swarm_container.main, {**TASK, "env_file": "A=AAAAsecretAAAA\nB=2"}),
        (swarm_node_info.main, {"discovery": "127.0.0.1:9", "client_key": KEY, "client_cert": "/c.pem"}),
    ],
    ids=[
        "key",
        "key in one line",
        "another fault",
        "unknown option",
        "no name",
        "discovery",
        "env_file",
        "information",
    ],
)
def test_a_key_is_neither_returned_nor_logged(
    monkeypatch: pytest.MonkeyPatch, main: t.Callable[[], None], options: t.Dict[str, t.Any]
) -> None:
    printed = run(monkeypatch, main, options)
    assert "failed" in printed
    assert "secret" not in printed
