# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""``--discovery-opt KEY=VALUE`` and the environment, as settings of the discovery backend."""

from __future__ import annotations

import typing as t

from ..errors import InputError
from ..settings import DiscoverySettings, TLSSettings

#: The keys: the first three are the original's.
CA_FILE = "kv.cacertfile"
CERT_FILE = "kv.certfile"
KEY_FILE = "kv.keyfile"
TOKEN_FILE = "consul.token-file"
NAMESPACE = "consul.namespace"
DATACENTER = "consul.datacenter"
KNOWN = (CA_FILE, CERT_FILE, KEY_FILE, TOKEN_FILE, NAMESPACE, DATACENTER)

#: Consul's own environment variables.
TOKEN_VARIABLE = "CONSUL_HTTP_TOKEN"
TOKEN_FILE_VARIABLE = "CONSUL_HTTP_TOKEN_FILE"


def make_discovery(
    source: str, options: t.Sequence[str], environ: t.Mapping[str, str], timeout: float
) -> DiscoverySettings:
    """The settings of the discovery backend; a file with a token is read.

    :param options: ``KEY=VALUE`` each
    :param timeout: seconds that one host of the backend may take to answer
    :raises InputError: an unknown or incomplete option, or a token file that cannot be read
    """
    values = _split(options)
    tls = TLSSettings(
        enabled=any(key in values for key in (CA_FILE, CERT_FILE, KEY_FILE)),
        ca_path=values.get(CA_FILE),
        client_cert=values.get(CERT_FILE),
        client_key=values.get(KEY_FILE),
    )
    return DiscoverySettings(
        source,
        tls=tls,
        token=_token(values.get(TOKEN_FILE), environ),
        namespace=values.get(NAMESPACE),
        datacenter=values.get(DATACENTER),
        timeout=timeout,
    )


def _split(options: t.Sequence[str]) -> t.Dict[str, str]:
    values = {}
    for option in options:
        key, _separator, value = option.partition("=")
        # The value is never shown: people put secrets there.
        if key in ("consul.token", "kv.token"):
            raise InputError(
                f"--discovery-opt {key}: a token on the command line is seen by every user of the machine; "
                f"write it into a file for --discovery-opt {TOKEN_FILE}=PATH, or into {TOKEN_VARIABLE}"
            )
        if key == "kv.path":
            raise InputError(
                "--discovery-opt kv.path is not needed: write the path as the prefix, consul://HOST[:PORT]/PATH"
            )
        if key not in KNOWN:
            raise InputError(f"--discovery-opt {key}: this key is not known; known are {', '.join(KNOWN)}")
        if not value:
            raise InputError(f"--discovery-opt {key} has no value; write {key}=VALUE")
        values[key] = value
    return values


def _token(path: t.Optional[str], environ: t.Mapping[str, str]) -> t.Optional[str]:
    """The token, from the option's file first, then from the environment; None if there is none."""
    if path is not None:
        return _read_token(path, f"--discovery-opt {TOKEN_FILE}")
    if environ.get(TOKEN_VARIABLE):
        return environ[TOKEN_VARIABLE]
    if environ.get(TOKEN_FILE_VARIABLE):
        return _read_token(environ[TOKEN_FILE_VARIABLE], TOKEN_FILE_VARIABLE)
    return None


def _read_token(path: str, option: str) -> str:
    try:
        with open(path, encoding="ascii") as file:
            token = file.read().strip()
    except OSError as error:
        raise InputError(f"{option}: the token file {path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError:
        # No cause: it shows the byte, which is part of a secret.
        raise InputError(f"{option}: the token file {path} holds something else than a token") from None
    if not token:
        raise InputError(f"{option}: the token file {path} is empty")
    return token
