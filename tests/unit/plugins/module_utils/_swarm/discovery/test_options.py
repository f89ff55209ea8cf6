# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A backend describes itself: what others say of it is made of its class, and nobody else knows its name."""

from __future__ import annotations

import importlib.util
import re
import typing as t
from pathlib import Path

import pytest
import yaml
from ansible_collections.classic.swarm.plugins.module_utils._swarm.agent.arguments import (
    Help,
    List,
    parse_arguments,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.backend import Backend
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.configuration import (
    make_settings,
    public_values,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.nodes import NodesBackend
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.options import (
    BackendOption,
    parse_switch,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.registry import BACKENDS, open_backend
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import DiscoverySettings

PLUGINS = Path(__file__).resolve().parents[6] / "plugins"
every_backend = pytest.mark.parametrize("backend", BACKENDS.values(), ids=BACKENDS)


class ClayBackend(NodesBackend):
    """One backend more, whose options nobody else has."""

    TITLE = "clay tablets"
    EXAMPLE = "clay://192.0.2.1:2376"
    HELP = ("`clay://192.0.2.1:2376` is baked.",)
    OPTIONS = (
        BackendOption("glaze", "bool", ("Whether it shines.",), variable="CLAY_GLAZE", keys=("clay.glaze",)),
        BackendOption(
            "pin",
            "str",
            ("What opens it. It needs no `glaze`.",),
            aliases=("pin_code",),
            variable="CLAY_PIN",
            file_variable="CLAY_PIN_FILE",
            keys=("clay.pin-file",),
            secret=True,
        ),
    )


@pytest.fixture
def clay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(t.cast("dict[str, type[Backend]]", BACKENDS), "clay", ClayBackend)


def fresh(path: str) -> t.Any:
    """A copy of a module, made now."""
    name = f"ansible_collections.classic.swarm.plugins.{path.replace('/', '.')}"
    spec = importlib.util.spec_from_file_location(name, PLUGINS / f"{path}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@every_backend
def test_a_backend_says_what_it_is(backend: type[Backend]) -> None:
    assert backend.TITLE
    assert any(f"`{backend.EXAMPLE}`" in sentence for sentence in backend.HELP)
    assert isinstance(open_backend(DiscoverySettings(backend.EXAMPLE)), backend)


@every_backend
def test_options_of_one_name_are_one_option(backend: type[Backend]) -> None:
    for option in backend.OPTIONS:
        for other in (each for kind in BACKENDS.values() for each in kind.OPTIONS if each.name == option.name):
            assert (other.type, other.aliases, other.secret) == (option.type, option.aliases, option.secret)


def test_no_key_stands_for_two_options() -> None:
    seen: dict[str, str] = {}
    for option in (each for kind in BACKENDS.values() for each in kind.OPTIONS):
        for key in option.keys:
            assert seen.setdefault(key, option.name) == option.name
            assert key.endswith("-file") or not option.secret


@every_backend
def test_a_service_has_a_timeout_and_says_by_which_library(backend: type[Backend]) -> None:
    names = [option.name for option in backend.OPTIONS]
    assert len(names) == len(set(names))
    assert bool(backend.LIBRARY) == ("timeout" in names)


@pytest.mark.usefixtures("clay")
def test_the_argument_spec_is_made_of_the_options() -> None:
    spec = fresh("module_utils/_ansible/argspec").DISCOVERY_OPTIONS_SPEC
    assert spec["glaze"] == {"type": "bool"}
    assert spec["pin"] == {"type": "str", "aliases": ["pin_code"], "no_log": True}


@pytest.mark.usefixtures("clay")
def test_the_documentation_is_made_of_the_options() -> None:
    options = yaml.safe_load(fresh("doc_fragments/cluster").ModuleDocFragment.DOCUMENTATION)["options"]
    assert "V(clay://192.0.2.1:2376) is baked." in options["discovery"]["description"]
    assert options["discovery_options"]["suboptions"]["pin"] == {
        "description": [
            "What opens it. It needs no O(discovery_options.glaze).",
            "For clay tablets, the environment variable E(CLAY_PIN) or the file that E(CLAY_PIN_FILE) names is used "
            "if this is not set.",
        ],
        "type": "str",
        "aliases": ["pin_code"],
    }


@pytest.mark.usefixtures("clay")
def test_the_environment_is_that_of_the_source(tmp_path: Path) -> None:
    path = tmp_path / "pin"
    path.write_text("1234\n")
    environ = {"CLAY_GLAZE": "Yes", "CLAY_PIN_FILE": str(path)}
    assert make_settings("clay://h1:1", {}, environ).options == {"glaze": True, "pin": "1234"}
    assert make_settings("clay://h1:1", {"glaze": False, "pin": None}, {**environ, "CLAY_PIN": "5"}).options == {
        "glaze": False,
        "pin": "5",
    }
    assert make_settings("nodes://h1:1", {}, environ).options == {}
    with pytest.raises(InputError) as caught:
        make_settings("clay://h1:1", {}, {"CLAY_GLAZE": "maybe"})
    assert str(caught.value) == "the environment variable CLAY_GLAZE is 'maybe'; it must be true or false"
    path.write_text("")
    with pytest.raises(InputError) as caught:
        make_settings("clay://h1:1", {}, environ)
    assert str(caught.value) == f"CLAY_PIN_FILE: the pin file {path} is empty"


@pytest.mark.usefixtures("clay")
def test_options_of_another_backend_stay_out_of_the_settings() -> None:
    assert make_settings("nodes://h1:1", {"pin": "1234"}, {}).options == {}


@pytest.mark.usefixtures("clay")
def test_public_values_are_no_secrets() -> None:
    assert public_values(make_settings("clay://h1:1", {"pin": "1234", "glaze": True}, {})) == (("glaze", True),)


@pytest.mark.usefixtures("clay")
def test_the_command_line_of_the_agent_is_made_of_the_options(tmp_path: Path) -> None:
    path = tmp_path / "pin"
    path.write_text("1234\n")
    command = parse_arguments(["list", "--discovery-opt", f"clay.pin-file={path}", "clay://h1:1"], {})
    assert isinstance(command, List)
    assert command.discovery.options == {"pin": "1234"}
    shown = parse_arguments(["list", "--help"], {})
    assert isinstance(shown, Help)
    words = " ".join(shown.text.split())
    assert "clay.glaze" in words
    assert "clay://192.0.2.1:2376" in words
    with pytest.raises(InputError) as caught:
        parse_arguments(["list", "--discovery-opt", "clay.pin=1234", "clay://h1:1"], {})
    assert str(caught.value) == (
        "--discovery-opt clay.pin: a pin on the command line is seen by every user of the machine; "
        "write it into a file for --discovery-opt clay.pin-file=PATH, or into CLAY_PIN"
    )


#: Schemes of backends that are called by words which mean other things as well.
_PLAIN_WORDS = {"nodes", "file", "token", "dns+srv", "inventory"}


def _words_of_one_backend() -> set[str]:
    """What only a backend itself says: its scheme, its variables, its keys, and the name of its product."""
    words = {f"{scheme}://" for scheme in BACKENDS if scheme != "file"}
    words |= {backend.TITLE for scheme, backend in BACKENDS.items() if scheme not in _PLAIN_WORDS}
    for backend in BACKENDS.values():
        words |= {name for option in backend.OPTIONS for name in (option.variable, option.file_variable) if name}
        words |= {key for option in backend.OPTIONS for key in option.keys}
    return words


def test_nobody_else_knows_the_name_of_a_backend() -> None:
    known = re.compile("|".join(map(re.escape, _words_of_one_backend())), re.IGNORECASE)
    assert known.search("CONSUL_CACERT")
    files = [
        path
        for folder in ("module_utils", "plugin_utils", "doc_fragments")
        for path in (PLUGINS / folder).rglob("*.py")
        if "discovery" not in path.relative_to(PLUGINS).parts
    ]
    assert len(files) > 50
    found = {str(path.relative_to(PLUGINS)): known.findall(path.read_text(encoding="utf-8")) for path in files}
    assert {name: words for name, words in found.items() if words} == {}


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", True), (" YES ", True), ("t", True), ("off", False), ("F", False), ("2", None), ("", None)],
)
def test_switches(text: str, value: bool | None) -> None:
    assert parse_switch(text) is value
