# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Images brought to the nodes of a real cluster, from a real registry, out of files and from node to node."""

from __future__ import annotations

import contextlib
import gzip
import tarfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._ansible import images as runner
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.objects import transfer
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.objects.archive import file_pieces
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.objects.fan_out import HELD

from tests.integration.on_nodes import OnNodes, by_node
from tests.integration.test_pull import push
from tests.lab import Lab, Registry, images

ONE, TWO, THREE = "dockerhost01", "dockerhost02", "dockerhost03"
ALL = (ONE, TWO, THREE)
USER, PASSWORD = "deploy", "open-sesame-7421"
AUTH = {"username": USER, "password": PASSWORD}


@pytest.fixture
def nodes(clean_lab: Lab) -> OnNodes:
    return OnNodes(clean_lab)


@pytest.fixture(scope="module")
def private(lab: Lab) -> Iterator[Registry]:
    lab.reset()
    with lab.registry(port=5003, user=USER, password=PASSWORD) as registry:
        yield registry


@pytest.fixture(scope="module")
def public(lab: Lab) -> Iterator[Registry]:
    lab.reset()
    with lab.registry(port=5004) as registry:
        yield registry


def tags(lab: Lab, engine: str) -> dict[str, str]:
    """Every name on an engine, with its ID."""
    found = lab.engine(engine).api("GET", "/images/json")
    return {tag: each["Id"] for each in found for tag in each["RepoTags"] or ()}


def where(lab: Lab, name: str) -> list[str]:
    return [engine for engine in ALL if name in tags(lab, engine)]


def make_archive(path: Path, *wanted: images.Image) -> Path:
    path.write_bytes(images.archive(wanted))
    return path


def load_own(lab: Lab) -> None:
    """web:8 on every engine: no registry knows it, so that no digest keeps it when its name goes."""
    archive = images.archive([images.web_image("8")])
    for engine in lab.engines:
        engine.load(archive)


# -- pull ----------------------------------------------------------------------------------------------------------


def test_pulled_by_every_node(nodes: OnNodes, private: Registry) -> None:
    name = push(nodes.lab, private, "web:1", "app:1")
    expected = nodes.run("swarm_image_pull", name=name, auth=AUTH, check=True)
    assert (expected["changed"], where(nodes.lab, name)) == (True, [])
    assert expected["diff"]["after"][ONE] == {"exists": True, "id": "unknown"}
    pulled = nodes.run("swarm_image_pull", name=name, auth=AUTH)
    assert by_node(pulled, "actions") == {node: [f"Pulled image {name}"] for node in ALL}
    assert where(nodes.lab, name) == list(ALL)
    assert pulled["image"]["RepoTags"] is not None
    for check in (True, False):
        assert not nodes.run("swarm_image_pull", name=name, auth=AUTH, check=check)["changed"]
    assert PASSWORD not in str(pulled)


def test_another_one_under_the_same_name(nodes: OnNodes, public: Registry) -> None:
    name = push(nodes.lab, public, "web:1", "app:1")
    nodes.run("swarm_image_pull", name=name, nodes=[ONE])
    push(nodes.lab, public, "web:2", "app:1")
    assert not nodes.run("swarm_image_pull", name=name, nodes=[ONE], pull="not_present")["changed"]
    for check in (True, False):
        result = nodes.run("swarm_image_pull", name=name, nodes=[ONE], check=check)
        assert (result["changed"], result["diff"]["before"][ONE]["id"]) == (True, tags(nodes.lab, ONE)["web:1"])
    assert tags(nodes.lab, ONE)[name] == tags(nodes.lab, ONE)["web:2"]


def test_the_tag_and_the_digest(nodes: OnNodes, public: Registry) -> None:
    name = push(nodes.lab, public, "web:1", "app:7")
    repository = name.rpartition(":")[0]
    pulled = nodes.run("swarm_image_pull", name=repository, tag="7", nodes=[ONE])
    assert where(nodes.lab, name) == [ONE]
    (digest,) = (each for each in pulled["image"]["RepoDigests"] if each.startswith(repository))
    assert nodes.run("swarm_image_pull", name=digest, nodes=[TWO])["changed"]
    assert not nodes.run("swarm_image_pull", name=digest, nodes=[TWO], pull="not_present")["changed"]


