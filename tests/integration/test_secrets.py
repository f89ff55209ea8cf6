# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets stay out of results, diffs, labels, logs and errors, also at the highest verbosity.

The one exception is documented: the inspect reply shows the environment of the container, as the engine itself does.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.integration.loopback import loopback_server
from tests.integration.operating import Operator, inspect
from tests.integration.playbook import container, run_playbook

PASSWORD, TOKEN, VALUE, OTHER = "pw-5d1c90", "token-77ab31", "value-c4f02e", "value-99e1b7"


def without_inspection(result: dict[str, Any]) -> str:
    """A result without what the engine says of the container, and without the task's own options."""
    return str({key: value for key, value in result.items() if key not in ("container", "containers", "invocation")})


def test_values_of_variables(operator: Operator) -> None:
    results = [
        operator.container("c1", env={"KEY": VALUE}, check=True),
        operator.container("c1", env={"KEY": VALUE}),
        operator.container("c1", env={"KEY": OTHER}, check=True),
        operator.container("c1", env={"KEY": OTHER}),
        operator.refused("c1", env={"KEY": OTHER}, command=["nonsense"]),
        operator.refused("c2", env={"KEY": OTHER}, constraints=["zone==nowhere"]),
    ]
    for result in results:
        assert VALUE not in without_inspection(result)
        assert OTHER not in without_inspection(result)
    differences = results[3]["diff"]["differences"]
    assert [list(each) for each in differences] == [["env"]]
    assert "KEY" in str(differences)
    shown = inspect(operator.lab.engine("dockerhost01"), "c1")
    assert f"KEY={OTHER}" in shown["Config"]["Env"]
    assert OTHER not in str(shown["Config"]["Labels"])


def test_at_the_highest_verbosity(operator: Operator, tmp_path: Path) -> None:
    """A password that is refused, a token that is refused, and a container with a secret, told as loudly as can be."""

    def answer(_path: str) -> tuple[int, Any]:
        return 403, f"Permission denied for {TOKEN[:3]}"

    with loopback_server(answer) as consul, operator.lab.registry(port=5003, user="u", password=PASSWORD) as registry:
        auth = {"username": "u", "password": PASSWORD + "x"}
        tasks = [
            container("c1", image=f"{registry.address}/app:1", auth=auth),
            container("c1", discovery=f"consul://{consul.address}/swarm", discovery_options={"token": TOKEN}),
            container("c1", env={"KEY": VALUE}, task={"no_log": True}),
        ]
        run = run_playbook(operator.lab, tmp_path, tasks, arguments=["-vvvvv", "--diff"])
    assert "unauthorized" in run.results[0]["msg"] or "authoriz" in run.results[0]["msg"]
    assert "403" in run.results[1]["msg"]
    assert run.results[2]["changed"]
    for secret in (PASSWORD, TOKEN, VALUE):
        assert secret not in run.output
        assert secret not in str(run.results)
    for engine in operator.lab.engines:
        assert PASSWORD not in engine.log_tail(500)


def test_a_secret_that_is_no_log_in_the_play(operator: Operator, tmp_path: Path) -> None:
    run = run_playbook(
        operator.lab,
        tmp_path,
        [
            container("c1", env={"KEY": VALUE}, task={"no_log": True}),
            container("c1", env={"KEY": OTHER}, task={"no_log": True}),
        ],
        arguments=["-vvv", "--diff"],
    )
    assert VALUE not in run.output
    assert OTHER not in run.output


def test_the_environment_file(operator: Operator, tmp_path: Path) -> None:
    path = tmp_path / "env"
    path.write_text(f"KEY={VALUE}\n")
    operator.container("c1", env_file=str(path))
    path.write_text(f"KEY={OTHER}\n")
    result = operator.container("c1", env_file=str(path))
    assert result["changed"]
    assert VALUE not in without_inspection(result)
    assert OTHER not in without_inspection(result)
