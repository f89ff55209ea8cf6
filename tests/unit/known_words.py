# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names that pages may use in code style: of options, returned values and variables, as the plugins have them."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Iterator
from typing import Any

import yaml
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.snapshot import Snapshot
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import EngineSettings
from ansible_collections.classic.swarm.plugins.plugin_utils.hosts import (
    GROUP_CONTAINERS,
    GROUP_NODES,
    GROUP_UNHEALTHY,
    Choices,
    Present,
    make_hosts,
)
from ansible_collections.classic.swarm.plugins.plugin_utils.module_action import PROGRESS
from ansible_collections.classic.swarm.plugins.plugin_utils.records import make_records
from ansible_collections.classic.swarm.tests.unit.builders import container, node
from ansible_collections.classic.swarm.tests.unit.documentation import MODULES, ROOT, documented_options, returned
from classic_swarm.manager.security.policy import CreateRules, Policy
from classic_swarm.router.template_options import parse_options

_CODE = re.compile(r"(`{1,2})([^`\n]+)\1")
_NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+")

#: Names that are not ours, and those of docker_container that are left out.
_OF_OTHERS = frozenset(
    {
        "ansible_connection",
        "ansible_pipelining",
        "ansible_shell_executable",
        "ansible_docker_docker_host",
        "ansible_python_interpreter",
        "ansible_user",
        "cache_connection",
        "cache_plugin",
        "cache_timeout",
        "create_parameters",
        "delegate_to",
        "docker_container",
        "docker_host",
        "failed_when",
        "gather_facts",
        "kernel_memory",
        "keyed_groups",
        "module_defaults",
        "network_parameters",
        "no_log",
        "pulled_image",
        "run_once",
        "swarm_tls_hostname",
        "to_number",
        "use_ssh_client",
    }
)


def name_like_words(text: str) -> set[str]:
    """Words of small letters joined by ``_`` that stand in code style, alone or before a colon or an equals sign."""
    found = set()
    for _ticks, code in _CODE.findall(text):
        name = _NAME.match(code)
        if name and code[name.end() : name.end() + 1] in ("", ":", "="):
            found.add(name.group())
    return found


@functools.cache
def known_words() -> frozenset[str]:
    """Every name that a page may use."""
    words = {PROGRESS, *_OF_OTHERS}
    for name in MODULES:
        words |= {name, *_option_names(documented_options("modules", name)), *_result_names(returned(name))}
    words |= set(_option_names(documented_options("inventory", "swarm"))) | _variables()
    words |= {*_option_names(documented_options("connection", "swarm")), *_variables_of_the_connection()}
    words |= _of_community_docker()
    words |= {path.stem for path in (ROOT / "playbooks").glob("*.yml")}
    words |= {field.name for rules in (Policy, CreateRules) for field in dataclasses.fields(rules)}
    words |= parse_options([], "haproxy", True, {}).keys()
    return frozenset(words | set(_of_roles()))


def _variables_of_the_connection() -> Iterator[str]:
    for option in documented_options("connection", "swarm").values():
        yield from (variable["name"] for variable in option.get("vars", ()))


def _of_community_docker() -> set[str]:
    """Its modules and plugins, as the page about them sets them beside ours, and options that we leave out."""
    page = (ROOT / "docs/docsite/rst/from_community_docker.rst").read_text(encoding="utf-8")
    plugins, _heading, others = page.partition("Not here\n")
    rows = re.findall(r"^(?:inventory |connection )?``(docker_\w+|current_\w+)``", plugins, re.MULTILINE)
    return {*rows, *re.findall(r"``(docker_\w+)``", others), "docker_cli", "cli_context", "config_path"}


def _option_names(options: dict[str, Any]) -> Iterator[str]:
    for name, option in options.items():
        yield from (name, *option.get("aliases", ()), *map(str, option.get("choices", ())))
        yield from _option_names(option.get("suboptions", {}))


def _of_roles() -> Iterator[str]:
    """Roles, what they take, and the groups that playbooks give them to."""
    yield from ("swarm_engines", "swarm_managers", "swarm_routers", "consul_servers")
    for specs in (ROOT / "roles").glob("*/meta/argument_specs.yml"):
        yield specs.parents[1].name
        for entry in yaml.safe_load(specs.read_text(encoding="utf-8"))["argument_specs"].values():
            yield from _option_names({name: _as_documented(option) for name, option in entry["options"].items()})


def _as_documented(option: dict[str, Any]) -> dict[str, Any]:
    """Roles call suboptions what argument specs call them."""
    inner = option.get("options", {})
    return {**option, "suboptions": {name: _as_documented(each) for name, each in inner.items()}}


def _result_names(values: dict[str, Any]) -> Iterator[str]:
    for name, value in values.items():
        yield name
        yield from _result_names(value.get("contains", {}))


def _variables() -> set[str]:
    """Variables and groups that the inventory gives to engines and containers."""
    cluster = Snapshot((node("dockerhost02", container("web", image="web:1", state="running"), labels={"zone": "a"}),))
    choices = Choices(containers=True, connection=EngineSettings())
    hosts, _warnings = make_hosts(make_records(cluster), choices, Present({}, frozenset()))
    names = {name for host in hosts for name in (*host.variables, *host.groups)}
    return {*names, GROUP_CONTAINERS, GROUP_NODES, GROUP_UNHEALTHY}
