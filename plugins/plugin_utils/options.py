# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of a plugin, checked as strictly as those of a module."""

from __future__ import annotations

import re
import typing as t

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.errors import AnsibleValidationError, UnsupportedError
from ansible_collections.classic.swarm.plugins.module_utils._ansible.argspec import (
    CLUSTER_ARGUMENT_SPEC,
    TLS_ARGUMENT_SPEC,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError

_TEMPLATE = re.compile(r"\{\{|\{%")


class Plugin(t.Protocol):
    """What is needed of a plugin."""

    def get_option(self, option: str) -> t.Any:
        """The value of an option, from wherever the plugin takes it."""


def cluster_options(plugin: Plugin) -> t.Mapping[str, t.Any]:
    """The options that say which engines make the cluster and how they are asked.

    Ansible converts the values of a plugin, but looks neither into lists nor into mappings. The argument spec does. A
    text that is empty, as one from an environment variable that is set to nothing, counts as not set.

    :raises InputError: a value is of the wrong type or a template, or a suboption is unknown
    """
    spec = {**CLUSTER_ARGUMENT_SPEC, **TLS_ARGUMENT_SPEC}
    values = {name: plugin.get_option(name) for name in spec}
    given = {name: value for name, value in values.items() if value not in (None, "")}
    for name, value in given.items():
        _refuse_templates(name, value)
    result = ArgumentSpecValidator(spec).validate(given)
    if result.error_messages:
        raise InputError("; ".join(_sentence(error) for error in result.errors))
    return t.cast("t.Mapping[str, t.Any]", result.validated_parameters)


def _refuse_templates(name: str, value: t.Any) -> None:
    if isinstance(value, t.Mapping):
        for key, each in value.items():
            _refuse_templates(f"{name}.{key}", each)
    elif isinstance(value, list):
        for each in value:
            _refuse_templates(name, each)
    elif isinstance(value, str) and _TEMPLATE.search(value):
        raise InputError(
            f"{name} is a template, and this file of the inventory is read before there are variables; write the value "
            "itself, or leave the option out and set its environment variable"
        )


def _sentence(error: AnsibleValidationError) -> str:
    """Of an unknown option, the error tells the name and no more: what is wrong is left to whoever prints it."""
    return f"unknown option {error}" if isinstance(error, UnsupportedError) else str(error)
