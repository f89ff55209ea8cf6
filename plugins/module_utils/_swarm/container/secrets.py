# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Secrets that engines may repeat in their own words: options of volume drivers and of log drivers.

A share of another machine is mounted with ``o: username=u,password=p``, and what refuses to mount it may say so again.
Whoever shows an engine's words to people hides these in them.
"""

from __future__ import annotations

import json
import typing as t

from .environment import HIDDEN
from .log import speaks_of_secret

#: Options of the engine's own driver that say what is mounted; of these only what speaks of a secret is one.
_LOCAL_OPTIONS = frozenset(("type", "device", "o"))

#: A shorter text stands in too many words: it is hidden only where its name stands before it.
_SHORTEST = 4

Hide = t.Callable[[str], str]


def hide_secrets(options: t.Mapping[str, t.Any]) -> Hide:
    """What takes the secrets among the options of a container out of a text.

    :param options: by name, as the user wrote them, those of ``containers`` and ``defaults`` among them; what is of
        another shape than it should be holds no secret
    """
    replacements = dict(_replacements(options))
    # A text that holds another goes first.
    ordered = sorted(replacements, key=lambda text: (-len(text), text))

    def hide(text: str) -> str:
        for secret in ordered:
            text = text.replace(secret, replacements[secret])
        return text

    return hide


def _replacements(options: t.Mapping[str, t.Any]) -> t.Iterator[t.Tuple[str, str]]:
    for inner in (options.get("defaults"), *_listed(options.get("containers"))):
        if isinstance(inner, t.Mapping):
            yield from _replacements(inner)
    for alias in ("log_options", "log_opt"):
        for name, value in _items(options.get(alias)):
            if speaks_of_secret(name):
                yield from _hidden(name, value)
    for mount in _listed(options.get("mounts")):
        if isinstance(mount, t.Mapping):
            for name, value in _items(mount.get("volume_options")):
                yield from _of_volume(name, value)


def _listed(value: t.Any) -> t.Sequence[t.Any]:
    return value if isinstance(value, (list, tuple)) else ()


def _items(value: t.Any) -> t.Iterator[t.Tuple[str, str]]:
    for name, item in value.items() if isinstance(value, t.Mapping) else ():
        if isinstance(item, (str, int, float)) and not isinstance(item, bool):
            yield str(name), str(item)


def _of_volume(name: str, value: str) -> t.Iterator[t.Tuple[str, str]]:
    inner = [part.partition("=")[::2] for part in value.split(",")]
    secrets = [(key, text) for key, text in inner if text and speaks_of_secret(key)]
    for key, text in secrets:
        yield from _hidden(key, text)
    if secrets or speaks_of_secret(name) or name not in _LOCAL_OPTIONS:
        yield from _hidden(name, value)


def _hidden(name: str, value: str) -> t.Iterator[t.Tuple[str, str]]:
    for text in (value, json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]):
        if len(text) >= _SHORTEST:
            yield text, HIDDEN
        elif text:
            yield f"{name}={text}", f"{name}={HIDDEN}"
