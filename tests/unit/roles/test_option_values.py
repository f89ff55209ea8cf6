# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every option of every role means the same as YAML and as text, as from an INI inventory or ``-e NAME=VALUE``."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.unit.roles.rendering import ROLES, Role, conditions, expressions, files, options_of_type, specification

NAMES = sorted(path.parents[1].name for path in ROLES.glob("*/meta/argument_specs.yml"))
BOOLEANS = [(role, name) for role in NAMES for name in options_of_type(role, "bool")]
STRUCTURED = [(role, name) for role in NAMES for name in options_of_type(role, "list", "dict")]
#: Texts that look like numbers, which YAML and INI turn into some.
STRINGS = {
    "consul": ["consul_datacenter"],
    "docker_engine": ["docker_engine_version"],
    "docker_tls": ["docker_tls_ca_passphrase"],
    "swarm_agent": ["swarm_agent_delay", "swarm_agent_heartbeat", "swarm_agent_ttl"],
    "swarm_discovery": [],
    "swarm_registrator": ["swarm_registrator_ttl", "swarm_registrator_host"],
    "swarm_manager": ["swarm_manager_replication_ttl", "swarm_manager_version"],
    "swarm_router": ["swarm_router_drain", "swarm_router_interval"],
}
#: Booleans of playbooks.
OF_PLAYBOOKS = ["remove_engine_force", "rotate_operators"]

_TEMPLATES = {
    "consul": ["swarm.json.j2", "swarm-secrets.json.j2", "consul.service.j2"],
    "docker_engine": ["drop-in.conf.j2", "pin.j2"],
    "docker_tls": [],
    "swarm_agent": ["cluster.conf.j2", "swarm-agent.service.j2", "swarm-watch.service.j2"],
    "swarm_discovery": ["swarm-discovery.service.j2"],
    "swarm_registrator": ["swarm-registrator.service.j2", "swarm-follow.service.j2"],
    "swarm_manager": ["swarm-manager.service.j2"],
    "swarm_router": ["swarm-router.service.j2", "haproxy.conf.j2", "keepalived.conf.j2", "swarm-route.j2"],
}
#: What shows an option at work, where the rest of the host would hide it.
_BESIDE: dict[str, dict[str, Any]] = {"docker_engine_allow_insecure": {"docker_engine_tls": False}}


def _file(content: str) -> dict[str, Any]:
    return {"content": base64.b64encode(content.encode()).decode(), "changed": False}


