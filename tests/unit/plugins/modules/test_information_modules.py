# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules that only ask: that they say what they take, and that they only pass it on."""

from __future__ import annotations

import importlib
import typing as t

import pytest
import yaml
from ansible_collections.classic.swarm.plugins.doc_fragments.cluster import ModuleDocFragment as ClusterFragment
from ansible_collections.classic.swarm.plugins.doc_fragments.placement import ModuleDocFragment as PlacementFragment
from ansible_collections.classic.swarm.plugins.doc_fragments.tls import ModuleDocFragment as TLSFragment

_COMPARED = ("type", "elements", "required", "default", "choices", "aliases")
_CLUSTER = (ClusterFragment.DOCUMENTATION, TLSFragment.DOCUMENTATION)
_FRAGMENTS = {
    "swarm_container_info": _CLUSTER,
    "swarm_node_info": _CLUSTER,
    "swarm_placement_info": (
        *_CLUSTER,
        PlacementFragment.DOCUMENTATION,
        PlacementFragment.WISHES,
        PlacementFragment.RANKING,
    ),
}


class Constructed(Exception):
    """Ends ``main`` once the module is constructed."""


def constructed_with(module: t.Any, monkeypatch: pytest.MonkeyPatch) -> t.Dict[str, t.Any]:
    """What ``main`` hands to AnsibleModule."""
    seen: t.Dict[str, t.Any] = {}

    def construct(**arguments: t.Any) -> t.NoReturn:
        seen.update(arguments)
        raise Constructed

    monkeypatch.setattr(module, "AnsibleModule", construct)
    with pytest.raises(Constructed):
        module.main()
    return seen


def documented_options(name: str) -> t.Dict[str, t.Any]:
    """The options of a module, those of its fragments among them."""
    documented: t.Dict[str, t.Any] = {}
    for text in (*_FRAGMENTS[name], imported(name).DOCUMENTATION):
        documented.update(yaml.safe_load(text)["options"])
    return documented


def imported(name: str) -> t.Any:
    return importlib.import_module(f"ansible_collections.classic.swarm.plugins.modules.{name}")


@pytest.mark.parametrize("name", sorted(_FRAGMENTS))
def test_documentation_and_spec_agree(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = constructed_with(imported(name), monkeypatch)
    assert arguments["supports_check_mode"] is True
    assert _essence(arguments["argument_spec"]) == _essence(documented_options(name))


def _essence(options: t.Mapping[str, t.Mapping[str, t.Any]]) -> t.Dict[str, t.Any]:
    return {name: {key: option[key] for key in _COMPARED if key in option} for name, option in options.items()}


@pytest.mark.parametrize("name", sorted(_FRAGMENTS))
def test_examples_and_returns_are_complete(name: str) -> None:
    module = imported(name)
    options = documented_options(name)
    (play,) = yaml.safe_load(module.EXAMPLES)
    used = [task[f"classic.swarm.{name}"] for task in play["tasks"] if f"classic.swarm.{name}" in task]
    assert used
    assert {option for arguments in used for option in arguments} <= set(options)
    for value in yaml.safe_load(module.RETURN).values():
        assert {"description", "returned", "type"} <= set(value)
        for field in value.get("contains", {}).values():
            assert {"description", "type", "sample"} <= set(field)
