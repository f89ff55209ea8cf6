# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""READMEs of roles, made of their argument specs: python -m tests.tools.role_readme [ROLE...].

Without a role: those of all roles. What a role has to show besides is in its meta/example.yml, a playbook.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
ROLES = ROOT / "roles"

_HEADER = """<!--
Copyright (c) 2026, the classic.swarm authors
GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
SPDX-License-Identifier: GPL-3.0-or-later

Made by tests/tools/role_readme.py of meta/argument_specs.yml: change that, and run it again.
-->
"""

_MACRO = re.compile(r"\b[OVCEMBP]\(([^)#]*)(?:#\w+)?\)")


def roles() -> list[Path]:
    """Folders of the roles that have argument specs."""
    return sorted(path.parents[1] for path in ROLES.glob("*/meta/argument_specs.yml"))


def readme(role: Path) -> str:
    """Give the text of the role's README."""
    specs = yaml.safe_load((role / "meta/argument_specs.yml").read_text(encoding="utf-8"))["argument_specs"]
    main = specs["main"]
    lines = [_HEADER, f"# classic.swarm.{role.name}", "", f"{_words(main['short_description'])}.", ""]
    lines += _paragraphs(main.get("description", []))
    lines += _example(role)
    lines += ["## Options", "", *_table(main.get("options", {}))]
    for name, spec in specs.items():
        if name != "main":
            lines += [f"## Entry point `{name}`: {_lower(_words(spec['short_description']))}", ""]
            lines += _paragraphs(spec.get("description", []))
            lines += _table(spec.get("options", {}))
    return "\n".join(lines).rstrip() + "\n"


def _example(role: Path) -> Iterator[str]:
    example = role / "meta/example.yml"
    if example.exists():
        # Without the document's start and the copyright, which only the file needs.
        text = example.read_text(encoding="utf-8").partition("\n\n")[2]
        yield from ("## Example", "", "```yaml", text.rstrip(), "```", "")


def _table(options: Mapping[str, Any]) -> Iterator[str]:
    if not options:
        yield from ("None.", "")
        return
    yield from ("| Option | Type | Default | What it is |", "| --- | --- | --- | --- |")
    for name, option in _flat(options):
        cells = (f"`{name}`", _type(option), _default(option), _cell(option))
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
    yield ""


def _flat(options: Mapping[str, Any], parent: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, option in options.items():
        yield parent + name, option
        yield from _flat(option.get("options", {}), f"{parent}{name}.")


def _type(option: Mapping[str, Any]) -> str:
    kind = str(option.get("type", "str"))
    return f"{kind} of {option['elements']}" if "elements" in option else kind


def _default(option: Mapping[str, Any]) -> str:
    if option.get("required"):
        return "required"
    if "default" not in option:
        return "described"
    value = option["default"]
    return f"`{value}`" if isinstance(value, str) and value else f"`{json.dumps(value)}`"


def _cell(option: Mapping[str, Any]) -> str:
    text = " ".join(_sentences(option["description"]))
    if "choices" in option:
        text += " One of " + ", ".join(f"`{choice}`" for choice in option["choices"]) + "."
    return text


def _paragraphs(description: str | Sequence[str]) -> list[str]:
    return [line for sentence in _sentences(description) for line in (sentence, "")]


def _sentences(description: str | Sequence[str]) -> list[str]:
    return [_words(text) for text in ([description] if isinstance(description, str) else description)]


def _words(text: str) -> str:
    """Turn Ansible's marks (options, values, code, environment, modules) into Markdown's code."""
    return _MACRO.sub(r"`\1`", " ".join(text.split()))


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]


def main() -> int:
    """Write the READMEs."""
    parser = argparse.ArgumentParser(prog="python -m tests.tools.role_readme")
    parser.add_argument("role", nargs="*", help="name of a role; all if none is given")
    names = parser.parse_args().role
    for role in roles():
        if not names or role.name in names:
            (role / "README.md").write_text(readme(role), encoding="utf-8")
            print(role / "README.md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
