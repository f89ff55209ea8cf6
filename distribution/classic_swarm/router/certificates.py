# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The folder of certificates: ``HOST.pem`` each, with the key in it."""

from __future__ import annotations

import hashlib
import os
import typing as t

from .names import parse_host
from .view import Certificate

_END = ".pem"
_DEFAULT = "default"
_WILDCARD = "_."


def read_certificates(folder: str) -> t.Tuple[t.Tuple[Certificate, ...], str, t.List[str]]:
    """The certificates in order, a text that is another when one of them is, and sentences about what is left out.

    They are not opened. A folder that is not there has none.
    """
    found, problems = [], []
    state = hashlib.sha256()
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        return (), "", [f"the folder of certificates {folder} cannot be read: {error.strerror}"]
    for entry in entries:
        if not entry.name.endswith(_END) or entry.name.startswith(".") or not entry.is_file():
            continue
        name = entry.name[: -len(_END)]
        try:
            host = None if name == _DEFAULT else parse_host(f"*.{name[2:]}" if name.startswith(_WILDCARD) else name)
        except ValueError as error:
            problems.append(f"the certificate {entry.name} is left out: {error}")
            continue
        known = entry.stat()
        state.update(f"{entry.name} {known.st_size} {known.st_mtime_ns}\n".encode())
        found.append(Certificate(host, os.path.join(folder, entry.name)))
    return tuple(found), state.hexdigest()[:16], problems


def certificate_for(host: t.Optional[str], certificates: t.Iterable[Certificate]) -> t.Optional[Certificate]:
    """The one that is shown for a host: its own, the wildcard's above it, the default; None for none."""
    by_host = {each.host: each for each in certificates}
    if host is None:
        return by_host.get(None)
    above = f"*.{host.partition('.')[2]}"
    return by_host.get(host) or by_host.get(above) or by_host.get(None)
