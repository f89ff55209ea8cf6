# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the collection says of itself, read as a user meets it: plugins with their fragments, examples, guides."""

from __future__ import annotations

import importlib
import re
import textwrap
from pathlib import Path
from typing import Any
from unittest import mock

import yaml

ROOT = Path(__file__).resolve().parents[2]
GUIDES = sorted((ROOT / "docs/docsite/rst").glob("*.rst"))
MODULES = sorted(path.stem for path in (ROOT / "plugins/modules").glob("*.py") if path.stem != "__init__")

_PLUGINS = "ansible_collections.classic.swarm.plugins"
_COLLECTION = "classic.swarm."
_YAML_BLOCK = re.compile(r"^\.\. code-block:: yaml(?:\+jinja)?\n\n((?:(?: {2,}.*)?\n)+)", re.MULTILINE)
_FENCE = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)

Mapping = dict[str, Any]


class _Constructed(Exception):
    """Ends ``main`` once the module is constructed."""


def plugin(kind: str, name: str) -> Any:
    """The imported plugin. kind: its folder."""
    return importlib.import_module(f"{_PLUGINS}.{kind}.{name}")


def construction(name: str) -> Mapping:
    """What a module hands to AnsibleModule."""
    module = plugin("modules", name)
    seen: Mapping = {}

    def construct(**arguments: Any) -> None:
        seen.update(arguments)
        raise _Constructed

    with mock.patch.object(module, "AnsibleModule", construct):
        try:
            module.main()
        except _Constructed:
            return seen
    raise AssertionError(f"{name} constructs no AnsibleModule")


def documented_options(kind: str, name: str) -> Mapping:
    """The options of a plugin, those of this collection's fragments among them."""
    own = yaml.safe_load(plugin(kind, name).DOCUMENTATION)
    options: Mapping = {}
    for reference in own["extends_documentation_fragment"]:
        if reference.startswith(_COLLECTION):
            file, _dot, constant = reference.removeprefix(_COLLECTION).partition(".")
            fragment = getattr(plugin("doc_fragments", file).ModuleDocFragment, (constant or "documentation").upper())
            for option, said in yaml.safe_load(fragment)["options"].items():
                options.setdefault(option, {}).update(said)
    return {**options, **own.get("options", {})}


def returned(name: str) -> Mapping:
    """What a module says that it returns."""
    return dict(yaml.safe_load(plugin("modules", name).RETURN))


def yaml_blocks(path: Path) -> list[str]:
    """The blocks of YAML of a guide or of a Markdown file."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        return _FENCE.findall(text)
    return [textwrap.dedent(block) for block in _YAML_BLOCK.findall(text)]


def documents(text: str) -> list[Any]:
    """The documents of a text of YAML."""
    return [document for document in yaml.safe_load_all(text) if document is not None]


def tasks_with_modules(documents: list[Any]) -> list[tuple[str, Mapping]]:
    """Every module of this collection that plays or lists of tasks call, with its options."""
    found: list[tuple[str, Mapping]] = []
    for item in (item for document in documents if isinstance(document, list) for item in document):
        for part in ("tasks", "pre_tasks", "post_tasks", "handlers", "block", "rescue", "always"):
            found += tasks_with_modules([item.get(part, [])])
        found += [
            (key.removeprefix(_COLLECTION), value or {})
            for key, value in item.items()
            if key.startswith(_COLLECTION) and key.removeprefix(_COLLECTION) in MODULES
        ]
    return found


def defaults_in(documents: list[Any]) -> list[Mapping]:
    """What plays set for all modules of this collection by module_defaults."""
    group = f"group/{_COLLECTION}swarm"
    plays = [play for document in documents if isinstance(document, list) for play in document]
    return [play["module_defaults"][group] for play in plays if group in play.get("module_defaults", {})]
