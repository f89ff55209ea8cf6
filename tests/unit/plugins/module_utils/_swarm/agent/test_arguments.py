# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.agent.arguments import (
    Follow,
    Help,
    Join,
    List,
    Register,
    Watch,
    parse_arguments,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.agent.settings import EngineCheckSettings
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.entry import Entry
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import TLSSettings

JOIN = ["join", "--advertise", "10.0.0.5:2376"]
CONSUL = "consul://10.0.0.9/swarm"


def join(*arguments: str) -> Join:
    command = parse_arguments([*JOIN, *arguments, CONSUL], {})
    assert isinstance(command, Join)
    return command


def test_defaults_are_those_of_the_original() -> None:
    settings = join().settings
    assert settings.entry == Entry("10.0.0.5", 2376)
    assert (settings.ttl, settings.heartbeat, settings.delay, settings.check) == (180, 60, 0, None)
    assert settings.discovery.source == CONSUL
    assert settings.discovery.timeout == 10


def test_times_are_durations() -> None:
    settings = join("--ttl", "3m30s", "--heartbeat", "1.5s", "--delay", "1m").settings
    assert (settings.ttl, settings.heartbeat, settings.delay) == (210, 1.5, 60)


def test_the_health_check() -> None:
    options = ["--engine", "tcp://10.0.0.5:2376", "--engine-interval", "3s", "--engine-timeout", "2s"]
    files = ["--engine-ca", "ca", "--engine-cert", "cert", "--engine-key", "key", "--engine-retries", "0"]
    expected = EngineCheckSettings(
        "tcp://10.0.0.5:2376", TLSSettings(True, True, "ca", "cert", "key"), interval=3, timeout=2, retries=0
    )
    assert join(*options, *files).settings.check == expected


def test_the_health_check_needs_no_certificate() -> None:
    assert join("--engine", "unix:///s").settings.check == EngineCheckSettings("unix:///s")


def test_watch() -> None:
    command = parse_arguments(["watch", "--engine", "unix:///s", "--engine-interval", "3s", "/run/x"], {})
    assert command == Watch(EngineCheckSettings("unix:///s", interval=3), "/run/x")


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_agent_of_the_catalog_is_spoken_to_as_its_address_says(scheme: str) -> None:
    command = parse_arguments(
        [*REGISTER, "--catalog", f"{scheme}://127.0.0.1:8500", "--discovery-opt", "kv.cacertfile=ca", CONSUL], {}
    )
    assert isinstance(command, Register)
    catalog = command.settings.catalog
    assert catalog is not None
    assert (catalog.source, catalog.tls.enabled) == (f"{scheme}://127.0.0.1:8500", scheme == "https")


def test_follow() -> None:
    command = parse_arguments(["follow", "--engine", "unix:///s", "--engine-timeout", "3s", "/run/x"], {})
    assert command == Follow(EngineCheckSettings("unix:///s", timeout=3), "/run/x")
    with pytest.raises(InputError, match="swarm follow needs --engine unix://PATH or tcp://HOST:PORT, where"):
        parse_arguments(["follow", "--engine", "file:///x", "/run/x"], {})


def test_list_takes_the_source_from_the_environment() -> None:
    command = parse_arguments(["list", "--timeout", "3s"], {"SWARM_DISCOVERY": CONSUL})
    assert isinstance(command, List)
    assert (command.discovery.source, command.discovery.timeout) == (CONSUL, 3)


