# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An engine's replies -> a node."""

from __future__ import annotations

import json
import typing as t
from unittest import mock

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine import snapshot
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.replies import Inspect, RawEngine
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.snapshot import make_node, to_inspect
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import EngineError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.container import Container
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.image import Image
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.listing import Listing
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.node import Health, Node
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.ports import HostPort
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.resources import Reservation
from hypothesis import given
from hypothesis import strategies as st

ID = "041b3dca0d082162ddb9fba28eced2f87a7fd8bcfdffe3d07c1dcd0f54ec6191"
OWN = {
    "classic.swarm.reservation": json.dumps({"memory": 1024, "cpus": 0.5}),
    "classic.swarm.ports": json.dumps(["80/tcp"]),
}
INFO = {
    "ID": "AAAA:BBBB",
    "Name": "dockerhost01",
    "Labels": ["zone=external", "disk=ssd"],
    "Driver": "overlay2",
    "KernelVersion": "6.1.0",
    "OperatingSystem": "Debian GNU/Linux 12 (bookworm)",
    "OSType": "linux",
    "Architecture": "x86_64",
    "ServerVersion": "20.10.24",
    "NCPU": 4,
    "MemTotal": 8 << 30,
}
FACTS = {
    "storagedriver": "overlay2",
    "kernelversion": "6.1.0",
    "operatingsystem": "Debian GNU/Linux 12 (bookworm)",
    "ostype": "linux",
    "architecture": "x86_64",
}


def node(info: dict[str, t.Any] | None = None, **replies: t.Any) -> Node:
    return make_node(RawEngine("10.0.0.5:2376", (1, 41), {**INFO, **(info or {})}, **replies))


def listed(**fields: t.Any) -> dict[str, t.Any]:
    return {"Id": ID, "Names": ["/web-1"], "Labels": OWN, **fields}


def container(inspection: dict[str, t.Any] | None = None, **fields: t.Any) -> Container:
    inspections = {} if inspection is None else {ID: inspection}
    (made,) = node(containers=[listed(**fields)], inspections=inspections).containers
    return made


def test_the_facts_of_an_engine_become_a_healthy_node() -> None:
    assert node() == Node(
        address="10.0.0.5:2376",
        name="dockerhost01",
        id="AAAA:BBBB",
        health=Health.HEALTHY,
        labels={"zone": "external", "disk": "ssd", **FACTS},
        version="20.10.24",
        api_version="1.41",
        cpus=4,
        memory=8 << 30,
    )


@pytest.mark.parametrize(
    ("labels", "seen"),
    [
        (None, {}),
        ([], {}),
        (["a=b=c"], {"a": "b=c"}),
        (["flag"], {"flag": ""}),
        (["empty="], {"empty": ""}),
        (["architecture=mips"], {}),
    ],
)
def test_labels_are_the_engine_s_own_and_its_facts_which_win(labels: t.Any, seen: dict[str, str]) -> None:
    assert node({"Labels": labels}).labels == {**seen, **FACTS}


def test_a_fact_that_the_engine_does_not_tell_is_no_label() -> None:
    assert "ostype" not in node({"OSType": None}).labels


def test_an_engine_without_a_name_goes_by_its_address() -> None:
    assert node({"Name": ""}).name == "10.0.0.5:2376"


def test_whether_tls_is_spoken_in_any_case_is_kept() -> None:
    raw = RawEngine("a:1", (1, 41), INFO)
    assert make_node(raw, Listing(https=True)).https
    assert not make_node(raw).https


def test_a_container_of_ours_tells_everything_in_a_list() -> None:
    made = container(
        Image="web:1",
        ImageID="sha256:abc",
        State="exited",
        Status="Exited (0) 3 minutes ago",
        Created=1_700_000_000,
        Ports=[],
        HostConfig={"NetworkMode": "host"},
    )
    assert made == Container(
        id=ID,
        name="web-1",
        image="web:1",
        image_id="sha256:abc",
        labels=OWN,
        state="exited",
        status="Exited (0) 3 minutes ago",
        created=1_700_000_000.0,
        ports=(HostPort("", 80),),
        reservation=Reservation(1024, 0.5),
        network_mode="host",
        foreign=False,
    )


def test_ports_are_those_of_the_labels_and_those_that_are_bound() -> None:
    made = container(
        Ports=[
            {"IP": "0.0.0.0", "PrivatePort": 80, "PublicPort": 80, "Type": "tcp"},
            {"IP": "::", "PrivatePort": 80, "PublicPort": 80, "Type": "tcp"},
            {"IP": "127.0.0.1", "PrivatePort": 81, "PublicPort": 32768, "Type": "tcp"},
        ]
    )
    assert made.ports == (HostPort("", 80), HostPort("127.0.0.1", 32768))
    assert made.bindings == ("10.0.0.5:80->80/tcp", "127.0.0.1:32768->81/tcp")


