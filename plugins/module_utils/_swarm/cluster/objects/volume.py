# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""A volume that a task wants, compared with one that is there. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from .change import ObjectDifference, Record

#: What an engine's own volumes are kept by.
DEFAULT_DRIVER = "local"


@dataclass(frozen=True)
class WantedVolume:
    """A volume of one name on each of several nodes.

    :ivar driver_options: texts by name; some may be secrets
    :ivar labels: None where nothing is said about labels
    """

    name: str
    driver: str = DEFAULT_DRIVER
    driver_options: t.Mapping[str, str] = field(default_factory=dict, repr=False)
    labels: t.Optional[t.Mapping[str, str]] = None

    def body(self) -> t.Dict[str, t.Any]:
        """The Engine API's create body."""
        body: t.Dict[str, t.Any] = {
            "Name": self.name,
            "Driver": self.driver,
            "DriverOpts": dict(self.driver_options),
        }
        if self.labels is not None:
            body["Labels"] = dict(self.labels)
        return body

    def differences(self, record: Record) -> t.List[ObjectDifference]:
        """In which options the volume is not as asked. Options and labels that the task does not name are no
        differences.

        :param record: the engine's
        """
        found = []
        if record.get("Driver") != self.driver:
            found.append(ObjectDifference("driver", self.driver, record.get("Driver")))
        for option, wanted, seen in (
            ("driver_options", self.driver_options, record.get("Options") or {}),
            ("labels", self.labels or {}, record.get("Labels") or {}),
        ):
            found += [
                ObjectDifference(f"{option}.{key}", value, seen.get(key))
                for key, value in wanted.items()
                if seen.get(key) != value
            ]
        return found
