# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What a planner is told beside the snapshot: small facts of nodes, and what earlier attempts found out."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ...engine.versions import Version, our_versions, parse_version
from ...model.node import Node
from ..survey import asked_networks
from ..wanted import Member, Wanted


class HostAddresses:
    """The address on which a node publishes ports that name none, as the networks there say.

    What is not known is noted, so that it can be asked for and the plan made again.
    """

    def __init__(self) -> None:
        self._known: t.Dict[t.Tuple[str, t.Tuple[str, ...]], str] = {}
        self.missing: t.Dict[t.Tuple[str, t.Tuple[str, ...]], Wanted] = {}

    def get(self, node: Node, wanted: Wanted) -> t.Optional[str]:
        """The address; None where nobody needs to know it, or it is not known yet."""
        networks = asked_networks(wanted)
        if not networks:
            return None
        key = (node.address, networks)
        if key not in self._known:
            self.missing[key] = wanted
        return self._known.get(key)

    def learn(self, address: str, networks: t.Tuple[str, ...], host_ip: str) -> None:
        """What the engine at ``address`` answered."""
        self._known[address, networks] = host_ip
        self.missing.pop((address, networks), None)


@dataclass
class Knowledge:
    """Kept for the time of a task.

    :ivar addresses: see ``HostAddresses``
    :ivar avoid: by name of a container: addresses of nodes that failed it, with the reason in words
    :ivar lacking: by reference of an image that could not be pulled: why a node without it is no candidate
    :ivar api_setting: ``api_version`` of the settings
    """

    addresses: HostAddresses = field(default_factory=HostAddresses)
    avoid: t.Dict[str, t.Dict[str, str]] = field(default_factory=dict)
    lacking: t.Dict[str, str] = field(default_factory=dict)
    api_setting: str = "auto"

    def avoided(self, wanted: Wanted, member: Member, nodes: t.Iterable[Node]) -> t.Dict[str, str]:
        """The nodes that must not be taken for ``member``, with the reason in words."""
        avoided = dict(self.avoid.get(member.name, {}))
        image = wanted.config.image
        reason = self.lacking.get(image or "")
        if wanted.pull == "never":
            reason = f"the image {image} is not there, and pull is never"
        if reason and image:
            for node in nodes:
                if node.healthy and node.images is not None and not node.has_image(image):
                    avoided.setdefault(node.address, reason)
        return avoided

    def api_version(self, node: Node) -> Version:
        """The version that is spoken with ``node``."""
        newest = our_versions(self.api_setting)[1]
        return min(newest, parse_version(node.api_version) or newest)
