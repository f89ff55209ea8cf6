# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Steps on an engine in memory, one by one: what they do, note, wait for and undo."""

from __future__ import annotations

import math

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.operations.base import (
    FORMER,
    KeptError,
    OutdatedError,
    Place,
    Tools,
    Work,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.operations.change import (
    RenameContainer,
    UpdateContainer,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.operations.confirm import (
    ConfirmClaim,
    ConfirmUpdate,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.operations.create import (
    Connection,
    CreateContainer,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.operations.image import PullImage
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.operations.lifecycle import (
    KillContainer,
    RemoveContainer,
    RestartContainer,
    StartContainer,
    StopContainer,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.operations.waiting import (
    WaitCompleted,
    WaitEnd,
    WaitHealthy,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.secrets import Secrets
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import (
    EngineNotFoundError,
    EngineResponseError,
    EngineUnreachableError,
    OperationError,
    SwarmError,
)

from tests.unit.clock import TestClock
from tests.unit.memory_engine import MemoryEngine, MemoryImage

HERE = Place("n1:2375", "n1")
ID = "c" * 64
CAUSE = OperationError("something else failed")
FOREVER = math.inf


class One:
    """The clients of a cluster of one engine."""

    def __init__(self, engine):
        self.engine = engine

    def get(self, address):
        assert address == "n1:2375"
        return self.engine


def engine_of(image=None, state="running", name="web", **more):
    """An engine with one container, and what is known of it."""
    clock = TestClock()
    images = {"web:1": image or MemoryImage(), **more.pop("images", {})}
    engine = MemoryEngine("n1", clock, images=images, **more)
    engine.add(name, state, id=ID)
    tools = Tools(One(engine), clock, Secrets(), lambda step, container: f"{step.name} {container[:3]} taken")
    return engine, Work(tools, {"container": ID})


def fails(operation, work, kind=OperationError):
    with pytest.raises(SwarmError) as caught:
        operation.execute(work)
    assert caught.type is kind
    return str(caught.value)


# waiting


@pytest.mark.parametrize(
    ("after", "timeout", "slept"), [(None, 5, 0), (0.0, 5, 0), (2.0, 5, 2.0), (2.0, None, 2.0), (5.0, 5, 5.0)]
)
def test_healthy_in_time(after, timeout, slept):
    engine, work = engine_of(MemoryImage(healthy_after=after))
    WaitHealthy(HERE, "web", timeout=timeout).execute(work)
    assert sum(engine.clock.slept) == slept
    assert set(engine.clock.slept) <= {0.25}
    assert work.actions == []


@pytest.mark.parametrize(
    ("prints", "more"),
    [
        ("", ""),
        (" it is slow \n", "; its last check printed: it is slow"),
        ("x" * 300, f"; its last check printed: {'x' * 200}"),
    ],
)
def test_not_healthy_in_time(prints, more):
    _engine, work = engine_of(MemoryImage(healthy_after=FOREVER, prints=prints))
    assert fails(WaitHealthy(HERE, "web", timeout=2.5), work) == (
        f"web on n1 is starting after 2.5 s, not healthy (healthy_wait_timeout){more}"
    )


def test_one_that_is_being_restarted_is_not_healthy():
    _engine, work = engine_of(state="restarting")
    assert fails(WaitHealthy(HERE, "web", timeout=1), work) == (
        "web on n1 is restarting after 1 s, not healthy (healthy_wait_timeout)"
    )


@pytest.mark.parametrize("log", [[], [{}], [{"Output": "old"}, {"Output": None}], None])
def test_a_check_that_printed_nothing(log):
    engine, work = engine_of(MemoryImage(healthy_after=FOREVER))
    plain = engine._inspection
    engine._inspection = lambda record: _with_log(plain(record), log)
    said = fails(WaitHealthy(HERE, "web", timeout=1), work)
    assert said.partition(";")[0] == "web on n1 is starting after 1 s, not healthy (healthy_wait_timeout)"
    assert "XX" not in said


def _with_log(record, log):
    record["State"]["Health"]["Log"] = log
    return record


@pytest.mark.parametrize(("state", "words"), [("restarting", "it ended with status 7"), ("running", "it ended")])
def test_one_that_is_restarted_again_and_again(state, words):
    """While it runs again, its record does not tell any more with which status it ended."""
    engine, work = engine_of(MemoryImage(healthy_after=FOREVER))
    record = engine.find("web")
    record.restarts, record.state, record.status = 3, state, 7 if state == "restarting" else 0
    assert fails(WaitHealthy(HERE, "web", timeout=2.5), work) == (
        f"web on n1 keeps restarting: {words} and was restarted 3 times; it was not healthy after 2.5 s "
        "(healthy_wait_timeout)"
    )


def test_one_that_ends_is_never_healthy():
    engine, work = engine_of(MemoryImage(exits=3, exits_after=1.0, healthy_after=FOREVER))
    assert fails(WaitHealthy(HERE, "web", timeout=None), work) == "web on n1 ended with status 3 before it was healthy"
    assert engine.clock.now() == 1.0


@pytest.mark.parametrize("watched", [False, True])
@pytest.mark.parametrize("removes_itself", [False, True])
def test_the_end_is_waited_for(watched, removes_itself):
    engine, work = engine_of(MemoryImage(exits=4, exits_after=3.0, prints="hello"), "created")
    engine.find("web").host_config["AutoRemove"] = removes_itself
    StartContainer(HERE, "web", watched=watched).execute(work)
    assert (work.watch is not None) is watched
    WaitEnd(HERE, "web", removes_itself=removes_itself, timeout=5).execute(work)
    assert (work.status, work.watch, engine.clock.now()) == (4, None, 3.0)
    if removes_itself:
        assert work.output == "The output is not there any more: auto_remove removed the container"
        assert work.inspect is None
    else:
        assert (work.output, work.inspect["State"]["ExitCode"]) == ("hello", 4)
    assert ("wait" in engine.counts) is not watched
    assert [action["action"] for action in work.actions] == ["start"]


def test_output_that_cannot_be_read_is_said_in_words():
    engine, work = engine_of(MemoryImage(exits=0), "exited")
    engine.find("web").host_config["LogConfig"] = {"Type": "none"}
    engine.refuse("logs", 501, "configured logging driver does not support reading")
    WaitEnd(HERE, "web").execute(work)
    assert work.output == "The output cannot be read back from the logging driver none"
    engine.refuse("logs", 500, "another reason")
    assert fails(WaitEnd(HERE, "web"), work, EngineResponseError).endswith("another reason")


@pytest.mark.parametrize("watched", [False, True])
def test_success_is_waited_for(watched):
    for status in (0, 2):
        engine, work = engine_of(MemoryImage(exits=status, exits_after=1.0), "created")
        StartContainer(HERE, "web", watched=watched).execute(work)
        if status:
            assert fails(WaitCompleted(HERE, "web"), work) == (
                "web on n1 ended with status 2, and others wait for its success"
            )
        else:
            WaitCompleted(HERE, "web").execute(work)
        assert engine.clock.now() == 1.0
        assert ("wait" in engine.counts) is not watched


def test_a_start_that_fails_gives_up_on_the_end():
    engine, work = engine_of(state="exited")
    engine.refuse("start", 500)
    fails(StartContainer(HERE, "web", watched=True), work, EngineResponseError)
    assert (engine.asked, work.watch, work.actions) == (["unwatch web"], None, [])


# killing, stopping, removing


@pytest.mark.parametrize(
    ("timeout", "ends_after", "slept"), [(None, 0.0, 0), (None, 10.0, 10), (4, 3.0, 3.0), (0, 0.0, 0)]
)
def test_a_kill_is_waited_for(timeout, ends_after, slept):
    engine, work = engine_of(MemoryImage(ends_after=ends_after))
    KillContainer(HERE, "web", timeout=timeout).execute(work)
    assert (engine.lines(), sum(engine.clock.slept)) == (["n1: web exited"], slept)
    assert work.actions == [{"action": "kill", "container": "web", "node": "n1", "signal": "SIGKILL"}]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "web on n1 still runs 10 s after SIGKILL (force_kill, stop_timeout)"),
        ({"signal": "HUP", "timeout": 3}, "web on n1 still runs 3 s after HUP (force_kill, stop_timeout)"),
    ],
)
def test_one_that_outlives_a_kill(fields, message):
    engine, work = engine_of(MemoryImage(ends_after=99.0))
    assert fails(KillContainer(HERE, "web", **fields), work) == message
    assert engine.asked == [f"kill web by {fields.get('signal', 'SIGKILL')}"]


def test_a_kill_of_one_that_removes_itself():
    engine, work = engine_of(MemoryImage(ends_after=1.0))
    engine.find("web").host_config["AutoRemove"] = True
    KillContainer(HERE, "web").execute(work)
    assert engine.lines() == []


@pytest.mark.parametrize(("operation", "asked"), [(StopContainer, "stop"), (RestartContainer, "restart")])
def test_the_time_to_stop_is_handed_on(operation, asked):
    engine, work = engine_of()
    operation(HERE, "web", timeout=7).execute(work)
    operation(HERE, "web").execute(work)
    assert engine.asked == [f"{asked} web within 7", f"{asked} web"]


@pytest.mark.parametrize(
    ("fields", "asked"),
    [({}, "remove web"), ({"volumes": True}, "remove web with volumes"), ({"force": True}, "remove web")],
)
def test_a_removal_is_waited_for(fields, asked):
    engine, work = engine_of(MemoryImage(removed_after=1.5), "exited")
    RemoveContainer(HERE, "web", **fields).execute(work)
    assert (engine.asked, engine.clock.now(), work.ids) == ([asked], 1.5, {})
    assert work.actions == [
        {"action": "remove", "container": "web", "node": "n1", "volumes": fields.get("volumes", False)}
    ]


def test_a_removal_that_takes_too_long():
    _engine, work = engine_of(MemoryImage(removed_after=9.0), "exited")
    assert fails(RemoveContainer(HERE, "web", timeout=2.5), work) == (
        "web is still being removed after 2.5 s (removal_wait_timeout)"
    )


def test_a_removal_that_somebody_else_began_is_waited_for():
    engine, work = engine_of(state="exited")
    engine.refuse("remove", 409, "removal of container web is already in progress")
    engine.clock.sleep(1)
    engine.find("web").gone = 3.0
    RemoveContainer(HERE, "web").execute(work)
    assert (engine.clock.now(), work.ids) == (3.0, {})


def test_a_removal_by_force():
    engine, work = engine_of()
    assert fails(RemoveContainer(HERE, "web"), work, type(_conflict())).endswith("container is running")
    RemoveContainer(HERE, "web", force=True).execute(work)
    assert engine.lines() == []


def _conflict():
    engine, work = engine_of()
    try:
        RemoveContainer(HERE, "web").execute(work)
    except SwarmError as error:
        return error
    raise AssertionError(engine.lines())


@pytest.mark.parametrize(("arrived", "counted"), [(True, 2), (False, 1)])
def test_a_removal_without_an_answer_is_asked_for_again_if_it_may_have_arrived(arrived, counted):
    engine, work = engine_of(state="exited")
    engine.lose("remove", arrived=arrived, times=2)
    assert fails(RemoveContainer(HERE, "web"), work, EngineUnreachableError)
    assert engine.counts["remove"] == counted


# undoing


def former(engine, work):
    work.ids[FORMER] = ID
    engine.add("web.new", "created", id="d" * 64)
    work.ids["container"] = "d" * 64
    work.created["container"] = "web.new"
    return work


UNDONE = [
    (StopContainer(HERE, "web.old", FORMER, known_as="web"), "exited", ["start web"], "restore web"),
    (StopContainer(HERE, "web", FORMER), "running", [], "restore web"),
    (KillContainer(HERE, "web.old", FORMER, known_as="web"), "exited", ["start web"], "restore web"),
    (StopContainer(HERE, "web"), "exited", [], None),
    (RenameContainer(HERE, "other", FORMER, to="web"), "exited", ["rename web to other"], "restore other"),
    (RenameContainer(HERE, "web", FORMER, to="web.old"), "exited", [], "restore web"),
    (RenameContainer(HERE, "web.new", to="web"), "exited", ["remove web.new with volumes"], "rollback web.new"),
    (CreateContainer(HERE, "web.new"), "exited", ["remove web.new with volumes"], "rollback web.new"),
    (StartContainer(HERE, "web.new"), "exited", ["remove web.new with volumes"], "rollback web.new"),
    (RemoveContainer(HERE, "web", FORMER), "exited", [], None),
    (RemoveContainer(HERE, "web"), "exited", [], None),
    (UpdateContainer(HERE, "web", former={"Memory": 5}), "exited", ["update web.new"], "restore web"),
    (WaitHealthy(HERE, "web"), "exited", [], None),
    (PullImage(HERE, "web"), "exited", [], None),
]


@pytest.mark.parametrize(("operation", "state", "asked", "told"), UNDONE)
def test_what_undoes_a_step(operation, state, asked, told):
    engine, work = engine_of(state=state)
    former(engine, work)
    action = operation.undo(engine, work, CAUSE)
    assert engine.asked == asked
    assert action == (None if told is None else {"action": told.split()[0], "container": told.split()[1], "node": "n1"})


def test_what_was_not_created_here_is_not_removed():
    engine, work = engine_of()
    for operation in (StartContainer(HERE, "web"), RenameContainer(HERE, "web.old", to="web")):
        assert operation.undo(engine, work, CAUSE) is None
    assert engine.lines() == ["n1: web running"]


@pytest.mark.parametrize(
    ("cause", "told"),
    [
        (CAUSE, "the new container is called web.moving (cccccccccccc) on n1; run the task again to rename it"),
        (
            EngineUnreachableError("n1:2375", "it does not answer"),
            "the new container may still be called web.moving (cccccccccccc) on n1; run the task again when the engine "
            "is back, to rename it to web",
        ),
        (EngineNotFoundError("n1:2375", 404, "no such container"), ""),
    ],
)
def test_a_new_container_stays_where_the_former_one_is_gone(cause, told):
    engine, work = engine_of()
    work.created["container"] = "web.moving"
    rename = RenameContainer(HERE, "web.moving", to="web")
    if told:
        with pytest.raises(KeptError) as caught:
            rename.undo(engine, work, cause)
        assert str(caught.value) == told
    else:
        assert rename.undo(engine, work, cause) is None
    assert engine.lines() == ["n1: web running"]


def test_a_former_container_that_is_gone_is_not_restored():
    engine, work = engine_of()
    former(engine, work)
    engine.take("web")
    assert StopContainer(HERE, "web", FORMER).undo(engine, work, CAUSE) is None
    del work.ids[FORMER]
    assert StopContainer(HERE, "web", FORMER).undo(engine, work, CAUSE) is None


def test_a_former_container_that_cannot_be_restored_is_told():
    engine, work = engine_of(state="exited")
    former(engine, work)
    engine.refuse("start", 500)
    with pytest.raises(OperationError) as caught:
        StopContainer(HERE, "web.old", FORMER, known_as="web").undo(engine, work, CAUSE)
    assert str(caught.value) == (
        "the former web (cccccccccccc on n1) could not be restored: n1:2375 refuses to start cccccccccccc "
        "(status 500): it cannot be done"
    )


@pytest.mark.parametrize(
    ("put", "message"),
    [
        (lambda engine: engine.take("web"), "web.old (cccccccccccc on n1) is gone, so the new container was kept"),
        (
            lambda engine: engine.refuse("inspect", 500),
            "web.old (cccccccccccc on n1) may be there still, and the new container was kept: n1:2375 refuses to "
            "inspect cccccccccccc (status 500): it cannot be done",
        ),
        (
            lambda engine: setattr(engine.find("web"), "gone", 9.0),
            "web.old (cccccccccccc on n1) is still being removed, so the new container was kept",
        ),
    ],
)
def test_a_successor_stays_unless_the_former_is_known_to_be_there(put, message):
    engine, work = engine_of(state="exited")
    former(engine, work)
    put(engine)
    with pytest.raises(KeptError) as caught:
        RemoveContainer(HERE, "web.old", FORMER).undo(engine, work, CAUSE)
    assert str(caught.value) == message


def test_a_new_container_that_cannot_be_removed_again_is_told():
    for put, message in (
        (
            lambda engine: engine.refuse("remove", 500),
            "web.new (dddddddddddd) was created on n1 and could not be removed again: n1:2375 refuses to remove "
            "dddddddddddd (status 500): it cannot be done",
        ),
        (lambda engine: engine.take("web.new"), ""),
    ):
        engine, work = engine_of()
        former(engine, work)
        put(engine)
        if message:
            with pytest.raises(OperationError) as caught:
                CreateContainer(HERE, "web.new").undo(engine, work, CAUSE)
            assert str(caught.value) == message
        else:
            assert CreateContainer(HERE, "web.new").undo(engine, work, CAUSE) == {
                "action": "rollback",
                "container": "web.new",
                "node": "n1",
            }
        # it is tried once
        assert CreateContainer(HERE, "web.new").undo(engine, work, CAUSE) is None


def test_a_new_container_on_an_engine_that_is_gone_is_told_to_people():
    engine, work = engine_of()
    former(engine, work)
    engine.down = True
    assert CreateContainer(HERE, "web.new").undo(engine, work, CAUSE) is None
    assert work.left == [
        "web.new (dddddddddddd) may be left on n1, which stopped answering before it could be removed again "
        "(connection refused by n1:2375); remove it there when the engine is back"
    ]


@pytest.mark.parametrize(
    ("cause", "told"),
    [
        (EngineUnreachableError("n1:2375", "silent"), True),
        (EngineUnreachableError("n1:2375", "silent", False), False),
        (EngineUnreachableError("n2:2375", "silent"), False),
        (CAUSE, False),
    ],
)
def test_a_create_without_an_answer_may_have_been_done(cause, told):
    engine, work = engine_of()
    assert CreateContainer(HERE, "web").undo(engine, work, cause) is None
    assert work.left == (
        ["web may have been created on n1, which stopped answering (silent); look for it there when the engine is back"]
        if told
        else []
    )


# creating, pulling, confirming


def test_a_create_fills_in_secrets_and_ids_and_connects():
    engine, work = engine_of(networks=("net", "other"))
    work.tools.secrets.keep("web/env", ["A=1"])
    engine.warnings.append("no swap")
    body = {
        "Image": "web:1",
        "Env": {"$secret": "web/env"},
        "HostConfig": {"NetworkMode": "container:web", "IpcMode": "host", "PidMode": f"container:{'e' * 64}"},
    }
    connections = (Connection("net", {"Aliases": ["x"]}), Connection("other", {}))
    CreateContainer(HERE, "app", body=body, connections=connections).execute(work)
    record = engine.find("app")
    assert record.config["Env"] == ["A=1"]
    assert record.host_config == {
        "NetworkMode": f"container:{ID}",
        "IpcMode": "host",
        "PidMode": f"container:{'e' * 64}",
    }
    assert (record.networks["net"], record.networks["other"]) == ({"Aliases": ["x"]}, {})
    assert (work.ids, work.created) == ({"container": record.id}, {"container": "app"})
    assert work.actions == [
        {
            "action": "create",
            "container": "app",
            "node": "n1",
            "image": "web:1",
            "id": record.id,
            "warnings": ["no swap"],
        }
    ]


def test_a_create_without_warnings_says_none():
    engine, work = engine_of()
    CreateContainer(HERE, "app", body={"Image": "web:1"}).execute(work)
    assert work.actions == [
        {"action": "create", "container": "app", "node": "n1", "image": "web:1", "id": engine.find("app").id}
    ]


def test_an_engine_is_not_asked_for_what_it_does_not_know():
    engine, work = engine_of()
    said = fails(CreateContainer(HERE, "app", body={}, unsupported="it is too old"), work, EngineResponseError)
    assert (said, engine.counts) == ("it is too old", {})
    with pytest.raises(EngineResponseError) as caught:
        CreateContainer(HERE, "app", body={}, unsupported="it is too old").execute(work)
    assert (caught.value.status, caught.value.address) == (501, "n1:2375")


def test_a_network_that_cannot_be_connected_leaves_a_container_to_be_removed():
    engine, work = engine_of()
    operation = CreateContainer(HERE, "app", body={"Image": "web:1"}, connections=(Connection("nowhere", {}),))
    fails(operation, work, EngineNotFoundError)
    operation.undo(engine, work, CAUSE)
    assert (engine.lines(), work.actions) == (["n1: web running"], [])


@pytest.mark.parametrize(("before", "version", "changed"), [(None, "", True), ("", "", False), ("", "new", True)])
def test_a_pull_says_whether_the_image_changed(before, version, changed):
    engine, work = engine_of(registry={"app:1": MemoryImage(version=version)})
    if before is not None:
        engine.images["app:1"] = MemoryImage(version=before)
    work.tools.secrets.keep("web/auth", "me")
    PullImage(HERE, "web", image="app:1", platform="linux/arm64", auth="web/auth").execute(work)
    assert (engine.asked, engine.auths) == (["pull app:1 for linux/arm64"], ["me"])
    assert work.actions == [{"action": "pull", "container": "web", "node": "n1", "image": "app:1", "changed": changed}]


def test_an_image_that_is_not_there_behind_its_pull():
    engine, work = engine_of(registry={"app:1": MemoryImage()})
    engine.after("pull", lambda: engine.images.pop("app:1"))
    assert fails(PullImage(HERE, "web", image="app:1"), work) == "app:1 was pulled to n1 and is not there"


def test_an_update_hands_on_what_the_engine_warns_of():
    engine, work = engine_of()
    UpdateContainer(HERE, "web", body={"Memory": 5}).execute(work)
    engine.warnings.append("no swap")
    UpdateContainer(HERE, "web", body={"Memory": 6}).execute(work)
    plain = {"action": "update", "container": "web", "node": "n1"}
    assert work.actions == [
        {**plain, "update_parameters": {"Memory": 5}},
        {**plain, "update_parameters": {"Memory": 6}, "warnings": ["no swap"]},
    ]


def test_confirming():
    _engine, work = engine_of()
    assert fails(ConfirmUpdate(HERE, "web"), work, OutdatedError) == "web ccc taken"
    work.tools.confirm_update = lambda _step, _container: ""
    ConfirmUpdate(HERE, "web").execute(work)
    with pytest.raises(NotImplementedError, match="claims are confirmed together"):
        ConfirmClaim(HERE, "web").execute(work)
