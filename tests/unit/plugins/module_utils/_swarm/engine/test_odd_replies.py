# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever an engine sends, it alone is at fault, and that is a sentence: never another exception."""

from __future__ import annotations

import copy
import functools
import json
import math
import typing as t

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.container.config import ContainerConfig
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.api import (
    containers,
    exec,
    images,
    networks,
    system,
    volumes,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.api.call import Call, Reply
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.failure import explain_status
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.pulling import read_progress
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.replies import Inspect, RawEngine
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.snapshot import make_node, to_inspect
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import EngineError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.node import Node
from ansible_collections.classic.swarm.plugins.module_utils._swarm.wire.json_reply import NoJSONError, read_json
from ansible_collections.classic.swarm.plugins.module_utils._swarm.wire.response import (
    ClosedEarlyError,
    NoHTTPError,
    ReplyTooLongError,
    ResponseReader,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.engine_records import ID, IMAGE, INFO, INSPECTION, LISTED, OPTIONS
from tests.unit.soak import examples

ADDRESS = "10.0.0.1:2376"
Result = t.TypeVar("Result")


def deep(depth: int) -> t.Any:
    value: t.Any = []
    for _level in range(depth):
        value = [value]
    return value


#: What is put into records, at every place.
ODD: list[t.Any] = [
    None,
    True,
    False,
    0,
    -1,
    65536,
    2**63,
    10**400,
    -(10**400),
    1.5,
    math.nan,
    math.inf,
    "",
    " ",
    "x",
    "0",
    "²",
    "²/tcp",
    "1-99999999999/tcp",
    "80/",
    "/tcp",
    "-",
    "80-",
    "::",
    "[",
    "256.1.1.1",
    "a=b",
    "=",
    ":",
    "a:b:c:d",
    "\ud800",
    "\u202e",
    "x" * 5000,
    "container:",
    "{",
    [],
    {},
    [[]],
    [None],
    [1],
    ["a", 1],
    {"a": None},
    {"": ""},
    {"²/tcp": [{}]},
    deep(300),
]


def places(value: t.Any, path: tuple[t.Any, ...] = ()) -> t.Iterator[tuple[t.Any, ...]]:
    """Every place in a JSON value."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, (*path, key))


def put(value: t.Any, path: tuple[t.Any, ...], odd: t.Any) -> t.Any:
    """A copy of `value` with something else at that place, as far as the place is still there."""
    if not path:
        return copy.deepcopy(odd)
    copied = copy.deepcopy(value)
    inner = copied
    for key in path[:-1]:
        try:
            inner = inner[key]
        except (KeyError, IndexError, TypeError):
            return copied
    if isinstance(inner, dict) or (isinstance(inner, list) and isinstance(path[-1], int) and path[-1] < len(inner)):
        inner[path[-1]] = odd
    return copied


def odd_ones_of(value: t.Any) -> st.SearchStrategy[t.Any]:
    """The value with one to three places changed; a key may be odd as well."""
    known = list(places(value))
    keys = st.sampled_from([odd for odd in ODD if isinstance(odd, str)])
    somewhere = st.one_of(
        st.sampled_from(known), st.builds(lambda path, key: (*path, key), st.sampled_from(known), keys)
    )
    change = st.tuples(somewhere, st.sampled_from(ODD))

    def apply(changes: list[tuple[tuple[t.Any, ...], t.Any]]) -> t.Any:
        changed = value
        for path, odd in changes:
            changed = put(changed, path, odd)
        return changed

    return st.lists(change, min_size=1, max_size=3).map(apply)


def as_answered(value: t.Any) -> bytes:
    return json.dumps(value).encode()


def unless_a_sentence(make: t.Callable[[], Result]) -> Result | None:
    """What is made of an answer; None where that is a sentence, and nothing but a sentence."""
    try:
        return make()
    except EngineError as error:
        told = str(error)
    assert ADDRESS in told
    assert len(told) < 1200
    told.encode("utf-8")
    return None


def record(call: Call[t.Any], value: t.Any) -> t.Any:
    return unless_a_sentence(lambda: call.read(Reply(ADDRESS, call.asked, call.path, 200, {}, as_answered(value))))


thorough = settings(max_examples=examples(150), deadline=None)


@thorough
@given(odd_ones_of(INSPECTION), odd_ones_of(IMAGE), odd_ones_of(INFO))
def test_a_container_that_is_compared(inspection: t.Any, image: t.Any, info: t.Any) -> None:
    """What passes the check is compared without a fault; what does not is a sentence."""
    config = ContainerConfig.from_options(OPTIONS)
    found = record(containers.inspect(ID), inspection)
    other = record(images.inspect("web:1"), image)
    host = record(system.info(), info)
    if found is None:
        return
    config.differences(found, api_version=(1, 41), image=other, container_image=other, host_info=host or {})
    config.network_differences(found)
    config.image_differences(found, other)


def test_the_record_as_it_is_passes_whole() -> None:
    """Else the property above would hold for nothing."""
    assert record(containers.inspect(ID), INSPECTION) == INSPECTION
    assert record(images.inspect("web:1"), IMAGE) == IMAGE
    assert record(system.info(), INFO) == INFO
    assert ContainerConfig.from_options(OPTIONS).differences(INSPECTION, api_version=(1, 41), image=IMAGE) != ()


@thorough
@given(odd_ones_of(INFO), odd_ones_of([LISTED]), odd_ones_of([IMAGE]), odd_ones_of(INSPECTION))
def test_an_engine_whose_state_is_read(info: t.Any, listed: t.Any, listed_images: t.Any, inspection: t.Any) -> None:
    values = [read_json(as_answered(value)) for value in (info, listed, listed_images, inspection)]
    if [type(value) for value in values] != [dict, list, list, dict]:
        return  # looked at by the reader, which has tests of its own

    def make() -> Node:
        inspected = dict.fromkeys(to_inspect(ADDRESS, values[1], Inspect.ALL), values[3])
        return make_node(RawEngine(ADDRESS, (1, 41), values[0], values[1], values[2], inspected))

    node = unless_a_sentence(make)
    # whatever got through can be written out
    json.dumps(repr(node)).encode("utf-8")
    repr(node).encode("utf-8")


CALLS: list[tuple[Call[t.Any], t.Any]] = [
    (containers.list(), [LISTED]),
    (containers.create("a", {}), {"Id": ID, "Warnings": ["x"]}),
    (containers.update("a", {}), {"Warnings": ["x"]}),
    (containers.wait("a"), {"StatusCode": 1, "Error": {"Message": "x"}}),
    (exec.create("a", {}), {"Id": ID}),
    (
        networks.inspect("a"),
        {"Name": "a", "Driver": "bridge", "Options": {"a": "b"}, "IPAM": {"Config": [{"Subnet": "x"}]}},
    ),
    (networks.list(), [{"Name": "a"}]),
    (volumes.list(), {"Volumes": [{"Name": "a"}]}),
    (images.remove("a"), [{"Untagged": "a"}]),
]


@pytest.mark.parametrize(("call", "answer"), CALLS, ids=lambda value: "")
def test_every_call(call: Call[t.Any], answer: t.Any) -> None:
    for place in places(answer):
        for odd in ODD:
            record(call, put(answer, place, odd))


@thorough
def _follow(line: bytes) -> None:
    list(read_progress([line], ADDRESS, "to pull web"))


@given(st.one_of(st.binary(max_size=300), st.sampled_from(ODD).map(as_answered)))
def test_words_of_a_refusal_and_lines_of_a_pull(content: bytes) -> None:
    assert str(explain_status(ADDRESS, 500, content, "to start web")).startswith(ADDRESS)
    for line in (content, b'{"error": ' + content + b"}", b'{"error": "x", "errorDetail": ' + content + b"}"):
        unless_a_sentence(functools.partial(_follow, line))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "something else than JSON"),
        (b"\xff", "something else than JSON"),
        (b'{"Created": ' + b"9" * 4301 + b"}", "something else than JSON"),
        (b"[" * 50_000, "JSON that is nested too deeply"),
        (b"[" * 100_000, "JSON that is nested too deeply"),
        (b"[" + b"[]," * 2_000_000 + b"[]]", "JSON of more than 2,000,000 values"),
    ],
    ids=lambda value: "",
)
def test_what_json_cannot_be(content: bytes, words: str) -> None:
    with pytest.raises(NoJSONError) as caught:
        read_json(content)
    assert str(caught.value) == words


@pytest.mark.parametrize("text", ['"\\ud800"', '["a", {"\\uDFFF": "\\ud83d\\ude00"}]'])
def test_half_a_character_is_replaced(text: str) -> None:
    value = read_json(text.encode())
    repr(value).encode("utf-8")
    assert "?" in str(value)
    assert ("\U0001f600" in str(value)) is ("ude00" in text)


HTTP = (
    b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"5\r\n[1,2]\r\n0\r\nX: y\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"
)


@thorough
@given(st.data())
def test_http_that_is_bent(data: st.DataObject) -> None:
    content = bytearray(HTTP)
    for _number in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content)))
        cut = data.draw(st.integers(0, 8))
        content[at : at + cut] = data.draw(
            st.one_of(st.binary(max_size=8), st.sampled_from([b"\r\n", b"\r\n\r\n", b"-1"]))
        )
    size = data.draw(st.integers(1, 50))
    pieces, upgrade = data.draw(st.booleans()), data.draw(st.booleans())
    reader = ResponseReader(pieces=pieces, upgrade=upgrade)
    try:
        for at in range(0, len(content), size):
            reader.feed(bytes(content[at : at + size]))
        reader.end()
    except (NoHTTPError, ClosedEarlyError, ReplyTooLongError):
        return
    assert reader.complete
