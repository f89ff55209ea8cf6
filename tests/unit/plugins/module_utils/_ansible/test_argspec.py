# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Argument specs and doc fragments say the same."""

from __future__ import annotations

import typing as t

import pytest
import yaml
from ansible_collections.classic.swarm.plugins.doc_fragments.cluster import ModuleDocFragment as ClusterFragment
from ansible_collections.classic.swarm.plugins.doc_fragments.nodes import ModuleDocFragment as NodesFragment
from ansible_collections.classic.swarm.plugins.doc_fragments.placement import ModuleDocFragment as PlacementFragment
from ansible_collections.classic.swarm.plugins.doc_fragments.services import ModuleDocFragment as ServicesFragment
from ansible_collections.classic.swarm.plugins.doc_fragments.tls import ModuleDocFragment as TLSFragment
from ansible_collections.classic.swarm.plugins.module_utils._ansible.argspec import (
    ACTING_ARGUMENT_SPEC,
    CAPACITY_ARGUMENT_SPEC,
    CLUSTER_ARGUMENT_SPEC,
    NODES_ARGUMENT_SPEC,
    PLACED_ARGUMENT_SPEC,
    RANKING_ARGUMENT_SPEC,
    SERVICES_ARGUMENT_SPEC,
    TLS_ARGUMENT_SPEC,
    WISHES_ARGUMENT_SPEC,
)

_COMPARED = ("type", "elements", "required", "default", "choices", "aliases")


def _essence(options: t.Mapping[str, t.Mapping[str, t.Any]], children: str) -> t.Dict[str, t.Any]:
    """What both sides must say about each option."""
    essence: t.Dict[str, t.Any] = {}
    for name, option in options.items():
        essence[name] = {key: option[key] for key in _COMPARED if key in option}
        if children in option:
            essence[name]["suboptions"] = _essence(option[children], children)
    return essence


@pytest.mark.parametrize(
    ("spec", "documentation"),
    [
        pytest.param(CLUSTER_ARGUMENT_SPEC, ClusterFragment.DOCUMENTATION, id="cluster"),
        pytest.param(TLS_ARGUMENT_SPEC, TLSFragment.DOCUMENTATION, id="tls"),
        pytest.param(NODES_ARGUMENT_SPEC, NodesFragment.DOCUMENTATION, id="nodes"),
        pytest.param(PLACED_ARGUMENT_SPEC, NodesFragment.PLACED, id="placed"),
        pytest.param(CAPACITY_ARGUMENT_SPEC, PlacementFragment.DOCUMENTATION, id="capacity"),
        pytest.param(WISHES_ARGUMENT_SPEC, PlacementFragment.WISHES, id="wishes"),
        pytest.param(RANKING_ARGUMENT_SPEC, PlacementFragment.RANKING, id="ranking"),
        pytest.param(ACTING_ARGUMENT_SPEC, PlacementFragment.ACTING, id="acting"),
        pytest.param(SERVICES_ARGUMENT_SPEC, ServicesFragment.DOCUMENTATION, id="services"),
    ],
)
def test_spec_and_fragment_are_twins(spec: t.Mapping[str, t.Any], documentation: str) -> None:
    documented = yaml.safe_load(documentation)["options"]
    assert _essence(spec, "options") == _essence(documented, "suboptions")


@pytest.mark.parametrize(
    ("spec", "documentation"),
    [
        pytest.param(CLUSTER_ARGUMENT_SPEC, ClusterFragment.PLUGIN, id="cluster"),
        pytest.param(TLS_ARGUMENT_SPEC, TLSFragment.PLUGIN, id="tls"),
    ],
)
def test_plugins_read_the_environment_that_modules_read(spec: t.Mapping[str, t.Any], documentation: str) -> None:
    documented = {
        name: [entry["name"] for entry in option["env"]]
        for name, option in yaml.safe_load(documentation)["options"].items()
    }
    assert documented == {name: option["fallback"][1] for name, option in spec.items() if "fallback" in option}
