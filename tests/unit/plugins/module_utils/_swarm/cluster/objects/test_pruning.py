# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What nobody uses, removed or counted; in engines of both kinds."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.objects.pruning import Pruning, count, prune
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.api.call import Pruned
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError

from tests.unit.asking import DONE, MISSING, asking, done
from tests.unit.engine_double import Reply

EVERYTHING = Pruning({}, {}, {}, {}, {})
ANONYMOUS = "0f" * 32
DISK = {
    "Containers": [
        {"Id": "old", "State": "exited", "Created": 1000, "SizeRw": 5, "ImageID": "sha256:b",
         "Mounts": [{"Name": "one"}], "NetworkSettings": {"Networks": {"front": {}}}},
        {"Id": "new", "State": "running", "Created": 9000, "ImageID": "sha256:a", "Mounts": [{"Name": "two"}],
         "NetworkSettings": {"Networks": {"back": {}}}},
    ],
    "Images": [
        {"Id": "sha256:a", "RepoTags": None, "Size": 10, "SharedSize": 0},
        {"Id": "sha256:b", "RepoTags": None, "Size": 30, "SharedSize": 10},
        {"Id": "sha256:c", "RepoTags": ["web:1"], "Size": 40, "SharedSize": 0},
    ],
    "Volumes": [
        {"Name": name, "UsageData": {"Size": size}}
        for name, size in (("one", 1), ("two", 2), ("kept", 4), (ANONYMOUS, 8))
    ],
    "BuildCache": [{"ID": "x", "Size": 3, "InUse": False}, {"ID": "y", "Size": 6, "InUse": True}, {"ID": "z"}],
}  # fmt: skip
NETWORKS = [{"Name": name, "Created": "2026-01-01T00:00:00Z"} for name in ("bridge", "front", "back", "idle")]
SCRIPT = {
    "GET /system/df": Reply(DISK),
    "GET /networks": Reply(NETWORKS),
    "POST /containers/prune": Reply({"ContainersDeleted": ["old"], "SpaceReclaimed": 5}),
    "POST /networks/prune": Reply({"NetworksDeleted": ["idle"]}),
    "POST /volumes/prune": Reply({"VolumesDeleted": ["kept"], "SpaceReclaimed": 4}),
    "POST /images/prune": Reply({"ImagesDeleted": [{"Deleted": "sha256:b"}], "SpaceReclaimed": 20}),
    "POST /build/prune": Reply({"CachesDeleted": ["x"], "SpaceReclaimed": 3}),
    f"DELETE /volumes/{ANONYMOUS}": DONE,
    "DELETE /volumes/one": DONE,
}


def pruned(what: Pruning, api_version: str = "1.42", **more: Reply) -> tuple[dict[str, Pruned], t.Any]:
    return asking({**SCRIPT, **more}, lambda client: prune(client, what), api_version)


def query(engine: t.Any, path: str) -> dict[str, t.Any]:
    (question,) = (each for each in engine.questions if each.path == path)
    return {key: json.loads(value[0]) for key, value in question.query.items()}


def test_containers_go_first_as_they_hold_the_rest() -> None:
    gone, engine = pruned(EVERYTHING)
    assert done(engine) == [f"POST /{each}/prune" for each in ("containers", "networks", "volumes", "images", "build")]
    assert gone == {
        "containers": Pruned(["old"], 5),
        "networks": Pruned(["idle"], None),
        "volumes": Pruned(["kept"], 4),
        "images": Pruned([{"Deleted": "sha256:b"}], 20),
        "builds": Pruned(["x"], 3),
    }


@pytest.mark.parametrize("kind", ["containers", "networks", "volumes", "images", "builds"])
def test_what_is_not_asked_for_stays(kind: str) -> None:
    filters = {"label": ["tier=back"]}
    gone, engine = pruned(Pruning(**{kind: filters}))
    path = f"/{'build' if kind == 'builds' else kind}/prune"
    assert (list(gone), done(engine)) == ([kind], [f"POST {path}"])
    assert query(engine, path)["filters"] == filters


def test_how_much_of_the_builds_goes() -> None:
    _gone, engine = pruned(Pruning(builds={}, every_build=True, keep_builds=2))
    asked = query(engine, "/build/prune")
    assert asked.pop("all") == 1
    assert 2 in asked.values()


def test_an_old_engine_that_would_prune_named_volumes_removes_the_others_one_by_one() -> None:
    gone, engine = pruned(Pruning(volumes={}), "1.41")
    assert gone == {"volumes": Pruned([ANONYMOUS], 8)}
    assert done(engine) == [f"DELETE /volumes/{ANONYMOUS}"]


@pytest.mark.parametrize("refusal", [MISSING, Reply({"message": "in use"}, status=409)])
def test_a_volume_that_somebody_took_or_removed_meanwhile_is_passed_over(refusal: Reply) -> None:
    gone, _engine = pruned(Pruning(volumes={}), "1.41", **{f"DELETE /volumes/{ANONYMOUS}": refusal})
    assert gone["volumes"].items == []


def test_an_old_engine_is_not_asked_with_a_filter_that_it_does_not_know() -> None:
    gone, engine = pruned(Pruning(volumes={"all": ["true"], "label": ["x"]}), "1.41")
    assert gone == {"volumes": Pruned(["kept"], 4)}
    assert query(engine, "/volumes/prune") == {"filters": {"label": ["x"]}}


def counted(what: Pruning) -> dict[str, Pruned]:
    found, engine = asking(SCRIPT, lambda client: count(client, what, 10_000.0))
    assert done(engine) == []
    return found


def test_what_would_go_is_counted_without_the_containers_that_would_go_first() -> None:
    assert counted(EVERYTHING) == {
        "containers": Pruned(["old"], 5),
        "networks": Pruned(["front", "idle"], None),
        "volumes": Pruned([ANONYMOUS], 8),
        "images": Pruned([{"Deleted": "sha256:b"}], 20),
        "builds": Pruned(["x", "z"], 3),
    }


def test_containers_that_stay_hold_what_they_have() -> None:
    found = counted(Pruning(images={}, volumes={"all": ["1"]}))
    assert found == {"images": Pruned([], 0), "volumes": Pruned(["kept", ANONYMOUS], 12)}


def test_filters_decide_what_would_go() -> None:
    found = counted(Pruning(containers={"until": ["500"]}, networks={"label": ["x"]}))
    assert found == {"containers": Pruned([], 0), "networks": Pruned([], None)}


@pytest.mark.parametrize(
    ("kind", "name", "known"),
    [
        ("containers", "all", "label, label!, until"),
        ("images", "all", "dangling, label, label!, until"),
        ("networks", "dangling", "label, label!, until"),
        ("volumes", "until", "all, label, label!"),
    ],
)
def test_a_filter_that_engines_do_not_know_is_named(kind: str, name: str, known: str) -> None:
    with pytest.raises(InputError) as error:
        Pruning(**{kind: {name: ["1"]}})
    assert error.value.message == f"{kind}_filters: there is no filter '{name}'; there are {known}"
