# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is done about a volume on one engine, and what is said of it."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.objects.change import ObjectChange
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.objects.volume import WantedVolume
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.objects.volume_state import (
    drop_volume,
    keep_volume,
)

from tests.unit.asking import DONE, MISSING, asking, done
from tests.unit.engine_double import EngineDouble, Reply

WANTED = WantedVolume("data", labels={"tier": "back"})
AS_ASKED = {"Name": "data", "Driver": "local", "Options": None, "Labels": {"tier": "back"}}
OTHER = {**AS_ASKED, "Labels": {"tier": "front"}}
INSPECT, CREATE, REMOVE = "GET /volumes/data", "POST /volumes/create", "DELETE /volumes/data"
CREATED = "Created volume data with driver local"
REMOVED = "Removed volume data"


def keep(*seen: Reply, recreate: str = "never", dry: bool = False) -> tuple[ObjectChange, EngineDouble]:
    """What came of it, and the engine; it answers each inspection in turn."""
    script = {INSPECT: seen, CREATE: Reply(AS_ASKED, 201), REMOVE: DONE}
    return asking(script, lambda client: keep_volume(client, WANTED, recreate, dry))


def test_a_volume_that_is_not_there_is_created_and_looked_at() -> None:
    change, engine = keep(MISSING, Reply(AS_ASKED))
    assert change == ObjectChange((CREATED,), AS_ASKED, {"exists": False}, {"exists": True})
    assert engine.asked == [INSPECT, CREATE, INSPECT]
    assert json.loads(engine.questions[1].body) == {
        "Name": "data", "Driver": "local", "DriverOpts": {}, "Labels": {"tier": "back"},
    }  # fmt: skip


@pytest.mark.parametrize("recreate", ["never", "options-changed"])
def test_one_that_is_as_asked_stays(recreate: str) -> None:
    change, engine = keep(Reply(AS_ASKED), recreate=recreate)
    assert change == ObjectChange((), AS_ASKED, {"exists": True}, {"exists": True})
    assert engine.asked == [INSPECT]


def test_one_that_differs_stays_with_its_data_and_says_in_what() -> None:
    change, engine = keep(Reply({**OTHER, "Driver": "nfs"}))
    assert (change.actions, engine.asked) == ((), [INSPECT])
    assert change.warnings == (
        "volume data is there with another driver, labels.tier and stays as it is; recreate=options-changed makes it "
        "anew, without the data that is in it",
    )
    assert (change.before, change.after) == ({"exists": True}, {"exists": True})


@pytest.mark.parametrize(
    ("seen", "recreate", "differences"),
    [
        (OTHER, "options-changed", ({"labels.tier": "front"}, {"labels.tier": "back"})),
        (OTHER, "always", ({"labels.tier": "front"}, {"labels.tier": "back"})),
        (AS_ASKED, "always", ({}, {})),
    ],
)
def test_one_is_made_anew_where_the_task_says_so(
    seen: dict[str, t.Any], recreate: str, differences: tuple[dict[str, str], dict[str, str]]
) -> None:
    change, engine = keep(Reply(seen), Reply(AS_ASKED), recreate=recreate)
    assert (change.actions, change.record, change.warnings) == ((REMOVED, CREATED), AS_ASKED, ())
    assert change.before == {"exists": True, **differences[0]}
    assert change.after == {"exists": True, **differences[1]}
    assert done(engine) == [REMOVE, CREATE]


def test_a_check_says_the_same_and_asks_for_nothing() -> None:
    made, run = keep(MISSING, dry=True)
    anew, again = keep(Reply(OTHER), recreate="always", dry=True)
    assert (made.actions, made.record, done(run)) == ((CREATED,), None, [])
    assert (anew.actions, anew.record, done(again)) == ((REMOVED, CREATED), OTHER, [])


def drop(seen: Reply, dry: bool = False) -> tuple[ObjectChange, EngineDouble]:
    return asking({INSPECT: seen, REMOVE: DONE}, lambda client: drop_volume(client, "data", dry))


@pytest.mark.parametrize("dry", [False, True])
def test_a_volume_goes_once(dry: bool) -> None:
    there, engine = drop(Reply(OTHER), dry)
    assert there == ObjectChange((REMOVED,), None, {"exists": True}, {"exists": False})
    assert done(engine) == ([] if dry else [REMOVE])
    gone, engine = drop(MISSING, dry)
    assert gone == ObjectChange((), None, {"exists": False}, {"exists": False})
    assert done(engine) == []
