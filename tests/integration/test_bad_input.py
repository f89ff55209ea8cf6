# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What cannot be right is said in one clear sentence, with the text in question, before any engine is asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.classic.swarm.plugins.modules import swarm_container

from tests.integration.loopback import LoopbackServer, loopback_server
from tests.integration.operating import Operator, Result, run_module, where
from tests.integration.playbook import container, run_playbook
from tests.lab import Lab


@pytest.fixture
def engine() -> Iterator[LoopbackServer]:
    """An engine that nobody should ask."""
    with loopback_server(lambda _path: (500, {"message": "this engine must not be asked"})) as server:
        yield server
        assert server.asked == []


def refuse(options: dict[str, Any]) -> Result:
    given = {"name": "c1", "image": "web:1", **options}
    set_ones = {name: value for name, value in given.items() if value is not None}
    result = run_module(swarm_container.main, set_ones, environment={})
    assert result["failed"], result
    assert "Traceback" not in str(result)
    assert not result.get("changed")
    return result


#: options -> what the message says, word for word where one sentence is all there is to say
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"constraints": ["zone"]}, "constraints: bad expression at character 5: "),
    ({"constraints": ["zone=="]}, "constraints: bad expression at character 7: "),
    ({"constraints": ["==a"]}, "constraints: bad expression at character 1: "),
    ({"constraints": ["zone==/a(/"]}, "constraints: bad expression at character "),
    ({"affinities": ["container=!db"]}, "container=!db"),
    ({"partition": ["zone"]}, "partition: bad expression at character 5: "),
    ({"env": {"constraint:zone": ""}}, "env: bad expression at character 5: "),
    ({"filters": ["health", "colour"]}, "'colour'"),
    ({"strategy": "fastest"}, "value of strategy must be one of: spread, binpack"),
    ({"strategy": "expression"}, "strategy 'expression' needs rank"),
    ({"strategy": "expression", "rank": "free.["}, "rank 'free.[' is not a JMESPath expression"),
    ({"ports": ["70000:80"]}, "published_ports: '70000:80': '70000' is out of range; ports are 1 to 65535"),
    ({"ports": ["80:0"]}, "published_ports: '80:0'"),
    ({"ports": ["http:80"]}, "published_ports: 'http:80'"),
    ({"ports": ["80:80/xyz"]}, "published_ports: '80:80/xyz'"),
    ({"ports": ["80:80", "80:81"]}, "80/tcp"),
    ({"memory": "12x"}, "memory: '12x' is not a size"),
    ({"memory": "2M", "memory_reservation": "3M"}, "memory_reservation of 3M is above memory of 2M"),
    ({"headroom_memory": "lots"}, "headroom_memory"),
    ({"cpus": 0.5, "cpu_quota": 1000}, "cpus and cpu_quota say the same thing in two ways"),
    ({"overcommit": -1.0}, "overcommit is -1; it must be 0 or more"),
    ({"name": "-web"}, "name: '-web' is not a container name"),
    ({"name": "w"}, "name: 'w' is not a container name"),
    ({"name": "web server"}, "name: 'web server' is not a container name"),
    ({"count": -1}, "count: -1 is less than 0"),
    ({"createretry": -1}, "createretry: -1 is less than 0"),
    ({"timeout": 0}, "timeout is 0; it must be more than 0 seconds"),
    ({"env_file": "/nowhere/env"}, "env_file: /nowhere/env cannot be read where this task runs: No such file"),
    ({"volumes": ["/a:/b:nonsense"]}, "volumes: "),
    ({"ulimits": ["nofile"]}, "ulimits: "),
    ({"mounts": [{"target": "/m", "type": "bind"}]}, "mounts: "),
    ({"mac_address": "nonsense"}, "mac_address: "),
    ({"healthcheck": {"test": ["CMD", "x"], "interval": "soon"}}, "healthcheck"),
    ({"comparisons": {"colour": "strict"}}, "comparisons: 'colour' is not an option"),
    ({"comparisons": {"image": "allow_more_present"}}, "comparisons: 'image' is 'allow_more_present'"),
    ({"api_version": "1.x"}, "1.x"),
    ({"client_cert": "/a.pem"}, "client_cert is set and client_key is not"),
    ({"state": "present", "image": None}, "state is present but all of the following are missing: image"),
]


@pytest.mark.parametrize(("options", "words"), WRONG, ids=[str(options) for options, _words in WRONG])
def test_the_task(engine: LoopbackServer, options: dict[str, Any], words: str) -> None:
    assert words in refuse({"discovery": f"nodes://{engine.address}", **options})["msg"]


def test_the_fault_is_pointed_at(engine: LoopbackServer) -> None:
    message = refuse({"discovery": engine.address, "constraints": ["disk==ssd", "zone>external"]})["msg"]
    lines = message.splitlines()
    assert lines[1:] == ["  zone>external", "      ^"]


DISCOVERY: list[tuple[str, str]] = [
    ("nope://10.0.0.1:2376", "nope"),
    ("nodes://", "nodes://"),
    ("nodes://10.0.0.1", "10.0.0.1"),
    ("nodes://10.0.0.[9:2]:2375", "10.0.0.[9:2]:2375"),
    ("nodes://10.0.0.[1:x]:2375", "10.0.0.[1:x]:2375"),
    ("nodes://10.0.0.1:99999", "10.0.0.1:99999"),
    ("nodes://ftp://10.0.0.1:2375", "ftp"),
    ("file:///nowhere/cluster.conf", "/nowhere/cluster.conf"),
    ("consul://", "consul://"),
]


