# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import math

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.ranges import MAX_ENTRIES, expand_ranges
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("10.0.0.5:2375", ["10.0.0.5:2375"], id="no range"),
        pytest.param("10.0.0.[10:12]:2375", ["10.0.0.10:2375", "10.0.0.11:2375", "10.0.0.12:2375"], id="in the host"),
        pytest.param(
            "192.168.1.2:[2:4]375", ["192.168.1.2:2375", "192.168.1.2:3375", "192.168.1.2:4375"], id="in the port"
        ),
        pytest.param("a[1:2]:[3:4]", ["a1:3", "a1:4", "a2:3", "a2:4"], id="two multiply, the last turns fastest"),
        pytest.param("n[08:11]:1", ["n08:1", "n09:1", "n10:1", "n11:1"], id="padding is kept"),
        pytest.param("n[00:01]:1", ["n00:1", "n01:1"], id="padded zero"),
        pytest.param("n[0:1]:1", ["n0:1", "n1:1"], id="a single zero is not a padding"),
        pytest.param("n[9:10]:1", ["n9:1", "n10:1"], id="unpadded ends may differ in length"),
        pytest.param("n[7:7]:1", ["n7:1"], id="range of one"),
        pytest.param("[fd00::5]:2376", ["[fd00::5]:2376"], id="an IPv6 address is not a range"),
        pytest.param("[::1]:[1:2]", ["[::1]:1", "[::1]:2"], id="IPv6 address with a range of ports"),
    ],
)
def test_expands(text: str, expected: list[str]) -> None:
    assert list(expand_ranges(text)) == expected


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("10.0.0.[20:10]:2375", "the range '[20:10]' in '10.0.0.[20:10]:2375' runs backwards; write [10:20]"),
        ("10.0.0.[a:b]:2375", "'[a:b]' in '10.0.0.[a:b]:2375' is neither a range of numbers nor an IPv6 address"),
        ("10.0.0.[:5]:2375", "'[:5]' in '10.0.0.[:5]:2375' is neither"),
        ("10.0.0.[]:2375", "'[]' in '10.0.0.[]:2375' is neither"),
        ("10.0.0.[-1:5]:2375", "'[-1:5]' in '10.0.0.[-1:5]:2375' is neither"),
        ("n[\N{ARABIC-INDIC DIGIT ONE}:\N{ARABIC-INDIC DIGIT TWO}]:1", "is neither a range of numbers"),
        ("10.0.0.[1:5:2375", "'10.0.0.[1:5:2375' has an opening bracket without its closing one"),
        ("10.0.0.1:5]:2375", "'10.0.0.1:5]:2375' has an opening bracket without its closing one"),
        ("n[1:[2:3]]:1", "'n[1:[2:3]]:1' has an opening bracket without its closing one"),
        ("n[01:5]:1", "the range '[01:5]' in 'n[01:5]:1' pads one end with zeros and not the other"),
        ("n[1:05]:1", "the range '[1:05]' in 'n[1:05]:1' pads one end with zeros and not the other"),
        ("n[1:65537]:1", "'n[1:65537]:1' stands for more than 65536 entries; write a narrower range"),
        ("n[1:999]:[1:999]", "'n[1:999]:[1:999]' stands for more than 65536 entries"),
        ("n[1:999999999999999999]:1", "stands for more than 65536 entries"),
    ],
)
def test_refuses_and_says_why(text: str, says: str) -> None:
    with pytest.raises(InputError) as caught:
        expand_ranges(text)
    assert says in str(caught.value)


def test_the_right_form_is_in_the_message() -> None:
    with pytest.raises(InputError, match=r"a range is written \[FIRST:LAST\], such as 10\.0\.0\.\[10:20\]:2375"):
        expand_ranges("n[x]:1")


def test_the_largest_range_still_works() -> None:
    assert len(expand_ranges(f"n[1:{MAX_ENTRIES}]:1")) == MAX_ENTRIES


ENDS = st.tuples(st.integers(0, 300), st.integers(0, 300)).map(sorted)


@given(st.lists(ENDS, min_size=1, max_size=2))
def test_count_is_the_product_and_order_is_that_of_counting(ranges: list[list[int]]) -> None:
    if math.prod(last - first + 1 for first, last in ranges) > MAX_ENTRIES:
        return
    expanded = expand_ranges("-".join(f"[{first}:{last}]" for first, last in ranges))

    numbers = [tuple(map(int, text.split("-"))) for text in expanded]
    assert len(numbers) == math.prod(last - first + 1 for first, last in ranges)
    assert numbers == sorted(set(numbers))
    assert numbers[0] == tuple(first for first, _last in ranges)
    assert numbers[-1] == tuple(last for _first, last in ranges)


@given(ENDS, st.integers(4, 8))
def test_padded_numbers_are_all_as_long(ends: list[int], width: int) -> None:
    first, last = (str(end).zfill(width) for end in ends)

    expanded = expand_ranges(f"[{first}:{last}]")

    assert {len(text) for text in expanded} == {width}
    assert [int(text) for text in expanded] == list(range(ends[0], ends[1] + 1))


@given(st.text(alphabet="[]:0123456789a.-", max_size=20))
def test_any_text_is_expanded_or_refused_with_the_text(text: str) -> None:
    try:
        expanded = expand_ranges(text)
    except InputError as error:
        message = str(error)
    else:
        message = text
        assert 1 <= len(expanded) <= MAX_ENTRIES
    assert text in message
