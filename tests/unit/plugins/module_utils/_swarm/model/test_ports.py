# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.ports import (
    HostPort,
    HostPortRequest,
    addresses_overlap,
    parse_host_port,
)
from hypothesis import given
from hypothesis import strategies as st

ADDRESSES = st.sampled_from(["", "0.0.0.0", "::", "127.0.0.1", "10.0.0.1", "::1", "fe80::1"])
PORTS = st.builds(HostPort, ADDRESSES, st.integers(1, 65535), st.sampled_from(["tcp", "udp", "sctp"]))


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        ("", "", True),
        ("", "10.0.0.1", True),
        ("", "::1", True),
        ("0.0.0.0", "10.0.0.1", True),
        ("0.0.0.0", "::1", False),
        ("0.0.0.0", "::", False),
        ("::", "::1", True),
        ("::", "10.0.0.1", False),
        ("10.0.0.1", "10.0.0.1", True),
        ("10.0.0.1", "10.0.0.2", False),
    ],
)
def test_addresses_overlap(one, other, overlap):
    # Whichever of the two is asked about.
    assert {addresses_overlap(*pair) for pair in ((one, other), (other, one))} == {overlap}


@pytest.mark.parametrize(
    ("one", "other", "collide"),
    [
        (HostPort("", 80), HostPort("10.0.0.1", 80), True),
        (HostPort("", 80), HostPort("", 81), False),
        (HostPort("", 53), HostPort("", 53, "udp"), False),
        (HostPort("10.0.0.1", 80), HostPort("10.0.0.2", 80), False),
    ],
)
def test_collides_with(one, other, collide):
    assert one.collides_with(other) is collide


@pytest.mark.parametrize(
    ("wish", "text", "fixed"),
    [
        (HostPortRequest("", 80, 80), "80/tcp", True),
        (HostPortRequest("::1", 80, 90, "udp"), "[::1]:80-90/udp", False),
    ],
)
def test_a_wish_in_words(wish, text, fixed):
    assert str(wish) == text
    assert wish.fixed is fixed


@given(PORTS)
def test_a_port_reads_as_it_was_written(port):
    assert parse_host_port(str(port)) == port


@pytest.mark.parametrize("text", ["", "80", "/tcp", "0/tcp", "65536/tcp", "80/icmp", "::1:80/tcp", "80/tcp ", "a/tcp"])
def test_a_text_that_is_no_port(text):
    with pytest.raises(InputError, match="is not a host port; write it as 80/tcp"):
        parse_host_port(text)


@given(st.text(alphabet=":[]/.0123456789tcpudsx"))
def test_a_text_reads_as_a_port_or_is_an_error(text):
    try:
        port = parse_host_port(text)
    except InputError:
        return
    assert parse_host_port(str(port)) == port
