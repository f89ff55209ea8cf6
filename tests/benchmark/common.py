# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every benchmark gives: figures with their repetitions, what they compare with, and how they are kept.

A figure is the median of repeated runs. Machines differ, so where it can a figure has a reference: another figure of
the same run that says what the machine can do, and a ratio of the two. README.md describes the file that is written.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

RESULTS = Path(__file__).parent / "results"

#: What every figure of the simulator says.
SIMULATOR = "what the simulated engines themselves took, on the other core"

Better = Literal["less", "more"]


@dataclass(frozen=True)
class Figure:
    """One figure.

    values: one for each repetition. goal: what it is meant to reach, None for none. reference: name of the figure, of
    the same result and unit, that the ratio is against. note: what a reader must know to read it right.
    """

    name: str
    unit: str
    values: tuple[float, ...]
    better: Better = "less"
    goal: float | None = None
    reference: str | None = None
    note: str = ""

    @property
    def median(self) -> float:
        """The figure itself."""
        return statistics.median(self.values)

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached; None without one."""
        if self.goal is None:
            return None
        return self.median <= self.goal if self.better == "less" else self.median >= self.goal


@dataclass(frozen=True)
class Quoted:
    """A figure that somebody else measured, or that was measured elsewhere. source: where it stands."""

    name: str
    unit: str
    value: float
    source: str


@dataclass(frozen=True)
class Series:
    """A course: pairs of x and y. x, y: what they are, with the unit."""

    name: str
    x: str
    y: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Chart:
    """What a chart shows: figures and quoted figures as bars, or series as lines, by their names.

    file: its name, without ending. logarithmic: the axis of a bar chart, for figures of different size.
    """

    file: str
    title: str
    shows: tuple[str, ...]
    logarithmic: bool = False


@dataclass(frozen=True)
class Result:
    """What one part of the benchmarks gives."""

    part: str
    figures: tuple[Figure, ...]
    quoted: tuple[Quoted, ...] = ()
    series: tuple[Series, ...] = ()
    charts: tuple[Chart, ...] = ()

    def ratio(self, figure: Figure) -> float | None:
        """How many times better than its reference a figure is: 2 is half the time, or twice the rate.

        None where there is no reference, or where one of both is less than the clock can measure.
        """
        if figure.reference is None:
            return None
        reference = next(other for other in self.figures if other.name == figure.reference).median
        if not figure.median or not reference:
            return None
        return reference / figure.median if figure.better == "less" else figure.median / reference

    def to_dict(self) -> dict[str, Any]:
        """As it is kept: see README.md."""
        figures = [
            {
                **asdict(figure),
                "median": figure.median,
                "ratio": self.ratio(figure),
                "met": figure.met,
            }
            for figure in self.figures
        ]
        return {
            "copyright": "2026, the classic.swarm authors",
            "licence": "SPDX-License-Identifier: GPL-3.0-or-later",
            "part": self.part,
            "command": f"make bench BENCH={self.part}",
            "machine": machine(),
            "figures": figures,
            "quoted": [asdict(each) for each in self.quoted],
            "series": [asdict(each) for each in self.series],
            "charts": [asdict(each) for each in self.charts],
        }

    def table(self) -> str:
        """For people: a line for each figure."""
        rows = [("", "median", "from", "to", "unit", "ratio", "goal", "")]
        for figure in self.figures:
            ratio, met = self.ratio(figure), figure.met
            rows.append(
                (
                    figure.name,
                    number(figure.median),
                    number(min(figure.values)),
                    number(max(figure.values)),
                    figure.unit,
                    "" if ratio is None else f"{number(ratio)} x",
                    "" if figure.goal is None else number(figure.goal),
                    "" if met is None else ("met" if met else "MISSED"),
                )
            )
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
        return "\n".join((f"== {self.part}", *lines))

    def write(self, folder: Path = RESULTS) -> Path:
        """Keep it as JSON in the folder; give the file."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.part}.json"
        path.write_text(json.dumps(self.to_dict(), indent=2) + "\n", encoding="utf-8")
        return path


def seconds(action: Callable[[], object]) -> float:
    """How long one call takes."""
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def processor_seconds(action: Callable[[], object]) -> float:
    """How long one call keeps a processor busy: what it would take where nothing else runs, if it waits for nothing."""
    began = time.process_time()
    action()
    return time.process_time() - began


def children_processor_seconds() -> float:
    """What processes that this one started, and that have ended, kept a processor busy so far."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def repeated(times: int, measure: Callable[[], float]) -> tuple[float, ...]:
    """What `measure` gives, so many times."""
    return tuple(measure() for _time in range(times))


def each_median(values: Sequence[float], groups: int) -> tuple[float, ...]:
    """Cut many values into groups, in order, and give the median of each: one repetition out of many quick ones."""
    size = len(values) // groups
    return tuple(statistics.median(values[at * size : (at + 1) * size]) for at in range(groups))


def number(value: float) -> str:
    """For people: three digits that count, thousands apart."""
    if value and abs(value) < 100:
        return f"{value:.3g}"
    return f"{value:,.0f}"


def machine() -> dict[str, str | int]:
    """What the figures were measured on."""
    return {
        "cpus": os.cpu_count() or 0,
        "cpu": _cpu(),
        "memory": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "system": f"{platform.system()} {'.'.join(platform.release().split('.')[:2])}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
    }


def _cpu() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
