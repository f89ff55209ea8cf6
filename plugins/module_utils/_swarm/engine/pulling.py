# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Pulling an image to an engine, by the Docker SDK: it knows where users keep the credentials of registries."""

from __future__ import annotations

import json
import typing as t

from ..errors import EngineError, InputError
from ..settings import EngineSettings
from ..wire.tls import EngineTLS
from .auth import Auth
from .failure import explain_failure, explain_status
from .session import SDK, load_sdk, open_session
from .versions import Version


class Puller:
    """Pulls images to one engine.

    :param version: the API version that it speaks
    """

    def __init__(self, address: str, tls: t.Optional[EngineTLS], settings: EngineSettings, version: Version) -> None:
        self._address = address
        self._tls = tls
        self._settings = settings
        self._version = version

    def pull(self, reference: str, auth: t.Optional[Auth], platform: t.Optional[str]) -> None:
        """Pull an image; fails when the engine is silent for ``settings.timeout`` seconds.

        :param auth: None for what this user's docker configuration holds for the registry
        :raises EngineError: the engine or the registry refuses, also in mid-pull
        :raises InputError: no SDK, a bad reference, a docker configuration that cannot be used
        """
        sdk = load_sdk()
        asked = f"to pull {reference}"
        session = open_session(sdk, self._address, self._tls, self._settings, self._version)
        try:
            self._pull(sdk, session, reference, auth, platform)
        except sdk.docker.errors.InvalidRepository as error:
            raise InputError(f"bad image reference: {error}") from error
        except (ValueError, KeyError, TypeError) as error:
            # no JSON, or JSON of another shape
            raise EngineError(
                self._address, f"{self._address}, asked {asked}, answers with something else than a Docker engine does"
            ) from error
        except (OSError, sdk.docker.errors.DockerException) as error:
            raise explain_failure(error, self._address, self._settings.timeout, self._tls) from error
        finally:
            session.close()

    def _pull(
        self, sdk: SDK, session: t.Any, reference: str, auth: t.Optional[Auth], platform: t.Optional[str]
    ) -> None:
        repository, tag = sdk.docker.utils.parse_repository_tag(reference)
        credentials = _credentials(sdk, session, repository, auth)
        with session.post(
            f"{session.base_url}/v{session.api_version}/images/create",
            params={"fromImage": repository, "tag": tag or "latest", "platform": platform or ""},
            headers={"X-Registry-Auth": credentials} if credentials else {},
            timeout=self._settings.timeout,
            stream=True,
        ) as response:
            if response.status_code >= 400:
                # here, as its body is gone once the stream is closed
                raise explain_status(self._address, response.status_code, response.content, f"to pull {reference}")
            for line in response.iter_lines():
                self._check_progress(line, f"to pull {reference}")

    def _check_progress(self, line: bytes, asked: str) -> None:
        """One line of a pull's progress: the engine has promised success before it knows, so an error comes here."""
        message = json.loads(line) if line.strip() else {}
        if "error" in message:
            status = (message.get("errorDetail") or {}).get("code") or 500
            raise explain_status(self._address, status, json.dumps({"message": message["error"]}).encode(), asked)


def _credentials(sdk: SDK, session: t.Any, repository: str, auth: t.Optional[Auth]) -> t.Optional[bytes]:
    known = sdk.docker.auth
    registry, _name = known.resolve_repository_name(repository)
    if auth is None or (auth.registry and known.resolve_index_name(auth.registry) != registry):
        return t.cast(t.Optional[bytes], known.get_config_header(session, registry))
    return t.cast(bytes, known.encode_header(auth.header()))