@pytest.mark.parametrize(
    ("names", "name"),
    [
        (["/web-1"], "web-1"),
        (["/db/alias", "/web-1"], "web-1"),
        (["/db/alias"], "041b3dca0d08"),
        ([], "041b3dca0d08"),
        (None, "041b3dca0d08"),
    ],
)
def test_the_name_is_its_own_and_not_that_of_a_link(names: t.Any, name: str) -> None:
    assert container(Names=names).name == name


@pytest.mark.parametrize("labels", [None, {}, {"com.docker.swarm.id": "abc"}, {**OWN, "classic.swarm.ports": "?"}])
def test_what_labels_do_not_tell_is_foreign_until_it_is_inspected(labels: dict[str, str] | None) -> None:
    inspection = {"HostConfig": {"Memory": 2048, "PortBindings": {"80/tcp": [{"HostPort": "81"}]}}}
    assert container(Labels=labels).foreign
    made = container(inspection, Labels=labels)
    assert not made.foreign
    assert (made.ports, made.reservation) == ((HostPort("", 81),), Reservation(2048))


def test_of_a_container_of_ours_the_inspection_knows_better_what_is_reserved() -> None:
    made = container({"HostConfig": {"Memory": 4096}})
    assert (made.ports, made.reservation, made.foreign) == ((HostPort("", 80),), Reservation(4096), False)


@pytest.mark.parametrize(
    ("which", "identities"), [(Inspect.NONE, []), (Inspect.FOREIGN, ["b", "c"]), (Inspect.ALL, ["a", "b", "c"])]
)
def test_only_those_that_must_be_are_inspected(which: Inspect, identities: list[str]) -> None:
    containers = [{"Id": "a", "Labels": OWN}, {"Id": "b", "Labels": {"x": "y"}}, {"Id": "c", "Labels": None}]
    assert to_inspect("a:1", containers, which) == identities


def test_images_are_known_only_where_they_were_asked_for() -> None:
    assert node().images is None
    made = node(
        images=[
            {"Id": "sha256:a", "RepoTags": ["web:1", "web:latest"], "RepoDigests": ["web@sha256:d"]},
            {"Id": "sha256:b", "RepoTags": ["<none>:<none>"], "RepoDigests": ["<none>@<none>"]},
            {"Id": "sha256:c", "RepoTags": None, "RepoDigests": None},
        ]
    )
    assert made.images == (
        Image("sha256:a", ("web:1", "web:latest"), ("web@sha256:d",)),
        Image("sha256:b"),
        Image("sha256:c"),
    )


@pytest.mark.parametrize(
    "replies",
    [
        {"info": {"Name": 5}},
        {"info": {"Labels": {"a": "b"}}},
        {"info": {"NCPU": "four"}},
        {"containers": ["text"]},
        {"containers": [None]},
        {"containers": [{"Names": ["/web"]}]},
        {"containers": [listed(Names="web")]},
        {"containers": [listed(Labels=["a=b"])]},
        {"containers": [listed(Labels={"a": 1})]},
        {"containers": [listed(Ports=[{"PublicPort": "80"}])]},
        {"containers": [listed(HostConfig="host")]},
        {"containers": [listed()], "inspections": {ID: {"HostConfig": []}}},
        {"images": [{"RepoTags": "web:1"}]},
        {"images": [7]},
    ],
    ids=str,
)
def test_a_malformed_reply_is_a_sentence(replies: dict[str, t.Any]) -> None:
    with pytest.raises(EngineError, match=r"^10\.0\.0\.5:2376 answers /.* is it a Docker engine\?$"):
        node(**replies)


_RECORD = {
    **listed(Image="web:1", ImageID="sha256:00", State="running", Status="Up 3 minutes", Created=1767225600),
    "HostConfig": {"NetworkMode": "default"},
    "Ports": [
        {"PrivatePort": 80, "PublicPort": 8080, "Type": "tcp", "IP": "0.0.0.0"},
        {"PrivatePort": 53, "Type": "udp"},
    ],
}
_ODD = st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.none() | st.text()) | st.just(2**63)


def _careful(record: t.Any) -> t.Any:
    with mock.patch.object(snapshot, "_read_quickly", return_value=None):
        return _read(record)


def _read(record: t.Any) -> t.Any:
    try:
        return snapshot.read_listed("10.0.0.5:2376", record)
    except EngineError as error:
        return str(error)


def test_a_record_as_engines_write_it_is_read_quickly() -> None:
    assert snapshot._read_quickly(_RECORD) == _careful(_RECORD)


@given(st.dictionaries(st.sampled_from(sorted(_RECORD)), _ODD), st.sets(st.sampled_from(sorted(_RECORD))))
def test_reading_quickly_says_what_reading_with_care_does(odd: dict[str, t.Any], left_out: set[str]) -> None:
    record = {key: value for key, value in {**_RECORD, **odd}.items() if key not in left_out}
    assert _read(record) == _careful(record)


@given(st.dictionaries(st.sampled_from(["PrivatePort", "PublicPort", "Type", "IP"]), _ODD))
def test_so_it_does_of_ports(odd: dict[str, t.Any]) -> None:
    record = {**_RECORD, "Ports": [{**_RECORD["Ports"][0], **odd}]}
    assert _read(record) == _careful(record)
