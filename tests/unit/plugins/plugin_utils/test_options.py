# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._ansible.argspec import (
    CLUSTER_ARGUMENT_SPEC,
    TLS_ARGUMENT_SPEC,
)
from ansible_collections.classic.swarm.plugins.module_utils._ansible.settings import cluster_settings
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError
from ansible_collections.classic.swarm.plugins.plugin_utils.options import cluster_options


class Plugin:
    """A plugin that was given some options."""

    def __init__(self, **options: t.Any) -> None:
        self._options = options

    def get_option(self, option: str) -> t.Any:
        return self._options.get(option)


def test_options_become_settings() -> None:
    plugin = Plugin(discovery="nodes://192.0.2.1:2375", discovery_options={"timeout": "3"}, partition=["zone==a"])
    settings = cluster_settings(cluster_options(plugin), {})
    assert settings.discovery.source == "nodes://192.0.2.1:2375"
    assert settings.discovery.timeout == 3.0
    assert settings.engine.timeout == 60.0
    assert [str(expression) for expression in settings.partition] == ["zone==a"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"discovery_options": {"tokn": "x"}}, r"^unknown option discovery_options\.tokn\. Supported"),
        ({"discovery_options": {"timeout": "soon"}}, "argument 'timeout' is of type"),
        ({"discovery_options": ["token"]}, "discovery_options"),
    ],
)
def test_what_ansible_does_not_look_into_is_checked(options: t.Dict[str, t.Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        cluster_options(Plugin(**options))


def test_secrets_stay_out_of_errors() -> None:
    with pytest.raises(InputError) as caught:
        cluster_options(Plugin(discovery_options={"token": "s3cret", "timeout": "soon"}))
    assert "s3cret" not in str(caught.value)


def test_what_is_set_to_nothing_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every option of the cluster: an empty text, and an empty variable of the environment behind it."""
    spec = {**CLUSTER_ARGUMENT_SPEC, **TLS_ARGUMENT_SPEC}
    variables = [name for option in spec.values() for name in option.get("fallback", (None, []))[1]]
    assert {"SWARM_DISCOVERY", "DOCKER_TIMEOUT", "DOCKER_API_VERSION", "DOCKER_TLS_HOSTNAME"} <= set(variables)
    for name in variables:
        monkeypatch.delenv(name, raising=False)
    unset = cluster_options(Plugin())
    for name in variables:
        monkeypatch.setenv(name, "")
    assert cluster_options(Plugin()) == cluster_options(Plugin(**dict.fromkeys(spec, ""))) == unset


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"discovery": "{{ source }}"}, "discovery"),
        ({"partition": ["zone==a", "disk=={% if x %}ssd{% endif %}"]}, "partition"),
        ({"discovery_options": {"token": "{{ s3cret }}"}}, "discovery_options.token"),
        ({"ca_path": "/etc/{{ x }}"}, "ca_path"),
    ],
)
def test_templates_are_refused_in_words(options: t.Dict[str, t.Any], name: str) -> None:
    with pytest.raises(InputError) as caught:
        cluster_options(Plugin(**options))
    assert str(caught.value) == (
        f"{name} is a template, and this file of the inventory is read before there are variables; write the value "
        "itself, or leave the option out and set its environment variable"
    )
