# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guides are well formed, lead somewhere, and quote messages that exist."""

from __future__ import annotations

import ast
import importlib
import re
from functools import cache
from pathlib import Path

import pytest
import yaml
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.registry import FILTERS, STRATEGIES
from ansible_collections.classic.swarm.tests.unit.documentation import GUIDES, ROOT

_FOLDER = ROOT / "docs/docsite/rst"
_LABEL = "ansible_collections.classic.swarm.docsite."
_REFERENCE = re.compile(rf"<{re.escape(_LABEL)}(\w+)>`")
_FILE = re.compile(r"<((?:\.\./)+[^>]+)>`_")
_QUOTED = re.compile(r"``([^`]+)``")
#: What stands for something else in a quoted message: names in capitals, and what was left out.
_STANDS_IN = re.compile(r"'?\b[A-Z]+\b'?|\.\.\.|'[a-z.]+'|[()]")
#: Said by Consul, by engines and by Ansible.
_OF_OTHERS = ("Permission denied", "cluster leader", "is already allocated")


def _stem(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("guide", GUIDES, ids=_stem)
def test_a_guide_is_well_formed(guide: Path) -> None:
    core = pytest.importorskip("docutils.core", reason="docutils, which reads the guides, is not installed here")
    nodes = importlib.import_module("docutils.nodes")
    # Sphinx has it; docutils alone does not.
    importlib.import_module("docutils.parsers.rst.roles").register_generic_role("ref", nodes.emphasis)
    complaints: list[str] = []

    class Listener:
        def write(self, text: str) -> None:
            complaints.append(text)

        def flush(self) -> None:
            """Nothing is kept back."""

    settings = {"report_level": 2, "halt_level": 5, "warning_stream": Listener(), "syntax_highlight": "none"}
    core.publish_doctree(guide.read_text(encoding="utf-8"), source_path=str(guide), settings_overrides=settings)
    assert complaints == []


@pytest.mark.parametrize("guide", GUIDES, ids=_stem)
def test_a_guide_leads_somewhere(guide: Path) -> None:
    text = guide.read_text(encoding="utf-8")
    assert f".. _{_LABEL}{guide.stem}:" in text
    assert [name for name in _REFERENCE.findall(text) if not (_FOLDER / f"{name}.rst").exists()] == []
    assert [name for name in _FILE.findall(text) if not (_FOLDER / name).exists()] == []


def test_every_guide_is_in_the_table_of_contents() -> None:
    sections = yaml.safe_load((ROOT / "docs/docsite/extra-docs.yml").read_text(encoding="utf-8"))["sections"]
    listed = [guide for section in sections for guide in section["toctree"]]
    assert sorted(listed) == [guide.stem for guide in GUIDES]


def test_the_guide_to_placement_has_every_filter_and_strategy() -> None:
    guide = (_FOLDER / "placement.rst").read_text(encoding="utf-8")
    assert [kind.name for kind in (*FILTERS, *STRATEGIES) if f"``{kind.name}``" not in guide] == []


def _messages() -> list[str]:
    """What troubleshooting explains: the terms of its lists."""
    lines = (_FOLDER / "troubleshooting.rst").read_text(encoding="utf-8").splitlines()
    return [quoted for line in lines if line.startswith("``") for quoted in _QUOTED.findall(line)]


def test_there_are_messages() -> None:
    assert len(_messages()) > 30


@pytest.mark.parametrize("message", _messages())
def test_an_explained_message_is_one_of_ours(message: str) -> None:
    if any(template.search(message) for template in _templates()):
        return
    parts = [part.strip(" ;:,.") for part in _STANDS_IN.split(message)]
    telling = [part for part in parts if len(part) > 5 and not any(other in part for other in _OF_OTHERS)]
    assert telling
    assert [part for part in telling if not any(part in text for text in _texts())] == []


@cache
def _templates() -> tuple[re.Pattern[str], ...]:
    """Texts into which values are put, for messages that are quoted in full."""
    return tuple(
        re.compile(".*".join(map(re.escape, text.split("\0")))) for text in _texts() if "\0" in text and len(text) > 20
    )


@cache
def _texts() -> tuple[str, ...]:
    """Every text in the sources of the plugins, with a mark where a value is put in."""
    found = []
    for path in (ROOT / "plugins").rglob("*.py"):
        for part in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                found.append(part.value)
            elif isinstance(part, ast.JoinedStr):
                found.append("".join(str(v.value) if isinstance(v, ast.Constant) else "\0" for v in part.values))
    return tuple(found)
