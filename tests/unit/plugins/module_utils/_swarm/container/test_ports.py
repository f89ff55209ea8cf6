# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import time
import typing as t

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.container.config import ContainerConfig
from ansible_collections.classic.swarm.plugins.module_utils._swarm.container.ports import (
    PortBinding,
    normal_bindings,
    parse_exposed_ports,
    parse_published_port,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.ports import HostPortRequest
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("entry", "bindings"),
    [
        ("80", [PortBinding(80, "tcp")]),
        ("80/udp", [PortBinding(80, "udp")]),
        ("80/UDP", [PortBinding(80, "udp")]),
        ("80-81", [PortBinding(80, "tcp"), PortBinding(81, "tcp")]),
        ("8080:80", [PortBinding(80, "tcp", None, 8080, 8080)]),
        ("8080:80/sctp", [PortBinding(80, "sctp", None, 8080, 8080)]),
        ("8000-8100:9003", [PortBinding(9003, "tcp", None, 8000, 8100)]),
        (
            "8000-8001:80-81",
            [PortBinding(80, "tcp", None, 8000, 8000), PortBinding(81, "tcp", None, 8001, 8001)],
        ),
        ("8000-8001:80-89", [PortBinding(80, "tcp", None, 8000, 8000), PortBinding(81, "tcp", None, 8001, 8001)]),
        ("8000:80-81", [PortBinding(80, "tcp", None, 8000, 8000)]),
        ("0:80", [PortBinding(80, "tcp")]),
        ("127.0.0.1:53:53/udp", [PortBinding(53, "udp", "127.0.0.1", 53, 53)]),
        ("127.0.0.1::80", [PortBinding(80, "tcp", "127.0.0.1")]),
        ("[2001:DB8::0:1]:8080:80", [PortBinding(80, "tcp", "2001:db8::1", 8080, 8080)]),
        ("[::]::80-81", [PortBinding(80, "tcp", "::"), PortBinding(81, "tcp", "::")]),
        ("::80", [PortBinding(80, "tcp", "")]),
    ],
)
def test_reads(entry: str, bindings: t.List[PortBinding]) -> None:
    assert parse_published_port(entry) == bindings


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("", "cannot be read; write .*8080:80"),
        ("8080:", "cannot be read"),
        ("1:2:3:4", "cannot be read"),
        ("::1:8080:80", "cannot be read; .*with an IPv6 address in brackets"),
        ("[::1:8080:80", "cannot be read"),
        ("web", "'web' is neither a port nor a range of ports"),
        ("8080:http", "'http' is neither a port"),
        ("80-", "'80-' is neither a port"),
        ("65536", "'65536' is out of range; ports are 1 to 65535"),
        ("0", "'0' is out of range"),
        ("70000:80", "'70000' is out of range"),
        ("81-80", "the range '81-80' runs backwards"),
        ("80/icmp", "the protocol 'icmp'; it must be one of tcp, udp, sctp"),
        ("80/", "the protocol ''"),
        ("localhost:80:80", "'localhost' is not an IP address; write one such as 192.0.2.7"),
        ("256.0.0.1:80:80", "'256.0.0.1' is not an IP address"),
        ("-1:80", "'-1' is neither a port"),
    ],
)
def test_refuses(entry: str, problem: str) -> None:
    with pytest.raises(InputError, match=problem) as caught:
        ContainerConfig.from_options({"published_ports": [entry]})
    assert caught.value.message.startswith(f"published_ports: '{entry}'")


@pytest.mark.parametrize(
    ("entries", "default_host_ip", "collide"),
    [
        (["80:80", "80:80"], None, True),
        (["80:80", "80:81"], None, True),
        (["80:80", "80:80/udp"], None, False),
        (["80:80", "0.0.0.0:80:81"], None, True),
        (["80:80", "[::]:80:80"], None, False),
        # The default may be the address of a network of its own, so it is not certain that these collide.
        (["80:80", "192.0.2.1:80:81"], None, False),
        (["80:80", "192.0.2.1:80:81"], "0.0.0.0", True),
        (["80:80", "192.0.2.1:80:81"], "", True),
        (["80:80", "[::1]:80:81"], "[::1]", True),
        (["192.0.2.1:80:80", "192.0.2.2:80:80"], None, False),
        (["8000-8001:80", "8000:81"], None, False),
        (["80", "80"], None, False),
    ],
)
def test_one_host_port_twice(entries: t.List[str], default_host_ip: t.Optional[str], collide: bool) -> None:
    options = {"published_ports": entries, "default_host_ip": default_host_ip}
    if not collide:
        assert len(ContainerConfig.from_options(options).values["published_ports"]) == 2
        return
    with pytest.raises(InputError, match=r"host port 80/tcp is asked for twice, for container ports 8"):
        ContainerConfig.from_options(options)


_NUMBERS = st.integers(1, 65535)


@given(_NUMBERS, _NUMBERS, st.sampled_from(["tcp", "udp", "sctp"]), st.ip_addresses())
def test_every_full_form_is_read_back(host: int, container: int, protocol: str, address: t.Any) -> None:
    written = f"[{address}]" if address.version == 6 else str(address)
    (binding,) = parse_published_port(f"{written}:{host}:{container}/{protocol}")
    assert binding == PortBinding(container, protocol, address.compressed, host, host)


