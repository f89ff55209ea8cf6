# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What HAProxy and nginx can take as names, hosts and paths. All else is refused before anything is written."""

from __future__ import annotations

import re
import typing as t

_SERVICE = re.compile(r"(?!\.+\Z)[A-Za-z0-9_.-]{1,128}")
_SERVER = re.compile(r"[A-Za-z0-9_.:-]{1,240}")
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_HOST = re.compile(rf"(?:\*\.)?{_LABEL}(?:\.{_LABEL})*")
_LONGEST_HOST = 253
_PATH = re.compile(r"(?:/[A-Za-z0-9._~@+-]+)+")
_LONGEST_PATH = 512


def service_problem(name: str) -> t.Optional[str]:
    """Why a service cannot be called so; None if it can."""
    if _SERVICE.fullmatch(name):
        return None
    return f"the service '{name}' is left out: names of services have letters, digits, '_', '.' and '-' only"


def server_problem(identifier: str) -> t.Optional[str]:
    """Why an instance cannot be called so; None if it can."""
    if _SERVER.fullmatch(identifier):
        return None
    return (
        f"the instance '{identifier}' is left out: names of instances have letters, digits, '_', '.', ':' and '-' only"
    )


def parse_host(text: str) -> str:
    """A host name in lower case, or ``*.`` before one.

    :raises ValueError: it is none; the message is for the log
    """
    if len(text) > _LONGEST_HOST or not _HOST.fullmatch(text):
        raise ValueError(f"'{text}' is not a host name such as shop.example.com or *.example.com")
    return text.lower()


def parse_path(text: str) -> str:
    """The beginning of a path, without a slash at the end but for ``/`` itself.

    :raises ValueError: it is none; the message is for the log
    """
    path = text.rstrip("/")
    if not path and text.startswith("/"):
        return "/"
    parts = path.split("/")
    if len(path) > _LONGEST_PATH or not _PATH.fullmatch(path) or "." in parts or ".." in parts:
        raise ValueError(f"'{text}' is not the beginning of a path such as /api, of letters, digits and '._~@+-'")
    return path


def parse_port(text: str) -> int:
    """:raises ValueError: it is none; the message is for the log"""
    if not (text.isascii() and text.isdecimal() and len(text) < 6 and 1 <= int(text) <= 65535):
        raise ValueError(f"'{text}' is not a port from 1 to 65535")
    return int(text)