def test_options_of_the_backend(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("s3cret\n")
    options = {
        "kv.cacertfile": "ca",
        "consul.token-file": str(token),
        "consul.datacenter": "dc2",
        "consul.namespace": "n",
    }
    words = [word for key, value in options.items() for word in ("--discovery-opt", f"{key}={value}")]
    discovery = join(*words).settings.discovery
    assert discovery.tls == TLSSettings(enabled=True, ca_path="ca")
    assert discovery.options == {"token": "s3cret", "datacenter": "dc2", "namespace": "n"}


def test_the_token_from_the_environment(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("filed")
    for environ, expected in (
        ({"CONSUL_HTTP_TOKEN": "plain"}, "plain"),
        ({"CONSUL_HTTP_TOKEN_FILE": str(token)}, "filed"),
        ({}, None),
    ):
        command = parse_arguments(["list", CONSUL], environ)
        assert isinstance(command, List)
        assert command.discovery.options.get("token") == expected


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "usage: swarm "),
        (["--help"], "usage: swarm "),
        (["join", "--help"], "--advertise"),
        (["list", "-h"], "--timeout"),
    ],
)
def test_help(arguments: list[str], words: str) -> None:
    command = parse_arguments(arguments, {})
    assert isinstance(command, Help)
    assert words in command.text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["leave"], "invalid choice: 'leave'"),
        (["join", CONSUL], "needs --advertise"),
        ([*JOIN, "a", "b"], "unrecognized arguments: b"),
        (["join", "--advertise", "10.0.0.5", CONSUL], "--advertise: bad entry '10.0.0.5': it has no port"),
        ([*JOIN, "--ttl", "180"], "--ttl: '180' is not a duration"),
        ([*JOIN, "--heartbeat", "0.5s"], "--heartbeat is 0.5 s; it must be at least 1 s"),
        ([*JOIN, "--ttl", "120s"], "too seldom for a --ttl of 120 s"),
        ([*JOIN, "--engine-ca", "ca"], "need --engine tcp://"),
        ([*JOIN, "--engine", "unix:///s", "--engine-ca", "ca"], "for tcp://, not for 'unix:///s'"),
        ([*JOIN, "--engine", "tcp://a:1", "--engine-cert", "c"], "client_cert is set and client_key is not"),
        ([*JOIN, "--engine", "tcp://a:1", "--engine-interval", "0s"], "must be more than 0"),
        ([*JOIN, "--engine", "tcp://a:1", "--engine-retries", "many"], "'many' is not a number"),
        (["watch", "/run/x"], "swarm watch needs --engine"),
        (["watch", "--engine", "file:///a", "/run/x"], "swarm watch needs --engine"),
        (["list", "--discovery-opt", "kv.path=x"], "kv.path is not needed"),
        (["list", "--discovery-opt", "frob=x"], "frob: this key is not known; known are kv.cacertfile"),
        (["list", "--discovery-opt", "kv.cacertfile"], "write kv.cacertfile=VALUE"),
        (["list", "--discovery-opt", "consul.token-file=/nowhere"], "/nowhere cannot be read: No such file"),
    ],
)
def test_bad_input(arguments: list[str], words: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_arguments(arguments, {})
    assert words in str(caught.value)


@pytest.mark.parametrize("key", ["consul.token", "kv.token"])
def test_a_token_on_the_command_line_is_refused_and_not_shown(key: str) -> None:
    with pytest.raises(InputError, match=r"consul\.token-file=PATH") as caught:
        parse_arguments(["list", "--discovery-opt", f"{key}=s3cret"], {})
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(("content", "words"), [(b"", "is empty"), (b"s3\xffcret", "something else than a token")])
def test_bad_token_files_are_refused_and_not_shown(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "token"
    path.write_bytes(content)
    with pytest.raises(InputError, match=words) as caught:
        parse_arguments(["list", "--discovery-opt", f"consul.token-file={path}"], {})
    assert "cret" not in str(caught.value)
    assert caught.value.__cause__ is None


REGISTER = ["register", "--advertise", "10.0.0.5", "--engine", "unix:///run/docker.sock"]


def test_what_a_registrator_is_told() -> None:
    command = parse_arguments([*REGISTER, CONSUL], {})
    assert isinstance(command, Register)
    settings = command.settings
    assert (settings.advertise, settings.host, settings.prefix, settings.ttl) == ("10.0.0.5", None, "services", 30)
    assert (settings.engine.url, settings.engine.timeout) == ("unix:///run/docker.sock", 10)
    more = parse_arguments(
        [*REGISTER, "--advertise", "fd00::05", "--host=h1", "--prefix=/a/b/", "--ttl=1m", CONSUL], {}
    )
    assert isinstance(more, Register)
    assert (more.settings.advertise, more.settings.host, more.settings.prefix, more.settings.ttl) == (
        "fd00::5",
        "h1",
        "a/b",
        60,
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["register", CONSUL], "swarm register needs --advertise ADDRESS, where published ports are reached by others"),
        (
            ["register", "--advertise", "a b", CONSUL],
            "--advertise: 'a b' is neither an address nor the name of a host",
        ),
        (
            ["register", "--advertise", "h1", "--engine", "ssh://x", CONSUL],
            "swarm register needs --engine unix://PATH or tcp://HOST:PORT, where the engine is followed, "
            "or file://PATH for what swarm follow writes",
        ),
        (
            ["register", "--advertise", "h1", "--engine", "file:///x", "--engine-ca", "ca", CONSUL],
            "--engine-ca, --engine-cert and --engine-key are for tcp://, not for 'file:///x'",
        ),
        (
            [*REGISTER, "--catalog", "127.0.0.1:8500", CONSUL],
            "--catalog: '127.0.0.1:8500' is not an http:// or https:// address; write http://127.0.0.1:8500",
        ),
        (
            [*REGISTER, "--prefix", "a//b", CONSUL],
            "--prefix: 'a//b' cannot be the beginning of keys; write one such as services",
        ),
        (
            [*REGISTER, "--host", "a:b", CONSUL],
            "--host: 'a:b' has a character that is none of letters, digits, '_', '.' and '-'",
        ),
    ],
)
def test_what_a_registrator_cannot_be_told(words: list[str], message: str) -> None:
    with pytest.raises(InputError) as raised:
        parse_arguments(words, {})
    assert str(raised.value) == message
