# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The containers of one engine as a text, from whoever may ask the engine to whoever registers them. Pure.

Of labels and environment only what says services is in it: the rest may be secret and is nobody's business.
"""

from __future__ import annotations

import json
import typing as t
from dataclasses import asdict, dataclass, replace

from .naming import BEGIN, ContainerFacts, PublishedPort
from .observed import Observed


@dataclass(frozen=True)
class Followed:
    """What is known of an engine at one moment.

    :ivar node: the engine's own name
    :ivar leaving: IDs of the containers that somebody has asked to stop
    """

    node: str
    containers: t.Tuple[Observed, ...]
    leaving: t.FrozenSet[str]

    def text(self) -> str:
        """One line of JSON with sorted keys."""
        containers = [asdict(replace(each, facts=_about_services(each.facts))) for each in self.containers]
        told = {"node": self.node, "containers": containers, "leaving": sorted(self.leaving)}
        return json.dumps(told, sort_keys=True, separators=(",", ":"))


def read_followed(text: str) -> Followed:
    """What such a text says.

    :raises ValueError: it is none
    """
    try:
        told = json.loads(text)
        containers = tuple(_observed(each) for each in told["containers"])
        return Followed(str(told["node"]), containers, frozenset(map(str, told["leaving"])))
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"it is not a list of containers ({type(error).__name__})") from error


def _about_services(facts: ContainerFacts) -> ContainerFacts:
    return replace(
        facts,
        labels={name: value for name, value in facts.labels.items() if name.startswith(BEGIN)},
        environment=[entry for entry in facts.environment if entry.startswith(BEGIN)],
    )


def _observed(told: t.Mapping[str, t.Any]) -> Observed:
    facts = dict(told["facts"])
    facts["ports"] = tuple(PublishedPort(**port) for port in facts["ports"])
    return Observed(ContainerFacts(**facts), told["serves"], told["health"], told["stop_signal"])
