# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""References of images and credentials of registries, by the Docker SDK: it knows where users keep credentials.

Nothing of it speaks with an engine. Loading it takes longer than many a task, so it is loaded when it is needed.
"""

from __future__ import annotations

import typing as t

from ..errors import InputError, MissingLibraryError
from .auth import Auth


class RegistryRequest(t.NamedTuple):
    """What an engine needs to pull. :ivar credentials: of ``X-Registry-Auth``, a secret; None for none"""

    repository: str
    tag: str
    credentials: t.Optional[str]


def prepare_pull(reference: str, auth: t.Optional[Auth]) -> RegistryRequest:
    """What to tell an engine that is to pull ``reference``.

    :param auth: None for what this user's docker configuration holds for the registry; it serves also where ``auth`` is
        for another registry
    :raises MissingLibraryError: there is no Docker SDK
    :raises InputError: a bad reference, or a docker configuration that cannot be used
    """
    docker = _load_sdk()
    configured = _load_configuration(docker)
    try:
        repository, tag = docker.utils.parse_repository_tag(reference)
        registry, _name = docker.auth.resolve_repository_name(repository)
    except docker.errors.InvalidRepository as error:
        raise InputError(f"bad image reference: {error}") from error
    if auth is not None and auth.registry and docker.auth.resolve_index_name(auth.registry) != registry:
        auth = None
    try:
        known = docker.auth.resolve_authconfig(configured, registry) if auth is None else auth.header()
    except docker.errors.DockerException as error:
        raise InputError(f"the credential helper for {registry} cannot be used: {error}") from error
    credentials = docker.auth.encode_header(known).decode("ascii") if known else None
    return RegistryRequest(repository, tag or "latest", credentials)


def _load_sdk() -> t.Any:
    try:
        import docker
        import docker.auth
        import docker.errors
        import docker.utils
    except ImportError:
        raise MissingLibraryError("docker", "pulling images") from None
    return docker


def _load_configuration(docker: t.Any) -> t.Any:
    try:
        return docker.auth.load_config(config_dict=docker.utils.config.load_general_config())
    except (docker.errors.DockerException, ValueError) as error:
        raise InputError(f"the docker configuration (config.json) of this user cannot be used: {error}") from error
