# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Images pulled, named, removed and pushed by one engine."""

from __future__ import annotations

import typing as t

from ...engine.api import images
from ...engine.auth import Auth
from ...engine.client import EngineClient
from ...engine.credentials import prepare_pull
from ...engine.pulling import Layers
from ...errors import EngineError, EngineNotFoundError
from ...model.image import is_image_id
from .change import ObjectChange, Record
from .image import is_for, is_same, split_name, tags_of

#: What an engine is sent that needs no login: the Engine API wants the header in any case.
_NO_CREDENTIALS = "e30="


class Pull(t.NamedTuple):
    """What is to be pulled.

    :ivar policy: ``always``, or ``not_present`` where an image of that name and platform stays as it is
    """

    reference: str
    platform: t.Optional[str] = None
    policy: str = "always"
    auth: t.Optional[Auth] = None


def pull_image(client: EngineClient, wanted: Pull, dry: bool, tell: t.Callable[[str], None]) -> ObjectChange:
    """Have the engine pull an image, unless it has it already.

    :param dry: only ask the registry whether it has another one
    :param tell: takes how far it has come, in words
    :raises EngineError: the engine or the registry refuses
    """
    before = client.send(images.inspect(wanted.reference))
    fits = before is not None and (not wanted.platform or is_for(before, wanted.platform))
    if fits and wanted.policy == "not_present":
        return _change((), before, before)
    action = f"Pulled image {wanted.reference}"
    if dry:
        if before is not None and fits and _is_newest(client, wanted, before):
            return _change((), before, before)
        return _change((action,), before, before, unknown=True)
    client.pull_image(wanted.reference, wanted.auth, wanted.platform, tell)
    after = require_image(client, wanted.reference)
    changed = before is None or not is_same(before, after, split_name(wanted.reference)[0])
    return _change((action,) if changed else (), before, after)


def _is_newest(client: EngineClient, wanted: Pull, before: Record) -> bool:
    """Whether the registry has the image that is there. One that does not tell may have any."""
    try:
        return registry_digest(client, wanted.reference, wanted.auth) in _digests(before)
    except EngineError:
        return False


def registry_digest(client: EngineClient, reference: str, auth: t.Optional[Auth]) -> t.Optional[str]:
    """The digest that the registry has under a name, None where it has none.

    :raises EngineError: the registry does not tell
    """
    credentials = prepare_pull(reference, auth).credentials
    try:
        found = client.send(images.distribution(reference, credentials))
    except EngineNotFoundError:
        return None
    descriptor = found.get("Descriptor")
    digest = descriptor.get("digest") if isinstance(descriptor, dict) else None
    return str(digest) if digest else None


def require_image(client: EngineClient, reference: str) -> Record:
    """The engine's record of an image.

    :raises EngineNotFoundError: it is not there
    """
    record = client.send(images.inspect(reference))
    if record is None:
        raise EngineNotFoundError(client.address, 404, f"{client.address} has no image {reference}")
    return record


def tag_image(client: EngineClient, reference: str, names: t.Iterable[str], overwrite: bool, dry: bool) -> ObjectChange:
    """Give an image of the engine further names.

    :param overwrite: also names that other images have
    :raises EngineNotFoundError: it is not there
    """
    record = require_image(client, reference)
    before: t.Dict[str, t.Any] = {}
    tagged = []
    for name in names:
        there = client.send(images.inspect(name))
        if there is not None and (not overwrite or there.get("Id") == record.get("Id")):
            continue
        if not dry:
            client.send(images.tag(reference, *split_name(name)))
        before[name] = None if there is None else there.get("Id")
        tagged.append(name)
    actions = tuple(f"Tagged image {reference} as {name}" for name in tagged)
    after = dict.fromkeys(tagged, record.get("Id"))
    if tagged and not dry:
        record = require_image(client, reference)
    return ObjectChange(actions, record, before, after, values={"tagged_images": tagged})


