# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A hundred thousand discovery texts, in a soak as many of each scheme: each is understood or refused by one sentence,
and none ends in a traceback."""

from __future__ import annotations

import random

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.agent.discovery_options import make_discovery
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.registry import BACKENDS, open_backend
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError

from tests.unit.soak import examples

#: Texts of each scheme and of what has none. In an ordinary run all of them make a hundred thousand.
COUNT = min(examples(100_000 // (len(BACKENDS) + 1) + 1), 100_000)

#: What a text is made of: pieces of right ones, and what may be slipped in between.
PIECES = [
    *("10.0.0.5", "h1", "node-1.example.org", "[fd00::5]", "fd00::5", "[1:3]", "[01:3]", "_docker._tcp."),
    *(":2375", ":0", ":99999", ":port", ":", "::", "/", "//", "/swarm", "/docker/swarm/nodes", ",", ", ", " ", "@"),
    *("http://", "https://", "://", "token://", "me:hunter2@", "?token=hunter2", "#", "%", "%2f", ".", "..", "-", "_"),
    *("~", "\\", '"', "'", "\n", "\t", "\x00", "\x7f", "ü", "\u202e", "\ud800", "🐳", "[", "]", "$(x)", "{{ x }}"),
    *("0123456789abcdef0123456789abcdef", "a" * 300),
]


def texts(prefix: str, examples: list[str]) -> list[str]:
    chance = random.Random(f"fuzz of {prefix}")
    made = []
    for _number in range(COUNT):
        if chance.random() < 0.5:
            made.append(prefix + "".join(chance.choices(PIECES, k=chance.randint(0, 8))))
            continue
        text = chance.choice(examples)
        for _change in range(chance.randint(1, 3)):
            start = chance.randint(0, len(text))
            end = min(len(text), start + chance.randint(0, 3))
            text = text[:start] + chance.choice([*PIECES, ""]) + text[end:]
        made.append(text)
    return made


@pytest.mark.parametrize("scheme", ["", *BACKENDS])
def test_a_text_is_understood_or_refused_by_a_sentence(scheme: str) -> None:
    prefix = f"{scheme}://" if scheme else ""
    examples = [BACKENDS[scheme].EXAMPLE] if scheme else [backend.EXAMPLE for backend in BACKENDS.values()]
    understood, refusals = 0, set()
    for text in texts(prefix, examples):
        try:
            open_backend(make_discovery(text, (), {}, 10.0))
            understood += 1
        except InputError as error:
            refusals.add(str(error))
    # Neither a parser that refuses everything nor one that takes everything would notice anything.
    assert 0 < understood < COUNT
    assert min(map(len, refusals)) > 20
