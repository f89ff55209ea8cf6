# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""A parser of command lines whose faults are errors of this product."""

from __future__ import annotations

import argparse
import typing as t

from ._swarm.errors import InputError


class Parser(argparse.ArgumentParser):
    """Raises instead of writing to the terminal and ending the process."""

    def __init__(self, **options: t.Any) -> None:
        super().__init__(**options, add_help=False, allow_abbrev=False)
        self.add_argument("-h", "--help", action="store_true", help="show this and do nothing")

    def error(self, message: str) -> t.NoReturn:
        """:raises InputError: always"""
        raise InputError(f"{self.prog}: {message}; see {self.prog} --help")
