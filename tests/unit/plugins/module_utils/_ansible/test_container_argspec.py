# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The container's argument spec, its doc fragment, the table of options and docker_container say the same."""

from __future__ import annotations

import importlib.util
import re
import typing as t
from pathlib import Path

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.classic.swarm.plugins.doc_fragments.container import ModuleDocFragment
from ansible_collections.classic.swarm.plugins.module_utils._ansible.argspec import (
    ACTING_ARGUMENT_SPEC,
    CLUSTER_ARGUMENT_SPEC,
    PLACEMENT_ARGUMENT_SPEC,
    TLS_ARGUMENT_SPEC,
)
from ansible_collections.classic.swarm.plugins.module_utils._ansible.container_argspec import (
    CONTAINER_ARGUMENT_SPEC,
    CONTAINER_REQUIRED_BY,
    CONTAINER_REQUIRED_IF,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.container.options import COMPARABLE

FRAGMENT = yaml.safe_load(ModuleDocFragment.DOCUMENTATION)

#: Left out on purpose; the notes of the fragment give each one's reason.
LEFT_OUT = {"docker_host", "use_ssh_client", "kernel_memory"}

#: (option, suboption, what of it) that is not as in docker_container, and ours; the fragment gives each one's reason.
DIFFERENT = {("mounts", "tmpfs_mode", "type"): "raw"}

#: Ours, which docker_container does not have, and one that stands in the fragment of its connection options.
ADDED = {"annotations", "debug"}

#: Options of docker_container that say how the engine is reached: the cluster's and TLS's specs have them.
CONNECTION = {"api_version", "ca_path", "client_cert", "client_key", "timeout", "tls", "tls_hostname", "validate_certs"}

#: Options that say what to do with a container and cannot be compared with one.
BEHAVIOUR = {
    "cleanup",
    "command_handling",
    "comparisons",
    "container_default_behavior",
    "debug",
    "default_host_ip",
    "env_file",
    "force_kill",
    "healthy_wait_timeout",
    "image_comparison",
    "image_label_mismatch",
    "image_name_mismatch",
    "keep_volumes",
    "kill_signal",
    "networks_cli_compatible",
    "output_logs",
    "paused",
    "pull",
    "pull_check_mode_behavior",
    "recreate",
    "removal_wait_timeout",
    "restart",
    "state",
}

Options = t.Mapping[str, t.Mapping[str, t.Any]]


def _essence(options: Options, children: str) -> t.Dict[str, t.Any]:
    """Names, types, aliases, choices and defaults, in no order."""
    essence: t.Dict[str, t.Any] = {}
    for name, option in options.items():
        essence[name] = {
            "type": option.get("type", "str"),
            "elements": option.get("elements"),
            "required": bool(option.get("required")),
            "default": option.get("default"),
            "choices": set(map(repr, option.get("choices") or ())),
            "aliases": set(option.get("aliases") or ()),
            "suboptions": _essence(option.get(children) or {}, children),
        }
    return essence


def _docker_container() -> Options:
    """The options of community.docker's module as installed here."""
    package = importlib.util.find_spec("ansible_collections")
    for root in package.submodule_search_locations if package and package.submodule_search_locations else ():
        plugins = Path(root, "community", "docker", "plugins")
        if plugins.is_dir():
            source = (plugins / "modules" / "docker_container.py").read_text()
            match = re.search(r'^DOCUMENTATION = r"""(.*?)"""', source, re.DOTALL | re.MULTILINE)
            assert match, "the documentation of docker_container is not where it was"
            options: Options = yaml.safe_load(match[1])["options"]
            return options
    pytest.skip("community.docker is not installed, so there is nothing to compare with")


def test_spec_and_fragment_are_twins() -> None:
    assert _essence(CONTAINER_ARGUMENT_SPEC, "options") == _essence(FRAGMENT["options"], "suboptions")


def test_fragment_describes_every_option() -> None:
    def walk(options: Options) -> t.Iterator[t.Tuple[str, t.Any]]:
        for name, option in options.items():
            yield name, option.get("description")
            yield from walk(option.get("suboptions") or {})

    assert [name for name, text in walk(FRAGMENT["options"]) if not text] == []


def test_notes_name_every_option_left_out() -> None:
    assert set(re.findall(r"C\((\w+)\)", " ".join(FRAGMENT["notes"]))) == LEFT_OUT


def test_docker_container_has_the_same_options() -> None:
    theirs = _docker_container()
    # Connection options are fragments there as well, so the module's own documentation may lack some of them.
    assert set(theirs) - LEFT_OUT - CONNECTION - {"name"} == set(CONTAINER_ARGUMENT_SPEC) - ADDED


def test_docker_container_says_the_same_of_each_option() -> None:
    theirs = _essence(_docker_container(), "suboptions")
    ours = _essence(CONTAINER_ARGUMENT_SPEC, "options")
    common = set(ours) - ADDED
    for (option, suboption, what), value in DIFFERENT.items():
        assert ours[option]["suboptions"][suboption][what] == value
        ours[option]["suboptions"][suboption][what] = theirs[option]["suboptions"][suboption][what]
    assert {name: ours[name] for name in common} == {name: theirs[name] for name in common}


def test_every_option_is_read_by_the_container_config_or_says_what_to_do() -> None:
    assert {rule.name for rule in COMPARABLE} | BEHAVIOUR == set(CONTAINER_ARGUMENT_SPEC)
    assert {rule.name for rule in COMPARABLE} & BEHAVIOUR == set()


@pytest.mark.parametrize("rule", COMPARABLE, ids=lambda rule: str(rule.name))
def test_comparisons_know_the_aliases(rule: t.Any) -> None:
    assert list(rule.aliases) == CONTAINER_ARGUMENT_SPEC[rule.name].get("aliases", [])


@pytest.mark.parametrize(
    "other",
    [CLUSTER_ARGUMENT_SPEC, TLS_ARGUMENT_SPEC, PLACEMENT_ARGUMENT_SPEC, ACTING_ARGUMENT_SPEC],
    ids=["cluster", "tls", "placement", "acting"],
)
def test_no_other_spec_has_one_of_the_options(other: Options) -> None:
    def names(spec: Options) -> t.Set[str]:
        return {name for option, data in spec.items() for name in (option, *data.get("aliases", ()))}

    assert names(CONTAINER_ARGUMENT_SPEC) & names(other) == set()


@pytest.mark.parametrize(
    ("task", "problem"),
    [
        ({"state": "present"}, "state is present but all of the following are missing: image"),
        ({"image": "web:1", "log_options": {"max-size": "1m"}}, "missing parameter(s) required by 'log_options'"),
        ({"image": "web:1", "restart_retries": 3}, "missing parameter(s) required by 'restart_retries'"),
        ({"image": "web:1", "state": "paused"}, "value of state must be one of"),
        ({"image": "web:1", "mounts": [{"source": "a"}]}, "missing required arguments: target found in mounts"),
    ],
)
def test_spec_refuses(task: t.Dict[str, t.Any], problem: str) -> None:
    validator = ArgumentSpecValidator(
        CONTAINER_ARGUMENT_SPEC, required_if=CONTAINER_REQUIRED_IF, required_by=CONTAINER_REQUIRED_BY
    )
    assert problem in " ".join(validator.validate(task).error_messages)


def test_spec_takes_a_task_of_docker_container() -> None:
    task = {
        "image": "web:1",
        "ports": ["8080:80"],
        "exposed": ["9000"],
        "log_driver": "json-file",
        "log_opt": {"max-size": "1m"},
        "forcekill": "yes",
        "pull": True,
        "cpus": "1.5",
        "memory": "512M",
        "command": ["sleep", "10"],
    }
    result = ArgumentSpecValidator(
        CONTAINER_ARGUMENT_SPEC, required_if=CONTAINER_REQUIRED_IF, required_by=CONTAINER_REQUIRED_BY
    ).validate(task)
    assert result.error_messages == []
    read = result.validated_parameters
    assert (read["published_ports"], read["exposed_ports"], read["force_kill"]) == (["8080:80"], ["9000"], True)
    assert (read["cpus"], read["pull"], read["state"], read["env"]) == (1.5, True, "started", None)


def test_env_is_compared_and_masked_rather_than_hidden() -> None:
    assert not any(option.get("no_log") for option in CONTAINER_ARGUMENT_SPEC.values())
