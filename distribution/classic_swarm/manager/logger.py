# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What operators are told: lines of text or of JSON, by level, and one audit line a request."""

from __future__ import annotations

import datetime
import json
import typing as t

from .._swarm.model.visible import visible

_LEVELS = ("debug", "info", "warn", "error", "fatal", "panic")


class Logger:
    """Writes lines. Never is told what is secret: registries' credentials, and the environment of containers.

    :param write: takes a whole line
    :param level: the least that is told
    :param form: ``text`` or ``json``
    """

    def __init__(self, write: t.Callable[[str], None], level: str = "info", form: str = "text") -> None:
        self._write = write
        self._least = _LEVELS.index(level)
        self._form = form

    def __call__(self, line: str) -> None:
        """Tell what happened."""
        self.tell("info", line)

    def tell(self, level: str, message: str, fields: t.Optional[t.Mapping[str, t.Any]] = None) -> None:
        """One line. :param fields: by name, as they are told in JSON"""
        if _LEVELS.index(level) < self._least:
            return
        if self._form == "json":
            now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds")
            self._write(json.dumps({"time": now, "level": level, "message": message, **(fields or {})}))
            return
        told = " ".join(f"{name}={_quoted(value)}" for name, value in (fields or {}).items())
        self._write(visible(f"{message} {told}" if told else message))

    def audit(self, fields: t.Mapping[str, t.Any]) -> None:
        """Who asked what, and what came of it."""
        self.tell("info", "audit", fields)


def _quoted(value: t.Any) -> str:
    text = str(value)
    return json.dumps(text) if not text or any(character in ' "=' for character in text) else text
