# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tasks in containers, over mutual TLS and without it: the connection plugin by itself, and under Ansible's modules."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleConnectionFailure, AnsibleError, AnsibleFileNotFound

from tests.integration.ansible_cli import Ansible
from tests.integration.connecting import connect
from tests.lab import EngineSpec, Lab

MIB = 1024 * 1024
COLLECTIONS = Path(__file__).parents[2] / ".cache/collections"

#: A container with this machine's own programs: Python, apt, and apt's record of packages.
DEBIAN = [
    argument
    for path, inside in (
        ("/usr", "/usr"),
        ("/usr/bin", "/bin"),
        ("/usr/lib", "/lib"),
        ("/usr/lib64", "/lib64"),
        ("/var/lib/dpkg", "/var/lib/dpkg"),
        ("/etc/os-release", "/etc/os-release"),
    )
    for argument in ("--volume", f"{path}:{inside}:ro", "--env", "PATH=/usr/sbin:/usr/bin")
]


@pytest.fixture(scope="module")
def plain_lab(lab: Lab) -> Iterator[Lab]:
    """One engine without TLS."""
    network, _dot, third = lab.spec.subnet.rpartition(".")
    with Lab(f"{lab.spec.name}p", f"{network}.{int(third) + 5}", [EngineSpec("bare", tls=False)]) as bare:
        yield bare


@pytest.fixture(params=["TLS", "plain"])
def site(request: pytest.FixtureRequest) -> Lab:
    """A lab of either kind, with nothing on it."""
    lab: Lab = request.getfixturevalue("lab" if request.param == "TLS" else "plain_lab")
    lab.reset()
    return lab


def start(lab: Lab, name: str = "web", *arguments: str, engine: int = 0) -> None:
    lab.engines[engine].docker("run", "--detach", "--init", "--name", name, *arguments, "web:1", "sleep", "600")