@given(st.text(max_size=20))
def test_any_text_is_read_or_refused_with_its_name(text: str) -> None:
    try:
        bindings = parse_published_port(text)
    except InputError as error:
        message, bindings = error.message, []
    else:
        message = "published_ports: "
    assert message.startswith("published_ports: ")
    assert all(1 <= binding.container <= 65535 for binding in bindings)


@given(st.lists(st.builds(PortBinding, _NUMBERS, st.just("tcp")), max_size=5), st.randoms())
def test_the_order_of_bindings_says_nothing(bindings: t.List[PortBinding], random: t.Any) -> None:
    sent = {"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": str(binding.container)} for binding in bindings]}
    shuffled = {"80/tcp": random.sample(sent["80/tcp"], len(bindings))}
    assert normal_bindings(sent) == normal_bindings(shuffled)


def test_every_port_at_once_is_read_in_moments() -> None:
    start = time.process_time()
    config = ContainerConfig.from_options({"published_ports": ["1-65535", "1-65535:1-65535/udp"]})
    assert len(config.values["published_ports"]) == 2 * 65535
    assert time.process_time() - start < 10


@pytest.mark.parametrize("numbers", ["1-99999999999", f"1-{'9' * 5000}", "5-1", "1-65536"])
def test_ranges_that_no_engine_exposes_are_not_expanded(numbers: str) -> None:
    inspect = {"Config": {"ExposedPorts": {f"{numbers}/tcp": {}}}, "HostConfig": {}}
    config = ContainerConfig.from_options({"exposed_ports": ["80"], "comparisons": {"exposed_ports": "strict"}})
    (difference,) = config.differences(inspect, api_version=(1, 41))
    assert len(difference.seen) <= 1


@pytest.mark.parametrize("entry", ["9" * 400, f"80:{'9' * 5000}", f"{'x' * 5000}:80"])
def test_what_is_too_long_is_refused_in_a_line(entry: str) -> None:
    with pytest.raises(InputError) as caught:
        ContainerConfig.from_options({"published_ports": [entry]})
    assert len(caught.value.message) < 300


@pytest.mark.parametrize(
    ("ports", "exposed"),
    [
        (["80"], ("80/tcp",)),
        (["53/udp", "53"], ("53/udp", "53/tcp")),
        (["8000-8002/sctp"], ("8000/sctp", "8001/sctp", "8002/sctp")),
        (["80", "80/tcp"], ("80/tcp",)),
        ([" 80 "], ("80/tcp",)),
        ([80], ("80/tcp",)),
    ],
)
def test_exposed_ports(ports: t.List[t.Any], exposed: t.Tuple[str, ...]) -> None:
    assert parse_exposed_ports(ports, "exposed_ports") == exposed


@pytest.mark.parametrize("port", ["http", "0", "65536", "90-80", "80/icmp", "8080:80", ""])
def test_exposed_ports_refuse(port: str) -> None:
    with pytest.raises(InputError, match=r"^exposed_ports: '"):
        parse_exposed_ports([port], "exposed_ports")


@pytest.mark.parametrize(
    ("options", "requests"),
    [
        ({"published_ports": ["80", "8080:80"]}, [HostPortRequest("0.0.0.0", 8080, 8080)]),
        ({"published_ports": ["8000-8100:80/udp"]}, [HostPortRequest("0.0.0.0", 8000, 8100, "udp")]),
        ({"published_ports": ["8080:80"], "default_host_ip": ""}, [HostPortRequest("", 8080, 8080)]),
        ({"published_ports": ["8080:80"], "default_host_ip": "[::1]"}, [HostPortRequest("::1", 8080, 8080)]),
        ({"published_ports": ["192.0.2.1:8080:80"]}, [HostPortRequest("192.0.2.1", 8080, 8080)]),
        ({"published_ports": ["all"]}, []),
        ({"exposed_ports": ["80"]}, []),
        (
            {"exposed_ports": ["53/udp"], "published_ports": ["8080:80"], "network_mode": "host"},
            [HostPortRequest("", 80, 80), HostPortRequest("", 53, 53, "udp")],
        ),
    ],
)
def test_host_ports(options: t.Dict[str, t.Any], requests: t.List[HostPortRequest]) -> None:
    assert list(ContainerConfig.from_options(options).host_ports()) == requests


def test_the_address_of_a_network_stands_in_for_a_default_that_is_not_set() -> None:
    config = ContainerConfig.from_options({"published_ports": ["8080:80"]})
    assert config.host_ports("192.0.2.9") == (HostPortRequest("192.0.2.9", 8080, 8080),)


@pytest.mark.parametrize("address", ["localhost", "1.2.3", "[::1"])
def test_default_host_ip_refuses(address: str) -> None:
    with pytest.raises(InputError, match=r"default_host_ip: .* is not an IP address"):
        ContainerConfig.from_options({"default_host_ip": address})
