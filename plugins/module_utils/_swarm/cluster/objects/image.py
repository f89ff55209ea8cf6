# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What an image is, whatever engine it is on. Pure.

An image has another ID on an engine that keeps its images in containerd: there it is the digest of its manifest, and
elsewhere that of its configuration. So images of different engines are compared by what they hold: the digests of their
layers, what they are for, and how their containers start.
"""

from __future__ import annotations

import hashlib
import json
import typing as t

from ...model.image import is_image_id
from .change import Record

#: Of a configuration, what containers get of it. Engines leave out, or add, fields that are empty.
_OF_CONFIG = (
    "User",
    "ExposedPorts",
    "Env",
    "Entrypoint",
    "Cmd",
    "Volumes",
    "WorkingDir",
    "Labels",
    "StopSignal",
    "StopTimeout",
    "Healthcheck",
    "Shell",
    "OnBuild",
)

#: Repository and tag of what has no name.
_NAMELESS = "<none>"


def full_name(name: str, tag: str = "latest") -> str:
    """``name`` with its tag; one that has a tag or a digest, or is an ID, stays as it is.

    :param tag: for a name without one
    """
    if is_image_id(name) or "@" in name or ":" in name.rpartition("/")[2]:
        return name
    return f"{name}:{tag}"


def split_name(reference: str) -> t.Tuple[str, str]:
    """Repository and tag of a full name, or repository and digest."""
    repository, at, digest = reference.partition("@")
    if at:
        return split_name(repository)[0] if ":" in repository.rpartition("/")[2] else repository, digest
    path, slash, last = reference.rpartition("/")
    base, _colon, tag = last.partition(":")
    return f"{path}{slash}{base}", tag or "latest"


def content_of(record: Record) -> str:
    """A digest of what an image holds. :param record: of ``/images/NAME/json``"""
    layers = (record.get("RootFS") or {}).get("Layers") or []
    return content(record.get("Os"), record.get("Architecture"), record.get("Variant"), layers, record.get("Config"))


def content_of_configuration(configuration: Record) -> str:
    """The same of an image in an archive. :param configuration: as the archive has it"""
    layers = (configuration.get("rootfs") or {}).get("diff_ids") or []
    return content(
        configuration.get("os"),
        configuration.get("architecture"),
        configuration.get("variant"),
        layers,
        configuration.get("config"),
    )


def content(system: t.Any, architecture: t.Any, variant: t.Any, layers: t.Any, config: t.Any) -> str:
    """A digest over all that makes two images the same."""
    started = {name: config[name] for name in _OF_CONFIG if config.get(name)} if isinstance(config, dict) else {}
    parts = [system or "", architecture or "", variant or "", layers, started]
    return "sha256:" + hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def digests_of(record: Record, repository: str) -> t.FrozenSet[str]:
    """By what digests a repository knows an image."""
    return frozenset(
        digest
        for name, _at, digest in (str(each).partition("@") for each in record.get("RepoDigests") or ())
        if digest and _short(name) == _short(repository)
    )


def is_same(before: Record, after: Record, repository: str) -> bool:
    """Whether one engine had an image before a pull that it has after it."""
    if before.get("Id") == after.get("Id"):
        return True
    known = digests_of(before, repository)
    return known == digests_of(after, repository) if known else content_of(before) == content_of(after)


def is_for(record: Record, platform: str) -> bool:
    """Whether an image is for ``os[/architecture[/variant]]``; parts that are not written may be any."""
    seen = [str(record.get(name) or "").lower() for name in ("Os", "Architecture", "Variant")]
    wanted = [part.lower() for part in platform.split("/")]
    return all(part in ("", own) for part, own in zip(wanted, seen))


def tags_of(record: Record) -> t.List[str]:
    """Its names with a tag."""
    return [str(tag) for tag in record.get("RepoTags") or () if _NAMELESS not in str(tag)]


def _short(repository: str) -> str:
    """A repository of Docker Hub may be written with its host or without."""
    for prefix in ("docker.io/library/", "docker.io/"):
        if repository.startswith(prefix):
            return repository[len(prefix) :]
    return repository
