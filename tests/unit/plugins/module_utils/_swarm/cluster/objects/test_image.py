# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What makes two images the same, and how they are named."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.objects.image import (
    content_of,
    content_of_configuration,
    digests_of,
    full_name,
    is_for,
    is_same,
    split_name,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.objects.image_state import _would_go

ID = "sha256:" + "0f" * 32
RECORD: dict[str, Any] = {
    "Id": "sha256:one",
    "Os": "linux",
    "Architecture": "arm64",
    "Variant": "v8",
    "RepoTags": ["web:1", "host:5000/web:1"],
    "RepoDigests": ["host:5000/web@sha256:abc"],
    "RootFS": {"Type": "layers", "Layers": ["sha256:a", "sha256:b"]},
    "Config": {"Cmd": ["serve"], "Env": ["A=1"], "Labels": {"x": "y"}, "Hostname": "", "User": ""},
}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("web", "web:7"),
        ("web:1", "web:1"),
        ("host:5000/web", "host:5000/web:7"),
        ("host:5000/web:1", "host:5000/web:1"),
        ("web@sha256:abc", "web@sha256:abc"),
        (ID, ID),
    ],
)
def test_full_names(name: str, expected: str) -> None:
    assert full_name(name, "7") == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("web:1", ("web", "1")),
        ("host:5000/a/web", ("host:5000/a/web", "latest")),
        ("host:5000/web:1", ("host:5000/web", "1")),
        ("host:5000/web@sha256:abc", ("host:5000/web", "sha256:abc")),
        ("host:5000/web:1@sha256:abc", ("host:5000/web", "sha256:abc")),
    ],
)
def test_parts_of_names(name: str, expected: tuple[str, str]) -> None:
    assert split_name(name) == expected


def test_the_same_image_on_engines_that_store_images_differently() -> None:
    elsewhere = {**RECORD, "Id": "sha256:two", "RepoTags": None, "Config": {"Cmd": ["serve"], "Env": ["A=1"],
                 "Labels": {"x": "y"}, "OnBuild": None}}  # fmt: skip
    assert content_of(elsewhere) == content_of(RECORD)


@pytest.mark.parametrize(
    "change",
    [
        {"RootFS": {"Layers": ["sha256:a"]}},
        {"RootFS": {"Layers": ["sha256:b", "sha256:a"]}},
        {"Architecture": "amd64"},
        {"Variant": "v7"},
        {"Config": {**RECORD["Config"], "Cmd": ["other"]}},
        {"Config": {**RECORD["Config"], "Labels": {}}},
        {"Config": None},
    ],
)
def test_another_image(change: dict[str, Any]) -> None:
    assert content_of({**RECORD, **change}) != content_of(RECORD)


def test_an_image_in_an_archive_is_the_one_that_is_loaded() -> None:
    configuration = {
        "os": "linux",
        "architecture": "arm64",
        "variant": "v8",
        "config": RECORD["Config"],
        "rootfs": {"type": "layers", "diff_ids": ["sha256:a", "sha256:b"]},
        "history": [],
    }
    assert content_of_configuration(configuration) == content_of(RECORD)


def test_digests_of_a_repository() -> None:
    record = {"RepoDigests": ["host:5000/web@sha256:abc", "web@sha256:def", "docker.io/library/web@sha256:123"]}
    assert digests_of(record, "host:5000/web") == {"sha256:abc"}
    assert digests_of(record, "docker.io/library/web") == digests_of(record, "web") == {"sha256:def", "sha256:123"}
    assert digests_of({"RepoDigests": None}, "web") == frozenset()


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ({}, True),
        ({"Id": "sha256:two"}, True),
        ({"Id": "sha256:two", "RepoDigests": ["host:5000/web@sha256:new"]}, False),
    ],
)
def test_whether_a_pull_brought_another_one(after: dict[str, Any], expected: bool) -> None:
    assert is_same(RECORD, {**RECORD, **after}, "host:5000/web") is expected


def test_one_that_was_loaded_is_compared_by_what_it_holds() -> None:
    loaded = {**RECORD, "RepoDigests": []}
    pulled = {**RECORD, "Id": "sha256:two"}
    assert is_same(loaded, pulled, "host:5000/web")
    assert not is_same(loaded, {**pulled, "Architecture": "amd64"}, "host:5000/web")


@pytest.mark.parametrize(
    ("platform", "expected"),
    [("linux", True), ("linux/arm64", True), ("Linux/ARM64/v8", True), ("linux/arm64/v7", False), ("windows", False)],
)
def test_platforms(platform: str, expected: bool) -> None:
    assert is_for(RECORD, platform) is expected


@pytest.mark.parametrize(
    ("record", "reference", "expected"),
    [
        ({"RepoTags": ["a:1"]}, "a:1", ["a:1", "deleted"]),
        ({"RepoTags": ["a:1", "b:1"]}, "a:1", ["a:1"]),
        ({"RepoTags": ["a:1"], "RepoDigests": ["a@sha256:x"]}, "a:1", ["a:1", "a@sha256:x", "deleted"]),
        ({"RepoTags": ["a:1", "a:2"], "RepoDigests": ["a@sha256:x"]}, "a:1", ["a:1"]),
        ({"RepoTags": ["a:1"], "RepoDigests": ["b@sha256:x"]}, "a:1", ["a:1"]),
        ({"RepoTags": ["a:1", "b:1"], "RepoDigests": ["b@sha256:x"]}, ID, ["a:1", "b:1", "b@sha256:x", "deleted"]),
    ],
)
def test_what_would_go(record: dict[str, Any], reference: str, expected: list[str]) -> None:
    gone = _would_go({"Id": ID, **record}, reference)
    assert [each.get("Untagged", "deleted") for each in gone] == expected
