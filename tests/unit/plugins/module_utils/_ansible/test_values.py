# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every option of swarm_container with values that can only be mistakes: each is refused in a sentence, or sent right.

What is swept follows from the argument specs, so that an option that is added to them is swept too.
"""

from __future__ import annotations

import json
import random
import re
import typing as t
from pathlib import Path

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.classic.swarm.plugins.module_utils._ansible.argspec import (
    ACTING_ARGUMENT_SPEC,
    CLUSTER_ARGUMENT_SPEC,
    PLACEMENT_ARGUMENT_SPEC,
    TLS_ARGUMENT_SPEC,
)
from ansible_collections.classic.swarm.plugins.module_utils._ansible.container_argspec import CONTAINER_ARGUMENT_SPEC
from ansible_collections.classic.swarm.plugins.module_utils._ansible.module import visible
from ansible_collections.classic.swarm.plugins.module_utils._ansible.runner import read_wanted
from ansible_collections.classic.swarm.plugins.module_utils._ansible.settings import (
    cluster_settings,
    scheduling_settings,
)
from ansible_collections.classic.swarm.plugins.module_utils._ansible.unusable import unusable_number
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError

SPEC: t.Dict[str, t.Any] = {
    "name": {"type": "str", "required": True},
    "count": {"type": "int"},
    "auth": {
        "type": "dict",
        "options": {
            "username": {"type": "str", "required": True},
            "password": {"type": "str", "required": True},
            "registry": {"type": "str"},
            "email": {"type": "str"},
        },
    },
    **CLUSTER_ARGUMENT_SPEC,
    **TLS_ARGUMENT_SPEC,
    **PLACEMENT_ARGUMENT_SPEC,
    **ACTING_ARGUMENT_SPEC,
    **CONTAINER_ARGUMENT_SPEC,
}

Path_ = t.Tuple[str, ...]

#: What a suboption needs beside it.
BESIDE: t.Mapping[str, t.Mapping[str, t.Any]] = {
    "auth": {"username": "u", "password": "p"},
    "healthcheck": {"test": "true"},
    "mounts": {"target": "/swept"},
    "networks": {"name": "net"},
    **{name: {"path": "/dev/null", "rate": "1"} for name in SPEC if name.startswith(("device_read", "device_write"))},
}
#: What an option needs beside it.
NEEDED: t.Mapping[str, t.Mapping[str, t.Any]] = {
    "log_options": {"log_driver": "json-file"},
    "restart_retries": {"restart_policy": "on-failure"},
}
#: The type of the mount that a suboption is for, where it is not a volume.
MOUNT_TYPES = {"tmpfs_size": "tmpfs", "tmpfs_mode": "tmpfs", "tmpfs_options": "tmpfs"}


def leaves(spec: t.Mapping[str, t.Any] = SPEC, above: Path_ = ()) -> t.Iterator[t.Tuple[Path_, t.Mapping[str, t.Any]]]:
    for name, option in spec.items():
        if option.get("options"):
            yield from leaves(option["options"], (*above, name))
        else:
            yield (*above, name), option


LEAVES = dict(leaves())


def task_with(path: Path_, value: t.Any) -> t.Dict[str, t.Any]:
    task: t.Dict[str, t.Any] = {"name": "web", "image": "web:1", **NEEDED.get(path[0], {})}
    if len(path) == 1:
        return {**task, path[0]: value}
    beside: t.Dict[str, t.Any] = dict(BESIDE.get(path[0], {}))
    if path[0] == "mounts":
        beside["type"] = MOUNT_TYPES.get(path[1], "volume")
    inner = {**beside, path[1]: value}
    return {**task, path[0]: [inner] if SPEC[path[0]]["type"] == "list" else inner}


def read(task: t.Mapping[str, t.Any]) -> t.Union[str, t.Dict[str, t.Any]]:
    """The sentence that refuses a task, or what is sent for it."""
    try:
        checked = ArgumentSpecValidator(SPEC).validate(dict(task))
    except (OverflowError, ValueError):
        sentence = unusable_number(task)
        assert sentence
        return sentence
    if checked.error_messages:
        # Ansible's own words, which may repeat a long value.
        return visible("; ".join(checked.error_messages))[:400]
    options = checked.validated_parameters
    try:
        wanted, _warnings = read_wanted(options)
        scheduling_settings(options)
        cluster_settings(options, {})
    except InputError as error:
        return error.message
    for member in wanted.members()[:1]:
        wanted.request(member)
    return wanted.config.create_body(image="web:1", api_version=(1, 47))


def texts(value: t.Any) -> t.Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, t.Mapping):
        for key, item in value.items():
            yield str(key)
            yield from texts(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from texts(item)


def integers(value: t.Any) -> t.Iterator[int]:
    if isinstance(value, int):
        yield value
    elif isinstance(value, (t.Mapping, list, tuple)):
        for item in value.values() if isinstance(value, t.Mapping) else value:
            yield from integers(item)


def judge(path: Path_, value: t.Any) -> t.Union[str, t.Dict[str, t.Any]]:
    """Read a task, and check what holds of every refusal and of all that is sent."""
    outcome = read(task_with(path, value))
    if isinstance(outcome, str):
        assert any(name in outcome for name in (path[-1], path[0])), outcome
        assert outcome.isprintable(), outcome
        assert len(outcome) < 500
    else:
        json.dumps(outcome, allow_nan=False).encode()
        "".join(texts(outcome)).encode()
        assert all(-(2**63) <= number < 2**63 for number in integers(outcome))
        assert not {"True", "False", "None", "nan", "inf"} & set(texts(outcome))
    return outcome


MAPS = [path for path, option in LEAVES.items() if option["type"] == "dict" and path != ("comparisons",)]
#: Maps whose booleans are sent as Go writes them, as docker_container does.
FLAGS = {("mounts", "labels"), ("mounts", "volume_options"), ("device_requests", "options")}
#: A key of each map that is one.
KEYS = {"sysctls": "net.core.somaxconn", "env": "A", "etc_hosts": "db"}


@pytest.mark.parametrize("path", MAPS, ids=".".join)
@pytest.mark.parametrize("value", [True, False, None, [], {}, ["a"], float("nan"), float("inf")], ids=repr)
def test_maps_of_strings(path: Path_, value: t.Any) -> None:
    outcome = judge(path, {KEYS.get(path[-1], "key"): value})
    if path in FLAGS and isinstance(value, bool):
        assert str(value).lower() in texts(outcome)
    else:
        assert isinstance(outcome, str)
        assert "None" not in outcome
        assert value is not None or "is null" in outcome


@pytest.mark.parametrize("path", MAPS, ids=".".join)
@pytest.mark.parametrize("value", [0, 7, 10**18])
def test_maps_of_strings_hold_whole_numbers_as_they_are_or_refuse_them(path: Path_, value: int) -> None:
    outcome = judge(path, {KEYS.get(path[-1], "key"): value})
    assert isinstance(outcome, str) or str(value) in texts(outcome)


SIZES = [
    *[(name,) for name in ("memory", "memory_reservation", "memory_swap", "shm_size", "headroom_memory")],
    *[("mounts", "tmpfs_size"), ("device_read_bps", "rate"), ("device_write_bps", "rate")],
]
DURATIONS = [("healthcheck", name) for name in ("interval", "timeout", "start_period", "start_interval")]
NUMBERS = [path for path, option in LEAVES.items() if option["type"] in ("int", "float")]
NONSENSE = [
    float("nan"),
    float("inf"),
    float("-inf"),
    10**400,
    -(10**400),
    "9" * 400,
    "9" * 5000,
    ".5" * 200,
    "²",
    "1_0",
]


@pytest.mark.parametrize("path", [*NUMBERS, *SIZES, *DURATIONS], ids=".".join)
@pytest.mark.parametrize("value", NONSENSE, ids=lambda value: repr(value)[:12])
def test_what_is_no_number_is_refused(path: Path_, value: t.Any) -> None:
    outcome = judge(path, value)
    endless = path == ("healthy_wait_timeout",) or path == ("removal_wait_timeout",)
    negative = isinstance(value, (int, float)) and value < 0
    underscore = value == "1_0" and LEAVES[path]["type"] in ("int", "float")
    assert isinstance(outcome, str) or (endless and negative) or underscore


@pytest.mark.parametrize("path", [*NUMBERS, *SIZES, *DURATIONS], ids=".".join)
@pytest.mark.parametrize("value", [0, -1, -2, 1, 2**31, 2**63 - 1, 2**63, -(2**63) - 1, True])
def test_numbers_are_refused_or_can_be_sent(path: Path_, value: int) -> None:
    judge(path, value)


TEXTS = [
    path
    for path, option in LEAVES.items()
    if option["type"] in ("str", "path", "raw") or (option["type"] == "list" and option.get("elements") == "str")
]


@pytest.mark.parametrize("path", TEXTS, ids=".".join)
@pytest.mark.parametrize("text", ["/a\0b", "/a\ud800b", "\0", "a\0:/b\0"], ids=ascii)
def test_no_text_with_what_cannot_be_sent(path: Path_, text: str) -> None:
    value: t.Any = [text] if LEAVES[path]["type"] == "list" else text
    assert isinstance(judge(path, value), str)


@pytest.mark.parametrize("path", MAPS, ids=".".join)
def test_no_key_with_what_cannot_be_sent(path: Path_) -> None:
    assert isinstance(judge(path, {"a\0b": "1"}), str)
    assert isinstance(judge(path, {"a": "\ud800"}), str)


@pytest.mark.parametrize(("path", "values"), [(("command",), [[True], [None], True, {}, [["a"]]])], ids=str)
def test_words_that_yaml_took_for_something_else(path: Path_, values: t.Sequence[t.Any]) -> None:
    assert all(isinstance(judge(path, value), str) for value in values)


#: Every option that sounds like a path, with how one is written in it; None for what is none, or made absolute here.
PATHS: t.Mapping[Path_, t.Optional[str]] = {
    ("working_dir",): "{}",
    ("mounts", "target"): "{}",
    ("mounts", "source"): "{}",
    ("mounts", "subpath"): None,
    ("tmpfs",): "{}",
    ("devices",): "/dev/null:{}",
    ("volumes",): "/srv:{}",
    ("volumes_from",): None,
    ("volume_driver",): None,
    ("mounts", "volume_driver"): None,
    ("mounts", "tmpfs_size"): None,
    ("mounts", "tmpfs_mode"): None,
    ("mounts", "tmpfs_options"): None,
    **{(name, "path"): "{}" for name in SPEC if name.startswith(("device_read", "device_write"))},
    ("env_file",): None,
    ("ca_path",): None,
    ("discovery_options", "ca_path"): None,
}


def test_the_table_of_paths_is_complete() -> None:
    words = re.compile(r"path|target|source$|dir$|file|^volume|tmpfs|^devices$")
    with_paths = {path for path, option in LEAVES.items() if words.search(path[-1]) and option["type"] != "dict"}
    assert with_paths - {("keep_volumes",)} <= set(PATHS) | {
        path for path in with_paths if LEAVES[path]["type"] == "bool"
    }


#: What is something else than a relative path: the name of a volume, and a device class of Windows.
NO_PATH = {(("mounts", "source"), "data"), (("devices",), "data"), (("devices",), "data/x")}
RELATIVE = [
    (path, form.format(text))
    for path, form in PATHS.items()
    if form
    for text in ("./data", "~/data", "..", "../data", "data/x", "data")
    if (path, text) not in NO_PATH
]


@pytest.mark.parametrize(("path", "text"), RELATIVE, ids=lambda part: part if isinstance(part, str) else ".".join(part))
def test_relative_paths_mean_nothing_on_a_node(path: Path_, text: str) -> None:
    assert isinstance(judge(path, [text] if LEAVES[path]["type"] == "list" else text), str)


@pytest.mark.parametrize("entry", ["data", "./data", "~/data", "data/x", "a b:/data", "data/x:/data", "/srv:data", "/"])
def test_volumes_that_can_only_be_slips(entry: str) -> None:
    assert isinstance(judge(("volumes",), [entry]), str)


def test_any_text_in_any_option(tmp_path: Path) -> None:
    """A short form of a fuzz: the seed is fixed, and a failure names the option and the value."""
    chance = random.Random(20261125)
    pieces = [
        "a",
        "/",
        ":",
        "=",
        "-",
        "0",
        "9" * 30,
        "[",
        "]",
        "::1",
        " ",
        "\n",
        "\t",
        ".",
        "~",
        "²",
        "é",
        "\u2028",
        ",",
    ]
    pieces += [
        "80",
        "tcp",
        "ro",
        "1.5",
        "K",
        "s",
        "net.",
        "nofile",
        "container",
        "\x1b[31m",
        "\x85",
        "%",
        "'",
        '"',
        "\\",
    ]
    for _round in range(3000):
        path = chance.choice(TEXTS)
        text = "".join(chance.choices(pieces, k=chance.randint(0, 6)))
        value: t.Any = [text] if LEAVES[path]["type"] == "list" else text
        try:
            read(task_with(path, value))
        except Exception as error:
            raise AssertionError(f"{'.'.join(path)}: {value!r} ends in {type(error).__name__}: {error}") from error
