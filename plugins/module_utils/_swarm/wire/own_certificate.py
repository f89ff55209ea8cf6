# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What is wrong with a client certificate by itself, whoever looks at it.

Many servers only say that it is bad. So it is shown to a server in memory that trusts it, and checks it as any server
would: no file format has to be read for that.
"""

from __future__ import annotations

import contextlib
import ssl
import typing as t

#: OpenSSL's X509_V_ERR_* numbers.
_NOT_YET_VALID = 9
_EXPIRED = 10
_WRONG_PURPOSE = 26

_PROBLEMS = {
    _EXPIRED: "it has expired, unless the clock of this machine is wrong",
    _NOT_YET_VALID: "it is not valid yet, unless the clock of this machine is wrong",
    _WRONG_PURPOSE: "it is one for servers: it must be issued with the extended key usage clientAuth",
}

#: X509_V_FLAG_PARTIAL_CHAIN, which the library names from Python 3.10 on: any certificate may be the trusted one.
_PARTIAL_CHAIN = 0x80000

#: A handshake takes three exchanges; more than this is none.
_EXCHANGES = 10


def find_problem(certificate: str, key: str) -> t.Optional[str]:
    """What is wrong with the certificate, in words; None if nothing is, or it cannot be told.

    :param certificate: path of a PEM file
    :param key: path of a PEM file
    """
    try:
        client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        client.check_hostname = False
        client.verify_mode = ssl.CERT_NONE
        client.load_cert_chain(certificate, key, password="")
        server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.load_cert_chain(certificate, key, password="")
        server.load_verify_locations(cafile=certificate)
        server.verify_mode = ssl.CERT_REQUIRED
        server.verify_flags |= t.cast(ssl.VerifyFlags, _PARTIAL_CHAIN)
        _shake_hands(client, server)
    except ssl.SSLCertVerificationError as error:
        return _PROBLEMS.get(error.verify_code)
    except (OSError, ValueError):
        return None
    return None


def _shake_hands(client_context: ssl.SSLContext, server_context: ssl.SSLContext) -> None:
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_context.wrap_bio(to_client, to_server, server_hostname="engine")
    server = server_context.wrap_bio(to_server, to_client, server_side=True)
    for _exchange in range(_EXCHANGES):
        for side in (client, server):
            with contextlib.suppress(ssl.SSLWantReadError):
                side.do_handshake()
