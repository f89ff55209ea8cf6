# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The command line of ``swarm route``."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from classic_swarm._swarm.errors import InputError
from classic_swarm.command import run
from classic_swarm.router.options import parse_route
from classic_swarm.router.settings import AskStatus, Help, Once, RouteSettings, Watch

CONSUL = "consul://10.0.0.1:8500/swarm"
PAGES = Path(__file__).resolve().parents[3] / "docs"


def settings(*arguments: str) -> RouteSettings:
    command = parse_route([*arguments, CONSUL], {})
    assert isinstance(command, Watch)
    return command.settings


def test_what_is_not_said() -> None:
    found = settings()
    assert (found.kind, found.output, found.program, found.template) == (
        "haproxy",
        "/etc/haproxy/haproxy.cfg",
        "haproxy",
        None,
    )
    assert (found.interval, found.grace, found.forget, found.drain) == (1, 30, 600, 30)
    assert (found.prefix, found.overwrite, found.allow_empty, found.metrics) == ("services", False, False, None)
    assert found.options["http_port"] == 80
    assert found.options["drain"] == "30000ms"
    assert found.options["user"] == "haproxy"
    nginx = settings("--for", "nginx", "--set", "user=", "--drain=1m")
    assert (nginx.output, nginx.program) == ("/etc/nginx/nginx.conf", "nginx")
    assert (nginx.options["user"], nginx.options["drain"]) == (None, "60000ms")


def test_kinds_of_commands() -> None:
    assert isinstance(parse_route(["--once", CONSUL], {}), Once)
    check = parse_route(["--check", CONSUL], {})
    assert isinstance(check, Once)
    assert check.check
    assert parse_route(["--status"], {}) == AskStatus("/run/swarm-router/status.sock")
    assert isinstance(parse_route(["--help"], {}), Help)
    assert settings("--metrics=tcp://127.0.0.1:9101").metrics == ("127.0.0.1", 9101)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--for=caddy"], "invalid choice: 'caddy'"),
        (["--interval=soon"], "--interval: 'soon' is not a duration"),
        (["--prefix=a//b"], "cannot be the beginning of keys"),
        (["--set", "nothing"], "'nothing' is not NAME=VALUE"),
        (["--set", "colour=red"], "--set colour: the template has no such option; it has address,"),
        (["--set", "drain=1s"], "this is what --drain says"),
        (["--set", "http_port=http"], "--set http_port: 'http' is not valid: 'http' is not a port"),
        (["--set", "address=eth0"], "--set address: 'eth0' is not valid"),
        (["--set", "connect_timeout=0"], "it must be more than 0"),
        (["--set", "balance=source"], "it must be leastconn or roundrobin"),
        (["--set", "redirect_https=yes"], "it must be true or false"),
        (["--set", "certificates=here"], "it must be the whole path of a folder"),
        (["--set", "health=8404"], "--set health: '8404' is not valid"),
        (["--set", "default_service=a b"], "it must be the name of a service"),
        (["--metrics=http://x:1"], "is not tcp://HOST:PORT"),
    ],
)
def test_what_cannot_be_right_is_told(arguments: list[str], words: str) -> None:
    with pytest.raises(InputError, match=re.escape(words)):
        parse_route([*arguments, CONSUL], {})


def test_a_source_that_keeps_no_services_is_refused(tmp_path: Path) -> None:
    errors = io.StringIO()
    words = ["route", "--once", f"--output={tmp_path}/x", "nodes://10.0.0.1:2376"]
    assert run(words, {}, io.StringIO(), errors) == 2
    assert "keeps no services; a key/value store does" in errors.getvalue()


def test_no_router_answers(tmp_path: Path) -> None:
    errors = io.StringIO()
    assert run(["route", "--status", f"--status-socket={tmp_path}/none"], {}, io.StringIO(), errors) == 1
    assert errors.getvalue() == f"no router answers on {tmp_path}/none: No such file or directory\n"


@pytest.mark.parametrize("page", ["design/routing.md", "docsite/rst/routing.rst"])
def test_every_option_is_in_the_pages(page: str) -> None:
    helped = parse_route(["--help"], {})
    assert isinstance(helped, Help)
    known = set(re.findall(r"--[a-z][a-z-]+", helped.text)) - {"--help"}
    text = (PAGES / page).read_text("utf-8")
    assert sorted(known - set(re.findall(r"--[a-z][a-z-]+", text))) == []
    assert sorted(name for name in settings().options if name not in text and name != "pid_file") == []