def test_another_platform_is_not_what_is_there(nodes: OnNodes, public: Registry) -> None:
    name = push(nodes.lab, public, "web:1", "app:8")
    nodes.run("swarm_image_pull", name=name, nodes=[ONE])
    options: dict[str, Any] = {"name": name, "nodes": [ONE], "pull": "not_present"}
    assert not nodes.run("swarm_image_pull", platform="linux", **options)["changed"]
    assert nodes.run("swarm_image_pull", platform="linux/s390x", check=True, **options)["changed"]


@pytest.mark.parametrize("auth", [None, {**AUTH, "password": "wrong"}, {**AUTH, "registry": "registry.example.com"}])
def test_without_the_right_login(nodes: OnNodes, private: Registry, auth: dict[str, str] | None) -> None:
    name = push(nodes.lab, private, "web:1", "app:1")
    failed = nodes.refused("swarm_image_pull", name=name, **({"auth": auth} if auth else {}))
    assert failed["msg"].startswith(f"3 of 3 nodes failed: {ONE}: {nodes.lab.engine(ONE).entry} refuses to pull {name}")
    assert PASSWORD not in str(failed)
    assert where(nodes.lab, name) == []


def test_where_containers_are(nodes: OnNodes, public: Registry) -> None:
    name = push(nodes.lab, public, "web:1", "app:5")
    nodes.lab.engine(ONE).docker("create", "--name", "shop-1", "--label", "classic.swarm.group=shop", "web:1")
    nodes.lab.engine(TWO).docker("create", "--name", "job-2", "--label", "classic.swarm.name=job", "web:1")
    expected = nodes.run("swarm_image_pull", name=name, on_containers=["job"], check=True)
    assert list(by_node(expected, "changed")) == [TWO]
    nodes.run("swarm_image_pull", name=name, on_groups=["shop"])
    assert where(nodes.lab, name) == [ONE]
    nodes.run("swarm_image_load", from_node=ONE, names=[name], on_containers=["job-*", "shop-1"])
    assert where(nodes.lab, name) == [ONE, TWO]
    removed = nodes.run("swarm_image_remove", name=name, on_containers=["job"], nodes=[TWO, THREE])
    assert (list(by_node(removed, "changed")), where(nodes.lab, name)) == ([TWO], [ONE])
    refused = nodes.refused("swarm_image_remove", name=name, on_containers=["job"], nodes=[ONE])
    assert refused["msg"] == "on_containers: no container is meant by job"
    refused = nodes.refused("swarm_image_remove", name=name, on_containers=[])
    assert refused["msg"].startswith("on_containers: it is empty")
    assert where(nodes.lab, name) == [ONE]


# -- names ---------------------------------------------------------------------------------------------------------


def test_further_names(nodes: OnNodes) -> None:
    options: dict[str, Any] = {"name": "web", "tag": "1", "repository": ["web:stable", "other"]}
    expected = nodes.run("swarm_image_tag", check=True, **options)
    tagged = nodes.run("swarm_image_tag", **options)
    assert by_node(tagged, "tagged_images") == by_node(expected, "tagged_images")
    assert tagged["tagged_images"] == ["web:stable", "other:1"]
    assert where(nodes.lab, "web:stable") == where(nodes.lab, "other:1") == list(ALL)
    assert not nodes.run("swarm_image_tag", **options)["changed"]
    kept = nodes.run("swarm_image_tag", name="web:2", repository=["web:stable"], existing_images="keep")
    assert not kept["changed"]
    nodes.run("swarm_image_tag", name="web:2", repository=["web:stable"], nodes=[ONE])
    assert tags(nodes.lab, ONE)["web:stable"] == tags(nodes.lab, ONE)["web:2"]
    assert tags(nodes.lab, TWO)["web:stable"] == tags(nodes.lab, TWO)["web:1"]


