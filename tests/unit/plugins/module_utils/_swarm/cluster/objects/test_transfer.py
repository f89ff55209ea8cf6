# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Images brought to engines out of a file or another engine, and into a file."""

from __future__ import annotations

import contextlib
import json
import typing as t
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.objects.archive import ArchivedImage
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.objects.change import ObjectChange
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.objects.export import write_archive
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.objects.image import content_of
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.objects.transfer import (
    Source,
    bring,
    engine_source,
    file_source,
    has_all,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.side_by_side import Outcome
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.client import EngineClient
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import (
    ClusterError,
    EngineError,
    EngineNotFoundError,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import EngineSettings

from tests.unit.asking import MISSING, asking, done
from tests.unit.engine_double import EngineDouble, Reply

IMAGE: dict[str, t.Any] = {
    "Id": "sha256:one", "Os": "linux", "Architecture": "amd64", "RootFS": {"Layers": ["sha256:l1"]}, "Config": {},
}  # fmt: skip
OTHER = {**IMAGE, "Id": "sha256:two", "RootFS": {"Layers": ["sha256:l2"]}}
HELD = ArchivedImage(("web:1", "web:2"), content_of(IMAGE))
PIECES = [b"first", b"second"]
#: An engine tells names, and IDs of images without one.
LOADING = Reply(
    body=b'{"stream":"Loaded image: web:1\\n"}\n{"status":"x"}\n{"stream":"Loaded image ID: sha256:one\\n"}\n'
)


@contextlib.contextmanager
def pieces() -> Iterator[list[bytes]]:
    yield PIECES


def source(*held: ArchivedImage, length: int | None = 11) -> Source:
    return Source(held, pieces, length, "images.tar")


def engine(one: t.Any, two: t.Any, load: Reply = LOADING) -> dict[str, t.Any]:
    """`one`, `two`: what it says of the two names."""
    return {
        "GET /images/web:1/json": one,
        "GET /images/web:2/json": two,
        "GET /images/sha256:one/json": Reply(IMAGE),
        "POST /images/load": load,
    }


HAS_ALL = engine(Reply(IMAGE), Reply(IMAGE))
LACKS = engine([MISSING, Reply(IMAGE)], Reply(IMAGE))


@pytest.mark.parametrize(
    ("script", "wanted", "expected"),
    [
        (HAS_ALL, [HELD], True),
        (LACKS, [HELD], False),
        (engine(Reply(IMAGE), Reply(OTHER)), [HELD], False),
        (HAS_ALL, [], False),
        (HAS_ALL, None, False),
        (HAS_ALL, [HELD, ArchivedImage((), content_of(IMAGE))], False),
    ],
)
def test_an_engine_has_all_where_each_name_has_the_content(
    script: dict[str, t.Any], wanted: list[ArchivedImage] | None, expected: bool
) -> None:
    assert asking(script, lambda client: has_all(client, wanted))[0] is expected


Brought = tuple[list[Outcome[int, ObjectChange]], list[EngineDouble], list[str]]


def brought(*scripts: dict[str, t.Any], what: Source | None = None, force: bool = False, dry: bool = False) -> Brought:
    """What came of it on an engine for each script, the engines, and what was told."""
    told: list[str] = []
    with contextlib.ExitStack() as stack:
        engines = [stack.enter_context(EngineDouble(script)) for script in scripts]
        clients = [EngineClient(each.address, EngineSettings(), api_version="1.41") for each in engines]
        for client in clients:
            stack.callback(client.close)
        outcomes = bring(
            range(len(engines)), clients.__getitem__, what or source(HELD), force, dry,
            lambda number, words: told.append(f"{number} {words}"),
        )  # fmt: skip
        return outcomes, engines, told


def test_those_that_lack_something_load_it_and_the_others_are_left_alone() -> None:
    (has, lacks), engines, told = brought(HAS_ALL, LACKS)
    assert (has.subject, lacks.subject) == (0, 1)
    assert has.value == ObjectChange(
        (), None, {}, {}, values={"image_names": ["web:1", "web:2"], "images": [IMAGE, IMAGE]}
    )
    assert lacks.value == ObjectChange(
        ("Loaded images of images.tar",), None, {}, {"web:1": "sha256:one", "sha256:one": "sha256:one"},
        values={"image_names": ["web:1", "sha256:one"], "images": [IMAGE, IMAGE]},
    )  # fmt: skip
    assert [done(each) for each in engines] == [[], ["POST /images/load"]]
    (load,) = (each for each in engines[1].questions if each.method == "POST")
    assert (load.body, load.query) == (b"firstsecond", {"quiet": ["0"]})
    assert told
    assert all(each.startswith("1 loads images of images.tar: ") for each in told)


def test_all_load_where_they_are_forced_to() -> None:
    outcomes, engines, _told = brought(HAS_ALL, HAS_ALL, force=True)
    assert [done(each) for each in engines] == [["POST /images/load"]] * 2
    assert [each.value.changed for each in outcomes if each.value] == [True, True]


def test_a_check_says_what_would_be_loaded() -> None:
    (has, lacks), engines, _told = brought(HAS_ALL, LACKS, dry=True)
    assert [done(each) for each in engines] == [[], []]
    assert has.value is not None
    assert not has.value.changed
    assert lacks.value == ObjectChange(
        ("Loaded images of images.tar",), None, {}, {}, values={"image_names": ["web:1", "web:2"], "images": []}
    )


def test_one_that_fails_fails_alone() -> None:
    broken = engine(Reply({"message": "no disk"}, status=500), Reply(IMAGE))
    refusing = engine(MISSING, MISSING, load=Reply({"message": "no room"}, status=500))
    (first, second, third), _engines, _told = brought(broken, refusing, LACKS)
    assert "no disk" in str(first.error)
    assert "no room" in str(second.error)
    assert third.error is None
    assert third.value is not None
    assert third.value.changed


def test_one_that_had_all_and_fails_when_it_is_described_fails_alone() -> None:
    dies = engine([Reply(IMAGE), Reply({"message": "it dies"}, status=500)], Reply(IMAGE))
    (only,), _engines, _told = brought(dies)
    assert "it dies" in str(only.error)


def test_another_engine_is_a_source() -> None:
    script = {**HAS_ALL, "GET /images/get": Reply(body=b"archive")}

    def act(client: EngineClient) -> tuple[Source, bytes]:
        found = engine_source(client, ["web:1", "web:2"], 5.0, "node-1")
        with found.open() as given:
            return found, b"".join(given)

    (found, content), asked = asking(script, act)
    held = content_of(IMAGE)
    assert (found.images, found.length, found.told) == (
        [ArchivedImage(("web:1",), held), ArchivedImage(("web:2",), held)], None, "node-1",
    )  # fmt: skip
    assert content == b"archive"
    assert asked.questions[-1].query == {"names": ["web:1", "web:2"]}


def test_an_engine_that_lacks_one_is_no_source() -> None:
    with pytest.raises(EngineNotFoundError, match="has no image web:2"):
        asking(engine(Reply(IMAGE), MISSING), lambda client: engine_source(client, ["web:1", "web:2"], 5.0, "node-1"))


def test_a_file_is_a_source(tmp_path: Path) -> None:
    path = tmp_path / "images.tar"
    path.write_bytes(b"archive")
    found = file_source(str(path), [HELD])
    with found.open() as given:
        assert b"".join(given) == b"archive"
    assert (found.images, found.length, found.told) == ([HELD], 7, str(path))
    path.unlink()
    with pytest.raises(ClusterError) as error, found.open() as given:
        list(given)
    assert error.value.message == f"{path} cannot be read: No such file or directory"


def broken(raised: Exception) -> Callable[[], t.ContextManager[t.Iterable[bytes]]]:
    @contextlib.contextmanager
    def opened() -> Iterator[Iterator[bytes]]:
        def given() -> Iterator[bytes]:
            yield b"first"
            raise raised

        yield given()

    return opened


def test_an_archive_is_written_with_the_rights_of_any_file(tmp_path: Path) -> None:
    path, beside = tmp_path / "images.tar", tmp_path / "beside"
    beside.write_bytes(b"")
    write_archive(str(path), source())
    assert path.read_bytes() == b"firstsecond"
    assert path.stat().st_mode == beside.stat().st_mode
    assert sorted(each.name for each in tmp_path.iterdir()) == ["beside", "images.tar"]


def test_an_archive_goes_into_the_folder_that_the_task_runs_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_archive("images.tar", source())
    assert (tmp_path / "images.tar").read_bytes() == b"firstsecond"


def test_a_file_stays_as_it_was_where_the_engine_breaks_off(tmp_path: Path) -> None:
    path = tmp_path / "images.tar"
    path.write_bytes(b"before")
    with pytest.raises(EngineError, match="gone"):
        write_archive(str(path), Source(None, broken(EngineError("a:1", "gone")), None, "node-1"))
    assert path.read_bytes() == b"before"
    assert [each.name for each in tmp_path.iterdir()] == ["images.tar"]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "images.tar"
    with pytest.raises(ClusterError) as error:
        write_archive(str(path), source())
    assert error.value.message == f"{path} cannot be written: No such file or directory"


def test_what_a_load_says_is_read_as_json() -> None:
    refused = engine(MISSING, MISSING, load=Reply(body=json.dumps({"error": "bad archive"}).encode()))
    (only,), _engines, _told = brought(refused)
    assert "bad archive" in str(only.error)
