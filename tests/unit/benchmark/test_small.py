# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every benchmark, small: that it works and keeps what it says, never how fast it was."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest
from ansible_collections.classic.swarm.tests.benchmark import __main__ as benchmark
from ansible_collections.classic.swarm.tests.benchmark import chart
from ansible_collections.classic.swarm.tests.benchmark.common import Chart, Figure, Quoted, Result, Series

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("part", benchmark.PARTS)
def test_a_part_runs_and_its_charts_can_be_drawn(part, tmp_path):
    result = benchmark.PARTS[part](True)
    assert result.table().startswith(f"== {part}\n")
    kept = json.loads(result.write(tmp_path).read_text())
    assert (kept["part"], kept["command"]) == (part, f"python -m tests.benchmark {part}")
    names = [each["name"] for each in kept["figures"]]
    assert len(set(names)) == len(names) > 0
    for each in kept["figures"]:
        assert min(each["values"]) <= each["median"] <= max(each["values"])
        assert each["reference"] is None or each["reference"] in names
    drawn = chart.draw(tmp_path / f"{part}.json", tmp_path)
    assert len(drawn) == len(kept["charts"])
    for path in drawn:
        ElementTree.parse(path)


RESULT = Result(
    "made-up",
    (
        Figure("ours", "ms", (4.0, 1.0, 2.0), goal=3.0, reference="theirs"),
        Figure("theirs", "ms", (20.0,)),
        Figure("rate", "placements/s", (10.0, 30.0), "more", 25.0, "slow rate", "a note"),
        Figure("slow rate", "placements/s", (10.0,), "more"),
    ),
    (Quoted("elsewhere", "ms", 40.0, "a paper"),),
    (Series("course", "containers", "a second", ((0, 5), (10, 20))),),
    (Chart("bars", "Bars & more", ("elsewhere", "ours", "theirs")), Chart("lines", "Lines", ("course",))),
)


def test_figures_are_medians_with_ratios_and_goals():
    kept = {each["name"]: each for each in RESULT.to_dict()["figures"]}
    assert [(name, each["median"], each["ratio"], each["met"]) for name, each in kept.items()] == [
        ("ours", 2.0, 10.0, True),
        ("theirs", 20.0, None, None),
        ("rate", 20.0, 2.0, False),
        ("slow rate", 10.0, None, None),
    ]
    lines = RESULT.table().splitlines()
    assert lines[2].split() == ["ours", "2", "1", "4", "ms", "10", "x", "3", "met"]
    assert lines[4].split()[-1] == "MISSED"


def test_bars_are_as_long_as_their_values(tmp_path):
    bars, lines = chart.draw(RESULT.write(tmp_path), tmp_path)
    _background, *rectangles = ElementTree.parse(bars).iter(f"{SVG}rect")
    widths = [float(each.get("width")) for each in rectangles]
    assert [round(width / widths[0], 2) for width in widths] == [1.0, 0.05, 0.5]
    texts = [each.text for each in ElementTree.parse(bars).iter(f"{SVG}text")]
    assert texts[0] == "Bars & more"
    assert "40 ms" in texts
    points = ElementTree.parse(lines).find(f"{SVG}polyline").get("points").split()
    assert points == ["80.0,225.0", "730.0,60.0"]
