# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Who asks: what the certificate of a connection says."""

from __future__ import annotations

import typing as t

from aiohttp import web

from .roles import Role, Subject


class Identity:
    """Finds out who asks. Whom TLS has let in is somebody; sockets of this machine are guarded by their file's mode."""

    def __call__(self, request: web.BaseRequest) -> Subject:
        """The client of this connection."""
        transport = request.transport
        peer = transport.get_extra_info("peername") if transport is not None else None
        address = str(peer[0]) if isinstance(peer, tuple) else "unix"
        certificate = transport.get_extra_info("peercert") if transport is not None else None
        names = certificate_names(certificate or {})
        common = names.get("commonName", ())
        return Subject(common[0] if common else address, Role.ADMIN, names.get("organizationalUnitName", ()), address)


def certificate_names(certificate: t.Mapping[str, t.Any]) -> t.Dict[str, t.Tuple[str, ...]]:
    """The parts of the subject's name, by their kind."""
    found: t.Dict[str, t.Tuple[str, ...]] = {}
    for group in certificate.get("subject", ()):
        for kind, value in group:
            found[kind] = (*found.get(kind, ()), str(value))
    return found