def remove_image(client: EngineClient, reference: str, force: bool, prune: bool, dry: bool) -> ObjectChange:
    """Have no image of that name on the engine.

    :param force: also where it has further names, or a container that has ended uses it
    :param prune: parents without a name go, too
    :raises EngineError: a container uses it
    """
    record = client.send(images.inspect(reference))
    if record is None:
        return ObjectChange(before={"exists": False}, after={"exists": False}, values={"deleted": [], "untagged": []})
    gone = _would_go(record, reference) if dry else client.send(images.remove(reference, force, not prune))
    values = {
        "deleted": [each["Deleted"] for each in gone if each.get("Deleted")],
        "untagged": [each["Untagged"] for each in gone if each.get("Untagged")],
    }
    after = {"exists": False} if values["deleted"] else {"exists": True, "tags": _without(tags_of(record), reference)}
    before = {"exists": True, "id": record.get("Id"), "tags": tags_of(record)}
    return ObjectChange((f"Removed image {reference}",), record, before, after, values=values)


def _would_go(record: Record, reference: str) -> t.List[Record]:
    """What an engine says of a removal, without layers: with the last tag of a repository its digests go, and the image
    with the last of all."""
    names = tags_of(record)
    digests = [str(digest) for digest in record.get("RepoDigests") or ()]
    if is_image_id(reference):
        return [*({"Untagged": name} for name in (*names, *digests)), {"Deleted": record.get("Id")}]
    repository = split_name(reference)[0]
    left = _without(names, reference)
    gone = [reference]
    if not any(split_name(name)[0] == repository for name in left):
        gone += [digest for digest in digests if digest != reference and split_name(digest)[0] == repository]
    untagged: t.List[Record] = [{"Untagged": name} for name in gone]
    return untagged if left or set(digests) - set(gone) else [*untagged, {"Deleted": record.get("Id")}]


def _without(tags: t.Iterable[str], reference: str) -> t.List[str]:
    return [tag for tag in tags if tag != reference]


def push_image(
    client: EngineClient, reference: str, auth: t.Optional[Auth], dry: bool, tell: t.Callable[[str], None]
) -> ObjectChange:
    """Have the engine push an image to its registry, unless it is there already.

    :param tell: takes how far it has come, in words
    :raises EngineError: the engine or the registry refuses
    """
    record = require_image(client, reference)
    request = prepare_pull(reference, auth)
    action, values = f"Pushed image {reference} to {request.repository}:{request.tag}", {"digest": ""}
    try:
        before = registry_digest(client, reference, auth)
    except EngineError:
        # registries answer so for a name that they do not have yet, too; what is wrong comes with the push
        before = None
    if before is not None and before in _digests(record):
        return ObjectChange((), record, {"digest": before}, {"digest": before}, values={"digest": before})
    if dry:
        return ObjectChange((action,), record, {"digest": before}, {"digest": "unknown"}, values=values)
    after, layers = "", Layers()
    for message in client.follow(images.push(request.repository, request.tag, request.credentials or _NO_CREDENTIALS)):
        layers.add(message)
        tell(f"pushes {reference}: {layers}")
        found = message.get("aux")
        after = str(found.get("Digest") or after) if isinstance(found, dict) else after
    changed = not after or after != before
    record = require_image(client, reference)
    return ObjectChange(
        (action,) if changed else (), record, {"digest": before}, {"digest": after}, values={"digest": after}
    )


def _digests(record: Record) -> t.Set[str]:
    return {str(each).partition("@")[2] for each in record.get("RepoDigests") or ()}


def _change(
    actions: t.Tuple[str, ...], before: t.Optional[Record], after: t.Optional[Record], unknown: bool = False
) -> ObjectChange:
    """:param unknown: it will be another one than ``after``"""
    return ObjectChange(actions, after, _seen(before), {"exists": True, "id": "unknown"} if unknown else _seen(after))


def _seen(record: t.Optional[Record]) -> t.Dict[str, t.Any]:
    return {"exists": False} if record is None else {"exists": True, "id": record.get("Id")}
