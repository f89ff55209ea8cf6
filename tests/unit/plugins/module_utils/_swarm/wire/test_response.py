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
