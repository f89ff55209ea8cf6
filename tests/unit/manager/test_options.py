# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The command line of ``swarm`` and of ``swarm manage``."""

from __future__ import annotations

import io
import re
import typing as t
from pathlib import Path

import pytest
import yaml
from classic_swarm._swarm.errors import InputError
from classic_swarm._swarm.settings import TLSSettings
from classic_swarm.command import run
from classic_swarm.manager.options import parse_manage
from classic_swarm.manager.settings import Listen, ManagerSettings, ServerTLS
from classic_swarm.version import VERSION

ROOT = Path(__file__).resolve().parents[3]
FILES = ("--tlscacert", "ca.pem", "--tlscert", "cert.pem", "--tlskey", "key.pem")
NODES = "nodes://10.0.0.1:2376"


def parse(*arguments: str, **environ: str) -> ManagerSettings:
    settings = parse_manage(arguments, environ)
    assert isinstance(settings, ManagerSettings)
    return settings


def test_what_is_not_said() -> None:
    settings = parse(NODES)
    assert settings.listen == (Listen("tcp", "127.0.0.1", 2375),)
    assert (settings.tls, settings.engine.tls) == (None, TLSSettings())
    assert (settings.scheduling.strategy, settings.scheduling.filters, settings.scheduling.overcommit) == (
        "spread",
        None,
        0.05,
    )
    assert (settings.create_retry, settings.failure_retry, settings.refresh) == (0, 3, (30.0, 360.0))
    assert (settings.replication, settings.replication_ttl, settings.heartbeat) == (False, 20.0, 60.0)
    assert (settings.cors, settings.log_level, settings.log_format, settings.policy) == (False, "info", "text", None)


def test_the_original_command_line() -> None:
    settings = parse(
        *("-H", "tcp://0.0.0.0:3376", "-H", "unix:///run/swarm.sock", "--tlsverify", *FILES),
        *("--strategy", "binpack", "-f", "health", "--filter", "port", "--cluster-driver", "swarm"),
        *("--cluster-opt", "swarm.overcommit=0.5", "--cluster-opt=swarm.createretry=2", "--heartbeat", "1m30s"),
        *(
            "--engine-refresh-min-interval",
            "10s",
            "--engine-refresh-max-interval",
            "20s",
            "--engine-refresh-retry",
            "5",
        ),
        *("--replication", "--replication-ttl", "30s", "--addr", "10.0.0.9:3376", "--api-enable-cors"),
        *("--refresh-on-node-filter", "--container-name-refresh-filter", "x", "--log-level", "warn", NODES),
    )
    assert [str(listen) for listen in settings.listen] == ["tcp://0.0.0.0:3376", "unix:///run/swarm.sock"]
    assert settings.tls == ServerTLS("cert.pem", "key.pem", "ca.pem")
    assert settings.engine.tls == TLSSettings(True, True, "ca.pem", "cert.pem", "key.pem")
    assert (settings.scheduling.strategy, settings.scheduling.filters) == ("binpack", ("health", "port"))
    assert (settings.scheduling.overcommit, settings.create_retry, settings.failure_retry) == (0.5, 2, 5)
    assert (settings.heartbeat, settings.refresh, settings.replication_ttl) == (90.0, (10.0, 20.0), 30.0)
    assert (settings.replication, settings.advertise, settings.cors) == (True, "10.0.0.9:3376", True)
    assert (settings.refresh_on_node_filter, settings.container_name_refresh_filter) == (True, "x")
    assert (settings.log_level, settings.discovery.source) == ("warn", NODES)


