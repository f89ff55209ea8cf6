# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Published and exposed ports: the docker CLI's syntax, the engine's bindings, the host ports that are wished for."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from ..errors import InputError
from ..model.ports import HostPortRequest, addresses_overlap
from .parse import normal_ip_address, parse_ip_address, shown
from .rule import Body, Source, Target, View, lookup, put

#: The word in ``published_ports`` that publishes every exposed port.
ALL = "all"

PROTOCOLS = ("tcp", "udp", "sctp")

_ENTRY = re.compile(
    r"(?:(?:(?P<address>\[[^\]]*\]|[^:\[\]]*):)?(?P<host>[^:\[\]]*):)?(?P<container>[^:/\[\]]+)(?:/(?P<protocol>[^/:]*))?"
)
_NUMBERS = re.compile(r"(?P<first>[0-9]+)(?:-(?P<last>[0-9]+))?")
_HIGHEST = 65535
#: More digits than any port has, leading zeros included: not read as a number.
_MOST_DIGITS = 9
_FORM = "write [[ADDRESS:]HOST_PORT:]CONTAINER_PORT[/PROTOCOL], such as 8080:80 or 127.0.0.1:53:53/udp"


@dataclass(frozen=True, order=True)
class PortBinding:
    """One container port that is published.

    :ivar address: host address; empty for every address, None for the engine's default
    :ivar first: lowest host port that will do; None for any free one that the engine finds
    :ivar last: highest
    """

    container: int
    protocol: str
    address: t.Optional[str] = None
    first: t.Optional[int] = None
    last: t.Optional[int] = None

    @property
    def exposed(self) -> str:
        """``80/tcp``: the container's side."""
        return f"{self.container}/{self.protocol}"

    @property
    def host_port(self) -> str:
        """The host's side as the engine writes it: empty, ``8080`` or ``8000-8100``."""
        if self.first is None:
            return ""
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"

    @property
    def fixed(self) -> bool:
        """Whether one host port alone will do."""
        return self.first is not None and self.first == self.last


def read_published_ports(source: Source) -> t.Optional[t.Tuple[PortBinding, ...]]:
    """The bindings of ``published_ports``; None where it is not set, or set to nothing but ``all``."""
    entries = source.options.get("published_ports")
    if entries is None or [str(entry).strip() for entry in entries] == [ALL]:
        return None
    texts = [str(entry).strip() for entry in entries]
    bindings = [binding for text in texts if text != ALL for binding in parse_published_port(text)]
    _refuse_collisions(bindings, source.options.get("default_host_ip"))
    return tuple(bindings)


def read_publish_all_ports(source: Source) -> t.Optional[bool]:
    """``publish_all_ports``, which ``all`` in ``published_ports`` sets too."""
    entries = source.options.get("published_ports") or ()
    if any(str(entry).strip() == ALL for entry in entries):
        return True
    value = source.options.get("publish_all_ports")
    return None if value is None else bool(value)


def parse_published_port(entry: str) -> t.List[PortBinding]:
    """The bindings of one entry.

    ======================= ===========================================================
    ``80``                  any free host port
    ``8080:80``             that host port
    ``8000-8100:80``        a free one of these host ports
    ``8000-8002:80-82``     one after the other; the shorter of two ranges counts
    ``80-82``               three container ports, any free host port each
    ``127.0.0.1::80``       any free port of that host address
    ``[::1]:8080:80/udp``   an IPv6 address stands in brackets
    ======================= ===========================================================

    :raises InputError: names the entry and the right form
    """
    match = _ENTRY.fullmatch(entry)
    if not match:
        raise InputError(f"published_ports: '{shown(entry)}' cannot be read; {_FORM}, with an IPv6 address in brackets")
    option = f"published_ports: '{shown(entry)}'"
    protocol = _protocol(match["protocol"], option)
    containers = _numbers(match["container"], option)
    address = _address(match["address"], option)
    hosts = _numbers(match["host"], option, least=0) if match["host"] else None
    if hosts is None:
        return [PortBinding(number, protocol, address) for number in containers]
    if len(containers) == 1:
        # Host port 0 is the docker CLI's word for any free port.
        first, last = (None, None) if hosts == range(1) else (hosts[0], hosts[-1])
        return [PortBinding(containers[0], protocol, address, first, last)]
    return [PortBinding(number, protocol, address, host, host) for host, number in zip(hosts, containers)]


