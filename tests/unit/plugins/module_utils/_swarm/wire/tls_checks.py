# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the TLS machine must do, as a program without libraries, to be run by every Python that modules may run on.

    python tls_checks.py TLS_STREAM.PY CA CERT KEY [TLSv1_2|TLSv1_3] [SEED]

Bytes travel between two machines in pieces of random size, so that records are cut anywhere.
"""

from __future__ import annotations

import importlib.util
import random
import ssl
import sys
import typing as t


def load(path: str) -> t.Any:
    """The module under test, alone: it imports nothing of ours."""
    spec = importlib.util.spec_from_file_location("tls_stream", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Pair:
    """A client and a server, and what each has seen: data joined, other events as they came."""

    def __init__(self, module: t.Any, ca: str, cert: str, key: str, version: str, seed: int) -> None:
        client, server = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        client.load_verify_locations(ca)
        server.load_cert_chain(cert, key)
        for context in (client, server):
            context.minimum_version = context.maximum_version = getattr(ssl.TLSVersion, version)
        self.random = random.Random(seed)
        self.ends = {
            "client": module.TLSStream(client, server_hostname="127.0.0.1"),
            "server": module.TLSStream(server, server_side=True),
        }
        self.seen: dict[str, list[t.Any]] = {"client": [], "server": []}
        self.wires = {"client": b"", "server": b""}

    def note(self, name: str, events: list[t.Any]) -> None:
        seen = self.seen[name]
        for event in events:
            if isinstance(event, bytes) and seen and isinstance(seen[-1], bytes):
                seen[-1] += event
            else:
                seen.append(event if isinstance(event, bytes) else event.value)

    def carry(self) -> None:
        """Until nothing is on its way."""
        while True:
            for name, other in (("client", "server"), ("server", "client")):
                self.wires[other] += self.ends[name].outgoing()
            if not any(self.wires.values()):
                return
            for name in self.ends:
                size = self.random.choice((1, 7, 100, 5000, 40000))
                piece, self.wires[name] = self.wires[name][:size], self.wires[name][size:]
                if piece:
                    self.note(name, self.ends[name].receive(piece))


def check(truth: bool, what: str) -> None:
    if not truth:
        raise SystemExit(f"wrong: {what}")


def check_half_close(pair: Pair, ends_first: str, other: str) -> None:
    """One side ends; what the other sends behind that end arrives, and then its own end."""
    big = bytes(pair.random.getrandbits(8) for _number in range(100_000))
    pair.carry()
    pair.ends[ends_first].send(b"before ")
    pair.ends[ends_first].send(big)
    pair.ends[ends_first].end()
    pair.ends[ends_first].end()
    pair.carry()
    check(pair.seen[other] == ["handshake", b"before " + big, "close_notify"], f"{other} saw data and its end")
    pair.ends[other].send(big + b" behind")
    pair.carry()
    pair.ends[other].send(b", and more")
    pair.ends[other].end()
    pair.carry()
    wanted = ["handshake", big + b" behind, and more", "close_notify"]
    check(pair.seen[ends_first] == wanted, f"{ends_first} saw what came behind its own end")
    for name in (ends_first, other):
        check(pair.ends[name].receive(b"x") == [], "nothing comes behind the end")
        check(pair.ends[name].receive_end() == [], "the end of the bytes says nothing new")


def check_both_at_once(pair: Pair) -> None:
    """Both send, and both end, while the other's data is on its way."""
    pair.carry()
    ours, theirs = b"a" * 70_000, b"b" * 50_000
    pair.ends["client"].send(ours)
    pair.ends["server"].send(theirs)
    pair.ends["client"].end()
    pair.ends["server"].end()
    pair.carry()
    check(pair.seen["server"] == ["handshake", ours, "close_notify"], "the server saw all")
    check(pair.seen["client"] == ["handshake", theirs, "close_notify"], "the client saw all")


def check_data_with_the_handshake(pair: Pair) -> None:
    """What the server sends as soon as it can comes out behind the client's handshake, and not with it."""
    while not pair.ends["server"].handshaken:
        for name, other in (("client", "server"), ("server", "client")):
            data = pair.ends[name].outgoing()
            if data:
                pair.note(other, pair.ends[other].receive(data))
    pair.ends["server"].send(b"early")
    pair.carry()
    check(pair.seen["client"] == ["handshake", b"early"], "the client saw the handshake, then the data")


def check_cut(pair: Pair) -> None:
    """Bytes that end without a word are told apart from an end."""
    pair.carry()
    pair.ends["server"].send(b"some")
    pair.carry()
    pair.note("client", pair.ends["client"].receive_end())
    check(pair.seen["client"] == ["handshake", b"some", "cut"], "the client saw the cut")


def check_cut_in_the_handshake(pair: Pair) -> None:
    pair.ends["client"].outgoing()
    try:
        pair.ends["client"].receive_end()
    except ssl.SSLEOFError:
        return
    check(False, "a handshake that is cut off is an error")


def check_no_tls(pair: Pair) -> None:
    try:
        pair.ends["client"].receive(b"HTTP/1.0 400 Bad Request\r\n\r\n")
    except ssl.SSLError:
        check(pair.ends["client"].outgoing() != b"", "the peer is told by an alert")
        return
    check(False, "what is not TLS is an error")


def check_data_before_a_failure(pair: Pair) -> None:
    """What came in order before something that is not TLS is given out, and then the error."""
    pair.carry()
    pair.ends["server"].send(b"an answer")
    pair.note("client", pair.ends["client"].receive(pair.ends["server"].outgoing() + b"nonsense, and more of it"))
    check(pair.seen["client"] == ["handshake", b"an answer"], "the client saw the answer")
    for ask in (lambda: pair.ends["client"].receive(b""), pair.ends["client"].receive_end):
        try:
            ask()
        except ssl.SSLError:
            continue
        check(False, "then comes the error")


CHECKS: dict[str, t.Callable[[Pair], None]] = {
    "client ends first": lambda pair: check_half_close(pair, "client", "server"),
    "server ends first": lambda pair: check_half_close(pair, "server", "client"),
    "both at once": check_both_at_once,
    "data with the handshake": check_data_with_the_handshake,
    "cut": check_cut,
    "cut in the handshake": check_cut_in_the_handshake,
    "no TLS": check_no_tls,
    "data before a failure": check_data_before_a_failure,
}


def main(path: str, ca: str, cert: str, key: str, version: str, seed: str) -> None:
    module = load(path)
    for check_one in CHECKS.values():
        check_one(Pair(module, ca, cert, key, version, int(seed)))


if __name__ == "__main__":
    main(*sys.argv[1:])