def test_no_image_to_be_named(nodes: OnNodes) -> None:
    nodes.lab.engine(TWO).docker("tag", "web:1", "only:1")
    failed = nodes.refused("swarm_image_tag", name="only:1", repository=["more:1"])
    entry = nodes.lab.engine(ONE).entry
    assert failed["msg"].startswith(f"2 of 3 nodes failed: {ONE}: {entry} has no image only:1; {THREE}: ")
    assert where(nodes.lab, "more:1") == [TWO]


# -- removal -------------------------------------------------------------------------------------------------------


def test_a_name_goes_and_an_image_with_its_last_name(nodes: OnNodes) -> None:
    load_own(nodes.lab)
    identity = tags(nodes.lab, ONE)["web:8"]
    nodes.lab.engine(ONE).docker("tag", "web:8", "more:1")
    expected = nodes.run("swarm_image_remove", name="web:8", check=True)
    removed = nodes.run("swarm_image_remove", name="web:8")
    assert (by_node(removed, "untagged"), by_node(expected, "untagged")) == ({node: ["web:8"] for node in ALL},) * 2
    assert by_node(expected, "deleted") == {ONE: [], TWO: [identity], THREE: [identity]}
    assert (by_node(removed, "deleted")[ONE], identity in by_node(removed, "deleted")[TWO]) == ([], True)
    assert removed["image"]["Id"] == identity
    again = nodes.run("swarm_image_remove", name="web:8")
    assert (again["changed"], again["image"], again["deleted"]) == (False, {}, [])


def test_one_that_a_container_has(nodes: OnNodes) -> None:
    load_own(nodes.lab)
    nodes.lab.engine(TWO).docker("create", "--name", "app", "web:8")
    failed = nodes.refused("swarm_image_remove", name="web:8")
    assert failed["msg"].startswith(f"1 of 3 nodes failed: {TWO}: ")
    assert where(nodes.lab, "web:8") == [TWO]
    nodes.run("swarm_image_remove", name="web:8", force=True)
    assert where(nodes.lab, "web:8") == []


# -- files ---------------------------------------------------------------------------------------------------------


def test_out_of_one_file_to_every_node(nodes: OnNodes, tmp_path: Path) -> None:
    archive = make_archive(tmp_path / "two.tar", images.web_image("8"), images.web_image("9"))
    expected = nodes.run("swarm_image_load", path=str(archive), check=True)
    assert (expected["changed"], where(nodes.lab, "web:8")) == (True, [])
    loaded = nodes.run("swarm_image_load", path=str(archive))
    assert sorted(loaded["image_names"]) == sorted(expected["image_names"]) == ["web:8", "web:9"]
    assert by_node(loaded, "changed") == dict.fromkeys(ALL, True)
    assert where(nodes.lab, "web:8") == where(nodes.lab, "web:9") == list(ALL)
    nodes.lab.engine(TWO).docker("rmi", "web:9")
    for check in (True, False):
        again = nodes.run("swarm_image_load", path=str(archive), check=check)
        assert by_node(again, "changed") == {ONE: False, TWO: True, THREE: False}
    assert where(nodes.lab, "web:9") == list(ALL)
    assert {each["RepoTags"][0] for each in again["images"]} == {"web:8", "web:9"}
    assert nodes.run("swarm_image_load", path=str(archive), force=True, nodes=[ONE])["changed"]


def test_another_image_under_the_name_is_replaced(nodes: OnNodes, tmp_path: Path) -> None:
    archive = make_archive(tmp_path / "one.tar", images.web_image("8"))
    nodes.lab.engine(ONE).docker("tag", "web:1", "web:8")
    assert nodes.run("swarm_image_load", path=str(archive), nodes=[ONE])["changed"]
    assert not nodes.run("swarm_image_load", path=str(archive), nodes=[ONE])["changed"]
    assert tags(nodes.lab, ONE)["web:8"] != tags(nodes.lab, ONE)["web:1"]


def test_a_compressed_file(nodes: OnNodes, tmp_path: Path) -> None:
    archive = tmp_path / "one.tar.gz"
    archive.write_bytes(gzip.compress(images.archive([images.web_image("8")])))
    assert nodes.run("swarm_image_load", path=str(archive))["changed"]
    assert not nodes.run("swarm_image_load", path=str(archive))["changed"]


