# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""``--config FILE``: options in a file, one a line, as they stand on the command line without the dashes.

# comment
host = tcp://0.0.0.0:3376
tlsverify = true
discovery = consul://consul01:8500/swarm
"""

from __future__ import annotations

import argparse
import typing as t

from .._swarm.discovery.options import parse_switch
from .._swarm.errors import InputError

#: Named on the command line alone.
_NOT_IN_FILE = ("config", "help")


def read_option_file(path: str, parser: argparse.ArgumentParser) -> t.List[str]:
    """What the file says, as arguments.

    :raises InputError: it cannot be read, or a line is not understood; names it
    """
    try:
        with open(path, encoding="utf-8") as file:
            lines = file.read().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"--config: {path} cannot be read: {error}") from error
    known = {name.lstrip("-"): action for name, action in parser._option_string_actions.items() if len(name) > 2}
    arguments: t.List[str] = []
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        key, equals, value = (part.strip() for part in text.partition("="))
        action = known.get(key.replace("_", "-"))
        if key == "discovery" and equals:
            arguments.append(value)
            continue
        if not equals or action is None or action.dest in _NOT_IN_FILE:
            raise InputError(f"--config: {path}, line {number}: '{text}' is not an option; write NAME = VALUE")
        arguments += _argument(action, value, f"--config: {path}, line {number}")
    return arguments


def _argument(action: argparse.Action, value: str, where: str) -> t.List[str]:
    name = max(action.option_strings, key=len)
    if action.nargs != 0:
        return [f"{name}={value}"]
    switch = parse_switch(value)
    if switch is None:
        raise InputError(f"{where}: {name.lstrip('-')} must be true or false, not '{value}'")
    return [name] if switch else []
