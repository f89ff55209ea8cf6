# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is made of the figures of a benchmark: medians, ratios, tables, charts."""

from __future__ import annotations

from xml.etree import ElementTree

from ansible_collections.classic.swarm.tests.benchmark import chart
from ansible_collections.classic.swarm.tests.benchmark.common import Chart, Figure, Quoted, Result, Series

SVG = "{http://www.w3.org/2000/svg}"

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
