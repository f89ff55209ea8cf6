# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re
import typing as t
from pathlib import Path

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._ansible.leaving import fail, succeed, warn
from ansible_collections.classic.swarm.plugins.module_utils._ansible.results import fail_from
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import (
    EngineResponseError,
    ExpressionError,
    SwarmError,
)

_PLUGINS = Path(__file__).parents[5] / "plugins"

#: How text reaches a user, and the one file where it does.
_WAYS_OUT = {
    r"\.(?:exit|fail)_json\(|\bmodule\.(?:warn|deprecate)\(": {
        "module_utils/_ansible/leaving.py",
        # failures of Ansible itself, before any option is looked at
        "module_utils/_ansible/module.py",
    },
    r"display\.(?:warning|display|error|deprecated|v+)\(|raise Ansible\w*Error\(": {
        "inventory/swarm.py",
        # what containers print, and what engines say; the rest is what the user wrote
        "connection/swarm.py",
        # progress, every line of which progress_lines has made visible
        "plugin_utils/module_action.py",
    },
    r"raise AnsibleActionFail\(": {"plugin_utils/module_action.py"},
    r"stream\.write\(|\bprint\(": {"module_utils/_swarm/agent/command.py"},
}


class Module:
    """Records how it ended."""

    def __init__(self) -> None:
        self.params: t.Dict[str, t.Any] = {}
        self.warnings: t.List[str] = []
        self.result: t.Dict[str, t.Any] = {}

    def warn(self, warning: str) -> None:
        self.warnings.append(warning)

    def exit_json(self, **result: t.Any) -> None:
        self.result = result

    fail_json = exit_json


def ended(end: t.Callable[..., t.NoReturn], *arguments: t.Any, **values: t.Any) -> t.Dict[str, t.Any]:
    module = Module()
    with pytest.raises(SystemExit):
        end(module, *arguments, **values)
    return module.result


def test_warnings_are_one_visible_line_each() -> None:
    module = Module()
    warn(t.cast(t.Any, module), ["n1\x1b[31m says\n[ERROR]: no", "\u202eabc", "plain"])
    assert module.warnings == [r"n1\x1b[31m says\n[ERROR]: no", r"\u202eabc", "plain"]


def test_results_are_as_they_are_but_for_reserved_keys() -> None:
    labels = {"__ansible_type": "a\x1b", "zone": "b"}
    assert ended(succeed, changed=False, nodes=[{"labels": labels}]) == {
        "changed": False,
        "nodes": [{"labels": {"%__ansible_type": "a\x1b", "zone": "b"}}],
    }


@pytest.mark.parametrize("end", [succeed, fail])
def test_messages_keep_their_lines(end: t.Callable[..., t.NoReturn]) -> None:
    assert ended(end, msg="0 of 1 nodes\n  n1\x07\tno")["msg"] == "0 of 1 nodes\n  n1\\x07\\tno"


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (EngineResponseError("a:1", 500, "a:1 refuses:\nchanged: \x1b[1A"), r"a:1 refuses:\nchanged: \x1b[1A"),
        (
            ExpressionError("zone=\x1bx", 5, "no", "constraints"),
            "constraints: bad expression at character 6: no\n  zone=\\x1bx\n       ^",
        ),
    ],
)
def test_errors_have_the_lines_that_are_ours(error: SwarmError, expected: str) -> None:
    assert ended(fail_from, error)["msg"] == expected


def test_there_is_no_other_way_out() -> None:
    """Whoever adds one has to see to it that it shows what engines sent as ``visible`` does, and to name it here."""
    for pattern, where in _WAYS_OUT.items():
        found = {
            str(path.relative_to(_PLUGINS))
            for path in _PLUGINS.rglob("*.py")
            if re.search(pattern, path.read_text(encoding="utf-8"))
        }
        assert found == where, pattern


@pytest.mark.parametrize("where", ["inventory/swarm.py", "plugin_utils/module_action.py"])
def test_every_text_of_a_plugin_is_made_visible(where: str) -> None:
    source = (_PLUGINS / where).read_text(encoding="utf-8")
    for found in re.finditer(r"display\.warning\(|raise Ansible(?:ParserError|ActionFail)\(", source):
        assert source[found.end() :].lstrip().startswith("visible("), source[found.start() : found.end() + 60]
