# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lab itself does what the other tests rely on."""

from __future__ import annotations

import contextlib
import re
import ssl
import threading
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.lab import CertificateSet, EngineSpec, Lab, LabError
from tests.lab.lab import make_folder


def context(certificates: CertificateSet) -> ssl.SSLContext:
    made = ssl.create_default_context(cafile=str(certificates.ca))
    made.load_cert_chain(str(certificates.cert), str(certificates.key))
    return made


def ping(lab: Lab, name: str, certificates: CertificateSet | None = None) -> bytes:
    url = f"https://{lab.engine(name).entry}/_ping"
    with urllib.request.urlopen(url, timeout=3.0, context=context(certificates or lab.certs)) as answer:
        return answer.read()


def start_web(lab: Lab, name: str) -> None:
    lab.engine(name).docker("run", "-d", "--name", "edge", "-p", "80:80", "--memory", "64m", "--cpus", "0.5", "web:1")


def test_engines_are_themselves(clean_lab: Lab) -> None:
    seen = [engine.api("GET", "/info") for engine in clean_lab.engines]
    assert [info["Name"] for info in seen] == ["dockerhost01", "dockerhost02", "dockerhost03"]
    assert len({info["ID"] for info in seen}) == 3
    assert sorted(seen[0]["Labels"]) == ["disk=ssd", "status=master", "zone=internal"]
    addresses = [engine.address for engine in clean_lab.engines]
    assert clean_lab.cluster_conf.read_text() == "".join(f"{address}:2376\n" for address in addresses)


def test_images_have_one_id_everywhere(clean_lab: Lab) -> None:
    ids = [
        {tuple(image["RepoTags"]): image["Id"] for image in engine.api("GET", "/images/json")}
        for engine in clean_lab.engines
    ]
    assert set(ids[0]) == {("busybox:latest",), ("web:1",), ("web:2",)}
    assert ids[0] == ids[1] == ids[2]


def test_container_answers_over_the_network_and_ends_at_once(clean_lab: Lab) -> None:
    start_web(clean_lab, "dockerhost02")
    with urllib.request.urlopen(f"http://{clean_lab.engine('dockerhost02').address}/", timeout=3.0) as answer:
        assert answer.read() == b"web 1\n"
    clean_lab.engine("dockerhost02").docker("stop", "edge", timeout=5.0)


def test_mutual_tls(clean_lab: Lab, tmp_path: Path) -> None:
    assert ping(clean_lab, "dockerhost01") == b"OK"
    stranger = clean_lab.other_authority().issue(tmp_path / "stranger", "stranger")
    with pytest.raises((urllib.error.URLError, ssl.SSLError), match="CERTIFICATE_VERIFY_FAILED"):
        ping(clean_lab, "dockerhost01", stranger)
    (tmp_path / "stranger" / "ca.pem").write_bytes(clean_lab.certs.ca.read_bytes())
    with pytest.raises((urllib.error.URLError, OSError)):
        ping(clean_lab, "dockerhost01", stranger)
    expired = clean_lab.authority.issue(tmp_path / "expired", "late", days=-1)
    with pytest.raises((urllib.error.URLError, OSError)):
        ping(clean_lab, "dockerhost01", expired)


def test_killed_engine_leaves_its_containers_and_comes_back(clean_lab: Lab) -> None:
    engine = clean_lab.engine("dockerhost02")
    start_web(clean_lab, engine.name)
    engine.kill()
    assert not engine.answers()
    assert "serve" in engine.run("busybox", "ps")
    engine.start()
    assert [item["Names"] for item in engine.api("GET", "/containers/json?all=1")] == [["/edge"]]


def test_powered_off_machine_takes_everything_along(clean_lab: Lab) -> None:
    engine = clean_lab.engine("dockerhost03")
    start_web(clean_lab, engine.name)
    engine.power_off()
    with pytest.raises(LabError, match="powered off"):
        engine.run("true")
    engine.start()
    assert engine.api("GET", "/containers/json?all=1")[0]["State"] == "exited"