def test_files_that_are_no_archives(nodes: OnNodes, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.tar"
    wrong.write_bytes(b"no archive at all" * 100)
    assert f"path: {wrong} cannot be read as a tar archive" in nodes.refused("swarm_image_load", path=str(wrong))["msg"]
    missing = tmp_path / "missing.tar"
    expected = f"path: {missing} cannot be read as a tar archive: No such file or directory"
    assert nodes.refused("swarm_image_load", path=str(missing))["msg"] == expected


def test_a_node_that_dies_while_it_loads_holds_up_nobody(
    nodes: OnNodes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = images.Image(tags=("large:1",), files={f"/file{number}": "x" * 2_000_000 for number in range(12)})
    archive = make_archive(tmp_path / "large.tar", large)
    dying = nodes.lab.engine(TWO)

    monkeypatch.setattr(transfer, "file_pieces", lambda path: cut_off(file_pieces(path), dying.kill))
    failed = nodes.refused("swarm_image_load", path=str(archive))
    assert failed["msg"].startswith(f"1 of 3 nodes failed: {TWO}: {dying.entry} ")
    assert (by_node(failed, "changed"), failed["changed"]) == ({ONE: True, THREE: True}, True)
    monkeypatch.undo()
    dying.start()
    assert where(nodes.lab, "large:1") == [ONE, THREE]
    again = nodes.run("swarm_image_load", path=str(archive))
    assert by_node(again, "changed") == {ONE: False, TWO: True, THREE: False}


def test_from_node_to_node(nodes: OnNodes) -> None:
    lab = nodes.lab
    lab.engine(TWO).load(images.archive([images.web_image("8")]))
    lab.engine(TWO).docker("tag", "web:2", "mine:latest")
    options: dict[str, Any] = {"from_node": TWO, "names": ["web:8", "mine"]}
    expected = nodes.run("swarm_image_load", check=True, **options)
    copied = nodes.run("swarm_image_load", **options)
    assert (
        by_node(copied, "actions")
        == by_node(expected, "actions")
        == {
            ONE: [f"Loaded images of {TWO}"],
            THREE: [f"Loaded images of {TWO}"],
        }
    )
    assert sorted(copied["image_names"]) == ["mine:latest", "web:8"]
    assert where(lab, "web:8") == where(lab, "mine:latest") == list(ALL)
    assert tags(lab, ONE)["web:8"] == tags(lab, TWO)["web:8"]
    assert not nodes.run("swarm_image_load", **options)["changed"]
    failed = nodes.refused("swarm_image_load", from_node=TWO, names=["nothing"])
    assert failed["msg"] == f"{lab.engine(TWO).entry} has no image nothing:latest"


def test_the_node_that_is_copied_from_dies(nodes: OnNodes, monkeypatch: pytest.MonkeyPatch) -> None:
    dying = nodes.lab.engine(TWO)
    large = images.Image(tags=("large:1",), files={f"/file{number}": "x" * 2_000_000 for number in range(12)})
    dying.load(images.archive([large]))
    made = transfer.engine_source

    def source(*arguments: Any) -> transfer.Source:
        whole = made(*arguments)

        @contextlib.contextmanager
        def opened() -> Iterator[Iterator[bytes]]:
            with whole.open() as pieces:
                yield cut_off(pieces, dying.kill)

        return whole._replace(open=opened)

    monkeypatch.setattr(runner, "engine_source", source)
    failed = nodes.refused("swarm_image_load", from_node=TWO, names=["large:1"], timeout=10)
    assert failed["msg"].startswith(f"2 of 2 nodes failed: {ONE}: {dying.entry} closed the connection")
    dying.start()
    assert where(nodes.lab, "large:1") == [TWO]


def cut_off(pieces: Iterable[bytes], act: Callable[[], None]) -> Iterator[bytes]:
    """The pieces, and something that happens when everybody has taken some of them."""
    for number, piece in enumerate(pieces):
        if number == HELD + 5:
            act()
        yield piece


def test_into_a_file_and_back(nodes: OnNodes, tmp_path: Path) -> None:
    path = tmp_path / "web.tar"
    options: dict[str, Any] = {"names": ["web:1", "web"], "tag": "2", "path": str(path)}
    assert nodes.run("swarm_image_export", check=True, **options)["changed"]
    assert not path.exists()
    written = nodes.run("swarm_image_export", **options)
    assert (written["changed"], written["node"], len(written["images"])) == (True, ONE, 2)
    with tarfile.open(path) as tar:
        assert "manifest.json" in tar.getnames()
    assert [each.name for each in tmp_path.iterdir()] == ["web.tar"]
    before = path.stat().st_mtime_ns
    assert not nodes.run("swarm_image_export", **options)["changed"]
    assert path.stat().st_mtime_ns == before
    assert nodes.run("swarm_image_export", force=True, **options)["changed"]
    assert nodes.run("swarm_image_export", name="web:1", path=str(path))["changed"]
    nodes.run("swarm_image_remove", name="web:1")
    nodes.run("swarm_image_load", path=str(path))
    assert where(nodes.lab, "web:1") == list(ALL)


def test_which_node_to_export_from(nodes: OnNodes, tmp_path: Path) -> None:
    nodes.lab.engine(THREE).docker("tag", "web:1", "only:1")
    path = tmp_path / "only.tar"
    assert nodes.run("swarm_image_export", name="only:1", path=str(path))["node"] == THREE
    nodes.lab.engine(TWO).docker("tag", "web:2", "only:1")
    assert nodes.refused("swarm_image_export", name="only:1", path=str(path))["msg"] == (
        f"only:1 is not the same image on {TWO} and on {THREE}; say by nodes which one is meant"
    )
    assert nodes.run("swarm_image_export", name="only:1", path=str(path), nodes=[TWO])["changed"]
    assert nodes.refused("swarm_image_export", name="nothing", path=str(path))["msg"] == (
        "none of the 3 nodes has nothing:latest"
    )
    nowhere = str(tmp_path / "nowhere" / "only.tar")
    refused = nodes.refused("swarm_image_export", name="only:1", path=nowhere, nodes=[TWO])
    assert refused["msg"] == f"{nowhere} cannot be written: No such file or directory"


# -- push ----------------------------------------------------------------------------------------------------------


def test_into_the_registry_once(nodes: OnNodes, private: Registry) -> None:
    name = f"{private.address}/pushed:1"
    nodes.run("swarm_image_tag", name="web:1", repository=[name])
    assert nodes.run("swarm_image_push", name=name, auth=AUTH, check=True)["changed"]
    pushed = nodes.run("swarm_image_push", name=name, auth=AUTH)
    assert (pushed["changed"], pushed["node"]) == (True, ONE)
    assert pushed["digest"].startswith("sha256:")
    for check in (True, False):
        again = nodes.run("swarm_image_push", name=name, auth=AUTH, check=check)
        assert (again["changed"], again["digest"]) == (False, pushed["digest"])
    nodes.run("swarm_image_remove", name=name)
    nodes.run("swarm_image_pull", name=name, auth=AUTH)
    assert where(nodes.lab, name) == list(ALL)
    failed = nodes.refused("swarm_image_push", name=name, auth={**AUTH, "password": "wrong"})
    assert nodes.lab.engine(ONE).entry in failed["msg"]


# -- what is where -------------------------------------------------------------------------------------------------


def test_which_images_are_the_same(nodes: OnNodes) -> None:
    nodes.lab.engine(TWO).docker("tag", "web:2", "web:1")
    found = nodes.run("swarm_image_info", name=["web:1"])
    assert [(each["names"], each["nodes"]) for each in found["contents"]] == [
        (["web:1"], [ONE, THREE]),
        (["web:1", "web:2"], [TWO]),
    ]
    assert [each["Content"] for each in found["images"]] == [each["content"] for each in found["contents"]]
    every = nodes.run("swarm_image_info")
    assert {name for each in every["contents"] for name in each["names"]} >= {"web:1", "web:2", "busybox:latest"}
    assert nodes.run("swarm_image_info", name=["nothing"])["images"] == []
