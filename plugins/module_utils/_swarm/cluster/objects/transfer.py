# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Images brought to many engines at once: out of one file, or from another engine, without a registry.

The source is read once, whatever the number of engines, and never held as a whole. An engine that has the images
already is left alone.
"""

from __future__ import annotations

import contextlib
import re
import typing as t

from ...engine.api import images
from ...engine.client import EngineClient
from ...errors import ClusterError, EngineError
from ...wire.request import Body
from ..progress import counted
from ..side_by_side import Outcome, on_each
from .archive import ArchivedImage, file_pieces, file_size
from .change import ObjectChange, Record
from .fan_out import FanOut, Lane
from .image import content_of
from .image_state import require_image

Subject = t.TypeVar("Subject")

_LOADED = re.compile(r"Loaded image(?: ID)?: (\S+)")


class Source(t.NamedTuple):
    """Where the images come from.

    :ivar images: what is there, None where that is not known
    :ivar open: gives the archive in pieces
    :ivar length: its bytes, None where that is not known
    :ivar told: the source in words, such as the path
    """

    images: t.Optional[t.Sequence[ArchivedImage]]
    open: t.Callable[[], t.ContextManager[t.Iterable[bytes]]]
    length: t.Optional[int]
    told: str


def file_source(path: str, found: t.Optional[t.Sequence[ArchivedImage]]) -> Source:
    """An archive in a file. :param found: what is in it"""

    @contextlib.contextmanager
    def opened() -> t.Iterator[t.Iterable[bytes]]:
        yield _told_errors(file_pieces(path), path)

    return Source(found, opened, file_size(path), path)


def _told_errors(pieces: t.Iterable[bytes], path: str) -> t.Iterator[bytes]:
    try:
        yield from pieces
    except OSError as error:
        raise ClusterError(f"{path} cannot be read: {error.strerror}") from error


def engine_source(client: EngineClient, references: t.Sequence[str], idle: float, node: str) -> Source:
    """Images that an engine has.

    :param idle: seconds for which it may be silent
    :param node: its name
    :raises EngineNotFoundError: it lacks one of them
    """
    records = [require_image(client, reference) for reference in references]
    found = [ArchivedImage((name,), content_of(record)) for name, record in zip(references, records)]

    @contextlib.contextmanager
    def opened() -> t.Iterator[t.Iterable[bytes]]:
        with client.stream(images.save(references), idle=idle) as stream:
            yield stream

    return Source(found, opened, None, node)


def has_all(client: EngineClient, wanted: t.Optional[t.Sequence[ArchivedImage]]) -> bool:
    """Whether an engine has every image under every name already; one without a name cannot be told."""
    if not wanted or not all(image.names for image in wanted):
        return False
    return all(_has(client, name, image.content) for image in wanted for name in image.names)


def _has(client: EngineClient, name: str, content: str) -> bool:
    record = client.send(images.inspect(name))
    return record is not None and content_of(record) == content


def bring(
    subjects: t.Sequence[Subject],
    client_of: t.Callable[[Subject], EngineClient],
    source: Source,
    force: bool,
    dry: bool,
    tell: t.Callable[[Subject, str], None],
) -> t.List[Outcome[Subject, ObjectChange]]:
    """Have the images on the engine of every subject.

    :param force: load them also where they are
    :param tell: takes how far it has come with one of them, in words
    :returns: in the order of the subjects
    """
    looked = on_each(subjects, lambda subject: not force and has_all(client_of(subject), source.images))
    lacking = [number for number, each in enumerate(looked) if each.value is False]
    loaded = _load([subjects[number] for number in lacking], client_of, source, dry, tell)
    done = dict(zip(lacking, loaded))
    return [
        done[number]
        if number in done
        else Outcome(each.subject, error=each.error)
        if each.error
        else _described(each.subject, client_of(each.subject), source)
        for number, each in enumerate(looked)
    ]


def _described(subject: Subject, client: EngineClient, source: Source) -> Outcome[Subject, ObjectChange]:
    """One that had everything."""
    names = _names(source)
    try:
        return Outcome(subject, _change(client, names, changed=False, source=source))
    except EngineError as error:
        return Outcome(subject, error=error)


def _names(source: Source) -> t.List[str]:
    return [name for image in source.images or () for name in image.names]


def _load(
    subjects: t.Sequence[Subject],
    client_of: t.Callable[[Subject], EngineClient],
    source: Source,
    dry: bool,
    tell: t.Callable[[Subject, str], None],
) -> t.List[Outcome[Subject, ObjectChange]]:
    if not subjects:
        return []
    if dry:
        action = (f"Loaded images of {source.told}",)
        values = {"image_names": _names(source), "images": []}
        return [Outcome(subject, ObjectChange(action, None, {}, {}, values=values)) for subject in subjects]

    def load(lane_of: t.Tuple[Subject, Lane]) -> ObjectChange:
        subject, lane = lane_of
        try:
            pieces = counted(lane, source.length, lambda far: tell(subject, f"loads images of {source.told}: {far}"))
            return _load_one(client_of(subject), pieces, source)
        finally:
            # one that failed holds up nobody
            lane.close()

    with source.open() as pieces, FanOut(pieces, len(subjects)) as lanes:
        # every lane needs its taker, so all work at once, however many they are
        outcomes = on_each(list(zip(subjects, lanes)), load, workers=len(subjects))
    return [Outcome(each.subject[0], each.value, each.error) for each in outcomes]


def _load_one(client: EngineClient, pieces: t.Iterable[bytes], source: Source) -> ObjectChange:
    names: t.List[str] = []
    for message in client.follow(images.load(), Body(pieces, source.length)):
        names += _LOADED.findall(str(message.get("stream") or ""))
    return _change(client, names, changed=True, source=source)


def _change(client: EngineClient, names: t.Sequence[str], changed: bool, source: Source) -> ObjectChange:
    records: t.List[Record] = [
        record for record in (client.send(images.inspect(name)) for name in names) if record is not None
    ]
    actions = (f"Loaded images of {source.told}",) if changed else ()
    shown = {name: record.get("Id") for name, record in zip(names, records)}
    values = {"image_names": list(names), "images": records}
    return ObjectChange(actions, None, {}, shown if changed else {}, values=values)
