# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.classic.swarm.plugins.plugin_utils import untrusted as module
from ansible_collections.classic.swarm.plugins.plugin_utils.untrusted import untrusted


@pytest.mark.parametrize(
    "value",
    ["{{ 1 + 1 }}", ["{{ 1 + 1 }}"], {"label": "{{ 1 + 1 }}"}, {"labels": {"{{ 1 + 1 }}": ["{{ 1 + 1 }}"]}}, 2, None],
)
def test_no_string_is_taken_for_a_template(value: t.Any) -> None:
    assert Templar(loader=DataLoader()).template(untrusted(value)) == value


PLAIN = ["web:1", "10.0.0.1:2375", "Up 3 hours", "Up 12 months"]
NOT_PLAIN = ["{{ x }}", "Up {{ x }} hours", "Up 3 hours (healthy)", "Up 3 hours is file", "a is file", "f()", "", "-a"]


@pytest.mark.parametrize("text", [*PLAIN, *NOT_PLAIN])
def test_only_what_cannot_be_evaluated_is_handed_on_as_it_is(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(module, "trust_as_template", lambda value: f"trusted {value}")
    module._as_it_is.cache_clear()
    expected = f"trusted {text}" if text in PLAIN else text
    assert module.published({"a": text, "b": text}, {"a"}) == {"a": expected, "b": text}
    module._as_it_is.cache_clear()


def test_where_strings_are_trusted_by_default_they_are_wrapped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "trust_as_template", None)
    wrapped: t.List[t.Any] = []
    monkeypatch.setattr("ansible.utils.unsafe_proxy.wrap_var", wrapped.append)
    untrusted("{{ 1 + 1 }}")
    assert wrapped == ["{{ 1 + 1 }}"]