def test_a_command_with_input_and_a_status(site: Lab) -> None:
    start(site)
    connection = connect(site)
    assert connection.exec_command("sort; echo done >&2; exit 3", b"b\na\n") == (3, b"a\nb\n", b"done\n")
    assert connection.exec_command("exit 0") == (0, b"", b"")
    # what writes as it reads stops unless both are done at once
    data = b"0123456789abcdef" * (MIB // 4)
    assert connection.exec_command("cat", data) == (0, data, b"")


def test_user_folder_and_variables(site: Lab) -> None:
    start(site)
    connection = connect(
        site, ansible_user="nobody", ansible_swarm_working_dir="/tmp", ansible_swarm_extra_env={"A": "b c"}
    )
    assert connection.exec_command('id -un; pwd; echo "$A"')[1] == b"nobody\n/tmp\nb c\n"


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        pytest.param([], "/tmp/file", id="archive"),
        pytest.param(["--read-only", "--volume", "data:/data"], "/data/file", id="volume under a read-only root"),
        pytest.param(["--tmpfs", "/scratch"], "/scratch/file", id="tmpfs"),
        pytest.param([], "/dev/shm/file", id="the engine's own tmpfs"),
    ],
)
def test_100_mib_in_and_out(clean_lab: Lab, tmp_path: Path, arguments: list[str], path: str) -> None:
    start(clean_lab, "web", *arguments)
    source, back = tmp_path / "in", tmp_path / "out"
    size = 100 if path == "/tmp/file" else 20
    with source.open("wb") as file:
        for number in range(size):
            file.write(number.to_bytes(4, "big") * (MIB // 4))
    code = (
        "import resource, sys; sys.path.append('.cache/collections'); "
        "from tests.integration.connecting import Lab, connect; "
        "lab = Lab.attach(sys.argv[1]); c = connect(lab); c.exec_command('true'); "
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss; "
        "c.put_file(sys.argv[2], sys.argv[3]); c.fetch_file(sys.argv[3], sys.argv[4]); "
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    grown = subprocess.run(
        [sys.executable, "-c", code, clean_lab.spec.name, str(source), path, str(back)],
        cwd=COLLECTIONS.parents[1],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    ).stdout
    assert connect(clean_lab).exec_command(f"sha256sum < {path}")[1].split()[0].decode() == checksum(source)
    assert checksum(back) == checksum(source)
    assert int(grown) < 16 * 1024, f"{grown} KiB more for {size} MiB"


def checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_whose_a_file_is(site: Lab, tmp_path: Path) -> None:
    start(site)
    source = tmp_path / "in"
    source.write_text("text")
    source.chmod(0o640)
    connect(site, ansible_user="nobody").put_file(str(source), "/tmp/theirs")
    connect(site).put_file(str(source), "/tmp/ours")
    connect(site, ansible_user="1000:7").put_file(str(source), "/tmp/numbers")
    connect(site, ansible_user="nobody").put_file(str(source), "/dev/shm/theirs")
    listed = connect(site).exec_command("cd /tmp; stat -c '%n %a %u %g' * /dev/shm/theirs")[1]
    assert listed.decode().splitlines() == [
        "numbers 640 1000 7",
        "ours 640 0 0",
        "theirs 640 65534 65534",
        "/dev/shm/theirs 640 65534 65534",
    ]


def test_links_and_odd_names(site: Lab, tmp_path: Path) -> None:
    start(site)
    connection, out = connect(site), tmp_path / "out"
    name = "/tmp/Größe 'x'\n$HOME"
    (tmp_path / "in").write_text("text")
    connection.put_file(str(tmp_path / "in"), name)
    connection.exec_command('cd /tmp && mkdir d && for f in G*; do ln -s "../$f" d/far; done && ln -s d/far near')
    for path in (name, "/tmp/d/far", "/tmp/near"):
        out.unlink(missing_ok=True)
        connection.fetch_file(path, str(out))
        assert out.read_text() == "text"
    connection.fetch_file("/proc/self/comm", str(out))
    assert out.read_text() == "cat\n"


def test_what_cannot_be_copied(site: Lab, tmp_path: Path) -> None:
    start(site)
    connection, out = connect(site), tmp_path / "out"
    with pytest.raises(AnsibleFileNotFound, match="/tmp/nothing does not exist in the container web"):
        connection.fetch_file("/tmp/nothing", str(out))
    with pytest.raises(AnsibleError, match="/etc is a folder; only files can be copied by a connection"):
        connection.fetch_file("/etc", str(out))
    assert not out.exists()
    with pytest.raises(AnsibleFileNotFound, match="/nothing does not exist on this machine"):
        connection.put_file("/nothing", "/tmp/x")
    with pytest.raises(AnsibleError, match=r"/etc cannot be written: .*[Ii]s a directory"):
        connection.put_file("/etc/hostname", "/etc")
    with pytest.raises(AnsibleError, match=f"{tmp_path} cannot be written on this machine: Is a directory"):
        connection.fetch_file("/etc/passwd", str(tmp_path))


def test_containers_that_take_no_commands(clean_lab: Lab) -> None:
    one, two = clean_lab.engines[0], clean_lab.engines[1]
    with pytest.raises(AnsibleConnectionFailure) as caught:
        connect(clean_lab).exec_command("true")
    assert str(caught.value) == "no container has the name or ID 'web' on any of the 3 nodes"
    start(clean_lab)
    one.docker("pause", "web")
    with pytest.raises(AnsibleConnectionFailure, match=r"^the container web on dockerhost01 is paused; unpause it$"):
        connect(clean_lab).exec_command("true")
    one.docker("unpause", "web")
    one.docker("stop", "web")
    for seen in ({}, {"swarm_address": one.entry}):
        with pytest.raises(AnsibleConnectionFailure, match=r"web on dockerhost01 is not running; start it$"):
            connect(clean_lab, **seen).exec_command("true")
    two.docker("run", "--detach", "--name", "web", "web:1")
    with pytest.raises(AnsibleConnectionFailure, match=r"in the cluster 2 times: dockerhost01 .*, dockerhost02 "):
        connect(clean_lab).exec_command("true")
    assert connect(clean_lab, "dockerhost02/web").exec_command("true")[0] == 0
    connection = connect(clean_lab, "dockerhost02/web")
    connection._play_context.executable = "/bin/nothing"
    with pytest.raises(AnsibleConnectionFailure, match="/bin/nothing cannot be run in the container web on "):
        connection.exec_command("true")


def test_a_container_that_has_moved_is_found_again(clean_lab: Lab) -> None:
    one, two = clean_lab.engines[0], clean_lab.engines[1]
    start(clean_lab, "web", "--hostname", "first")
    seen = {"swarm_address": one.entry, "swarm_container_id": one.docker("ps", "-q", "--no-trunc").strip()}
    connection = connect(clean_lab, **seen)
    assert connection.exec_command("hostname")[1] == b"first\n"
    one.docker("rm", "--force", "web")
    start(clean_lab, "web", "--hostname", "second", engine=1)
    assert connection.exec_command("hostname")[1] == b"second\n"
    assert connect(clean_lab, **seen).exec_command("hostname")[1] == b"second\n"
    # made anew where it was
    two.docker("rm", "--force", "web")
    start(clean_lab, "web", "--hostname", "third", engine=1)
    assert connection.exec_command("hostname")[1] == b"third\n"
    # and where its engine is gone
    one.kill()
    assert connect(clean_lab, ansible_swarm_snapshot_timeout=3, **seen).exec_command("hostname")[1] == b"third\n"


def test_an_engine_that_is_killed_ends_the_command(site: Lab) -> None:
    start(site)
    connection, engine = connect(site), site.engines[0]
    killer = threading.Timer(1.5, engine.kill)
    killer.start()
    began = time.monotonic()
    said = "closed the connection before its answer was complete"
    if not site.spec.engines[0].tls:
        # Nothing tells such an end from a proper one but that nobody knows the command's status: the question for it
        # is refused, or still taken by a process that is going.
        said += "|connection refused"
    try:
        with pytest.raises(AnsibleConnectionFailure, match=said):
            connection.exec_command("echo begun; sleep 60")
    finally:
        killer.join()
    assert time.monotonic() - began < 20


#: Asks as sudo does, which must be installed with its rights to be tried itself.
SUDO = """#!/bin/sh
while [ $# -gt 0 ]; do
  case $1 in -p) prompt=$2; shift 2 ;; -u) user=$2; shift 2 ;; -*) shift ;; *) break ;; esac
done
if [ "$prompt" ]; then
  printf '%s' "$prompt" >&2
  read -r word
  if [ "$word" != secret ]; then
    printf 'Sorry, try again.\\n%s' "$prompt" >&2
    read -r word
    exit 1
  fi
fi
exec setpriv --reuid "$user" --clear-groups "$@"
"""


@pytest.fixture
def ansible(site: Lab, tmp_path: Path) -> Ansible:
    environment = site.environment if site.spec.engines[0].tls else {"SWARM_DISCOVERY": site.discovery}
    packages = Path(sys.executable).parents[1] / f"lib/python3.{sys.version_info.minor}/site-packages"
    return Ansible(tmp_path, {**environment, "ANSIBLE_COLLECTIONS_PATH": f"{COLLECTIONS}:{packages}"})


def test_modules_of_ansible(site: Lab, ansible: Ansible, tmp_path: Path) -> None:
    """The inventory leads into the containers by itself; over TLS with pipelining, and without either."""
    pipelining = site.spec.engines[0].tls
    start(site, "debian", *DEBIAN)
    site.engines[0].docker("exec", "debian", "mkdir", "-m", "1777", "/var/tmp")
    (tmp_path / "hello.j2").write_text("hello {{ ansible_facts.hostname }}\n")
    (tmp_path / "what.sh").write_text('#!/bin/sh\necho "script $1"\n')
    name = site.engines[0].docker("exec", "debian", "hostname").strip()
    tasks: list[dict[str, Any]] = [
        {"ansible.builtin.setup": {"gather_subset": ["min"]}},
        {"ansible.builtin.copy": {"content": "s3cret", "dest": "/tmp/copied", "mode": "0600", "owner": "nobody"}},
        {"ansible.builtin.copy": {"content": "s3cret", "dest": "/tmp/copied", "mode": "0600", "owner": "nobody"}},
        {"ansible.builtin.template": {"src": str(tmp_path / "hello.j2"), "dest": "/tmp/hello"}},
        {"ansible.builtin.command": {"argv": ["cat", "/tmp/hello"]}},
        {"ansible.builtin.apt": {"name": "coreutils", "state": "present"}},
        {"ansible.builtin.raw": "id -u"},
        {"ansible.builtin.script": f"{tmp_path}/what.sh it"},
        {"ansible.builtin.fetch": {"src": "/tmp/copied", "dest": f"{tmp_path}/got", "flat": True}},
        {"ansible.builtin.copy": {"content": SUDO, "dest": "/tmp/sudo", "mode": "0755"}},
        {
            "ansible.builtin.command": {"argv": ["id", "-un"]},
            "become": True,
            "become_user": "nobody",
            "become_method": "ansible.builtin.sudo",
            "vars": {"ansible_become_exe": "/tmp/sudo", "ansible_shell_allow_world_readable_temp": True},
        },
        {
            "ansible.posix.synchronize": {"src": str(tmp_path / "hello.j2"), "dest": "/tmp/"},
            "ignore_errors": True,
        },
        *(
            {
                "ansible.builtin.command": {"argv": ["cat"], "stdin": "input"},
                "become": True,
                "become_method": "ansible.builtin.sudo",
                "vars": {"ansible_become_exe": "/tmp/sudo", "ansible_become_password": word},
                "ignore_errors": True,
            }
            for word in ("secret", "wrong")
        ),
    ]
    play = {
        "hosts": "swarm_containers",
        "gather_facts": False,
        "vars": {"ansible_python_interpreter": "/usr/bin/python3", "ansible_pipelining": pipelining},
        "tasks": tasks,
    }
    (tmp_path / "play.yml").write_text(json.dumps([play]))
    inventory = ansible.write_inventory({"containers": True})
    callback = {
        "ANSIBLE_CALLBACK_PLUGINS": str(Path(__file__).parent / "callback_plugins"),
        "ANSIBLE_CALLBACKS_ENABLED": "results",
        "TASK_RESULTS": str(tmp_path / "results.jsonl"),
    }
    done = ansible.run("ansible-playbook", "-i", str(inventory), str(tmp_path / "play.yml"), environment=callback)
    assert done.returncode == 0, done.stdout + done.stderr
    results = [json.loads(line)["result"] for line in (tmp_path / "results.jsonl").read_text().splitlines()]
    assert results[0]["ansible_facts"]["ansible_hostname"] == name
    assert [results[1]["changed"], results[2]["changed"]] == [True, False]
    assert results[4]["stdout"] == f"hello {name}"
    assert results[5]["changed"] is False
    assert results[6]["stdout"].strip() == "0"
    assert results[7]["stdout"].strip() == "script it"
    assert (tmp_path / "got").read_text() == "s3cret"
    assert results[10]["stdout"] == "nobody"
    assert "classic.swarm.swarm instead so it cannot work" in results[11]["msg"]
    assert results[12]["stdout"] == "input"
    assert "sudo: the password was refused" in results[13]["msg"]
    assert "unreachable" not in results[13]