def test_frozen_engine_is_silent_until_thawed(clean_lab: Lab) -> None:
    engine = clean_lab.engine("dockerhost01")
    engine.freeze()
    with pytest.raises((urllib.error.URLError, TimeoutError)):
        ping(clean_lab, engine.name)
    engine.thaw()
    assert ping(clean_lab, engine.name) == b"OK"


def test_cut_off_engine_is_out_of_reach_until_it_joins(clean_lab: Lab) -> None:
    engine = clean_lab.engine("dockerhost01")
    engine.cut_off()
    with pytest.raises((urllib.error.URLError, OSError)):
        ping(clean_lab, engine.name)
    assert engine.answers()
    engine.join()
    assert ping(clean_lab, engine.name) == b"OK"


def test_reset_brings_everything_back(clean_lab: Lab) -> None:
    one, two, three = clean_lab.engines
    start_web(clean_lab, one.name)
    one.docker("pause", "edge")
    one.docker("volume", "create", "v1")
    one.docker("network", "create", "n1")
    one.docker("tag", "web:1", "other:1")
    one.docker("rmi", "web:2")
    one.freeze()
    two.kill()
    three.cut_off()
    clean_lab.reset()
    assert all(engine.answers() for engine in clean_lab.engines)
    assert one.api("GET", "/containers/json?all=1") == []
    assert not one.api("GET", "/volumes")["Volumes"]
    assert sorted(item["Name"] for item in one.api("GET", "/networks")) == ["bridge", "host", "none"]
    assert sorted(tag for image in one.api("GET", "/images/json") for tag in image["RepoTags"]) == [
        "busybox:latest",
        "web:1",
        "web:2",
    ]


def test_registry_wants_its_login(clean_lab: Lab) -> None:
    engine, other = clean_lab.engines[:2]
    with clean_lab.registry(user="reader", password="open sesame") as registry:
        reference = f"{registry.address}/app:1"
        engine.docker("tag", "web:1", reference)
        with pytest.raises(LabError, match="no basic auth credentials"):
            engine.docker("push", reference)
        engine.docker("login", "--username", "reader", "--password", "open sesame", registry.address)
        engine.docker("push", reference)
        engine.docker("logout", registry.address)
        with pytest.raises(LabError, match="no basic auth credentials"):
            other.docker("pull", reference)


def test_second_lab_lives_beside_the_first(clean_lab: Lab) -> None:
    specs = [EngineSpec("plain", tls=False, daemon_json={"log-level": "error"})]
    with Lab("it2", "10.77.51", specs) as second:
        with urllib.request.urlopen("http://10.77.51.11:2375/_ping", timeout=3.0) as answer:
            assert answer.read() == b"OK"
        assert ping(clean_lab, "dockerhost01") == b"OK"
    assert not second.state.exists()
    assert not second.spec.data_folder.exists()
    assert not Path("/sys/class/net/cs-it2").exists()


def test_a_lab_comes_while_the_last_other_one_goes(tmp_path: Path) -> None:
    """What goes takes the folder of all labs along when it is empty, be it one that was just made for the next."""
    root = tmp_path / "labs"
    over = threading.Event()

    def go() -> None:
        while not over.is_set():
            with contextlib.suppress(OSError):
                root.rmdir()

    with ThreadPoolExecutor(1) as executor:
        executor.submit(go)
        try:
            for number in range(300):
                make_folder(root / str(number))
                (root / str(number)).rmdir()
        finally:
            over.set()


def test_two_labs_on_one_subnet_are_refused(clean_lab: Lab) -> None:
    taken = f"the address {clean_lab.spec.gateway} is in use by interface {clean_lab.spec.bridge}"
    with pytest.raises(LabError, match=re.escape(taken)):
        Lab("it3", clean_lab.spec.subnet).up()
