# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that name a file and were given its content: refused and never shown, as that may be a private key."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError

Options = t.Mapping[str, t.Any]

#: What each of these options names a file with. ``discovery_options`` has the first three too.
FILE_OPTIONS: t.Mapping[str, str] = {
    "ca_path": "the certificates of authorities",
    "client_cert": "a certificate",
    "client_key": "a private key",
    "env_file": "environment variables",
}

#: No file system has longer names.
_LONGEST_NAME = 255
_BASE64 = re.compile(r"[A-Za-z0-9+/=_-]{80,}")


def looks_like_content(value: t.Any) -> bool:
    """Whether a text is rather what is in a file than the path of one: several lines, PEM, or what no path can be."""
    if not isinstance(value, str):
        return False
    return (
        any(mark in value for mark in ("\n", "\r", "-----BEGIN"))
        or any(len(name) > _LONGEST_NAME for name in value.split("/"))
        or bool(_BASE64.fullmatch(value) and not value.startswith("/"))
    )


def refuse_content(option: str, value: t.Any) -> None:
    """:raises InputError: says what the option needs, without the value"""
    if looks_like_content(value):
        what = FILE_OPTIONS.get(option.rpartition(".")[2], "the text")
        raise InputError(
            f"{option}: the value is the content of a file rather than its path, and is not shown; write {what} to a "
            f"file where this runs, and give the path of that file"
        )


def contents(options: Options) -> t.Set[str]:
    """Every text among the options, and among their suboptions, that stands where a path should and is none."""
    found: t.Set[str] = set()
    for name, value in options.items():
        if isinstance(value, t.Mapping) and name in ("discovery_options", "defaults"):
            found |= contents(value)
        elif name == "containers" and isinstance(value, list):
            found = found.union(*(contents(entry) for entry in value if isinstance(entry, t.Mapping)))
        # By the end of the name, as aliases stand among the options too.
        elif looks_like_content(value) and name.endswith(("_path", "_cert", "_key", "_file")):
            # The second is how Ansible logs it where it stands in a dictionary.
            found |= {value, repr(value)[1:-1]}
    return found
