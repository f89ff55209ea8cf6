# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Environment variables: ``env`` over ``env_file`` over the image's own."""

from __future__ import annotations

import typing as t

from ..errors import InputError
from .rule import Body, Source, Target, View

Environment = t.Mapping[str, str]

#: What stands in a diff where a value would.
HIDDEN = "(value not shown)"
HIDDEN_OTHER = "(another value, not shown)"


def read_environment(source: Source) -> t.Optional[Environment]:
    """``env`` and ``env_file`` as one mapping; None where neither is set."""
    env = source.options.get("env")
    if env is None and source.env_file_text is None:
        return None
    environment = parse_env_file(source.env_file_text or "")
    for name, value in (env or {}).items():
        if not isinstance(value, str):
            raise InputError(
                f"env: the value of '{name}' is of type {type(value).__name__}, not a string, and may not arrive as "
                f"written; put it in quotes, or use '| string' behind a template"
            )
        if not str(name) or "=" in str(name):
            raise InputError(f"env: '{name}' is no name of a variable; write one without '=' that is not empty")
        environment[str(name)] = value
    return environment


def parse_env_file(text: str) -> t.Dict[str, str]:
    """``NAME=value`` lines; blank lines and lines that start with ``#`` say nothing.

    A faulty line is named by its number alone: it may hold a secret.
    """
    environment = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        name, equals, value = line.strip().partition("=")
        if not equals or not name:
            raise InputError(f"env_file: line {number} is no NAME=value")
        environment[name] = value
    return environment


def write_environment(body: Body, environment: Environment, target: Target) -> None:
    """``Env``, a list of ``NAME=value``."""
    body["Env"] = [f"{name}={value}" for name, value in environment.items()]


def wanted_environment(environment: t.Optional[Environment], view: View) -> t.Tuple[str, ...]:
    """The image's variables with the user's over them."""
    return _lines({**_mapping(view.image_config.get("Env")), **(environment or {})})


def seen_environment(view: View) -> t.Tuple[str, ...]:
    """The container's variables."""
    return _lines(_mapping((view.inspect.get("Config") or {}).get("Env")))


def mask_environment(wanted: t.Sequence[str], seen: t.Sequence[str]) -> t.Tuple[t.Dict[str, str], t.Dict[str, str]]:
    """(wanted, seen): the names whose values differ, with words in place of the values."""
    wishes, haves = _mapping(wanted), _mapping(seen)
    differing = sorted(name for name in {*wishes, *haves} if wishes.get(name) != haves.get(name))
    return (
        {name: HIDDEN for name in differing if name in wishes},
        {name: HIDDEN_OTHER if name in wishes else HIDDEN for name in differing if name in haves},
    )


def _mapping(lines: t.Optional[t.Iterable[str]]) -> t.Dict[str, str]:
    return dict(line.partition("=")[::2] for line in lines or ())


def _lines(environment: Environment) -> t.Tuple[str, ...]:
    return tuple(sorted(f"{name}={value}" for name, value in environment.items()))