_CERTIFICATE = {
    "valid_at": {"renewal": True},
    "not_after": "20360101000000Z",
    "issuer": {"commonName": "swarm CA"},
    "subject": {"commonName": "swarm CA"},
    "authority_key_identifier": "aa",
    "subject_key_identifier": "aa",
    "public_key_type": "ECC",
    "subject_alt_name": [],
    "basic_constraints": ["CA:TRUE"],
    "key_usage": ["Certificate Sign"],
    "changed": False,
}
_DONE: dict[str, Any] = {"rc": 0, "changed": False, "stdout": "", "stderr": "", "stdout_lines": []}
_THERE = {"stat": {"exists": True}, "changed": False}
_REGISTERED: dict[str, dict[str, Any]] = {
    "consul": {
        "__consul_installed": _THERE,
        "__consul_present": _THERE,
        "__consul_copied": _DONE,
        "__consul_certificate": _THERE,
        "__consul_validated": _DONE,
        "__consul_unit_before": {"changed": False},
        "__consul_known": {**_DONE, "stdout": "Candidate: 1"},
        "__consul_policies": {"status": 200, "json": []},
        "__consul_policy": {"json": {"Rules": ""}, "changed": False},
        "__consul_token": {"status": 200},
        "_consul_policy": {"name": "swarm-node", "token": "node", "rules": ""},
    },
    "docker_engine": {
        "__docker_engine_found": {**_DONE, "stdout_lines": ["/etc/docker/daemon.json"]},
        "__docker_engine_config": _file('{"data-root": "/data"}'),
        "__docker_engine_unit": _file("[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n"),
        "__docker_engine_installed": {**_DONE, "stdout_lines": ["docker.io installed 20.10"]},
        "__docker_engine_drop_in": _DONE,
        "__docker_engine_other_drop_ins": _DONE,
        "__docker_engine_written": _DONE,
        "__docker_engine_running": _DONE,
        "__docker_engine_version": {**_DONE, "stdout": "Docker version 20.10.24"},
        "__docker_engine_repository_key": _DONE,
        "__docker_engine_repository_sources": _DONE,
    },
    "docker_tls": {
        "__docker_tls_ca": _CERTIFICATE,
        "__docker_tls_ca_files": {"results": [_THERE, _THERE]},
        "__docker_tls_found": _CERTIFICATE,
        "__docker_tls_found_files": {**_DONE, "stdout_lines": ["/etc/docker/tls/cert.pem", "/etc/docker/tls/key.pem"]},
        "__docker_tls_library": _DONE,
        "__docker_tls_operator": _CERTIFICATE,
        "__docker_tls_operator_file": _THERE,
        "__docker_tls_services": {"results": []},
    },
    "swarm_agent": {
        "__swarm_agent_installed": _THERE,
        "__swarm_agent_library": _DONE,
        "__swarm_agent_watcher": _THERE,
        "__swarm_agent_folders": _DONE,
        "__swarm_agent_cluster_folder": _DONE,
        "__swarm_agent_tried": _DONE,
        "__swarm_agent_built": {"path": "/tmp/built.pyz"},
    },
    "swarm_discovery": {
        "__swarm_discovery_installed": _THERE,
        "__swarm_discovery_asked": _DONE,
        "__swarm_discovery_token": {"content": "0123456789abcdef"},
        "__swarm_discovery_token_known": {"status": 200},
        "__swarm_discovery_token_there": {"stat": {"exists": False}, "changed": False},
    },
    "swarm_router": {
        "__swarm_router_installed": _THERE,
        "__swarm_router_there": {"results": [_THERE] * 4},
        "__swarm_router_wheel": {"stat": {"exists": True, "checksum": "0123456789abcdef"}, "changed": False},
        "__swarm_router_difference": _DONE,
        "__swarm_router_status": {**_DONE, "stdout": '{"state": "ok"}'},
        "__swarm_router_journal": _DONE,
        "__swarm_router_keepalived_found": _DONE,
        "__swarm_router_programs_found": {"files": [], "changed": False},
        "__swarm_router_units": {"results": [_THERE] * 2},
        "__swarm_agent_built": {"path": "/tmp/built.pyz"},
    },
    "swarm_registrator": {
        "__swarm_registrator_installed": _THERE,
        "__swarm_registrator_library": _DONE,
        "__swarm_registrator_tried": _DONE,
        "__swarm_registrator_start": {"status": {"InvocationID": "0123"}, "changed": False},
        "__swarm_registrator_journal": _DONE,
        "__swarm_registrator_units": {"results": [_THERE]},
        "__swarm_agent_built": {"path": "/tmp/built.pyz"},
    },
    "swarm_manager": {
        "__swarm_agent_source": {"discovery": "consul://10.0.0.7:8500/swarm", "options": {}, "token_file": "t"},
        "__swarm_manager_installed": _THERE,
        "__swarm_manager_wheels": {"files": []},
        "__swarm_manager_found": _DONE,
        "__swarm_manager_certificate": _DONE,
        "__swarm_manager_venv": _DONE,
        "__swarm_manager_scratch": {"path": "/tmp/scratch"},
        "__swarm_manager_environments": {"files": []},
    },
}
#: Of loops; all variables of a host; or no value that could be compared.
_LEFT_OUT = re.compile(r"\bitem\b|^_swarm_agent_consul$|_docker_tls_key_(bits|curve)|_docker_tls_not_after")


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of Consul's secrets, as the role would have made it."""
    folder = tmp_path_factory.mktemp("secrets")
    for name in ("gossip.key", "management.token", "node.token", "agent.token", "operator.token"):
        (folder / name).write_text(f"content of {name}", encoding="utf-8")
    return folder


def _given(secrets: Path, **options: Any) -> dict[str, Any]:
    own = {"swarm_address": "10.0.0.5", "consul_secrets_dir": str(secrets), **options}
    return {
        "inventory_hostname": "h1",
        "inventory_dir": "/inventory",
        "playbook_dir": "/playbook",
        "groups": {"consul_servers": ["h1"], "swarm_engines": ["h1"]},
        "hostvars": {"h1": own},
        "ansible_facts": {
            "os_family": "Debian",
            "distribution": "Debian",
            "distribution_major_version": "12",
            "fqdn": "h1.example.com",
            "hostname": "h1",
            "python": {"executable": "/usr/bin/python3"},
            "default_ipv4": {"address": "10.0.0.5"},
        },
        "ansible_check_mode": False,
        "ansible_managed": "managed",
        "ansible_playbook_python": "/usr/bin/python3",
        **own,
    }


_KNOWN: dict[str, dict[str, Any]] = {}


def _outcome(role: str, secrets: Path, options: Mapping[str, Any]) -> dict[str, Any]:
    """All that the role would write and decide with these options."""
    # Without those that are as they would be anyway, many a call asks for the same.
    defaults = {name: option["default"] for name, option in specification(role).items() if "default" in option}
    options = {name: value for name, value in options.items() if not (name in defaults and value is defaults[name])}
    key = f"{role} {sorted(options.items())}"
    if key not in _KNOWN:
        _KNOWN[key] = _evaluated(role, secrets, options)
    return _KNOWN[key]


