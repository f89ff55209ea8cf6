# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What engines list of containers, as the text that the endpoint lists: made of a whole answer when first asked for."""

from __future__ import annotations

import json
import typing as t

from ..._swarm.wire.json_reply import read_json

_ANYWHERE = ("0.0.0.0", "::", "")
#: What differs from one answer to the next, and stands around the text.
_APART = frozenset(("Id", "Names", "Status"))
_WRITTEN = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode

Entry = t.Mapping[str, t.Any]


class Texts:
    """The texts of the containers of one answer.

    :param body: the answer, a list that was read already
    """

    def __init__(self, body: bytes) -> None:
        self._body: t.Optional[bytes] = body
        self._made: t.Dict[str, str] = {}

    @classmethod
    def of(cls, entry: Entry, ip: str) -> Texts:
        """The text of one container alone."""
        texts = cls(b"")
        texts._body, texts._made = None, {entry["Id"]: _text(entry, ip)}
        return texts

    def take(self, identity: str, ip: str) -> str:
        """The text of a container: JSON without the braces around it, and without ID, names and status.

        :param ip: of its node
        """
        if self._body is not None:
            # Of nearly as many as are listed: one by one they would be looked for in the same bytes again and again.
            self._made = {entry["Id"]: _text(entry, ip) for entry in read_json(self._body)}
            self._body = None
        return self._made.get(identity, "")


def _text(listed: Entry, ip: str) -> str:
    shown = {key: value for key, value in listed.items() if key not in _APART}
    ports = shown.get("Ports")
    if ports:
        # What is bound everywhere is reached at the node, and listed once for each family.
        reached = [{**port, "IP": ip} if port.get("IP") in _ANYWHERE and "IP" in port else port for port in ports]
        shown["Ports"] = [port for number, port in enumerate(reached) if port not in reached[:number]]
    return _WRITTEN(shown)[1:-1]
