# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tables of the docs' page from the results as JSON: python -m tests.benchmark.page writes all of them anew.

The page says where a part's table is with two comments, ``.. figures: PART`` and ``.. end of figures: PART``; what is
between them is replaced, everything else is written by hand.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from .common import RESULTS, number

PAGE = Path(__file__).resolve().parents[2] / "docs" / "docsite" / "rst" / "benchmarks.rst"

_GIB = 1 << 30
_HEAD = ("What", "Median", "From, to", "Ratio", "Goal")

Plain = Mapping[str, Any]


def write(result: Path, page: Path = PAGE) -> None:
    """Put one result's table into the page.

    :raises ValueError: the page has no place for it
    """
    text = page.read_text(encoding="utf-8")
    content: Plain = json.loads(result.read_text(encoding="utf-8"))
    page.write_text(with_table(text, content), encoding="utf-8")


def with_table(text: str, content: Plain) -> str:
    """The page's text with the table of a result in it.

    :raises ValueError: the page has no place for it
    """
    begin, end = f".. figures: {content['part']}\n", f".. end of figures: {content['part']}\n"
    before, found, rest = text.partition(begin)
    _old, closed, after = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"the page has no place for the figures of {content['part']}")
    return f"{before}{begin}\n{table(content)}\n{end}{after}"


def table(content: Plain) -> str:
    """One result as a table in reStructuredText, with what it was measured on and the command above it."""
    lines = [f"{_machine(content['machine'])}; ``{content['command']}`` prints these for yours:", ""]
    lines += [".. list-table::", "   :header-rows: 1", ""]
    lines += _row(_HEAD)
    for figure in content["figures"]:
        lines += _row(_cells(figure))
    lines += _notes(content["figures"])
    return "\n".join(lines) + "\n"


def _machine(machine: Plain) -> str:
    memory = f"{machine['memory'] / _GIB:.0f} GiB"
    return f"On {machine['cpus']} cores ({machine['cpu']}), {memory}, {machine['system']}, {machine['python']}"


def _cells(figure: Plain) -> tuple[str, ...]:
    unit = "" if figure["unit"] == "x" else f" {figure['unit']}"
    return (
        figure["name"],
        f"{number(figure['median'])}{unit}",
        f"{number(min(figure['values']))}, {number(max(figure['values']))}",
        "" if figure["ratio"] is None else number(figure["ratio"]),
        _goal(figure),
    )


def _goal(figure: Plain) -> str:
    if figure["goal"] is None:
        return ""
    bound = "at most" if figure["better"] == "less" else "at least"
    return f"{bound} {number(figure['goal'])}: {'met' if figure['met'] else '**missed**'}"


def _row(cells: tuple[str, ...]) -> Iterator[str]:
    for position, cell in enumerate(cells):
        yield f"   {'* -' if position == 0 else '  -'} {cell}".rstrip()


def _notes(figures: list[Plain]) -> Iterator[str]:
    """What a reader must know of some of the figures, below the table: each note once, with all that it is about."""
    noted: dict[str, list[str]] = {}
    for figure in figures:
        if figure["note"]:
            noted.setdefault(figure["note"], []).append(f"*{figure['name']}*")
    if noted:
        yield ""
    for note, names in noted.items():
        yield f"- {'; '.join(names)}: {note}."


def main() -> int:
    """Write the tables of every result that is kept."""
    for result in sorted(RESULTS.glob("*.json")):
        write(result)
        print(result.stem)
    return 0


if __name__ == "__main__":
    sys.exit(main())