def _address(text: t.Optional[str], option: str) -> t.Optional[str]:
    if text is None:
        return None
    return parse_ip_address(text, option) if text else ""


def _protocol(text: t.Optional[str], option: str) -> str:
    protocol = "tcp" if text is None else text.lower()
    if protocol not in PROTOCOLS:
        raise InputError(f"{option} has the protocol '{shown(text)}'; it must be one of {', '.join(PROTOCOLS)}")
    return protocol


def _numbers(text: str, option: str, least: int = 1) -> range:
    match = _NUMBERS.fullmatch(text.strip())
    if not match:
        raise InputError(f"{option}: '{shown(text)}' is neither a port nor a range of ports; write 8080 or 8000-8100")
    first, last = _number(match["first"]), _number(match["last"] or match["first"])
    if not least <= first <= _HIGHEST or not least <= last <= _HIGHEST:
        raise InputError(f"{option}: '{shown(text)}' is out of range; ports are 1 to {_HIGHEST}")
    if first > last:
        raise InputError(f"{option}: the range '{text}' runs backwards; write the lower port first")
    return range(first, last + 1)


def _number(digits: str) -> int:
    return int(digits) if len(digits) <= _MOST_DIGITS else _HIGHEST + 1


def _refuse_collisions(bindings: t.Sequence[PortBinding], default_host_ip: t.Optional[str]) -> None:
    """Two fixed host ports that cannot both be had.

    Where ``default_host_ip`` is not set, the default may be one address of a network's: it collides for certain only
    with itself and with every IPv4 address.
    """
    of_port: t.Dict[t.Tuple[t.Optional[int], str], t.List[PortBinding]] = {}
    for one in bindings:
        if not one.fixed:
            continue
        others = of_port.setdefault((one.first, one.protocol), [])
        for other in others:
            addresses = [default_host_ip if binding.address is None else binding.address for binding in (one, other)]
            if _collide(addresses[0], addresses[1]):
                raise InputError(
                    f"published_ports: host port {one.first}/{one.protocol} is asked for twice, "
                    f"for container ports {other.exposed} and {one.exposed}; a host port can be given once"
                )
        others.append(one)


def _collide(one: t.Optional[str], other: t.Optional[str]) -> bool:
    if one is None or other is None:
        known = other if one is None else one
        return known in (None, "", "0.0.0.0")
    return addresses_overlap(_bare(one), _bare(other))


def _bare(address: str) -> str:
    return address.strip("[]")


def parse_exposed_ports(value: t.Sequence[t.Any], option: str) -> t.Tuple[str, ...]:
    """``80/tcp`` for each port of ``80``, ``53/udp``, ``8000-8010/tcp``."""
    exposed = []
    for item in value:
        text, slash, protocol_text = str(item).strip().partition("/")
        where = f"{option}: '{shown(item)}'"
        protocol = _protocol(protocol_text if slash else None, where)
        exposed += [f"{number}/{protocol}" for number in _numbers(text, where)]
    return tuple(dict.fromkeys(exposed))


def all_exposed(values: t.Mapping[str, t.Any]) -> t.Tuple[str, ...]:
    """What is exposed: ``exposed_ports`` and the container's side of everything published, sorted."""
    published = [binding.exposed for binding in values.get("published_ports") or ()]
    return tuple(sorted({*published, *(values.get("exposed_ports") or ())}, key=_port_key))


def _port_key(port: str) -> t.Tuple[str, int]:
    number, _slash, protocol = port.partition("/")
    return protocol, int(number)


