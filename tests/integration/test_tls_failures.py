# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates that are wrong, missing or old, through the modules: what an operator reads; and nothing is done."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.classic.swarm.plugins.modules import swarm_container, swarm_node_info

from tests.integration.operating import Result, listed, run_module
from tests.lab import Authority, CertificateSet, Engine, EngineSpec, Lab


@dataclass(frozen=True)
class Site:
    """A cluster in which only some engines are as they should be.

    papers: sets of certificates by name. trusted: a file with the authorities of all engines.
    """

    lab: Lab
    papers: Mapping[str, CertificateSet]
    trusted: Path
    folder: Path

    def engine(self, name: str) -> Engine:
        return self.lab.engine(name)

    def options(self, **others: Any) -> dict[str, Any]:
        """What a task says whose certificates are right."""
        certs = self.lab.certs
        right = {"tls": True, "ca_path": self.trusted, "client_cert": certs.cert, "client_key": certs.key}
        given = {key: value for key, value in {**right, **others}.items() if value is not None}
        return {key: str(value) if isinstance(value, Path) else value for key, value in given.items()}

    def place(self, *engines: str, environment: Mapping[str, str] | None = None, **options: Any) -> Result:
        """Run swarm_container over these engines (all of them where none is named)."""
        entries = [self.engine(name).entry for name in engines] or [each.entry for each in self.lab.engines]
        values = {"name": "c1", "image": "web:1", "discovery": f"nodes://{','.join(entries)}", **options}
        return run_module(swarm_container.main, values, environment=environment or {})

    def containers(self) -> dict[str, str]:
        """Every container of the cluster: name -> node."""
        return {each["Names"][0][1:]: engine.name for engine in self.lab.engines for each in listed(engine)}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    if os.geteuid() != 0:
        pytest.skip("the lab of real engines needs root")
    folder = tmp_path_factory.mktemp("tls")
    authority = Authority(folder / "authority")

    def shown(name: str, *names: str, days: int = 1) -> tuple[str, str]:
        papers = authority.issue(folder / name, "engine", names=names, usage=("serverAuth",), days=days)
        return str(papers.cert), str(papers.key)

    specs = [
        EngineSpec("good"),
        EngineSpec("elsewhere", server_certificate=shown("elsewhere", "docker.example.com", "10.9.9.9")),
        EngineSpec("expired", server_certificate=shown("expired", "10.77.73.13", days=-1)),
        EngineSpec("plain", tls=False),
    ]
    with Lab("tls", "10.77.73", specs) as lab:
        trusted = folder / "trusted.pem"
        trusted.write_bytes(authority.certificate.read_bytes() + lab.certs.ca.read_bytes())
        papers = {
            "expired": lab.authority.issue(folder / "client-expired", "client", days=-1),
            "for servers": lab.authority.issue(folder / "client-server", "client", usage=("serverAuth",)),
            "of another": lab.other_authority().issue(folder / "client-other", "client"),
        }
        (folder / "garbage.pem").write_text("not a key\n", encoding="utf-8")
        yield Site(lab, papers, trusted, folder)


@pytest.fixture(autouse=True)
def nothing_there(site: Site) -> None:
    site.lab.wipe()


def test_engines_with_bad_certificates_are_told_and_the_rest_is_used(site: Site) -> None:
    elsewhere, expired, plain = (site.engine(name).entry for name in ("elsewhere", "expired", "plain"))
    made = site.place(**site.options())
    assert made["node"]["name"] == "good"
    assert site.containers() == {"c1": "good"}
    assert sorted(made["warnings"]) == [
        f"the engine at {elsewhere} is unhealthy: the certificate of {elsewhere} is not for 10.77.73.12; it is for "
        "docker.example.com, 10.9.9.9; connect to one of these, or set tls_hostname to one",
        f"the engine at {expired} is unhealthy: the certificate of {expired} has expired, unless the clock of this "
        "machine is wrong",
        f"the engine at {plain} is unhealthy: {plain} does not speak TLS on that port; leave tls out, or give the port "
        "of its TLS socket",
    ]
    told = run_module(swarm_node_info.main, {**site.options(), "discovery": f"nodes://{expired}"}, environment={})
    assert [node["health"] for node in told["nodes"]] == ["unhealthy"]


def test_a_name_to_expect_instead(site: Site) -> None:
    named = site.options(tls_hostname="docker.example.com")
    assert site.place("elsewhere", **named)["node"]["name"] == "elsewhere"
    assert not site.place("elsewhere", **named)["changed"]
    unverified = site.place("elsewhere", "expired", **site.options(validate_certs=False))
    assert (unverified["changed"], unverified["warnings"]) == (False, [])
    wrong = site.place("good", **named)
    assert "is not for docker.example.com; it is for good, 10.77.73.11, 127.0.0.1" in wrong["msg"]


