# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The first steps of README.md, word for word, from the installed collection, against real engines."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.registry import discover
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import DiscoverySettings

from tests.integration import readme
from tests.lab import DEMO_ENGINES, Lab
from tests.tools.check.workspace import copy_of_collection

#: Of the machine: it would tell a program something that the user of README.md did not say.
_NOT_INHERITED = ("ANSIBLE_", "CONSUL_", "CURL_", "DOCKER_", "REQUESTS_", "SSL_", "SWARM_")
_RECAP = re.compile(r"^localhost +: +ok=(\d+) +changed=(\d+) +unreachable=0 +failed=0 ", re.MULTILINE)


class User:
    """Somebody with an empty home, who follows README.md."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith(_NOT_INHERITED)},
            "HOME": str(home),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "ANSIBLE_NOCOLOR": "1",
        }

    def types(self, command: str, folder: Path) -> str:
        """Run a line in a shell, as typed; it must succeed. Gives what it printed."""
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=folder, env=self.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=180, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"$ {command}\n{done.stdout}"
        return done.stdout


@pytest.fixture(scope="module")
def user(tmp_path_factory: pytest.TempPathFactory) -> User:
    """The collection is installed, and the files that README.md shows are written."""
    user = User(tmp_path_factory.mktemp("home"))
    checkout = copy_of_collection(tmp_path_factory.mktemp("checkout"))
    for command in readme.commands("ansible-galaxy"):
        user.types(command, checkout)
    for name, content in readme.files().items():
        (user.home / name).write_text(content, encoding="utf-8")
    return user


@pytest.fixture
def user_of_the_lab(user: User, clean_lab: Lab) -> User:
    user.environment.update(clean_lab.environment)
    return user


def changes(output: str) -> int:
    """How many tasks changed something."""
    recap = _RECAP.search(output)
    assert recap, output
    return int(recap[2])


def test_the_collection_is_installed_as_told(user: User) -> None:
    assert (user.home / ".ansible/collections/ansible_collections/classic/swarm/MANIFEST.json").is_file()


def test_the_first_task(user_of_the_lab: User, clean_lab: Lab) -> None:
    plan, first, again = readme.commands("ansible-playbook first.yml")
    output = user_of_the_lab.types(plan, user_of_the_lab.home)
    assert changes(output) == 1
    # What --diff shows of it.
    assert '+    "node": "dockerhost02"' in output
    assert [engine.api("GET", "/containers/json?all=1") for engine in clean_lab.engines] == [[], [], []]
    output = user_of_the_lab.types(first, user_of_the_lab.home)
    assert changes(output) == 1
    assert "dockerhost02: 1 of 3 nodes: 1 constraint disk==ssd, 1 constraint zone==external" in output
    with urllib.request.urlopen(f"http://{clean_lab.engine('dockerhost02').address}:8080/", timeout=5) as answer:
        assert answer.status == 200
    assert changes(user_of_the_lab.types(again, user_of_the_lab.home)) == 0


def test_the_first_inventory(user_of_the_lab: User) -> None:
    (command,) = readme.commands("ansible-inventory")
    tree = user_of_the_lab.types(command, user_of_the_lab.home)
    assert "|--@zone_external:\n  |  |--dockerhost02\n  |  |--dockerhost03\n" in tree
    assert "|--@zone_internal:\n  |  |--dockerhost01\n" in tree


def test_the_engines_of_the_demo_are_named_right(tmp_path: Path) -> None:
    shown = re.search(r"^    # the engines of the demo\n((?:    \S.*\n)+)", readme.text(), re.MULTILINE)
    assert shown
    path = tmp_path / "cluster.conf"
    path.write_text(shown[0].replace("    ", ""), encoding="utf-8")
    found = [str(entry) for entry in discover(DiscoverySettings(f"file://{path}"))]
    assert found == [f"10.77.0.{11 + number}:2376" for number in range(len(DEMO_ENGINES))]


def test_the_libraries_are_those_of_the_requirements() -> None:
    lines = (readme.ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    wanted = {line for line in lines if line and not line.startswith("#")}
    (command,) = readme.commands("pip")
    assert {word.strip("'") for word in command.split()[2:]} == wanted
