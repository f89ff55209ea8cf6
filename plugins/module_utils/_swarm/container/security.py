# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Capabilities and security options, which the engine accepts in more than one spelling."""

from __future__ import annotations

import typing as t


def normal_capabilities(names: t.Optional[t.Iterable[str]]) -> t.Tuple[str, ...]:
    """``sys_time``, ``SYS_TIME`` and ``CAP_SYS_TIME`` are one; engines from 20.10 on store the last."""
    return tuple(_normal_capability(name.upper()) for name in names or ())


def _normal_capability(name: str) -> str:
    return name if name == "ALL" or name.startswith("CAP_") else f"CAP_{name}"


def normal_security_opts(options: t.Optional[t.Iterable[str]]) -> t.Tuple[str, ...]:
    """``label:user:U`` is the old spelling of ``label=user:U``; a flag that is true may leave its value out."""
    return tuple(_normal_security_opt(option) for option in options or ())


def _normal_security_opt(option: str) -> str:
    name, separator, value = option.partition("=")
    if not separator:
        name, separator, value = option.partition(":")
    return name if not separator or (name, value) == ("no-new-privileges", "true") else f"{name}={value}"
