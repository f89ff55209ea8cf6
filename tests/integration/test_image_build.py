# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Images that one node of a real cluster builds, and all of them have."""

from __future__ import annotations

import os
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.on_nodes import OnNodes, by_node
from tests.integration.test_pull import push
from tests.lab import Lab, Registry
from tests.lab.clients import Client
from tests.lab.debian import PackagesUnavailable

ONE, TWO, THREE = "dockerhost01", "dockerhost02", "dockerhost03"
ALL = (ONE, TWO, THREE)


@pytest.fixture
def nodes(clean_lab: Lab) -> OnNodes:
    return OnNodes(clean_lab)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with files of several kinds, some of which are left out."""
    folder = tmp_path / "context"
    (folder / "files" / "deep").mkdir(parents=True)
    (folder / "Dockerfile").write_text(
        "FROM busybox\nARG greeting=none\nCOPY . /context\nRUN echo $greeting > /greeting\n", encoding="utf-8"
    )
    (folder / ".dockerignore").write_text("*.log\nfiles/deep\n!files/deep/kept\n", encoding="utf-8")
    (folder / "run.sh").write_text("#!/bin/sh\n", encoding="utf-8")
    (folder / "run.sh").chmod(0o755)
    (folder / "noise.log").write_text("x", encoding="utf-8")
    (folder / "files" / "Grüße.txt").write_text("Grüße\n", encoding="utf-8")
    (folder / "files" / "deep" / "secret").write_text("x", encoding="utf-8")
    (folder / "files" / "deep" / "kept").write_text("kept\n", encoding="utf-8")
    (folder / "files" / "large").write_bytes(os.urandom(1_000_000))
    (folder / "link").symlink_to("run.sh")
    os.mkfifo(folder / "pipe")
    return folder


def run(lab: Lab, engine: str, image: str, *command: str) -> str:
    return lab.engine(engine).docker("run", "--rm", image, *command)


def where(lab: Lab, name: str) -> dict[str, str]:
    """Node -> ID of the image of that name."""
    return {
        engine.name: each["Id"]
        for engine in lab.engines
        for each in engine.api("GET", "/images/json")
        if name in (each["RepoTags"] or ())
    }


def test_built_once_and_brought_to_all(nodes: OnNodes, folder: Path) -> None:
    options: dict[str, Any] = {"name": "own:1", "path": str(folder), "args": {"greeting": "hello"}}
    nodes.lab.engine(ONE).docker("run", "-d", "web:1")
    checked = nodes.run("swarm_image_build", check=True, **options)
    assert (checked["changed"], checked["node"], where(nodes.lab, "own:1")) == (True, TWO, {})
    built = nodes.run("swarm_image_build", **options)
    assert (built["changed"], built["node"]) == (True, TWO)
    loaded = [f"Loaded images of {TWO}"]
    expected = {ONE: loaded, TWO: ["Built image own:1"], THREE: loaded}
    assert by_node(built, "actions") == by_node(checked, "actions") == expected
    assert built["output"].startswith("Step 1/4 : FROM busybox")
    found = where(nodes.lab, "own:1")
    assert (sorted(found), len(set(found.values()))) == (list(ALL), 1)
    assert built["image"]["Id"] == found[TWO]
    assert run(nodes.lab, THREE, "own:1", "cat", "/greeting") == "hello\n"
    listed = run(nodes.lab, ONE, "own:1", "sh", "-c", "cd /context && find . | sort").split()
    assert listed == [
        ".",
        "./.dockerignore",
        "./Dockerfile",
        "./files",
        "./files/Grüße.txt",
        "./files/deep",
        "./files/deep/kept",
        "./files/large",
        "./link",
        "./run.sh",
    ]
    shown = run(nodes.lab, ONE, "own:1", "stat", "-c", "%A %u", "/context/link", "/context/run.sh").splitlines()
    assert shown == ["lrwxrwxrwx 0", "-rwxr-xr-x 0"]
    for check in (True, False):
        again = nodes.run("swarm_image_build", check=check, **options)
        assert (again["changed"], again["output"]) == (False, "")


def test_one_that_is_there_is_copied_and_not_built(nodes: OnNodes, folder: Path) -> None:
    nodes.lab.engine(THREE).docker("tag", "web:2", "own:1")
    options: dict[str, Any] = {"name": "own", "tag": "1", "path": str(folder)}
    result = nodes.run("swarm_image_build", **options)
    assert (result["node"], result["output"], by_node(result, "changed")) == (
        THREE,
        "",
        {ONE: True, TWO: True, THREE: False},
    )
    nodes.lab.engine(ONE).docker("tag", "web:1", "own:1")
    refused = nodes.refused("swarm_image_build", **options)
    assert refused["msg"] == (
        f"own:1 is not the same image on {ONE} and on {TWO}; rebuild=always builds it anew for all of them"
    )
    rebuilt = nodes.run("swarm_image_build", rebuild="always", **options)
    assert by_node(rebuilt, "changed") == dict.fromkeys(ALL, True)
    assert len(set(where(nodes.lab, "own:1").values())) == 1


def test_on_one_node_only(nodes: OnNodes, folder: Path) -> None:
    options: dict[str, Any] = {"name": "own:1", "path": str(folder), "distribute": False}
    assert nodes.run("swarm_image_build", constraints=["disk==hdd"], **options)["node"] == THREE
    assert list(where(nodes.lab, "own:1")) == [THREE]


def test_the_options_of_a_build(nodes: OnNodes, folder: Path) -> None:
    (folder / "other").mkdir()
    (folder / "other" / "file").write_text(
        "FROM busybox AS first\nRUN cat /etc/hosts > /hosts; df -k /dev/shm > /shm\nFROM first\nRUN false\n",
        encoding="utf-8",
    )
    result = nodes.run(
        "swarm_image_build",
        name="own:1",
        path=str(folder),
        dockerfile="other/file",
        target="first",
        etc_hosts={"db.example.com": "192.0.2.9"},
        labels={"team": "front"},
        shm_size="8M",
        nocache=True,
        network="none",
        nodes=[ONE],
    )
    assert result["image"]["Config"]["Labels"] == {"team": "front"}
    assert "192.0.2.9\tdb.example.com" in run(nodes.lab, ONE, "own:1", "cat", "/hosts")
    assert " 8192 " in run(nodes.lab, ONE, "own:1", "cat", "/shm")


def test_a_build_that_fails_says_how_it_ended(nodes: OnNodes, folder: Path) -> None:
    (folder / "Dockerfile").write_text("FROM busybox\nRUN echo nothing to be found && exit 3\n", encoding="utf-8")
    failed = nodes.refused("swarm_image_build", name="own:1", path=str(folder))
    assert "returned a non-zero code: 3; the build ended with: Step 1/2 : FROM busybox | " in failed["msg"]
    assert " | nothing to be found | Removing intermediate container " in failed["msg"]
    assert where(nodes.lab, "own:1") == {}


@pytest.fixture
def private(lab: Lab) -> Iterator[Registry]:
    with lab.registry(port=5007, user="deploy", password="open-sesame-7421") as registry:
        yield registry


def test_from_an_image_that_needs_a_login(nodes: OnNodes, folder: Path, private: Registry) -> None:
    name = push(nodes.lab, private, "web:1", "base:1")
    (folder / "Dockerfile").write_text(f"FROM {name}\n", encoding="utf-8")
    options: dict[str, Any] = {"name": "own:1", "path": str(folder), "nodes": [ONE]}
    assert "no basic auth credentials" in nodes.refused("swarm_image_build", **options)["msg"]
    auth = {"username": "deploy", "password": "open-sesame-7421", "registry": private.address}
    result = nodes.run("swarm_image_build", auth=auth, **options)
    assert result["changed"]
    assert "open-sesame" not in str(result)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"path": "/nowhere"}, "path: /nowhere is not a folder"),
        ({"dockerfile": "missing"}, "dockerfile: there is no file missing in "),
        ({"dockerfile": "../Dockerfile"}, "dockerfile: ../Dockerfile is not in "),
        ({"name": "web@sha256:abc"}, "name: web@sha256:abc is not a valid image name"),
        ({"platform": ["linux/amd64", "linux/arm64"]}, "platform: an engine's own builder builds for one platform"),
    ],
)
def test_what_cannot_be_right(nodes: OnNodes, folder: Path, options: dict[str, Any], message: str) -> None:
    assert message in nodes.refused("swarm_image_build", **{"name": "own:1", "path": str(folder), **options})["msg"]


# -- BuildKit ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def docker_cli(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A docker program that finds its buildx plugin, whoever runs it."""
    folder = tmp_path_factory.mktemp("client")
    try:
        client = Client("forky", lab.engines[0].url, lab.certs, folder)
    except PackagesUnavailable as error:
        pytest.skip(f"the docker command line with buildx cannot be had: {error}")
    program = folder / "docker"
    config = client.environment["DOCKER_CONFIG"]
    program.write_text(f'#!/bin/sh\nexport DOCKER_CONFIG={config}\nexec {client.program} "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return str(program)


def test_by_buildx_with_secrets(nodes: OnNodes, folder: Path, docker_cli: str, tmp_path: Path) -> None:
    (folder / "Dockerfile").write_text(
        "FROM busybox\nARG greeting\nARG PATH\nCOPY . /context\n"
        "RUN --mount=type=secret,id=one --mount=type=secret,id=two cat /run/secrets/one /run/secrets/two > /both\n"
        "RUN echo $greeting > /greeting\n",
        encoding="utf-8",
    )
    (tmp_path / "secret").write_text("from-a-file\n", encoding="utf-8")
    options: dict[str, Any] = {
        "name": "own:1",
        "path": str(folder),
        "builder": "buildx",
        "docker_cli": docker_cli,
        "args": {"greeting": "hello"},
        "labels": {"team": "front"},
        "secrets": [
            {"id": "one", "type": "file", "src": str(tmp_path / "secret")},
            {"id": "two", "type": "value", "value": "given-by-value"},
        ],
    }
    built = nodes.run("swarm_image_build", **options)
    home = built["node"]
    assert (built["changed"], built["image"]["Config"]["Labels"]["team"]) == (True, "front")
    assert "exporting to image" in built["output"]
    assert sorted(where(nodes.lab, "own:1")) == list(ALL)
    for engine in (home, next(each for each in ALL if each != home)):
        assert run(nodes.lab, engine, "own:1", "cat", "/both") == "from-a-file\ngiven-by-value"
        assert run(nodes.lab, engine, "own:1", "cat", "/greeting") == "hello\n"
        assert "noise.log" not in run(nodes.lab, engine, "own:1", "ls", "/context")
    assert "given-by-value" not in str(built)
    assert not nodes.run("swarm_image_build", **options)["changed"]


def test_further_outputs(nodes: OnNodes, folder: Path, docker_cli: str, private: Registry, tmp_path: Path) -> None:
    (folder / "Dockerfile").write_text("FROM busybox\nRUN echo hello > /greeting\n", encoding="utf-8")
    store = tmp_path / "root"
    built = nodes.run(
        "swarm_image_build",
        name="own:1",
        path=str(folder),
        builder="buildx",
        docker_cli=docker_cli,
        nodes=[ONE],
        outputs=[
            {"type": "local", "dest": str(store)},
            {"type": "tar", "dest": str(tmp_path / "a,b.tar")},
            {"type": "image", "name": ["own:2", "own:3"]},
        ],
    )
    assert (store / "greeting").read_text(encoding="utf-8") == "hello\n"
    with tarfile.open(tmp_path / "a,b.tar") as archive:
        assert archive.extractfile("greeting").read() == b"hello\n"
    same = built["image"]["Id"]
    assert [where(nodes.lab, f"own:{number}") for number in (1, 2, 3)] == [{ONE: same}] * 3
    refused = nodes.refused(
        "swarm_image_build",
        name="own:1",
        path=str(folder),
        builder="buildx",
        docker_cli=docker_cli,
        nodes=[ONE],
        rebuild="always",
        outputs=[{"type": "image", "name": [f"{private.address}/own:1"], "push": True}],
    )
    # the registry wants a login, which the user's docker configuration lacks
    assert f"with the output type=image,name={private.address}/own:1,push=true (status 1)" in refused["msg"]


def test_a_build_by_buildx_that_fails(nodes: OnNodes, folder: Path, docker_cli: str) -> None:
    (folder / "Dockerfile").write_text("FROM busybox\nRUN echo nothing to be found && exit 3\n", encoding="utf-8")
    failed = nodes.refused(
        "swarm_image_build", name="own:1", path=str(folder), builder="buildx", docker_cli=docker_cli, nodes=[ONE]
    )
    entry = nodes.lab.engine(ONE).entry
    assert failed["msg"].startswith(f"{entry} does not build own:1 (status 1); the build ended with: ")
    assert "exit code: 3" in failed["msg"]
    assert where(nodes.lab, "own:1") == {}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"builder": "buildx", "docker_cli": "/nowhere/docker"}, "docker_cli: /nowhere/docker cannot be run: No "),
        ({"builder": "buildx", "docker_cli": "/bin/false"}, "builder: /bin/false has no buildx; install the plugin"),
        (
            {"secrets": [{"id": "a", "type": "env", "env": "HOME"}]},
            "secrets: an engine's own builder has none; use builder=buildx",
        ),
        ({"outputs": [{"type": "image"}]}, "outputs: an engine's own builder has none; use builder=buildx"),
        ({"builder": "buildx", "outputs": [{"type": "oci"}]}, "type is oci but all of the following are missing: dest"),
        ({"builder": "buildx", "auth": {"username": "u", "password": "wxyz"}}, "auth: buildx takes the credentials of"),
    ],
)
def test_what_a_builder_does_not_know(nodes: OnNodes, folder: Path, options: dict[str, Any], message: str) -> None:
    assert message in nodes.refused("swarm_image_build", name="own:1", path=str(folder), **options)["msg"]
