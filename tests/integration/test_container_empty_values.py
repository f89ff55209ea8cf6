# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Zero, nothing and false in every option: a container that was made with it is as asked in the next run."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._ansible.container_argspec import CONTAINER_ARGUMENT_SPEC
from ansible_collections.classic.swarm.plugins.module_utils._swarm.container.config import ContainerConfig
from ansible_collections.classic.swarm.plugins.module_utils._swarm.container.options import OPTION_RULES
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError

from tests.lab import Lab

#: Empty values by the type of an option in its argument spec.
EMPTY: dict[str, list[Any]] = {
    "bool": [False],
    "dict": [{}],
    "float": [0.0],
    "int": [0, -1],
    "list": [[]],
    "path": [],
    "raw": ["", []],
    "str": [""],
}

#: Options that are texts in the argument spec and sizes in truth.
SIZES = {"memory", "memory_reservation", "memory_swap", "shm_size"}

#: What an option needs beside it to have a meaning at all.
BESIDE: dict[str, dict[str, Any]] = {
    "log_options": {"log_driver": "json-file"},
    "memory_swap": {"memory": "64M"},
    "restart_retries": {"restart_policy": "on-failure"},
}

CASES = [
    (rule.name, value)
    for rule in OPTION_RULES
    if not CONTAINER_ARGUMENT_SPEC[rule.name].get("choices")
    for value in (["0", "-1"] if rule.name in SIZES else EMPTY[CONTAINER_ARGUMENT_SPEC[rule.name]["type"]])
]


@pytest.mark.parametrize(("option", "value"), CASES, ids=repr)
def test_the_second_run_has_nothing_to_do(lab: Lab, option: str, value: Any) -> None:
    engine = lab.engines[0]
    version = engine.api("GET", "/version")["ApiVersion"]
    api_version = (int(version.split(".")[0]), int(version.split(".")[1]))
    options = {"image": "web:1", option: value, **BESIDE.get(option, {}), "comparisons": {option: "strict"}}
    try:
        config = ContainerConfig.from_options(options)
    except InputError:
        return
    if config.unsupported(api_version):
        return
    image = engine.api("GET", "/images/web:1/json")
    body = config.create_body(image="web:1", api_version=api_version)
    created = engine.api("POST", "/containers/create?name=empty-value", body)
    try:
        found = config.differences(
            engine.api("GET", f"/containers/{created['Id']}/json"),
            image=image,
            container_image=image,
            host_info=engine.api("GET", "/info"),
            api_version=api_version,
        )
        assert [(difference.option, difference.wanted, difference.seen) for difference in found] == []
    finally:
        engine.api("DELETE", f"/containers/{created['Id']}?force=1&v=1")
