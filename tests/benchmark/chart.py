# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Charts as SVG from the results as JSON: python -m tests.benchmark.chart draws all of them anew.

One series of bars or a few lines need no library. Colours are chosen to be told apart in grey, too.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from .common import RESULTS, number

CHARTS = Path(__file__).resolve().parents[2] / "docs" / "docsite" / "rst" / "images"

_WIDTH = 760
_TEXT = "#222222"
_GRID = "#dddddd"
_OURS = "#1f6f8b"
_QUOTED = "#c9b458"
_GOAL = "#b03a2e"
_LINES = (_OURS, "#b03a2e", "#6c7a89", "#c9b458")
_STEPS = (1, 2, 2.5, 5, 10)

Plain = Mapping[str, Any]


def draw(result: Path, folder: Path = CHARTS) -> list[Path]:
    """Draw every chart of a result; give the files."""
    folder.mkdir(parents=True, exist_ok=True)
    content: Plain = json.loads(result.read_text(encoding="utf-8"))
    files = []
    for chart in content["charts"]:
        lines = [each for name in chart["shows"] for each in content["series"] if each["name"] == name]
        picture = _line_chart(chart, lines) if lines else _bar_chart(chart, content)
        path = folder / f"{chart['file']}.svg"
        path.write_text(picture, encoding="utf-8")
        files.append(path)
    return files


def _bar_chart(chart: Plain, content: Plain) -> str:
    """Bars from the left, one below the other, each with its number; a stroke where its goal is."""
    by_name = {each["name"]: each for each in [*content["quoted"], *content["figures"]]}
    shown = [by_name[name] for name in chart["shows"]]
    values = [float(each.get("median", each.get("value"))) for each in shown]
    goals = [each.get("goal") for each in shown]
    scale = _Scale([*values, *(goal for goal in goals if goal)], chart["logarithmic"])
    left, row, top = 330, 30, 56
    room = _WIDTH - left - 160
    parts = []
    for position, (each, value, goal) in enumerate(zip(shown, values, goals, strict=True)):
        y = top + position * row
        length = scale.place(value) * room
        colour = _OURS if "median" in each else _QUOTED
        parts.append(_text(left - 8, y + 15, each["name"], anchor="end"))
        parts.append(f'<rect x="{left}" y="{y}" width="{length:.1f}" height="20" fill="{colour}"/>')
        parts.append(_text(left + length + 8, y + 15, f"{number(value)} {each['unit']}"))
        if goal:
            x = left + scale.place(goal) * room
            parts.append(f'<path d="M{x:.1f} {y - 3}v26" stroke="{_GOAL}" stroke-width="2"/>')
    legend = "The stroke is the goal. " if any(goals) else ""
    legend += "Light bars were measured elsewhere. " if any("value" in each for each in shown) else ""
    legend += "Logarithmic scale." if chart["logarithmic"] else ""
    bottom = top + len(shown) * row
    parts.append(_text(16, bottom + 16, legend.strip(), size=12))
    return _picture(chart["title"], parts, bottom + 30)


def _line_chart(chart: Plain, series: Sequence[Plain]) -> str:
    """Lines over two axes that begin at nothing."""
    left, top, width, height = 80, 60, _WIDTH - 110, 220
    bottom = top + height
    x_scale = _Scale([x for each in series for x, _y in each["points"]], False)
    y_scale = _Scale([y for each in series for _x, y in each["points"]], False)
    parts = []
    for tick in y_scale.ticks():
        y = bottom - y_scale.place(tick) * height
        parts.append(f'<path d="M{left} {y:.1f}h{width}" stroke="{_GRID}"/>')
        parts.append(_text(left - 8, y + 4, number(tick), anchor="end", size=12))
    for tick in x_scale.ticks():
        parts.append(_text(left + x_scale.place(tick) * width, bottom + 18, number(tick), anchor="middle", size=12))
    for position, (each, colour) in enumerate(zip(series, _LINES, strict=False)):
        points = " ".join(
            f"{left + x_scale.place(x) * width:.1f},{bottom - y_scale.place(y) * height:.1f}" for x, y in each["points"]
        )
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(_text(left + 10, bottom - 12 - 18 * position, each["name"], colour=colour))
    parts.append(_text(left, top - 10, series[0]["y"], size=12))
    parts.append(_text(left + width, bottom + 36, series[0]["x"], anchor="end", size=12))
    return _picture(chart["title"], parts, bottom + 48)


class _Scale:
    """From a value to the part of the axis that it fills, from 0 to 1."""

    def __init__(self, values: Iterable[float], logarithmic: bool) -> None:
        shown = [value for value in values if value > 0] or [1.0]
        self._logarithmic = logarithmic
        self._end = max(shown)
        # Half a decade below the least, so that its bar is seen.
        self._start = math.log10(min(shown)) - 0.5

    def place(self, value: float) -> float:
        if value <= 0:
            return 0.0
        if self._logarithmic:
            return (math.log10(value) - self._start) / (math.log10(self._end) - self._start)
        return value / self._end

    def ticks(self) -> list[float]:
        """Round values on a linear axis, about five."""
        power = 10.0 ** math.floor(math.log10(self._end / 5))
        step = next(power * each for each in _STEPS if power * each >= self._end / 5)
        return [step * place for place in range(int(self._end / step) + 1)]


def _text(x: float, y: float, words: str, anchor: str = "start", size: int = 13, colour: str = _TEXT) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {place} font-size="{size}" fill="{colour}">{escape(words)}</text>'


def _picture(title: str, parts: Iterable[str], height: int) -> str:
    inside = "\n".join(parts)
    return (
        "<!-- Copyright (c) 2026, the classic.swarm authors\n     SPDX-License-Identifier: GPL-3.0-or-later -->\n"
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
        f'role="img" font-family="sans-serif">\n<title>{escape(title)}</title>\n'
        f'<rect width="100%" height="100%" fill="#ffffff"/>\n{_text(16, 28, title, size=17)}\n{inside}\n</svg>\n'
    )


def main() -> int:
    """Draw the charts of every result that is kept."""
    for result in sorted(RESULTS.glob("*.json")):
        for path in draw(result):
            print(path.name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
