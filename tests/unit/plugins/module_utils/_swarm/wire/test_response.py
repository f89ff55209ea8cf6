# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HTTP/1.1 answers out of bytes that arrive in any pieces."""

from __future__ import annotations

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.wire import response
from ansible_collections.classic.swarm.plugins.module_utils._swarm.wire.response import (
    ClosedEarlyError,
    NoHTTPError,
    ReplyTooLongError,
    Response,
    ResponseReader,
)

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


def read(data: bytes, size: int) -> ResponseReader:
    """A reader that got `data` in pieces of `size`, as far as it wanted them."""
    reader = ResponseReader()
    for start in range(0, len(data), size):
        if reader.feed(data[start : start + size]):
            break
    return reader


ANSWERS: dict[str, tuple[bytes, int, bytes, bool]] = {
    "length": (OK + b"Content-Length: 3\r\n\r\nabc", 200, b"abc", False),
    "nothing": (OK + b"Content-Length: 0\r\n\r\n", 200, b"", False),
    "no body": (b"HTTP/1.1 204 No Content\r\n\r\n", 204, b"", False),
    "not modified": (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", 304, b"", False),
    "chunks": (CHUNKED + b"3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n", 200, b"abc0123456789", False),
    "trailers": (CHUNKED + b"1\r\na\r\n0\r\nX: y\r\nZ: 1\r\n\r\n", 200, b"a", False),
    "many chunks": (CHUNKED + b"1\r\na\r\n" * 3000 + b"0\r\n\r\n", 200, b"a" * 3000, False),
    "continue": (b"HTTP/1.1 100 Continue\r\nA: b\r\n\r\n" + OK + b"Content-Length: 1\r\n\r\na", 200, b"a", False),
    "says close": (OK + b"Connection: Close\r\nContent-Length: 1\r\n\r\na", 200, b"a", True),
    "old": (b"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na", 200, b"a", True),
    "old, kept": (b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\na", 200, b"a", False),
    "no reason": (b"HTTP/1.1 500\r\nContent-Length: 0\r\n\r\n", 500, b"", False),
}


@pytest.mark.parametrize("size", [1, 7, 100_000])
@pytest.mark.parametrize(("data", "status", "body", "last"), ANSWERS.values(), ids=ANSWERS.keys())
def test_an_answer_is_the_same_in_whatever_pieces(data: bytes, status: int, body: bytes, last: bool, size: int) -> None:
    reader = read(data, size)
    assert reader.complete
    assert reader.response()[::2] == (status, body)
    assert reader.response().last is last
    assert reader.rest() == b""


def test_headers_are_found_in_lower_case() -> None:
    data = OK + b"Api-Version:  1.41 \r\nX: \xe4\r\nContent-Length: 0\r\n\r\n"
    assert read(data, 1000).response() == Response(
        200, {"api-version": "1.41", "x": "\xe4", "content-length": "0"}, b"", False
    )


def test_what_stands_behind_an_answer_is_not_of_it() -> None:
    reader = read(OK + b"Content-Length: 1\r\n\r\nabc", 1000)
    assert (reader.response().body, reader.rest()) == (b"a", b"bc")


def test_an_answer_without_length_ends_with_the_connection() -> None:
    reader = read(OK + b"\r\nabc", 1)
    assert not reader.complete
    reader.end()
    assert reader.complete
    assert reader.response() == Response(200, {}, b"abc", True)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"HTT",
        OK,
        OK + b"Content-Length: 3\r\n\r\nab",
        CHUNKED,
        CHUNKED + b"3\r\nab",
        CHUNKED + b"1\r\na\r\n0\r\n",
    ],
)
def test_an_end_in_the_middle_is_no_answer(data: bytes) -> None:
    reader = read(data, 1)
    with pytest.raises(ClosedEarlyError):
        reader.end()


@pytest.mark.parametrize(
    "data",
    [
        b"220 mail.example.com ESMTP\r\n",
        b"\x15\x03\x01\x00\x02\x02\x46",
        b"<html>",
        b"HTTP/1.1 OK\r\n\r\n",
        b"HTTP/1.1 20 OK\r\n\r\n",
        OK + b"Content-Length: -1\r\n\r\n",
        OK + b"Content-Length: 1x\r\n\r\n",
        CHUNKED + b"xyz\r\n",
        CHUNKED + b"-3\r\nabc\r\n",
        CHUNKED + b"1" * 2000,
        CHUNKED + b"1_0\r\n" + b"a" * 16,
        CHUNKED + b"+3\r\nabc\r\n",
        CHUNKED + b"\r\n",
        CHUNKED + b"0\r\n" + b"A: b\r\n" * 20_000,
        OK + b"Content-Length: 99999999999999999\r\n\r\n",
        OK + b"Content-Length: \xb2\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 17,
        b"HTTP/1.1 101 UPGRADED\r\n\r\n",
        OK + b"A: " + b"b" * 70_000,
    ],
    ids=lambda data: repr(data[:40]),
)
def test_what_is_no_http_is_refused_as_soon_as_it_shows(data: bytes) -> None:
    with pytest.raises(NoHTTPError):
        read(data, 1000)


