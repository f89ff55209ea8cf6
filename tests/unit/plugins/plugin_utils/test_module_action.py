# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t
from types import SimpleNamespace

import pytest
from ansible.errors import AnsibleActionFail
from ansible_collections.classic.swarm.plugins.plugin_utils import module_action
from ansible_collections.classic.swarm.plugins.plugin_utils.module_action import LongModuleAction
from ansible_collections.classic.swarm.plugins.plugin_utils.progress_lines import progress_shown


def action(monkeypatch: pytest.MonkeyPatch, transport: str = "local", **task: t.Any) -> t.Any:
    """An action, and in ``asked`` the seconds for which it had progress shown."""
    found = LongModuleAction.__new__(LongModuleAction)
    keywords = {"check_mode": False, "no_log": False, "async_val": 0, "args": {}, **task}
    found._task = SimpleNamespace(**keywords)
    found._connection = SimpleNamespace(transport=transport)
    found._templar = SimpleNamespace(template=lambda value: value)
    asked: t.List[float] = []
    monkeypatch.setattr(module_action.NormalAction, "run", lambda self, tmp, task_vars: {"asked": asked})

    def shown(seconds: float, folder: str, show: t.Any) -> t.Any:
        asked.append(seconds)
        return progress_shown(seconds, "/nowhere", show)

    monkeypatch.setattr(module_action, "progress_shown", shown)
    return found


@pytest.mark.parametrize(
    ("variables", "keywords", "expected"),
    [
        ({}, {}, [5.0]),
        ({"swarm_progress": "0.5"}, {}, [0.5]),
        ({"swarm_progress": 0}, {}, []),
        ({"swarm_progress": False}, {}, []),
        ({}, {"check_mode": True}, []),
        ({}, {"no_log": True}, []),
        ({}, {"async_val": 60}, []),
        ({}, {"transport": "ssh"}, []),
    ],
)
def test_when_progress_is_shown(
    variables: t.Dict[str, t.Any], keywords: t.Any, expected: t.List[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert action(monkeypatch, **keywords).run(task_vars=variables) == {"asked": expected}


@pytest.mark.parametrize("value", ["soon", -1, "nan", "inf", None, [1]])
def test_what_is_no_number_of_seconds(value: t.Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AnsibleActionFail, match=r"swarm_progress: .* is not a number of seconds"):
        action(monkeypatch).run(task_vars={"swarm_progress": value})
