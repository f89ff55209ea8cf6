# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is done about an image on one engine, and what is said of it."""

from __future__ import annotations

import base64
import json
import typing as t

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.objects.change import ObjectChange
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.objects.image_state import (
    Pull,
    pull_image,
    push_image,
    remove_image,
    tag_image,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.auth import Auth
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import EngineError, EngineNotFoundError

from tests.unit.asking import MISSING, asking, done
from tests.unit.engine_double import EngineDouble, Reply

NAME = "registry:5000/web:1"
IMAGE: dict[str, t.Any] = {
    "Id": "sha256:one", "Os": "linux", "Architecture": "amd64", "RepoTags": [NAME],
    "RepoDigests": ["registry:5000/web@sha256:aa"], "RootFS": {"Layers": ["sha256:l1"]}, "Config": {},
}  # fmt: skip
#: The same content under another ID: an engine with another store.
ALIKE = {**IMAGE, "Id": "sha256:two"}
OTHER = {**IMAGE, "Id": "sha256:three", "RootFS": {"Layers": ["sha256:l2"]}, "RepoDigests": []}
INSPECT, TELL = f"GET /images/{NAME}/json", f"GET /distribution/{NAME}/json"
PULL, PUSH, TAG = "POST /images/create", "POST /images/registry:5000/web/push", f"POST /images/{NAME}/tag"
LAYER = b'{"status":"Pull complete","id":"l1"}\n'
PULLED = f"Pulled image {NAME}"
LOGIN = Auth("me", "secret", "registry:5000")
WANTED = Pull(NAME)


def digest(value: str) -> Reply:
    return Reply({"Descriptor": {"digest": value}})


def pull(
    *seen: Reply, wanted: Pull = WANTED, dry: bool = False, registry: Reply = MISSING
) -> tuple[ObjectChange, EngineDouble, list[str]]:
    told: list[str] = []
    script = {INSPECT: seen, PULL: Reply(body=LAYER), TELL: registry}
    change, engine = asking(script, lambda client: pull_image(client, wanted, dry, told.append))
    return change, engine, told


def test_an_image_that_is_not_there_is_pulled() -> None:
    change, engine, told = pull(MISSING, Reply(IMAGE), wanted=Pull(NAME, "linux/amd64", auth=LOGIN))
    assert change == ObjectChange((PULLED,), IMAGE, {"exists": False}, {"exists": True, "id": "sha256:one"})
    (asked,) = (each for each in engine.questions if each.method == "POST")
    assert asked.query == {"fromImage": ["registry:5000/web"], "tag": ["1"], "platform": ["linux/amd64"]}
    assert json.loads(base64.urlsafe_b64decode(asked.headers["X-Registry-Auth"]))["password"] == "secret"
    assert len(told) == 1
    assert told[0].startswith(f"pulls {NAME}: ")


@pytest.mark.parametrize(("after", "changed"), [(IMAGE, False), (ALIKE, False), (OTHER, True)])
def test_what_counts_is_what_it_holds(after: dict[str, t.Any], changed: bool) -> None:
    change, _engine, _told = pull(Reply(IMAGE), Reply(after))
    assert change.actions == ((PULLED,) if changed else ())
    assert (change.before["id"], change.after["id"]) == (IMAGE["Id"], after["Id"])


@pytest.mark.parametrize(("platform", "pulls"), [(None, False), ("linux/amd64", False), ("linux/arm64", True)])
def test_one_that_is_there_stays_where_that_is_enough(platform: str | None, pulls: bool) -> None:
    change, engine, _told = pull(Reply(IMAGE), Reply(OTHER), wanted=Pull(NAME, platform, "not_present"))
    assert done(engine) == ([PULL] if pulls else [])
    if not pulls:
        seen = {"exists": True, "id": "sha256:one"}
        assert change == ObjectChange((), IMAGE, seen, seen)


@pytest.mark.parametrize(
    ("seen", "registry", "changes"),
    [
        (Reply(IMAGE), digest("sha256:aa"), False),
        (Reply(IMAGE), digest("sha256:bb"), True),
        (Reply(IMAGE), MISSING, True),
        (Reply(IMAGE), Reply({"message": "it does not tell"}, status=500), True),
        (Reply(IMAGE), Reply({"Descriptor": None}), True),
        (MISSING, digest("sha256:aa"), True),
    ],
)
def test_a_check_asks_the_registry_whether_there_is_another_one(seen: Reply, registry: Reply, changes: bool) -> None:
    change, engine, _told = pull(seen, dry=True, registry=registry)
    assert done(engine) == []
    assert change.actions == ((PULLED,) if changes else ())
    assert change.after == {"exists": True, "id": "unknown" if changes else "sha256:one"}


def tag(seen: Reply, there: Reply, overwrite: bool = False, dry: bool = False) -> tuple[ObjectChange, EngineDouble]:
    script = {INSPECT: seen, "GET /images/app:2/json": there, TAG: Reply(body=b"", status=201)}
    return asking(script, lambda client: tag_image(client, NAME, ["app:2"], overwrite, dry))


@pytest.mark.parametrize("dry", [False, True])
@pytest.mark.parametrize(
    ("there", "overwrite", "before"), [(MISSING, False, None), (Reply(OTHER), True, "sha256:three")]
)
def test_a_name_is_given(there: Reply, overwrite: bool, before: str | None, dry: bool) -> None:
    change, engine = tag(Reply(IMAGE), there, overwrite, dry)
    assert change == ObjectChange(
        (f"Tagged image {NAME} as app:2",), IMAGE, {"app:2": before}, {"app:2": "sha256:one"},
        values={"tagged_images": ["app:2"]},
    )  # fmt: skip
    assert done(engine) == ([] if dry else [TAG])
    if not dry:
        (asked,) = (each.query for each in engine.questions if each.method == "POST")
        assert asked == {"repo": ["app"], "tag": ["2"]}


@pytest.mark.parametrize(("there", "overwrite"), [(OTHER, False), (IMAGE, False), (IMAGE, True)])
def test_a_name_that_it_has_or_another_one_has_stays(there: dict[str, t.Any], overwrite: bool) -> None:
    change, engine = tag(Reply(IMAGE), Reply(there), overwrite)
    assert change == ObjectChange((), IMAGE, {}, {}, values={"tagged_images": []})
    assert done(engine) == []


def test_an_image_that_is_not_there_cannot_be_named() -> None:
    with pytest.raises(EngineNotFoundError) as error:
        tag(MISSING, MISSING)
    assert error.value.message.endswith(f" has no image {NAME}")
    assert (error.value.status, error.value.message.startswith("127.0.0.1:")) == (404, True)


def remove(
    seen: Reply, force: bool = False, prune: bool = True, dry: bool = False
) -> tuple[ObjectChange, EngineDouble]:
    gone = [{"Untagged": NAME}, {"Deleted": "sha256:one"}, {"Deleted": "sha256:l1"}]
    script = {INSPECT: seen, f"DELETE /images/{NAME}": Reply(gone)}
    return asking(script, lambda client: remove_image(client, NAME, force, prune, dry))


def test_an_image_goes() -> None:
    change, engine = remove(Reply(IMAGE))
    assert change == ObjectChange(
        (f"Removed image {NAME}",), IMAGE, {"exists": True, "id": "sha256:one", "tags": [NAME]}, {"exists": False},
        values={"deleted": ["sha256:one", "sha256:l1"], "untagged": [NAME]},
    )  # fmt: skip
    assert engine.questions[-1].query == {}


def test_by_force_and_with_its_parents() -> None:
    _change, engine = remove(Reply(IMAGE), force=True, prune=False)
    assert engine.questions[-1].query == {"force": ["1"], "noprune": ["1"]}


def test_one_with_further_names_loses_this_one() -> None:
    change, engine = remove(Reply({**IMAGE, "RepoTags": [NAME, "app:2"]}), dry=True)
    assert (change.after, done(engine)) == ({"exists": True, "tags": ["app:2"]}, [])
    assert change.values == {"deleted": [], "untagged": [NAME, "registry:5000/web@sha256:aa"]}


def test_one_without_further_names_goes_in_a_check_too() -> None:
    change, engine = remove(Reply({**IMAGE, "RepoDigests": []}), dry=True)
    assert (change.after, done(engine)) == ({"exists": False}, [])
    assert change.values == {"deleted": ["sha256:one"], "untagged": [NAME]}


def test_one_that_is_not_there_is_gone() -> None:
    change, engine = remove(MISSING)
    gone = {"exists": False}
    assert change == ObjectChange((), None, gone, gone, values={"deleted": [], "untagged": []})
    assert done(engine) == []


def push(
    registry: Reply,
    *messages: dict[str, t.Any],
    dry: bool = False,
    auth: Auth | None = None,
) -> tuple[ObjectChange, EngineDouble, list[str]]:
    told: list[str] = []
    body = b"".join(json.dumps(message).encode() + b"\n" for message in messages)
    script = {INSPECT: Reply(IMAGE), TELL: registry, PUSH: Reply(body=body)}
    change, engine = asking(script, lambda client: push_image(client, NAME, auth, dry, told.append))
    return change, engine, told


PUSHED = f"Pushed image {NAME} to registry:5000/web:1"
SENT = ({"status": "Pushed", "id": "l1"}, {"aux": {"Tag": "1", "Digest": "sha256:bb"}}, {"aux": None})


def test_an_image_that_the_registry_has_is_not_pushed() -> None:
    change, engine, _told = push(digest("sha256:aa"))
    seen = {"digest": "sha256:aa"}
    assert change == ObjectChange((), IMAGE, seen, seen, values=seen)
    assert done(engine) == []


@pytest.mark.parametrize(
    ("registry", "before"),
    [(digest("sha256:old"), "sha256:old"), (MISSING, None), (Reply({"message": "no"}, status=401), None)],
)
def test_another_one_is_pushed(registry: Reply, before: str | None) -> None:
    change, engine, told = push(registry, *SENT)
    assert change == ObjectChange(
        (PUSHED,), IMAGE, {"digest": before}, {"digest": "sha256:bb"}, values={"digest": "sha256:bb"}
    )
    (asked,) = (each for each in engine.questions if each.method == "POST")
    assert (asked.query, asked.headers["X-Registry-Auth"]) == ({"tag": ["1"]}, "e30=")
    assert [each.partition(": ")[0] for each in told] == [f"pushes {NAME}"] * 3


def test_one_that_the_registry_turns_out_to_have_is_no_change() -> None:
    change, _engine, _told = push(digest("sha256:bb"), *SENT)
    assert (change.actions, change.values) == ((), {"digest": "sha256:bb"})


def test_a_registry_that_tells_no_digest_got_it() -> None:
    change, _engine, _told = push(MISSING, SENT[0])
    assert (change.actions, change.after) == ((PUSHED,), {"digest": ""})


def test_credentials_go_with_the_push() -> None:
    _change, engine, _told = push(MISSING, *SENT, auth=LOGIN)
    sent = [
        question.headers["X-Registry-Auth"] for question in engine.questions if "X-Registry-Auth" in question.headers
    ]
    assert [json.loads(base64.urlsafe_b64decode(each))["username"] for each in sent] == ["me", "me"]


def test_a_check_of_a_push_asks_for_nothing() -> None:
    change, engine, _told = push(digest("sha256:old"), dry=True)
    assert done(engine) == []
    assert change == ObjectChange(
        (PUSHED,), IMAGE, {"digest": "sha256:old"}, {"digest": "unknown"}, values={"digest": ""}
    )


def test_what_the_registry_refuses_is_an_error() -> None:
    with pytest.raises(EngineError, match="denied"):
        push(MISSING, {"error": "denied", "errorDetail": {"message": "denied"}})
