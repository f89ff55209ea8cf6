# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""``tmpfs``: file systems in memory, ``/path[:OPTIONS]``."""

from __future__ import annotations

import typing as t

from ..errors import InputError
from .paths import parse_mount_point


def parse_tmpfs(value: t.Sequence[str], option: str) -> t.Dict[str, str]:
    """Mount options by path. :raises InputError: a path that is not absolute, or one twice"""
    result: t.Dict[str, str] = {}
    for entry in value:
        path, _colon, options = str(entry).partition(":")
        if not path.startswith("/"):
            raise InputError(
                f"{option}: '{entry}' has no absolute path; write /in-container[:OPTIONS], such as /run:size=64m"
            )
        parse_mount_point(path, option)
        if path in result:
            raise InputError(f"{option}: '{path}' appears twice")
        result[path] = options
    return result
