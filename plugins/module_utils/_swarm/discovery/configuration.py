# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""From the values of options and the environment to the settings of one backend.

A value that was given comes first, then the environment variable that the source's backend names for it, then the file
that another variable names. Variables of one backend mean nothing to another.
"""

from __future__ import annotations

import typing as t

from ..errors import InputError
from ..settings import DiscoverySettings, TLSSettings
from .options import CERTIFICATES, COMMON, BackendOption, parse_switch
from .registry import BACKENDS, scheme_of

Environment = t.Mapping[str, str]


def known_options() -> t.Tuple[BackendOption, ...]:
    """The options of all backends, in the order of their table, each name once."""
    first: t.Dict[str, BackendOption] = {}
    for backend in BACKENDS.values():
        for option in backend.OPTIONS:
            first.setdefault(option.name, option)
    return tuple(first.values())


def options_by_key() -> t.Dict[str, BackendOption]:
    """Every key of ``--discovery-opt`` with its option; keys that all backends share come first."""
    every = [(key, option) for backend in BACKENDS.values() for option in backend.OPTIONS for key in option.keys]
    return dict(sorted(every, key=lambda item: not item[0].startswith("kv.")))


def options_of(source: str) -> t.Tuple[BackendOption, ...]:
    """The options of the backend that a discovery text names; none where it names none."""
    scheme = scheme_of(source)
    return () if scheme is None else BACKENDS[scheme].OPTIONS


def make_settings(
    source: str, given: t.Mapping[str, t.Any], environ: Environment, context: str = ""
) -> DiscoverySettings:
    """The settings for a discovery text.

    :param given: values of options by their names, checked for their types; what is None is not set
    :param context: what a message about a value that was given begins with
    :raises InputError: a value cannot be right, or a file that a variable names cannot be read
    """
    options = options_of(source)
    values = {name: value for name, value in given.items() if value is not None}
    found = {option.name: _from_environment(option, environ) for option in options}
    chosen = {**{name: value for name, value in found.items() if value is not None}, **values}
    # As with the backends' own tools, a certificate that the environment names does not turn TLS on.
    enabled = values.get("tls")
    if enabled is None:
        enabled = any(values.get(name) for name in CERTIFICATES) or bool(chosen.get("tls"))
    try:
        tls = TLSSettings(
            enabled=enabled,
            verify=chosen.get("validate_certs", True),
            hostname=chosen.get("tls_hostname"),
            **{name: chosen.get(name) for name in CERTIFICATES},
        )
    except InputError as error:
        raise InputError(f"{context}{error.message}") from None
    own = {option.name for option in options if option.name not in COMMON}
    return DiscoverySettings(
        source,
        tls=tls,
        timeout=float(chosen.get("timeout", DiscoverySettings.timeout)),
        options={name: value for name, value in chosen.items() if name in own},
    )


def public_values(settings: DiscoverySettings) -> t.Tuple[t.Tuple[str, t.Any], ...]:
    """The backend's own values that are no secrets, in the order of their names."""
    secrets = {option.name for option in options_of(settings.source) if option.secret}
    return tuple(sorted((name, value) for name, value in settings.options.items() if name not in secrets))


def read_secret(path: str, name: str, context: str) -> str:
    """The secret that a file holds, without the white space around it.

    :param name: what it is, such as ``token``
    :param context: the option or variable that named the file
    :raises InputError: the file cannot be read, or holds none
    """
    try:
        with open(path, encoding="utf-8") as file:
            secret = file.read().strip()
    except OSError as error:
        raise InputError(f"{context}: the {name} file {path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError:
        # No cause: it shows the byte, which is part of a secret.
        raise InputError(f"{context}: the {name} file {path} holds something else than a {name}") from None
    if not secret:
        raise InputError(f"{context}: the {name} file {path} is empty")
    return secret


def _from_environment(option: BackendOption, environ: Environment) -> t.Any:
    text = environ.get(option.variable or "")
    if text:
        return _typed(option, text)
    path = environ.get(option.file_variable or "")
    return read_secret(path, option.name, t.cast(str, option.file_variable)) if path else None


def _typed(option: BackendOption, text: str) -> t.Any:
    if option.type != "bool":
        return text
    value = parse_switch(text)
    if value is None:
        raise InputError(f"the environment variable {option.variable} is '{text}'; it must be true or false")
    return value
