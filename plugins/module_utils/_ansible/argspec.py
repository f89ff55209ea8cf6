# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Argument specs that modules put together. Each one is the twin of a doc fragment, which a unit test proves.

    CLUSTER_ARGUMENT_SPEC    classic.swarm.cluster
    TLS_ARGUMENT_SPEC        classic.swarm.tls
    NODES_ARGUMENT_SPEC      classic.swarm.nodes
    WISHES_ARGUMENT_SPEC     classic.swarm.placement.wishes
    RANKING_ARGUMENT_SPEC    classic.swarm.placement.ranking
    CAPACITY_ARGUMENT_SPEC   classic.swarm.placement
    ACTING_ARGUMENT_SPEC     classic.swarm.placement.acting
    SERVICES_ARGUMENT_SPEC   classic.swarm.services

Environment variables that stand for one option are fallbacks here; one that is set to nothing counts as not set. Those
that mean more than one option, or depend on another one, are read in ``settings``.
"""

from __future__ import annotations

import os
import typing as t

from ansible.module_utils.basic import AnsibleFallbackNotFound
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.configuration import known_options
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.options import BackendOption
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import DEFAULT_DISCOVERY

ArgumentSpec = t.Dict[str, t.Dict[str, t.Any]]


def set_in_environment(name: str) -> str:
    """The value of an environment variable, as the fallback of an option.

    :raises AnsibleFallbackNotFound: it is not set, or to nothing
    """
    value = os.environ.get(name)
    if not value:
        raise AnsibleFallbackNotFound
    return value


#: Options that name a file for TLS, in the words that the discovery backends use too.
_CERTIFICATE_OPTIONS: ArgumentSpec = {
    "ca_path": {"type": "path", "aliases": ["ca_cert", "tls_ca_cert", "cacert_path"]},
    "client_cert": {"type": "path", "aliases": ["tls_client_cert", "cert_path"]},
    "client_key": {"type": "path", "aliases": ["tls_client_key", "key_path"]},
}


def _discovery_option(option: BackendOption) -> t.Dict[str, t.Any]:
    """What the argument spec says of an option. No default: the environment comes between option and default."""
    spec: t.Dict[str, t.Any] = {"type": option.type}
    if option.elements:
        spec["elements"] = option.elements
    if option.aliases:
        spec["aliases"] = [*option.aliases]
    if option.secret:
        spec["no_log"] = True
    return spec


#: Suboptions of ``discovery_options``: what the backends say of themselves.
DISCOVERY_OPTIONS_SPEC: ArgumentSpec = {option.name: _discovery_option(option) for option in known_options()}

CLUSTER_ARGUMENT_SPEC: ArgumentSpec = {
    "discovery": {"type": "str", "default": DEFAULT_DISCOVERY, "fallback": (set_in_environment, ["SWARM_DISCOVERY"])},
    "discovery_options": {"type": "dict", "options": DISCOVERY_OPTIONS_SPEC},
    "partition": {"type": "list", "elements": "str"},
    "timeout": {"type": "int", "default": 60, "fallback": (set_in_environment, ["DOCKER_TIMEOUT"])},
    "snapshot_timeout": {"type": "float", "default": 10.0},
    "api_version": {
        "type": "str",
        "default": "auto",
        "aliases": ["docker_api_version"],
        "fallback": (set_in_environment, ["DOCKER_API_VERSION"]),
    },
}

TLS_ARGUMENT_SPEC: ArgumentSpec = {
    "tls": {"type": "bool"},
    "validate_certs": {"type": "bool", "default": True, "aliases": ["tls_verify"]},
    **_CERTIFICATE_OPTIONS,
    "tls_hostname": {"type": "str", "fallback": (set_in_environment, ["DOCKER_TLS_HOSTNAME"])},
}

#: Which nodes a task is about.
NODES_ARGUMENT_SPEC: ArgumentSpec = {
    "nodes": {"type": "list", "elements": "str"},
    "constraints": {"type": "list", "elements": "str"},
    "require_all": {"type": "bool", "default": False},
}

#: The same by what is there already.
PLACED_ARGUMENT_SPEC: ArgumentSpec = {
    "on_containers": {"type": "list", "elements": "str"},
    "on_groups": {"type": "list", "elements": "str"},
}

#: What one container asks of its node.
WISHES_ARGUMENT_SPEC: ArgumentSpec = {
    "constraints": {"type": "list", "elements": "str"},
    "affinities": {"type": "list", "elements": "str"},
    "whitelist": {"type": "list", "elements": "str"},
}

#: How nodes are ranked for one container.
RANKING_ARGUMENT_SPEC: ArgumentSpec = {
    "strategy": {
        "type": "str",
        "default": "spread",
        "choices": ["spread", "binpack", "binpacking", "balanced", "random", "expression"],
    },
    "rank": {"type": "str"},
    "seed": {"type": "int"},
    "spread_over": {"type": "list", "elements": "raw"},
    "spread_counts": {"type": "str", "default": "running", "choices": ["running", "all"]},
}

#: What the scheduler is told of the whole cluster.
CAPACITY_ARGUMENT_SPEC: ArgumentSpec = {
    "filters": {"type": "list", "elements": "str"},
    "overcommit": {"type": "float", "default": 0.0},
    "headroom_memory": {"type": "str", "default": "0"},
    "headroom_cpus": {"type": "float", "default": 0.0},
    "explain": {"type": "bool", "default": False},
}

#: All that the scheduler is told for one container.
PLACEMENT_ARGUMENT_SPEC: ArgumentSpec = {**WISHES_ARGUMENT_SPEC, **RANKING_ARGUMENT_SPEC, **CAPACITY_ARGUMENT_SPEC}

#: What matters besides to who acts on its answer.
ACTING_ARGUMENT_SPEC: ArgumentSpec = {
    "createretry": {"type": "int", "default": 3},
    "deregister_wait": {"type": "float", "default": 10.0},
    "relocate": {"type": "str", "default": "never", "choices": ["never", "when_needed"]},
}

#: Where containers leave before they are stopped.
SERVICES_ARGUMENT_SPEC: ArgumentSpec = {
    "services": {"type": "str", "fallback": (set_in_environment, ["SWARM_SERVICES"])},
}