def _evaluated(role: str, secrets: Path, options: Mapping[str, Any]) -> dict[str, Any]:
    seen = Role(role, _given(secrets, **options), _REGISTERED[role])
    wanted = [expression for expression in (*seen.variables, *conditions(role)) if not _LEFT_OUT.search(expression)]
    found = {expression: seen.evaluate(expression) for expression in wanted}
    decided = {expression: found[expression] for expression in conditions(role) if expression in found}
    # ansible-core 2.19 and newer take nothing else.
    assert [expression for expression, value in decided.items() if not isinstance(value, bool)] == []
    return {**found, **{name: seen.template(name) for name in _TEMPLATES[role]}}


def _unlike(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    return {key: (one[key], other[key]) for key in one if one[key] != other[key]}


def test_there_is_something_to_sweep() -> None:
    assert [name for name in NAMES if not name.startswith("swarm_")] == ["consul", "docker_engine", "docker_tls"]
    ours = [name[6:] for name in NAMES if name.startswith("swarm_")]
    assert ours == ["agent", "discovery", "manager", "registrator", "router"]
    assert len(BOOLEANS) >= 13
    assert sum(len(conditions(role)) for role in NAMES) > 60


def _as_text(value: bool) -> str:
    return "yes" if value else "false"


@pytest.mark.parametrize("role", NAMES)
def test_booleans_may_be_the_text_of_their_defaults(role: str, secrets: Path) -> None:
    # Those whose default is a template depend on the host.
    defaults = {
        name: option.get("default", True) for name, option in specification(role).items() if option["type"] == "bool"
    }
    texts = {name: _as_text(value) for name, value in defaults.items()}
    assert _unlike(_outcome(role, secrets, texts), _outcome(role, secrets, defaults)) == {}


@pytest.mark.parametrize(("role", "name"), BOOLEANS)
def test_a_boolean_may_be_text(role: str, name: str, secrets: Path) -> None:
    other = not specification(role)[name].get("default", True)
    beside = _BESIDE.get(name, {})
    changed = _outcome(role, secrets, {**beside, name: other})
    assert _unlike(_outcome(role, secrets, {**beside, name: _as_text(other)}), changed) == {}
    assert _unlike(changed, _outcome(role, secrets, {**beside, name: not other})), (
        "nothing that is looked at depends on it"
    )


@pytest.mark.parametrize(
    "folder", [*(ROLES / name for name in NAMES), ROLES.parent / "playbooks"], ids=lambda path: path.name
)
def test_every_boolean_is_read_as_one(folder: Path) -> None:
    names = "|".join([name for _role, name in BOOLEANS] + OF_PLAYBOOKS)
    # Not in quotes: there it is a name.
    bare = re.compile(rf"(?<!['\w])({names})\b(?!')(?!\s*(\|\s*default\([^)]*\)\s*)?\|\s*bool\b)")
    read = [(path.name, expression) for path in files(folder) for expression in expressions(path)]
    assert len(read) > 10
    assert [(name, expression) for name, expression in read if bare.search(expression)] == []


@pytest.mark.parametrize("role", NAMES)
def test_numbers_may_be_text_and_texts_numbers(role: str, secrets: Path) -> None:
    numbers = {name: 20 + place for place, name in enumerate([*options_of_type(role, "int"), *STRINGS[role]])}
    texts = {name: str(number) for name, number in numbers.items()}
    assert len(numbers) > 1
    assert _unlike(_outcome(role, secrets, texts), _outcome(role, secrets, numbers)) == {}


@pytest.mark.parametrize("role", sorted({role for role, _name in STRUCTURED}))
def test_lists_and_dictionaries_are_known(role: str, secrets: Path) -> None:
    seen = Role(role, _given(secrets), _REGISTERED[role])
    assert seen.evaluate(f"_{role}_structured") == options_of_type(role, "list", "dict")
    assert seen.evaluate(f"_{role}_as_text") == []


@pytest.mark.parametrize(("role", "name"), STRUCTURED)
def test_a_list_or_a_dictionary_as_text_is_noticed(role: str, name: str, secrets: Path) -> None:
    assert Role(role, _given(secrets, **{name: "a,b"}), {}).evaluate(f"_{role}_as_text") == [name]


def _daemon(secrets: Path, there: Mapping[str, Any], recorded: list[str], **options: Any) -> Role:
    registered = {
        **_REGISTERED["docker_engine"],
        "__docker_engine_config": _file(json.dumps(there)),
        "__docker_engine_record": _file(json.dumps(recorded)),
    }
    return Role("docker_engine", _given(secrets, **options), registered)


def _words(text: Any) -> str:
    return " ".join(str(text or "").split())


#: A text of nothing but templates is none, since 2.19.
_FAULTS = [f"({name} | default('', true))" for name in ("_docker_engine_label_faults", "_docker_engine_string_faults")]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"docker_engine_labels": {"zone": "a"}, "docker_engine_log_opts": {"max-file": "3", "compress": "true"}}, ""),
        (
            {"docker_engine_log_opts": {"max-file": 3}},
            'max-file (docker_engine_log_opts) of h1 is 3, which is not a string; write max-file: "3", with quotes.',
        ),
        (
            {"docker_engine_log_driver": "local", "docker_engine_log_opts": {"compress": True}},
            "compress (docker_engine_log_opts) of h1 is true, which is not a string; "
            'write compress: "true", with quotes.',
        ),
        (
            {"docker_engine_log_opts": {"max-size": None}},
            "max-size (docker_engine_log_opts) of h1 is null, which is not a string; give it a value or leave it out.",
        ),
        (
            {"docker_engine_options": {"default-network-opts": {"bridge": {"com.docker.network.driver.mtu": 1450}}}},
            "com.docker.network.driver.mtu (default-network-opts in docker_engine_options, driver bridge) "
            'of h1 is 1450, which is not a string; write com.docker.network.driver.mtu: "1450", with quotes.',
        ),
        (
            {"docker_engine_labels": {"rack": 7}},
            'The label rack of h1 has the value 7, which is not a string; write rack: "7", with quotes.',
        ),
        (
            {"docker_engine_labels": {"ssd": True}},
            'The label ssd of h1 has the value true, which is not a string; write ssd: "true", with quotes.',
        ),
        (
            {"docker_engine_labels": {"rack": None}},
            "The label rack of h1 has the value null, which is not a string; give it a value or leave it out.",
        ),
    ],
)
def test_what_must_be_a_string_is_refused_otherwise(options: dict[str, Any], said: str, secrets: Path) -> None:
    seen = _daemon(secrets, {}, [], **options)
    assert _words(seen.evaluate(f"{_FAULTS[0]} ~ {_FAULTS[1]}")) == said


