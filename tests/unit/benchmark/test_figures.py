# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is made of the figures of a benchmark: medians, ratios, tables, charts."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest
from ansible_collections.classic.swarm.tests.benchmark import chart, page
from ansible_collections.classic.swarm.tests.benchmark.common import RESULTS, Chart, Figure, Quoted, Result, Series

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


def test_the_page_gets_a_table_between_its_comments(tmp_path):
    path = tmp_path / "page.rst"
    path.write_text("before\n\n.. figures: made-up\nold\n.. end of figures: made-up\n\nafter\n")
    page.write(RESULT.write(tmp_path), path)
    text = path.read_text()
    assert text.startswith("before\n\n.. figures: made-up\n\nOn ")
    assert "   * - ours\n     - 2 ms\n     - 1, 4\n     - 10\n     - at most 3: met\n" in text
    assert "   * - rate\n     - 20 placements/s\n     - 10, 30\n     - 2\n     - at least 25: **missed**\n" in text
    assert text.endswith("\n- *rate*: a note.\n\n.. end of figures: made-up\n\nafter\n")
    again = page.with_table(text, json.loads((tmp_path / "made-up.json").read_text()))
    assert again == text


def test_a_page_without_a_place_is_said(tmp_path):
    path = tmp_path / "page.rst"
    path.write_text("nothing\n")
    with pytest.raises(ValueError, match="no place for the figures of made-up"):
        page.write(RESULT.write(tmp_path), path)


@pytest.mark.parametrize("result", sorted(RESULTS.glob("*.json")), ids=lambda path: path.stem)
def test_the_tables_of_the_docs_are_those_of_the_results(result):
    text = page.PAGE.read_text()
    assert page.with_table(text, json.loads(result.read_text())) == text, "run python -m tests.benchmark.page"
