# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What a plan must not hold: its steps name secrets, and whoever carries it out has them."""

from __future__ import annotations

import typing as t

#: The only key of the object that stands for a secret in a step.
_MARK = "$secret"


class Secrets:
    """Secrets by name."""

    def __init__(self) -> None:
        self._values: t.Dict[str, t.Any] = {}

    def keep(self, name: str, value: t.Any) -> str:
        """Hold a value under ``name``, which is returned."""
        self._values[name] = value
        return name

    def hide(self, name: str, value: t.Any) -> t.Dict[str, str]:
        """Hold a value under ``name``; what is returned stands for it in a step's data."""
        return {_MARK: self.keep(name, value)}

    def get(self, name: t.Optional[str]) -> t.Any:
        """The value called ``name``; None for None.

        :raises KeyError: it is not held
        """
        return None if name is None else self._values[name]

    def filled(self, data: t.Any) -> t.Any:
        """A copy of a step's data with every secret in its place.

        :raises KeyError: one is not held
        """
        if isinstance(data, t.Mapping):
            if set(data) == {_MARK}:
                return self._values[data[_MARK]]
            return {key: self.filled(value) for key, value in data.items()}
        if isinstance(data, (list, tuple)):
            return [self.filled(value) for value in data]
        return data
