# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import fcntl
import os
import stat
import threading
from pathlib import Path

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.backend import Backend
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.entry import Entry
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.registry import open_backend
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import DiscoveryError, InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import DiscoverySettings

TEXT = """\
# engines of the office

10.0.0.[1:2]:2375   # both in the cellar
   https://docker-3:2376
"""


class Time:
    """A clock that only moves when somebody sleeps; ``at`` holds what happens on the way."""

    def __init__(self) -> None:
        self.now = 0.0
        self.at: list[tuple[float, Path, str]] = []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        while self.at and self.at[0][0] <= self.now:
            _when, path, text = self.at.pop(0)
            path.write_text(text)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "cluster.conf"
    path.write_text(TEXT)
    return path


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def backend(path: Path, time: Time) -> Backend:
    return open_backend(DiscoverySettings(f"file://{path}", timeout=2), clock=time.clock, sleep=time.sleep)


def addresses(backend: Backend) -> list[str]:
    return [entry.address for entry in backend.list()]


def test_lists_lines_ranges_and_schemes(backend: Backend) -> None:
    assert backend.list() == (
        Entry("10.0.0.1", 2375),
        Entry("10.0.0.2", 2375),
        Entry("docker-3", 2376, "https"),
    )


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", []),
        (b"\n\n# nothing yet\n", []),
        (b"h1:1", ["h1:1"]),
        (b"h1:1\r\nh2:1\r\n", ["h1:1", "h2:1"]),
        (b"\xef\xbb\xbfh1:1\n", ["h1:1"]),
        (b"h1:1#x\n#h2:1\n", ["h1:1"]),
        ("h1:1 # Büro\u2028 oben\n".encode(), ["h1:1"]),
        (b"h2:1\nh1:1\nh2:1\n", ["h2:1", "h1:1"]),
    ],
)
def test_contents(path: Path, backend: Backend, content: bytes, expected: list[str]) -> None:
    path.write_bytes(content)
    assert addresses(backend) == expected


@pytest.mark.parametrize("bad", ["10.0.0.9", "10.0.0.[9:1]:2375", "h:99999"])
def test_a_bad_line_is_named_with_file_and_number(path: Path, backend: Backend, bad: str) -> None:
    path.write_text(f"{TEXT}{bad}\n")
    with pytest.raises(InputError) as caught:
        backend.list()
    assert str(caught.value).startswith(f"line 5 of {path}: ")
    assert bad in str(caught.value)


def test_a_missing_file(path: Path, backend: Backend) -> None:
    path.unlink()
    with pytest.raises(
        DiscoveryError, match=f"the discovery file {path} does not exist; write one with a line HOST:PORT"
    ):
        backend.list()


def test_a_folder_in_place_of_the_file(path: Path, backend: Backend) -> None:
    path.unlink()
    path.mkdir()
    with pytest.raises(DiscoveryError, match=f"the discovery file {path} cannot be read: Is a directory"):
        backend.list()


def test_a_file_that_is_no_text(path: Path, backend: Backend) -> None:
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DiscoveryError, match=f"the discovery file {path} is not UTF-8 text"):
        backend.list()


def test_no_path() -> None:
    with pytest.raises(InputError, match="'file://' names no file; write file:///PATH"):
        open_backend(DiscoverySettings("file://"))


def test_register_appends_a_line_and_keeps_the_rest(path: Path, backend: Backend) -> None:
    backend.register(Entry("h4", 2376, "https"), ttl=30)
    assert path.read_text() == f"{TEXT}https://h4:2376\n"


def test_register_ends_a_last_line_that_has_no_end(path: Path, backend: Backend) -> None:
    path.write_text("h1:1")
    backend.register(Entry("h2", 1), ttl=30)
    assert path.read_text() == "h1:1\nh2:1\n"


@pytest.mark.parametrize("known", ["10.0.0.2", "docker-3"])
def test_register_leaves_a_file_that_has_the_address(path: Path, backend: Backend, known: str) -> None:
    port = 2376 if known == "docker-3" else 2375
    backend.register(Entry(known, port), ttl=30)
    assert path.read_text() == TEXT