@pytest.mark.parametrize(("discovery", "words"), DISCOVERY)
def test_the_discovery_text(discovery: str, words: str) -> None:
    message = refuse({"discovery": discovery})["msg"]
    assert words in message
    assert "\n" not in message


def test_the_discovery_file(tmp_path: Path) -> None:
    path = tmp_path / "cluster.conf"
    for text, words in (
        ("# nobody\n\n", "no engine"),
        ("10.0.0.1:2376\n10.0.0.2\n", f"line 2 of {path}: "),
        ("# one\n10.0.0.[5:1]:2376\n", f"line 2 of {path}: "),
    ):
        path.write_text(text)
        message = refuse({"discovery": f"file://{path}"})["msg"]
        assert words in message, message
        assert str(path) in message


def test_certificates_that_are_no_files(lab: Lab, engine: LoopbackServer, tmp_path: Path) -> None:
    certs = lab.certs
    rubbish = tmp_path / "rubbish.pem"
    rubbish.write_text("this is not a key\n")
    good = {"ca_path": str(certs.ca), "client_cert": str(certs.cert), "client_key": str(certs.key), "tls": True}
    for wrong, words in (
        ({"ca_path": "/nowhere/ca.pem"}, "/nowhere/ca.pem"),
        ({"client_key": "/nowhere/key.pem"}, "/nowhere/key.pem"),
        ({"client_cert": str(tmp_path)}, str(tmp_path)),
        ({"client_key": str(rubbish)}, str(rubbish)),
        ({"ca_path": str(rubbish)}, str(rubbish)),
        ({"client_key": str(lab.engine("dockerhost01").data / "certs/key.pem")}, "key"),
    ):
        message = refuse({"discovery": f"nodes://{engine.address}", **good, **wrong})["msg"]
        assert words in message, (wrong, message)
        assert "\n" not in message


def test_a_name_that_the_certificate_does_not_hold(lab: Lab) -> None:
    certs = lab.certs
    options = {
        "discovery": f"nodes://{lab.engine('dockerhost01').entry}",
        "tls": True,
        "ca_path": str(certs.ca),
        "client_cert": str(certs.cert),
        "client_key": str(certs.key),
    }
    message = refuse({**options, "tls_hostname": "other.example"})["msg"]
    assert "other.example" in message
    assert "dockerhost01" in message
    assert lab.engine("dockerhost01").address in message


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [(403, "Permission denied", "403"), (500, "No cluster leader", "No cluster leader"), (200, "[", "")],
)
def test_a_consul_that_says_no(status: int, body: str, words: str) -> None:
    with loopback_server(lambda _path: (status, body)) as consul:
        message = refuse({"discovery": f"consul://{consul.address}/swarm"})["msg"]
    assert words in message
    assert consul.address in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("oldest", "newest", "words"), [("1.12", "1.24", "1.24"), ("1.99", "1.120", "1.99")], ids=["too old", "too new"]
)
def test_an_engine_of_another_age(oldest: str, newest: str, words: str) -> None:
    versions = {"ApiVersion": newest, "MinAPIVersion": oldest, "Version": "x"}
    with loopback_server(lambda path: (200, versions), {"Api-Version": newest}) as engine:
        message = refuse({"discovery": f"nodes://{engine.address}"})["msg"]
    assert words in message
    assert "1.41" in message
    assert "1.52" in message


def test_nobody_answers(lab: Lab) -> None:
    message = refuse({"discovery": f"nodes://{lab.spec.gateway}:9"})["msg"]
    assert "none of the 1 engines" in message
    assert f"connection refused by {lab.spec.gateway}:9" in message


def test_host_ports_that_cannot_both_be_had(operator: Operator) -> None:
    """What a port without an address is published on hangs on the networks of the node."""
    refused = operator.refused("c1", ports=["80:80", "127.0.0.1:80:81"])
    assert refused["msg"] == (
        "c1: host ports 0.0.0.0:80/tcp and 127.0.0.1:80/tcp collide; one port of a host can be published once"
    )
    assert where(operator.lab) == {}


def test_an_expression_that_gives_no_number(operator: Operator) -> None:
    refused = operator.refused("c1", strategy="expression", rank="labels.zone")
    assert "rank 'labels.zone' gives '" in refused["msg"]
    assert "it must give a number for every node" in refused["msg"]


def test_a_name_twice_in_the_words_of_ansible(lab: Lab, tmp_path: Path) -> None:
    """Through ansible-playbook no traceback comes to light, either, and the single = is warned of."""
    lab.reset()
    tasks = [
        container("c1", constraints=["zone=external"], state="present"),
        container("c2", constraints=["zone"]),
        container("c3", no_such_option=1),
    ]
    run = run_playbook(lab, tmp_path, tasks)
    assert "Traceback" not in run.output
    assert run.results[0]["changed"]
    assert any("zone=external" in str(warning) for warning in run.results[0]["warnings"])
    assert "bad expression at character 5" in run.results[1]["msg"]
    assert "no_such_option" in run.results[2]["msg"]
