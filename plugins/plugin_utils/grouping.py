# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a host will be in the inventory, found out before it is there.

Names of groups come from labels. Only when all of them are known can hosts and groups be given names that differ.
"""

from __future__ import annotations

import typing as t


class HostName(str):
    """Name of the host that is asked about, so that a group of the same name is not taken for it."""

    __slots__ = ()


class HostSketch:
    """Stands in for the inventory while Ansible's own code adds one host to groups and gives it variables.

    :param facts: its variables; what ``group_names`` holds of groups of other sources counts
    :ivar variables: what it was given
    :ivar groups: the groups that it is in, in their order
    :ivar parents: pairs of a group and the group within it
    """

    def __init__(self, facts: t.Mapping[str, t.Any], groups: t.Iterable[str]) -> None:
        self.variables: t.Dict[str, t.Any] = {}
        self.groups = list(groups)
        self.parents: t.List[t.Tuple[str, str]] = []
        self._facts = facts

    def set_variable(self, entity: str, name: str, value: t.Any) -> None:
        """As the inventory's."""
        self.variables[name] = value

    def get_host(self, name: str) -> HostSketch:
        """As the inventory's; there is one host."""
        return self

    def get_vars(self) -> t.Dict[str, t.Any]:
        """As a host's."""
        return {
            **self._facts,
            **self.variables,
            "group_names": sorted({*self._facts.get("group_names", ()), *self.groups}),
        }

    def add_group(self, group: str) -> str:
        """As the inventory's; a group that stays empty is none."""
        return group

    def add_host(self, host: str, group: t.Optional[str] = None, port: t.Any = None) -> str:
        """As the inventory's."""
        if group is not None:
            self._join(group)
        return host

    def add_child(self, group: str, child: str) -> bool:
        """As the inventory's."""
        if isinstance(child, HostName):
            self._join(group)
        else:
            self.parents.append((group, child))
        return True

    def _join(self, group: str) -> None:
        if group not in self.groups:
            self.groups.append(group)