@pytest.mark.parametrize(
    ("arguments", "server", "engine"),
    [
        (("--tls", *FILES), ServerTLS("cert.pem", "key.pem"), (True, False, "ca.pem")),
        (("--tlsverify", *FILES), ServerTLS("cert.pem", "key.pem", "ca.pem"), (True, True, "ca.pem")),
        (
            ("--tlsverify", *FILES, "--engine-tlscacert", "e.pem"),
            ServerTLS("cert.pem", "key.pem", "ca.pem"),
            (True, True, "e.pem"),
        ),
        (("--engine-tls",), None, (True, False, None)),
        (("--engine-tlsverify", "--engine-tlscacert", "e.pem"), None, (True, True, "e.pem")),
        (("--engine-tlscacert", "e.pem"), None, (True, True, "e.pem")),
    ],
)  # fmt: skip
def test_tls(arguments: tuple[str, ...], server: ServerTLS | None, engine: tuple[bool, bool, str | None]) -> None:
    settings = parse(*arguments, NODES)
    found = settings.engine.tls
    assert (settings.tls, (found.enabled, found.verify, found.ca_path)) == (server, engine)


def test_the_environment_stands_in() -> None:
    values = {"SWARM_DISCOVERY": NODES, "SWARM_HOST": "unix:///a,unix:///b", "SWARM_ADVERTISE": "h:1"}
    settings = parse(**values)
    assert [str(listen) for listen in settings.listen] == ["unix:///a", "unix:///b"]
    assert (settings.discovery.source, settings.advertise) == (NODES, "h:1")
    assert str(parse("-H", "unix:///c", **values).listen[0]) == "unix:///c"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (":3376", "tcp://0.0.0.0:3376"),
        ("tcp://:3376", "tcp://0.0.0.0:3376"),
        ("127.0.0.1", "tcp://127.0.0.1:2375"),
        ("tcp://[::1]:1", "tcp://[::1]:1"),
        ("fd://", "fd://"),
        ("fd://swarm.socket", "fd://swarm.socket"),
    ],
)
def test_where_to_listen(text: str, found: str) -> None:
    assert [str(listen) for listen in parse("-H", text, "--allow-plain-tcp", NODES).listen] == [found]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("-H", "tcp://0.0.0.0:2375"),
            "--host: tcp://0.0.0.0:2375 would be served without TLS, and whoever reaches it would be root on every "
            "engine; give --tlsverify with --tlscacert, --tlscert and --tlskey, or --allow-plain-tcp if that is meant",
        ),
        (
            ("-H", "http://x"),
            "--host: 'http://x' is not an address to listen on; write tcp://HOST:PORT, unix://PATH or fd://",
        ),
        (("--cluster-driver", "mesos"), "--cluster-driver: 'mesos' is unknown; the only one is swarm"),
        (
            ("--cluster-opt", "mesos.address=x"),
            "--cluster-opt: 'mesos.address=x' is unknown; known options are swarm.overcommit and swarm.createretry, "
            "each KEY=VALUE",
        ),
        (
            ("--cluster-opt", "swarm.overcommit=x"),
            "--cluster-opt swarm.overcommit: 'x' is not a number; write one such as 0.05",
        ),
        (("--engine-failure-retry", "0"), "--engine-failure-retry: '0' must be a whole number, 1 or more"),
        (
            ("--engine-refresh-min-interval", "7m"),
            "--engine-refresh-min-interval must be more than 0, and not more than the max-interval",
        ),
        (("--replication",), "--replication needs --advertise HOST:PORT, where other managers reach this one"),
        (("--tlsverify", *FILES[2:]), "--tlscacert is needed with --tlsverify"),
        (("--tlsverify",), "--tlscert and --tlskey are needed when clients are served over TLS"),
        (FILES, "--tlscacert, --tlscert and --tlskey need --tlsverify, or --tls to check no certificate"),
        (("--nothing",), "swarm manage: unrecognized arguments: --nothing; see swarm manage --help"),
    ],
)
def test_what_cannot_be_right(arguments: tuple[str, ...], message: str) -> None:
    with pytest.raises(InputError) as raised:
        parse(*arguments, NODES)
    assert str(raised.value) == message


def test_names_that_nobody_knows() -> None:
    with pytest.raises(InputError, match="emptiest"):
        parse("--strategy", "emptiest", NODES)
    with pytest.raises(InputError, match="weather"):
        parse("--filter", "weather", NODES)