def test_register_makes_the_file(path: Path, backend: Backend) -> None:
    path.unlink()
    backend.register(Entry("h1", 1), ttl=30)
    assert path.read_text() == "h1:1\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_register_keeps_mode_and_symbolic_link(tmp_path: Path, path: Path) -> None:
    path.chmod(0o640)
    link = tmp_path / "link"
    link.symlink_to(path)
    open_backend(DiscoverySettings(f"file://{link}")).register(Entry("h4", 1), ttl=30)
    assert link.is_symlink()
    assert path.read_text().endswith("h4:1\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_register_leaves_a_file_with_a_bad_line_alone(path: Path, backend: Backend) -> None:
    path.write_text("h1\n")
    with pytest.raises(InputError, match=f"line 1 of {path}"):
        backend.register(Entry("h4", 1), ttl=30)
    assert path.read_text() == "h1\n"


def test_register_into_a_missing_folder(tmp_path: Path) -> None:
    backend = open_backend(DiscoverySettings(f"file://{tmp_path}/none/cluster.conf"))
    with pytest.raises(
        DiscoveryError, match=r"the folder .*/none of the discovery file cannot be opened: No such file"
    ):
        backend.register(Entry("h1", 1), ttl=30)


def test_a_failed_write_leaves_the_old_file_and_no_other(
    path: Path, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_source: object, _target: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(DiscoveryError, match=f"the discovery file {path} cannot be written: No space left"):
        backend.register(Entry("h4", 1), ttl=30)
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    assert path.read_text() == TEXT


def test_a_negative_ttl_is_refused(backend: Backend) -> None:
    with pytest.raises(InputError, match="a TTL of -1 s cannot be kept by a file"):
        backend.register(Entry("h1", 1), ttl=-1)


def test_deregister_takes_its_line_and_keeps_every_comment(path: Path, backend: Backend) -> None:
    registration = backend.register(Entry("h4", 1), ttl=30)
    path.write_text(path.read_text().replace("h4:1", "h4:1 # by the agent"))
    registration.deregister()
    assert path.read_text() == f"{TEXT}# by the agent\n"


def test_deregister_twice_is_harmless(path: Path, backend: Backend) -> None:
    registration = backend.register(Entry("h4", 1), ttl=30)
    registration.deregister()
    registration.deregister()
    assert path.read_text() == TEXT


def test_deregister_does_not_tear_a_range_apart(path: Path, backend: Backend) -> None:
    registration = backend.register(Entry("10.0.0.1", 2375), ttl=30)
    with pytest.raises(DiscoveryError, match=f"line 3 of {path}: 10.0.0.1:2375 is part of a range there"):
        registration.deregister()
    assert path.read_text() == TEXT


def test_heartbeat_brings_a_lost_line_back(path: Path, backend: Backend) -> None:
    registration = backend.register(Entry("h4", 1), ttl=30)
    path.write_text(TEXT)
    registration.heartbeat()
    assert path.read_text() == f"{TEXT}h4:1\n"


def test_a_lock_that_stays_is_waited_for_and_then_named(path: Path, backend: Backend, time: Time) -> None:
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with pytest.raises(
            DiscoveryError, match=f"the folder of the discovery file {path} could not be locked within 2 s"
        ):
            backend.register(Entry("h4", 1), ttl=30)
    finally:
        os.close(descriptor)
    assert 2 <= time.now < 2.2
    assert path.read_text() == TEXT


def test_many_at_once_lose_no_line(path: Path) -> None:
    def register(number: int) -> None:
        open_backend(DiscoverySettings(f"file://{path}")).register(Entry(f"w{number}", 1), ttl=30)

    threads = [threading.Thread(target=register, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert set(path.read_text().splitlines()) >= {f"w{number}:1" for number in range(12)}


def test_watch_sees_a_change_at_the_next_look(path: Path, backend: Backend, time: Time) -> None:
    time.at.append((5.0, path, "h9:1\n"))
    assert backend.watch(backend.list(), 60) == (Entry("h9", 1),)
    assert 5 <= time.now <= 6


def test_watch_goes_on_when_the_change_is_a_comment(path: Path, backend: Backend, time: Time) -> None:
    time.at.append((5.0, path, f"{TEXT}# later\n"))
    known = backend.list()
    assert backend.watch(known, 10.5) == known
    assert time.now == 10.5


def test_watch_ends_in_time_although_the_file_never_rests(path: Path, backend: Backend, time: Time) -> None:
    time.at.extend((float(second), path, f"{TEXT}{'#' * second}\n") for second in range(1, 50))
    known = backend.list()
    assert backend.watch(known, 10) == known
    assert time.now == 10


def test_watch_says_at_once_that_the_file_is_gone(path: Path, backend: Backend, time: Time) -> None:
    known = backend.list()
    path.unlink()
    with pytest.raises(DiscoveryError, match="does not exist"):
        backend.watch(known, 60)
    assert time.now == 0


def test_ranges_are_bounded_in_all_and_not_line_by_line(path: Path, backend: Backend) -> None:
    path.write_text("".join(f"10.{number}.[1:255].[1:255]:2375\n" for number in range(20)))
    with pytest.raises(InputError) as caught:
        backend.list()
    assert str(caught.value) == (
        f"line 2 of {path}: with '10.1.[1:255].[1:255]:2375' there are more than 65536 entries in all; "
        f"write narrower ranges"
    )


def test_entries_on_one_line(path: Path, backend: Backend) -> None:
    path.write_text("10.0.0.1:2376, 10.0.0.2:2376\n")
    with pytest.raises(
        InputError, match="it looks like several; separate entries by commas in a list, and by lines in a"
    ):
        backend.list()


@pytest.mark.parametrize("parted", ["h1:2376, h2:2376", "h1:2376 h2:2376"])
def test_several_entries_on_one_line(path: Path, backend: Backend, parted: str) -> None:
    path.write_text(f"h0:2376\n{parted}\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        backend.list()
    assert str(caught.value) == (
        f"line 2 of {path}: bad entry '{parted}': it looks like several; separate entries by commas in a list, and by "
        "lines in a file; an entry is written HOST:PORT, such as 10.0.0.5:2376"
    )


def test_a_path_from_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(DiscoveryError, match=f"^the discovery file {tmp_path}/engines does not exist; "):
        open_backend(DiscoverySettings("file://~/engines")).list()
    (tmp_path / "engines").write_text("h1:2376\n", encoding="utf-8")
    assert [str(entry) for entry in open_backend(DiscoverySettings("file://~/engines")).list()] == ["h1:2376"]
