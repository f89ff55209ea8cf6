# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""``--discovery-opt KEY=VALUE`` and the environment, as settings of the discovery backend."""

from __future__ import annotations

import typing as t

from ..discovery.configuration import make_settings, options_by_key, read_secret
from ..discovery.options import BackendOption
from ..errors import InputError
from ..settings import DiscoverySettings


def known_keys() -> t.Tuple[str, ...]:
    """The keys that ``--discovery-opt`` takes."""
    return tuple(options_by_key())


def make_discovery(
    source: str, options: t.Sequence[str], environ: t.Mapping[str, str], timeout: float
) -> DiscoverySettings:
    """The settings of the discovery backend; files with secrets are read.

    :param options: ``KEY=VALUE`` each
    :param timeout: seconds that one host of the backend may take to answer
    :raises InputError: an unknown or incomplete option, or a file with a secret that cannot be read
    """
    known = options_by_key()
    given: t.Dict[str, t.Any] = {"timeout": timeout}
    for written in options:
        key, value = _split(written, known)
        option = known[key]
        given[option.name] = read_secret(value, option.name, f"--discovery-opt {key}") if option.secret else value
    return make_settings(source, given, environ)


def _split(written: str, known: t.Mapping[str, BackendOption]) -> t.Tuple[str, str]:
    """Key and value. The value is never shown: people put secrets there."""
    key, _separator, value = written.partition("=")
    if key == "kv.path":
        raise InputError(
            "--discovery-opt kv.path is not needed: the path is the prefix behind the hosts of the discovery source"
        )
    if key not in known:
        _refuse_secret(key, known)
        raise InputError(f"--discovery-opt {key}: this key is not known; known are {', '.join(known)}")
    if not value:
        raise InputError(f"--discovery-opt {key} has no value; write {key}=VALUE")
    return key, value


def _refuse_secret(key: str, known: t.Mapping[str, BackendOption]) -> None:
    """:raises InputError: the key is one that people would give the secret itself by"""
    backend, _dot, name = key.rpartition(".")
    secrets = [option for option in known.values() if option.secret and option.name == name]
    if not secrets:
        return
    own = [option for option in secrets if option.keys[0].startswith(f"{backend}.")]
    option = (own or secrets)[0]
    instead = f", or into {option.variable}" if option.variable else ""
    raise InputError(
        f"--discovery-opt {key}: a {name} on the command line is seen by every user of the machine; "
        f"write it into a file for --discovery-opt {option.keys[0]}=PATH{instead}"
    )