def test_keys_of_others_are_kept(secrets: Path) -> None:
    there = {"bip": "172.30.0.1/16", "runtimes": {"nvidia": {"path": "nvidia-container-runtime"}}}
    seen = _daemon(secrets, there, [])
    assert _words(seen.evaluate("_docker_engine_conflicts")) == ""
    wanted = seen.evaluate("_docker_engine_wanted")
    assert {key: wanted[key] for key in there} == there
    assert wanted == {**there, **seen.evaluate("_docker_engine_asked")}


def test_a_key_that_the_role_wrote_goes_with_its_option(secrets: Path) -> None:
    there = {"bip": "172.30.0.1/16", "runtimes": {}}
    wanted = _daemon(secrets, there, ["bip"]).evaluate("_docker_engine_wanted")
    assert "bip" not in wanted
    assert wanted["runtimes"] == {}


@pytest.mark.parametrize(
    ("there", "options", "said"),
    [
        ({"data-root": "/data/docker"}, {"docker_engine_data_root": "/data/docker"}, ""),
        (
            {"data-root": "/data/docker"},
            {},
            'data-root is "/data/docker" there and would be "/var/lib/docker" (docker_engine_data_root);',
        ),
        ({"labels": ["b=2", "a=1"]}, {"docker_engine_labels": {"a": "1", "b": "2"}}, ""),
        (
            {"tlscacert": "/etc/ssl/ca.pem"},
            {"docker_engine_tls": False},
            'tlscacert is "/etc/ssl/ca.pem" there and would be taken out (docker_engine_tls_ca);',
        ),
        (
            {"bip": "172.30.0.1/16"},
            {"docker_engine_options": {"bip": "172.31.0.1/16"}},
            'bip is "172.30.0.1/16" there and would be "172.31.0.1/16" (docker_engine_options);',
        ),
    ],
)
def test_keys_of_others_are_not_changed(
    there: dict[str, Any], options: dict[str, Any], said: str, secrets: Path
) -> None:
    assert _words(_daemon(secrets, there, [], **options).evaluate("_docker_engine_conflicts")) == said
    # Once the role has written them, they are its own.
    assert _words(_daemon(secrets, there, list(there), **options).evaluate("_docker_engine_conflicts")) == ""


def test_every_key_of_an_option_has_the_options_name(secrets: Path) -> None:
    seen = _daemon(secrets, {}, [])
    assert set(seen.evaluate("_docker_engine_claimed")) == set(seen.evaluate("_docker_engine_option_names"))
