# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The Docker SDK's session, on our TLS context.

The SDK can only be told files, and no name to expect in the certificate; and ``requests`` would take a proxy and other
authorities from the environment, so that reading and acting could reach different engines.
"""

from __future__ import annotations

import socket
import typing as t

from ..errors import InputError, MissingLibraryError
from ..settings import EngineSettings
from .tls import EngineTLS
from .versions import Version, format_version

try:
    import docker
    import docker.auth
    import docker.errors
    import docker.utils
    import requests
    import requests.adapters

    HAS_DOCKER = True
except ImportError:
    HAS_DOCKER = False

# The libraries belong to what this module gives: who acts through a session meets their errors and helpers too.
__all__ = ["docker", "open_session", "requests"]

#: Connections to one engine that are kept: as many as threads that act on it at once.
_CONNECTIONS = 16

#: Waiting for a container's end is silent for as long as it runs: let the kernel find out when the engine is gone.
_OPTIONS = (
    (socket.IPPROTO_TCP, "TCP_NODELAY", 1),
    (socket.SOL_SOCKET, "SO_KEEPALIVE", 1),
    (socket.IPPROTO_TCP, "TCP_KEEPIDLE", 30),
    (socket.IPPROTO_TCP, "TCP_KEEPINTVL", 10),
    (socket.IPPROTO_TCP, "TCP_KEEPCNT", 3),
)


def open_session(address: str, tls: t.Optional[EngineTLS], settings: EngineSettings, version: Version) -> t.Any:
    """A ``docker.APIClient`` for one engine. Nothing is asked yet.

    :param version: the API version that it speaks
    :raises MissingLibraryError: there is no Docker SDK
    :raises InputError: the user's docker configuration, where registry credentials come from, cannot be used
    """
    if not HAS_DOCKER:
        raise MissingLibraryError("docker", "acting on Docker engines")
    url = f"{'http' if tls is None else 'https'}://{address}"
    try:
        session = docker.APIClient(base_url=url, version=format_version(version), timeout=settings.timeout)
    except (docker.errors.DockerException, ValueError) as error:
        raise InputError(f"the docker configuration (config.json) of this user cannot be used: {error}") from error
    session.trust_env = False
    session.verify = settings.tls.verify
    session.mount(url, _make_adapter(tls))
    return session


def _make_adapter(tls: t.Optional[EngineTLS]) -> t.Any:
    # not every system knows every one of them by name
    options = [(level, getattr(socket, name), value) for level, name, value in _OPTIONS if hasattr(socket, name)]
    pool: t.Dict[str, t.Any] = {"socket_options": options}
    if tls is not None:
        pool["ssl_context"] = tls.context
        pool["server_hostname"] = tls.settings.hostname
    return _ContextAdapter(pool)


if HAS_DOCKER:

    class _ContextAdapter(requests.adapters.HTTPAdapter):
        """Hands our context to urllib3, and keeps ``requests`` from loading other authorities into it."""

        def __init__(self, pool: t.Mapping[str, t.Any]) -> None:
            self._pool = pool
            super().__init__(pool_connections=1, pool_maxsize=_CONNECTIONS)

        def init_poolmanager(self, *sizes: t.Any, **options: t.Any) -> None:
            super().init_poolmanager(*sizes, **{**options, **self._pool})

        def cert_verify(self, *args: t.Any, **kwargs: t.Any) -> None:
            """The context does it."""