def test_a_file_of_options(tmp_path: Path) -> None:
    path = tmp_path / "manager.conf"
    path.write_text(
        "# the manager\nhost = unix:///a\ntlsverify = yes\ntlscacert=ca.pem\ntlscert = cert.pem\ntlskey = key.pem\n"
        f"cors = false\nstrategy = binpack\nheartbeat = 5s\ndiscovery = {NODES}\n"
    )
    settings = parse("--config", str(path), "-H", "unix:///b", "--strategy", "random")
    assert [str(listen) for listen in settings.listen] == ["unix:///a", "unix:///b"]
    assert (settings.scheduling.strategy, settings.heartbeat, settings.cors) == ("random", 5.0, False)
    assert (settings.tls, settings.discovery.source) == (ServerTLS("cert.pem", "key.pem", "ca.pem"), NODES)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("nothing = 1", "line 1: 'nothing = 1' is not an option; write NAME = VALUE"),
        ("tls", "line 1: 'tls' is not an option; write NAME = VALUE"),
        ("tls = perhaps", "line 1: tls must be true or false, not 'perhaps'"),
        ("config = x", "line 1: 'config = x' is not an option; write NAME = VALUE"),
    ],
)
def test_a_file_that_is_not_understood(line: str, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "manager.conf"
    path.write_text(line)
    with pytest.raises(InputError) as raised:
        parse("--config", str(path))
    assert str(raised.value) == f"--config: {path}, {problem}"


# the program


def swarm(*arguments: str, **environ: str) -> tuple[int, str, str]:
    output, errors = io.StringIO(), io.StringIO()
    return run(arguments, environ, output, errors), output.getvalue(), errors.getvalue()


@pytest.mark.parametrize("arguments", [("--version",), ("-v",), ("--debug", "--version")])
def test_the_version(arguments: tuple[str, ...]) -> None:
    assert swarm(*arguments) == (0, f"swarm version {VERSION}\n", "")


def test_help_of_the_program_and_of_each_command() -> None:
    for arguments in ((), ("--help",), ("-h",)):
        code, output, errors = swarm(*arguments)
        assert (code, errors) == (0, "")
        assert re.findall(r"^  (\S+) {2,}", output, re.MULTILINE)[:4] == ["manage", "join", "list", "create"]
    for command in ("manage", "m", "join", "list", "create", "register", "route"):
        code, output, errors = swarm("--debug", "--log-level", "info", command, "--help")
        assert (code, errors) == (0, "")
        assert output.startswith("usage: swarm ")


def test_errors_are_a_line_and_an_exit_code() -> None:
    assert swarm("manage", "--cluster-driver", "x") == (
        2,
        "",
        "--cluster-driver: 'x' is unknown; the only one is swarm\n",
    )
    assert swarm("--log-level", "loud", "list")[0] == 2
    missing = ("--tlsverify", *(word.replace(".pem", ".nowhere") for word in FILES))
    assert swarm("manage", *missing, NODES) == (
        2,
        "",
        "--tlscert: cert.nowhere cannot be read (No such file or directory)\n",
    )


def test_the_other_commands_are_the_agent_s() -> None:
    assert swarm("list", "nodes://10.0.0.[1:2]:2376") == (0, "10.0.0.1:2376\n10.0.0.2:2376\n", "")


# one thing said once


def test_one_version() -> None:
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))
    project = (ROOT / "distribution/pyproject.toml").read_text(encoding="utf-8")
    assert galaxy["version"] == VERSION
    assert f'\nversion = "{VERSION}"\n' in project


def test_the_guide_has_every_option() -> None:
    guide = (ROOT / "docs/docsite/rst/endpoint.rst").read_text(encoding="utf-8")
    help_text = t.cast(str, parse_manage(("--help",), {}))
    options = set(re.findall(r"--[a-z][a-z-]+[a-z]", help_text)) - {"--help"}
    assert len(options) > 30
    assert sorted(option for option in options if f"``{option}``" not in guide) == []
