# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""A network that a task wants, compared with one that is there. Pure."""

from __future__ import annotations

import ipaddress
import typing as t
from dataclasses import dataclass, field

from .change import ObjectDifference, Record

DEFAULT_DRIVER = "bridge"


@dataclass(frozen=True)
class Pool:
    """Addresses of a network; what is None is the engine's to choose.

    :ivar subnet: in CIDR notation, as is ``iprange``
    :ivar aux_addresses: addresses by the name of the host that has them
    """

    subnet: t.Optional[str] = None
    iprange: t.Optional[str] = None
    gateway: t.Optional[str] = None
    aux_addresses: t.Optional[t.Mapping[str, str]] = None

    def body(self) -> t.Dict[str, t.Any]:
        """As the Engine API has it."""
        values = {field: getattr(self, name) for name, field in _POOL_FIELDS.items()}
        return {field: value for field, value in values.items() if value is not None}

    def given(self) -> t.Dict[str, t.Any]:
        """What the task says, by option, in a form that can be compared."""
        values = {name: getattr(self, name) for name in _POOL_FIELDS}
        return {name: _normal(value) for name, value in values.items() if value is not None}


_POOL_FIELDS = {
    "subnet": "Subnet",
    "iprange": "IPRange",
    "gateway": "Gateway",
    "aux_addresses": "AuxiliaryAddresses",
}

#: Option -> field of the record, for options that are compared as they are, and what a field that is missing means.
_PLAIN: t.Tuple[t.Tuple[str, str, t.Any], ...] = (
    ("config_only", "ConfigOnly", False),
    ("driver", "Driver", None),
    ("enable_ipv4", "EnableIPv4", True),
    ("enable_ipv6", "EnableIPv6", False),
    ("internal", "Internal", False),
    ("scope", "Scope", None),
    ("attachable", "Attachable", False),
    ("ingress", "Ingress", False),
)


@dataclass(frozen=True)
class WantedNetwork:
    """A network of one name on each of several nodes. What is None is not said, and not compared.

    :ivar pools: None or empty where the engine chooses the addresses
    """

    name: str
    driver: str = DEFAULT_DRIVER
    driver_options: t.Mapping[str, str] = field(default_factory=dict)
    labels: t.Mapping[str, str] = field(default_factory=dict)
    config_from: t.Optional[str] = None
    config_only: t.Optional[bool] = None
    enable_ipv4: t.Optional[bool] = None
    enable_ipv6: t.Optional[bool] = None
    internal: t.Optional[bool] = None
    scope: t.Optional[str] = None
    attachable: t.Optional[bool] = None
    ingress: t.Optional[bool] = None
    ipam_driver: t.Optional[str] = None
    ipam_driver_options: t.Optional[t.Mapping[str, str]] = None
    pools: t.Tuple[Pool, ...] = ()

    def body(self) -> t.Dict[str, t.Any]:
        """The Engine API's create body. Before API 1.44 a second network of one name is refused only if asked to be."""
        body: t.Dict[str, t.Any] = {
            "Name": self.name,
            "CheckDuplicate": True,
            "Options": dict(self.driver_options),
            "Labels": dict(self.labels),
        }
        for option, key, _missing in _PLAIN:
            if getattr(self, option) is not None:
                body[key] = getattr(self, option)
        if self.config_from:
            body["ConfigFrom"] = {"Network": self.config_from}
        if self.ipam_driver or self.ipam_driver_options or self.pools:
            body["IPAM"] = {
                "Driver": self.ipam_driver or "default",
                "Options": dict(self.ipam_driver_options or {}),
                "Config": [pool.body() for pool in self.pools],
            }
        return body

    def differences(self, record: Record) -> t.List[ObjectDifference]:
        """In which options the network is not as asked.

        :param record: the engine's
        """
        found = []
        for option, key, missing in _PLAIN:
            wanted, seen = getattr(self, option), record.get(key, missing)
            if wanted is not None and wanted != seen:
                found.append(ObjectDifference(option, wanted, seen))
        source = (record.get("ConfigFrom") or {}).get("Network") or ""
        if self.config_from is not None and self.config_from != source:
            found.append(ObjectDifference("config_from", self.config_from, source))
        found += _differing("driver_options", self.driver_options, record.get("Options") or {})
        found += _differing("labels", self.labels, record.get("Labels") or {})
        return found + self._of_addresses(record.get("IPAM") or {})

    def _of_addresses(self, seen: Record) -> t.List[ObjectDifference]:
        found = []
        if self.ipam_driver and self.ipam_driver != seen.get("Driver"):
            found.append(ObjectDifference("ipam_driver", self.ipam_driver, seen.get("Driver")))
        options = seen.get("Options") or {}
        if self.ipam_driver_options is not None and dict(self.ipam_driver_options) != options:
            found.append(ObjectDifference("ipam_driver_options", dict(self.ipam_driver_options), options))
        pools = [_seen_pool(each) for each in seen.get("Config") or ()]
        for number, pool in enumerate(self.pools):
            found += _pool_differences(f"ipam_config[{number}]", pool.given(), pools)
        return found


def _differing(option: str, wanted: t.Mapping[str, str], seen: Record) -> t.List[ObjectDifference]:
    """Names that the task does not say are no differences: engines add some of their own."""
    return [
        ObjectDifference(f"{option}.{key}", value, seen.get(key))
        for key, value in wanted.items()
        if seen.get(key) != value
    ]


def _seen_pool(seen: Record) -> Record:
    return {name: _normal(seen[field]) for name, field in _POOL_FIELDS.items() if seen.get(field)}


def _pool_differences(option: str, wanted: Record, pools: t.Sequence[Record]) -> t.List[ObjectDifference]:
    """Pools have no order, so a pool is compared with the one that has its subnet, and holds what the engine chose."""
    if any(all(pool.get(name) == value for name, value in wanted.items()) for pool in pools):
        return []
    nearest = next((pool for pool in pools if pool.get("subnet") == wanted.get("subnet")), {})
    return [
        ObjectDifference(f"{option}.{name}", value, nearest.get(name))
        for name, value in wanted.items()
        if nearest.get(name) != value
    ]


def _normal(value: t.Any) -> t.Any:
    """An address, a subnet or several addresses in their shortest form; engines write them in theirs."""
    if isinstance(value, t.Mapping):
        return {name: _normal(item) for name, item in value.items()}
    try:
        return str(ipaddress.ip_network(value, strict=False) if "/" in value else ipaddress.ip_address(value))
    except ValueError:
        return value