#: engine, options that are not as they should be (a text "papers: NAME" is that set), words of the message
REFUSED_BY_ONE: list[tuple[str, dict[str, Any], str]] = [
    ("good", {"client_cert": None, "client_key": None}, "wants a client certificate; set client_cert and client_key"),
    (
        "good",
        {"papers": "expired"},
        "/client-expired/cert.pem: it has expired, unless the clock of this machine is wrong",
    ),
    (
        "good",
        {"papers": "for servers"},
        "it is one for servers: it must be issued with the extended key usage clientAuth",
    ),
    ("good", {"papers": "of another"}, "it must be signed by an authority that the engine knows"),
    ("good", {"ca_path": "other authority"}, "is not signed by an authority in ca_path"),
    ("good", {"tls": False}, "wants TLS on that port; set tls, or write the entry with https://"),
    ("plain", {}, "does not speak TLS on that port; leave tls out"),
    ("expired", {}, "has expired, unless the clock of this machine is wrong"),
    ("elsewhere", {}, "it is for docker.example.com, 10.9.9.9"),
]


@pytest.mark.parametrize(("engine", "odd", "words"), REFUSED_BY_ONE)
def test_an_engine_alone(engine: str, odd: dict[str, Any], words: str, site: Site) -> None:
    options = site.options()
    if "papers" in odd:
        papers = site.papers[odd["papers"]]
        options = site.options(client_cert=papers.cert, client_key=papers.key)
    elif "ca_path" in odd:
        options = site.options(ca_path=site.lab.other_authority().certificate)
    elif odd:
        options = site.options(**odd)
    refused = site.place(engine, **options)
    entry = site.engine(engine).entry
    assert refused["failed"]
    assert refused["msg"].startswith(f"none of the 1 engines of nodes://{entry} can be used: ")
    assert words in refused["msg"]
    assert refused["msg"].count("\n") == 0
    assert site.containers() == {}


#: option, what stands in it, words of the message
UNUSABLE: list[tuple[str, str, str]] = [
    ("ca_path", "absent.pem", "ca_path: FOLDER/absent.pem does not exist"),
    ("client_cert", "absent.pem", "client_cert: FOLDER/absent.pem does not exist"),
    ("client_key", "absent.pem", "client_key: FOLDER/absent.pem does not exist"),
    ("client_key", "", "client_key: FOLDER cannot be read (Is a directory)"),
    ("client_key", "garbage.pem", "client_key: FOLDER/garbage.pem is not a PEM file with a private key"),
    (
        "client_key",
        "client-other/key.pem",
        "client_key: FOLDER/client-other/key.pem does not belong to the certificate",
    ),
    ("ca_path", "garbage.pem", "ca_path: FOLDER/garbage.pem"),
]


@pytest.mark.parametrize(("option", "file", "words"), UNUSABLE)
def test_a_file_that_cannot_be_used_ends_the_task_before_it_begins(
    option: str, file: str, words: str, site: Site
) -> None:
    refused = site.place(**site.options(**{option: site.folder / file}))
    assert refused["failed"]
    assert words.replace("FOLDER", str(site.folder)) in refused["msg"]
    assert "warnings" not in refused or refused["warnings"] == []
    assert site.containers() == {}


def test_a_certificate_without_its_key(site: Site) -> None:
    refused = site.place(**site.options(client_key=None))
    assert refused["failed"]
    assert "client_key" in refused["msg"]


# the environment, as the docker CLI reads it


def test_the_environment_of_the_docker_cli(site: Site, tmp_path: Path) -> None:
    certs = tmp_path / "docker"
    shutil.copytree(site.lab.certs.folder, certs)
    environment = {"DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": str(certs)}
    assert site.place("good", environment=environment)["node"]["name"] == "good"
    by_entry = f"nodes://https://{site.engine('good').entry}"
    again = site.place(environment={"DOCKER_CERT_PATH": str(certs)}, discovery=by_entry)
    assert not again["changed"]
    # an option wins over the environment
    refused = site.place("good", environment=environment, tls=False)
    assert "wants TLS on that port" in refused["msg"]
    shutil.copy(site.trusted, certs / "ca.pem")
    named = {**environment, "DOCKER_TLS_HOSTNAME": "docker.example.com"}
    assert site.place("elsewhere", environment=named)["node"]["name"] == "elsewhere"


def test_a_folder_of_certificates_that_is_not_there(site: Site, tmp_path: Path) -> None:
    environment = {"DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": str(tmp_path / "absent")}
    refused = site.place("good", environment=environment)
    assert refused["failed"]
    assert str(tmp_path / "absent") in refused["msg"]
