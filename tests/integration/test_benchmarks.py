# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every benchmark, small: that it works and keeps what it says, never how fast it was."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from tests.benchmark import __main__ as benchmark
from tests.benchmark import chart


@pytest.mark.parametrize("part", benchmark.PARTS)
def test_a_part_runs_and_its_charts_can_be_drawn(part, tmp_path):
    result = benchmark.PARTS[part](True)
    assert result.table().startswith(f"== {part}\n")
    kept = json.loads(result.write(tmp_path).read_text())
    assert (kept["part"], kept["command"]) == (part, f"make bench BENCH={part}")
    names = [each["name"] for each in kept["figures"]]
    assert len(set(names)) == len(names) > 0
    for each in kept["figures"]:
        assert min(each["values"]) <= each["median"] <= max(each["values"])
        assert each["reference"] is None or each["reference"] in names
    drawn = chart.draw(tmp_path / f"{part}.json", tmp_path)
    assert len(drawn) == len(kept["charts"])
    for path in drawn:
        ElementTree.parse(path)
