# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The demo of the endpoint as a user runs it: every command, and an endpoint that serves on until it is told to end."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab import Lab
from tests.lab.endpoint import Endpoint

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def endpoint(lab: Lab) -> Iterator[Endpoint]:
    endpoint = Endpoint(lab)
    yield endpoint
    endpoint.stop()
    lab.reset()


def test_the_second_act(lab: Lab, endpoint: Endpoint) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.tools.demo_endpoint", "--name", lab.spec.name, "--subnet", lab.spec.subnet],
        cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120,
        check=False,
    )  # fmt: skip
    said = done.stdout
    assert done.returncode == 0, said
    placed = {line.split()[0] for line in said.splitlines() if line.startswith("dockerhost0") and "->" in line}
    assert {"dockerhost02/edge_webserver", "dockerhost02/app_1", "dockerhost01/examples_web_1"} <= placed
    assert "0 of 3 nodes: 2 port 80/tcp, 1 constraint zone==external" in said
    name = endpoint_says(endpoint, "exec", "app_1", "hostname")
    # From the log, from a terminal, and from the file that was copied out.
    assert f"hello from {name}\n" in said
    assert f"\n{name}\n" in said.replace("\r", "")
    assert f"\t{name}\n" in said
    assert "Login Succeeded" in said
    assert "team/web2" in said
    assert f"export DOCKER_HOST=tcp://{endpoint.address}" in said

    told = subprocess.run(
        [sys.executable, "-m", "tests.lab", "env", "--name", lab.spec.name],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert f"export DOCKER_HOST=tcp://{endpoint.address}\n" in told.stdout
    endpoint.stop()
    assert not endpoint.runs
    assert lab.engine("dockerhost02").docker("exec", "app_1", "hostname").strip() == name, "containers run on"


def endpoint_says(endpoint: Endpoint, *arguments: str) -> str:
    environment = {"PATH": "/usr/bin:/bin", "HOME": os.environ["HOME"], **endpoint.environment}
    return subprocess.run(
        ["docker", *arguments], env=environment, capture_output=True, text=True, check=True
    ).stdout.strip()