def write_exposed(body: Body, values: t.Mapping[str, t.Any]) -> None:
    """``ExposedPorts``, a set written as a mapping to empty objects."""
    exposed = all_exposed(values)
    if exposed:
        body["ExposedPorts"] = {port: {} for port in exposed}


def wanted_exposed(_ports: t.Any, view: View) -> t.Tuple[str, ...]:
    """What the user exposes or publishes, and what the image exposes."""
    return tuple(sorted({*all_exposed(view.values), *_expand(view.image_config.get("ExposedPorts"))}))


def seen_exposed(view: View) -> t.Tuple[str, ...]:
    """What the container exposes, ranges expanded."""
    return tuple(sorted(_expand(lookup(view.inspect, ("Config", "ExposedPorts")))))


def _expand(ports: t.Optional[t.Iterable[str]]) -> t.Iterator[str]:
    for port in ports or ():
        numbers, _slash, protocol = port.partition("/")
        match = _NUMBERS.fullmatch(numbers)
        # What no engine has ever exposed stays as it stands, however many ports it would be.
        if match and match["last"] and _number(match["last"]) <= _HIGHEST:
            for number in range(_number(match["first"]), _number(match["last"]) + 1):
                yield f"{number}/{protocol or 'tcp'}"
        else:
            yield f"{numbers}/{protocol or 'tcp'}"


def write_published(body: Body, bindings: t.Sequence[PortBinding], target: Target) -> None:
    """``PortBindings``."""
    put(body, ("HostConfig", "PortBindings"), _api_bindings(bindings, target))


def wanted_published(bindings: t.Sequence[PortBinding], view: View) -> t.Dict[str, t.Any]:
    """Bindings in normal form."""
    return normal_bindings(_api_bindings(bindings, view.target))


def _api_bindings(bindings: t.Sequence[PortBinding], target: Target) -> t.Dict[str, t.List[t.Dict[str, str]]]:
    result: t.Dict[str, t.List[t.Dict[str, str]]] = {}
    for binding in bindings:
        address = _bare(target.default_host_ip) if binding.address is None else binding.address
        result.setdefault(binding.exposed, []).append({"HostIp": address, "HostPort": binding.host_port})
    return result


def normal_bindings(bindings: t.Optional[t.Mapping[str, t.Any]]) -> t.Dict[str, t.List[t.Dict[str, str]]]:
    """Bindings with addresses in their shortest form, in an order of their own; port 0 is any port."""
    return {
        port: sorted((_normal_binding(item) for item in items or ()), key=lambda item: sorted(item.items()))
        for port, items in (bindings or {}).items()
    }


def _normal_binding(item: t.Mapping[str, t.Any]) -> t.Dict[str, str]:
    port = str(item.get("HostPort") or "")
    return {"HostIp": normal_ip_address(_bare(item.get("HostIp") or "")) or "", "HostPort": "" if port == "0" else port}


def parse_default_host_ip(value: t.Any, option: str) -> str:
    """An address without brackets, or the empty text for every address."""
    text = str(value)
    return parse_ip_address(text, option) if text else ""


def host_port_requests(
    values: t.Mapping[str, t.Any], default_host_ip: str, *, host_network: bool
) -> t.Tuple[HostPortRequest, ...]:
    """The host ports that a container holds: published ones, or all it exposes where it shares the host's network.

    Ports that the engine picks are no wish.
    """
    if host_network:
        requests = []
        for port in all_exposed(values):
            number, _slash, protocol = port.partition("/")
            requests.append(HostPortRequest("", int(number), int(number), protocol))
        return tuple(requests)
    return tuple(
        HostPortRequest(
            _bare(default_host_ip) if binding.address is None else binding.address,
            binding.first,
            binding.last if binding.last is not None else binding.first,
            binding.protocol,
        )
        for binding in values.get("published_ports") or ()
        if binding.first is not None
    )


def seen_published(view: View) -> t.Dict[str, t.Any]:
    """The container's bindings in normal form."""
    return normal_bindings(lookup(view.inspect, ("HostConfig", "PortBindings")))
