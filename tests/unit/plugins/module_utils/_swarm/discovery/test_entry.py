# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses
import typing as t

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.entry import (
    Entry,
    parse_entries,
    parse_entry,
    unique,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10.0.0.5:2375", Entry("10.0.0.5", 2375)),
        ("http://10.0.0.5:2375", Entry("10.0.0.5", 2375, "http")),
        ("https://docker-1.example.com:2376", Entry("docker-1.example.com", 2376, "https")),
        ("HTTPS://Docker-1:2376", Entry("docker-1", 2376, "https")),
        ("node_1:1", Entry("node_1", 1)),
        ("a:65535", Entry("a", 65535)),
        ("[fd00::5]:2376", Entry("fd00::5", 2376)),
        ("[FD00:0::5]:2376", Entry("fd00::5", 2376)),
        ("https://[::1]:2376", Entry("::1", 2376, "https")),
    ],
)
def test_parses(text: str, expected: Entry) -> None:
    assert parse_entry(text) == expected


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("10.0.0.5", "bad entry '10.0.0.5': it has no port"),
        ("10.0.0.5:", "bad entry '10.0.0.5:': it has no port"),
        ("https://10.0.0.5", "bad entry 'https://10.0.0.5': it has no port"),
        ("[fd00::5]", "bad entry '[fd00::5]': it has no port"),
        (":2375", "bad entry ':2375': it has no host"),
        ("", "bad entry '': it has no port"),
        ("h:0", "port '0' is not a number between 1 and 65535"),
        ("h:65536", "port 65536 is not between 1 and 65535"),
        ("h:99999999", "port '99999999' is not a number between 1 and 65535"),
        ("h:-1", "port '-1' is not a number between 1 and 65535"),
        ("h:02375", "port '02375' is not a number between 1 and 65535"),
        ("h:http", "port 'http' is not a number between 1 and 65535"),
        ("h:2375/v1", "port '2375/v1' is not a number between 1 and 65535"),
        ("10.0.0.256:1", "'10.0.0.256' is not an IPv4 address"),
        ("10.0.0.01:1", "'10.0.0.01' is not an IPv4 address (four numbers from 0 to 255, without leading zeros)"),
        ("10:30", "'10' is not an IPv4 address"),
        ("fd00::5:2376", "an IPv6 address, and nothing else, stands in brackets, such as [fd00::5]:2376"),
        ("[name]:2376", "an IPv6 address, and nothing else, stands in brackets"),
        ("[fd00::5::]:2376", "'fd00::5::' is not an IPv6 address"),
        ("-h:1", "'-h' is not a host name"),
        ("h h:1", "'h h' is not a host name"),
        ("tcp://h:1", "tcp:// is not understood before an entry, only https:// and http:// are"),
    ],
)
def test_refuses_and_says_why(text: str, problem: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_entry(text)
    assert f"bad entry '{text}'".lower() in str(caught.value)
    assert problem in str(caught.value)
    assert str(caught.value).endswith("an entry is written HOST:PORT, such as 10.0.0.5:2376")


@pytest.mark.parametrize("parse", [parse_entry, parse_entries])
def test_a_password_is_refused_and_not_shown(parse: t.Callable[[str], object]) -> None:
    with pytest.raises(InputError, match="a user name or a password before an '@'") as caught:
        parse("https://me:hunter2@10.0.0.[1:2:2376")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(("text", "address"), [("10.0.0.5", "10.0.0.5:8500"), ("[::1]", "[::1]:8500"), ("h:1", "h:1")])
def test_default_port(text: str, address: str) -> None:
    assert parse_entry(text, default_port=8500).address == address


def test_ranges_are_expanded_with_their_scheme() -> None:
    assert parse_entries("https://10.0.0.[1:2]:[2:3]376") == (
        Entry("10.0.0.1", 2376, "https"),
        Entry("10.0.0.1", 3376, "https"),
        Entry("10.0.0.2", 2376, "https"),
        Entry("10.0.0.2", 3376, "https"),
    )


def test_a_range_that_leaves_the_address_is_refused() -> None:
    with pytest.raises(InputError, match=r"'10\.0\.0\.256' is not an IPv4 address"):
        parse_entries("10.0.0.[250:260]:2375")


@pytest.mark.parametrize(
    ("host", "port", "scheme"),
    [("", 1, None), ("h", 0, None), ("h", 65536, None), ("a b", 1, None), ("x::y", 1, None), ("h", 1, "tcp")],
)
def test_an_entry_is_checked_on_construction(host: str, port: int, scheme: t.Optional[str]) -> None:
    with pytest.raises(InputError, match="bad entry"):
        Entry(host, port, scheme)


def test_an_entry_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Entry("h", 1).port = 2  # type: ignore[misc]


def test_unique_keeps_the_first_of_an_address_and_the_order() -> None:
    entries = [Entry("b", 1), Entry("a", 1), Entry("B", 1, "https"), Entry("a", 2)]

    assert unique(entries) == (Entry("b", 1), Entry("a", 1), Entry("a", 2))


HOSTS = st.one_of(
    st.ip_addresses().map(str),
    st.from_regex(r"[A-Za-z]([A-Za-z0-9._-]{0,20}[A-Za-z0-9])?", fullmatch=True),
)
ENTRIES = st.builds(Entry, HOSTS, st.integers(1, 65535), st.sampled_from([None, "http", "https"]))


@given(ENTRIES)
def test_what_is_written_is_read_back(entry: Entry) -> None:
    assert parse_entry(str(entry)) == entry
    assert parse_entries(str(entry)) == (entry,)


@given(st.lists(ENTRIES, max_size=20))
def test_unique_is_idempotent_and_loses_no_address(entries: list[Entry]) -> None:
    kept = unique(entries)

    assert unique(kept) == kept
    assert {entry.address for entry in kept} == {entry.address for entry in entries}


@given(st.text(max_size=30))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    try:
        entry = parse_entry(text)
    except InputError:
        return
    assert parse_entry(str(entry)) == entry
