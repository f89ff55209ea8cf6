# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Who asks: what the certificate of a connection says, and the role that the policy gives."""

from __future__ import annotations

import ipaddress
import typing as t

from aiohttp import web

from ..errors import ForbiddenError
from .policy import Policy
from .roles import Role, Subject

_LOCAL_NAMES = ("", "localhost")


class Identity:
    """Finds out who asks. Sockets of this machine are guarded by their file's mode: whoever opens one is an admin."""

    def __init__(self, policy: Policy, cors: bool = False) -> None:
        self._policy = policy
        self._cors = cors

    def __call__(self, request: web.BaseRequest) -> Subject:
        """The client of this connection.

        :raises ForbiddenError: it has no role, or a web site asks through a browser
        """
        transport = request.transport
        peer = transport.get_extra_info("peername") if transport is not None else None
        address = str(peer[0]) if isinstance(peer, tuple) else "unix"
        certificate = (transport.get_extra_info("peercert") if transport is not None else None) or {}
        if not self._cors:
            refuse_web_sites(request)
        if address == "unix":
            return Subject("unix", Role.ADMIN, (), address)
        names = certificate_names(certificate)
        common_name = (names.get("commonName") or ("",))[0]
        units = names.get("organizationalUnitName", ())
        role = self._policy.role_of(common_name, units)
        name = common_name or address
        if role is None:
            raise ForbiddenError(f"{name} has no role in the policy of this cluster")
        return Subject(name, role, units, address)


def refuse_web_sites(request: web.BaseRequest) -> None:
    """Plain loopback is reached by every page in a browser on this machine, under a name of its own or as a form.

    :raises ForbiddenError: one of them asks
    """
    if request.headers.get("Origin") is not None:
        raise ForbiddenError("requests of web sites are not answered; --cors allows them")
    transport = request.transport
    own = transport.get_extra_info("sockname") if transport is not None else None
    secured = transport is not None and transport.get_extra_info("sslcontext") is not None
    if secured or not isinstance(own, tuple) or not _is_loopback(str(own[0])):
        return
    host = request.headers.get("Host", "")
    name = host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host
    if name not in _LOCAL_NAMES and not _is_loopback(name.strip("[]")):
        raise ForbiddenError(f"the Host header names {name!r}, and this is served on this machine alone")


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def certificate_names(certificate: t.Mapping[str, t.Any]) -> t.Dict[str, t.Tuple[str, ...]]:
    """The parts of the subject's name, by their kind."""
    found: t.Dict[str, t.Tuple[str, ...]] = {}
    for group in certificate.get("subject", ()):
        for kind, value in group:
            found[kind] = (*found.get(kind, ()), str(value))
    return found
