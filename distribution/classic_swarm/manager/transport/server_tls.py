# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The TLS side of connections from clients."""

from __future__ import annotations

import ssl

from ..._swarm.errors import InputError
from ..settings import ServerTLS


def make_server_context(settings: ServerTLS) -> ssl.SSLContext:
    """TLS 1.2 or newer; with an authority, only clients whose certificate it has signed are let in.

    :raises InputError: a file is missing, or not what it should be
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    for option, path in (
        ("--tlscert", settings.certificate),
        ("--tlskey", settings.key),
        ("--tlscacert", settings.authority),
    ):
        if path is not None:
            _check_readable(option, path)

    def refuse() -> str:
        # Without this OpenSSL would ask for the passphrase at the terminal, and wait.
        raise InputError(f"--tlskey: {settings.key} is protected by a passphrase; give a key without one")

    try:
        context.load_cert_chain(settings.certificate, settings.key, password=refuse)
    except ssl.SSLError as error:
        raise InputError(
            f"--tlscert {settings.certificate} with --tlskey {settings.key} cannot be used: {_words(error)}"
        ) from error
    if settings.authority is not None:
        try:
            context.load_verify_locations(settings.authority)
        except ssl.SSLError as error:
            raise InputError(
                f"--tlscacert: {settings.authority} holds no certificate that can be read: {_words(error)}"
            ) from error
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def _check_readable(option: str, path: str) -> None:
    try:
        with open(path, "rb"):
            pass
    except OSError as error:
        raise InputError(f"{option}: {path} cannot be read ({error.strerror})") from error


def _words(error: ssl.SSLError) -> str:
    return (error.reason or str(error)).replace("_", " ").lower()
