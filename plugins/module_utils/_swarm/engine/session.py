# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The Docker SDK's session, on our TLS context.

The SDK can only be told files, and no name to expect in the certificate; and ``requests`` would take a proxy and other
authorities from the environment, so that it and the rest of a task could reach different engines.

Loading the SDK takes longer than many a task, so it is loaded when it is needed.
"""

from __future__ import annotations

import typing as t

from ..errors import InputError, MissingLibraryError
from ..settings import EngineSettings
from ..wire.connection import SOCKET_OPTIONS
from ..wire.tls import EngineTLS
from .versions import Version, format_version


class SDK(t.NamedTuple):
    """The modules of the libraries."""

    docker: t.Any
    requests: t.Any


def load_sdk() -> SDK:
    """
    :raises MissingLibraryError: there is no Docker SDK
    """
    try:
        import docker
        import docker.auth
        import docker.errors
        import docker.utils
        import requests
        import requests.adapters
    except ImportError:
        raise MissingLibraryError("docker", "pulling images") from None
    return SDK(docker, requests)


def open_session(
    sdk: SDK, address: str, tls: t.Optional[EngineTLS], settings: EngineSettings, version: Version
) -> t.Any:
    """A ``docker.APIClient`` for one engine. Nothing is asked yet.

    :param version: the API version that it speaks
    :raises InputError: the user's docker configuration, where registry credentials come from, cannot be used
    """
    url = f"{'http' if tls is None else 'https'}://{address}"
    try:
        session = sdk.docker.APIClient(base_url=url, version=format_version(version), timeout=settings.timeout)
    except (sdk.docker.errors.DockerException, ValueError) as error:
        raise InputError(f"the docker configuration (config.json) of this user cannot be used: {error}") from error
    session.trust_env = False
    session.verify = settings.tls.verify
    session.mount(url, _make_adapter(sdk, tls))
    return session


def _make_adapter(sdk: SDK, tls: t.Optional[EngineTLS]) -> t.Any:
    pool: t.Dict[str, t.Any] = {"socket_options": SOCKET_OPTIONS}
    if tls is not None:
        pool["ssl_context"] = tls.context
        pool["server_hostname"] = tls.settings.hostname

    class ContextAdapter(sdk.requests.adapters.HTTPAdapter):  # type: ignore[misc, name-defined]
        """Hands our context to urllib3, and keeps ``requests`` from loading other authorities into it."""

        def init_poolmanager(self, *sizes: t.Any, **options: t.Any) -> None:
            super().init_poolmanager(*sizes, **{**options, **pool})

        def cert_verify(self, *args: t.Any, **kwargs: t.Any) -> None:
            """Ours is complete."""

    return ContextAdapter(pool_connections=1, pool_maxsize=1)