def test_an_answer_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(response, "LARGEST_REPLY", 1000)
    with pytest.raises(ReplyTooLongError, match="1000B"):
        read(OK + b"\r\n" + b"a" * 2000, 100)


def test_a_length_beyond_all_is_refused_before_anything_of_it_comes() -> None:
    with pytest.raises(ReplyTooLongError, match="32M"):
        read(OK + b"Content-Length: 33554433\r\n\r\n", 1000)


def test_chunks_of_a_few_bytes_have_an_end_where_they_are_no_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(response, "MOST_CHUNKS", 100)
    content = CHUNKED + b"1\r\na\r\n" * 101 + b"0\r\n\r\n"
    with pytest.raises(NoHTTPError, match="a reply in chunks of a few bytes"):
        read(content, 1000)
    reader = ResponseReader(pieces=True)
    assert reader.feed(content)
    assert reader.take() == b"a" * 101


@pytest.mark.parametrize("size", [1, 7, 100_000])
@pytest.mark.parametrize(
    "data",
    [
        OK + b"Content-Length: 9\r\n\r\nabcdefghi",
        CHUNKED + b"4\r\nabcd\r\n5\r\nefghi\r\n0\r\n\r\n",
        OK + b"\r\nabcdefghi",
    ],
    ids=["length", "chunks", "to the end"],
)
def test_a_body_can_be_taken_as_it_arrives(data: bytes, size: int) -> None:
    """Half of a chunk is given out as well, and nothing is kept."""
    reader = ResponseReader(largest=4 if size == 1 else None, pieces=True)
    taken = []
    for start in range(0, len(data), size):
        reader.feed(data[start : start + size])
        taken.append(reader.take())
    reader.end()
    assert b"".join(taken) == b"abcdefghi"
    assert reader.take() == b""
    if size == 1:
        assert max(map(len, taken)) == 1


RAW = b"HTTP/1.1 200 OK\r\nContent-Type: Application/vnd.docker.RAW-stream; x\r\n"


@pytest.mark.parametrize(
    ("data", "upgraded"),
    [
        (b"HTTP/1.1 101 UPGRADED\r\nUpgrade: tcp\r\n\r\nHTTP/1.1 ", True),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 101 UPGRADED\r\n\r\nHTTP/1.1 ", True),
        (RAW + b"\r\nHTTP/1.1 ", True),
        (RAW.replace(b"RAW", b"multiplexed") + b"\r\nHTTP/1.1 ", True),
        (RAW + b"Content-Length: 9\r\n\r\nHTTP/1.1 ", False),
        (RAW + b"Transfer-Encoding: chunked\r\n\r\n9\r\nHTTP/1.1 \r\n0\r\n\r\n", False),
        (RAW.replace(b"200", b"201") + b"\r\nHTTP/1.1 ", False),
        (OK + b"\r\nHTTP/1.1 ", False),
    ],
    ids=lambda value: "",
)
@pytest.mark.parametrize("size", [1, 1000])
def test_a_connection_is_a_stream_only_where_the_engine_says_so(data: bytes, upgraded: bool, size: int) -> None:
    reader = ResponseReader(pieces=True, upgrade=True)
    for start in range(0, len(data), size):
        reader.feed(data[start : start + size])
    assert (reader.has_begun, reader.upgraded) == (True, upgraded)
    reader.end()
    assert reader.take() == b"HTTP/1.1 "
    assert reader.last is not (b"Length" in data or b"chunked" in data)


def test_a_stream_that_nobody_asked_for_is_a_body() -> None:
    reader = read(RAW + b"\r\nabc", 1)
    assert not reader.upgraded
    reader.end()
    assert reader.response().body == b"abc"


def test_an_answer_to_head_has_no_body() -> None:
    reader = ResponseReader(bodiless=True)
    assert reader.feed(OK + b"Content-Length: 5\r\n\r\n")
    assert (reader.response().body, reader.rest()) == (b"", b"")


@pytest.mark.parametrize(("status", "whole"), [(b"200", False), (b"400", True)])
def test_a_connection_that_breaks_ends_a_refusal_and_no_answer(status: bytes, whole: bool) -> None:
    reader = read(OK.replace(b"200", status) + b"\r\nClient sent an HTTP request", 1000)
    if whole:
        reader.end(in_order=False)
        assert reader.response().body == b"Client sent an HTTP request"
    else:
        with pytest.raises(ClosedEarlyError):
            reader.end(in_order=False)
