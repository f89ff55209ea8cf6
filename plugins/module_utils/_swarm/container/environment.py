# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Environment variables: ``env`` over ``env_file`` over the image's own."""

from __future__ import annotations

import typing as t

from ..errors import InputError
from .rule import Body, Source, Target, View

Environment = t.Mapping[str, str]

#: White space as Go knows it (``unicode.IsSpace``); Python counts four control characters more.
_BLANKS = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)

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
        if value is None:
            raise InputError(f"env: the value of '{name}' is null; write '' for an empty one, or leave '{name}' out")
        if not isinstance(value, str):
            raise InputError(
                f"env: the value of '{name}' is of type {type(value).__name__}, not a string, and may not arrive as "
                f"written; put it in quotes, or use '| string' behind a template"
            )
        if not str(name) or "=" in str(name):
            raise InputError(f"env: '{name}' is not the name of a variable; write one without '=' that is not empty")
        environment[str(name)] = value
    return environment


def parse_env_file(text: str) -> t.Dict[str, str]:
    """``NAME=value`` lines, as the docker CLI reads them (``opts.ParseKeyValueFile``).

    A line ends with a line feed, and a carriage return before it belongs to the end; every other character that Python
    takes for a line's end is part of the value. Blanks before the name say nothing, blanks behind the value are part of
    it. A byte order mark, empty lines and lines that start with ``#`` behind blanks are skipped. The CLI takes a name
    without ``=`` from its own environment; here it is an error, as in ``docker_container``.

    :raises InputError: names a faulty line by its number alone, as it may hold a secret
    """
    environment = {}
    for number, ended in enumerate(text[1:].split("\n") if text.startswith("\ufeff") else text.split("\n"), start=1):
        line = (ended[:-1] if ended.endswith("\r") else ended).lstrip(_BLANKS)
        if not line or line.startswith("#"):
            continue
        name, equals, value = line.partition("=")
        if not equals or not name:
            raise InputError(f"env_file: line {number} is not NAME=value")
        if "\0" in line:
            raise InputError(f"env_file: line {number} has a NUL character, which no variable can hold; take it out")
        if " " in name or "\t" in name:
            raise InputError(
                f"env_file: line {number} has a blank in its name; write NAME=value, without 'export' and without "
                f"blanks around the '='"
            )
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
