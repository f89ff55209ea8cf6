# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The one seam for acting on engines, over the Docker SDK."""

from __future__ import annotations

import contextlib
import json
import re
import threading
import typing as t
from urllib.parse import quote

from ..errors import EngineError, EngineNotFoundError, EngineResponseError, InputError
from ..model.node import Node
from ..settings import EngineSettings
from . import session
from .auth import Auth
from .failure import explain_failure, explain_status
from .fields import Fields
from .reader import read_versions
from .tls import EngineTLS
from .versions import Version, negotiate, our_versions, parse_version

__all__ = ["Auth", "EngineClient", "EnginePool"]

#: Seconds that an engine gives a container to stop where neither the task nor the container says otherwise.
_DEFAULT_STOP_TIMEOUT = 10

_ID = re.compile(r"[0-9a-f]{64}")


class EngineClient:
    """Acts on one engine; may be shared by threads. Nothing is asked before the first call.

    Every method raises the errors of one engine: EngineNotFoundError (404), EngineConflictError (409),
    EngineResponseError (other error statuses, with the engine's own words), EngineUnreachableError, EngineTLSError,
    EngineVersionError; and InputError where a file of TLS or of the docker configuration cannot be used. A container
    is named by ID or name.

    :param https: the entry was written with ``https://``
    :param api_version: the newest that the engine speaks, where it is known; saves asking for it
    :param tls: to be shared between clients; made from the settings where it is not given
    """

    def __init__(
        self,
        address: str,
        settings: EngineSettings,
        *,
        https: bool = False,
        api_version: str = "",
        tls: t.Optional[EngineTLS] = None,
    ) -> None:
        self.address = address
        self._settings = settings
        self._tls = (tls or EngineTLS(settings.tls)) if https or settings.tls.enabled else None
        self._known_version = parse_version(api_version)
        self._lock = threading.Lock()
        self._session: t.Any = None
        self._version: t.Optional[Version] = None

    @property
    def api_version(self) -> Version:
        """The version that is spoken with this engine, such as ``(1, 41)``."""
        self._open()
        return t.cast(Version, self._version)

    def close(self) -> None:
        """Close the connections; a further call opens them again."""
        with self._lock:
            if self._session is not None:
                self._session.close()
                self._session = None

    def info(self) -> t.Dict[str, t.Any]:
        """What the engine says of itself, raw."""
        with self._translate("to tell about itself") as sdk:
            return t.cast(t.Dict[str, t.Any], sdk.info())

    # containers

    def list_containers(self) -> t.List[t.Dict[str, t.Any]]:
        """All containers of every state, as the engine lists them."""
        with self._translate("to list containers") as sdk:
            return t.cast(t.List[t.Dict[str, t.Any]], sdk.containers(all=True))

    def inspect_container(self, container: str) -> t.Dict[str, t.Any]:
        """The engine's full record of one container."""
        with self._translate(f"to inspect {_short(container)}") as sdk:
            return t.cast(t.Dict[str, t.Any], sdk.inspect_container(container))

    def create_container(self, name: str, body: t.Mapping[str, t.Any], platform: t.Optional[str] = None) -> str:
        """Create a container without starting it.

        :param body: the Engine API's create body, sent as it is
        :param platform: ``os[/arch[/variant]]`` of the image to take
        :returns: the ID
        """
        with self._translate(f"to create {name}") as sdk:
            reply = sdk.create_container_from_config(dict(body), name, platform)
        return Fields(self.address, "/containers/create", reply).require("Id").text("Id")

    def start_container(self, container: str) -> None:
        """Start it; one that runs is left as it is."""
        with self._translate(f"to start {_short(container)}") as sdk:
            sdk.start(container)

    def stop_container(self, container: str, timeout: t.Optional[int] = None) -> None:
        """Send the stop signal, and SIGKILL after ``timeout`` seconds (None: the container's own, else 10)."""
        self._end("stop", container, timeout)

    def restart_container(self, container: str, timeout: t.Optional[int] = None) -> None:
        """Stop, as ``stop_container`` does, and start."""
        self._end("restart", container, timeout)

    def kill_container(self, container: str, signal: t.Optional[str] = None) -> None:
        """Send ``signal`` (None: SIGKILL)."""
        with self._translate(f"to kill {_short(container)}") as sdk:
            sdk.kill(container, signal)

    def pause_container(self, container: str) -> None:
        """Freeze its processes."""
        with self._translate(f"to pause {_short(container)}") as sdk:
            sdk.pause(container)

    def unpause_container(self, container: str) -> None:
        """Let its processes go on."""
        with self._translate(f"to unpause {_short(container)}") as sdk:
            sdk.unpause(container)

    def remove_container(self, container: str, volumes: bool = False, force: bool = False) -> None:
        """Remove it.

        :param volumes: its anonymous volumes too
        :param force: kill it if it runs
        """
        with self._translate(f"to remove {_short(container)}") as sdk:
            sdk.remove_container(container, v=volumes, force=force)

    def rename_container(self, container: str, name: str) -> None:
        """Give it another name."""
        with self._translate(f"to rename {_short(container)} to {name}") as sdk:
            sdk.rename(container, name)

    def update_container(self, container: str, body: t.Mapping[str, t.Any]) -> t.List[str]:
        """Change what can be changed in place.

        :param body: the Engine API's update body, sent as it is
        :returns: the engine's warnings
        """
        with self._translate(f"to update {_short(container)}") as sdk:
            reply = self._post(sdk, "/containers/{0}/update", container, json=dict(body)).json()
        return Fields(self.address, "/containers/update", reply).texts("Warnings")

    def wait_container(self, container: str, timeout: t.Optional[float] = None) -> int:
        """Wait until it does not run.

        :param timeout: seconds, None to wait as long as it runs
        :returns: its exit status
        :raises EngineUnreachableError: also where it runs on after ``timeout``
        """
        with self._translate(f"to wait for {_short(container)}", timeout) as sdk:
            reply = Fields(self.address, "/containers/wait", sdk.wait(container, timeout=timeout))
        problem = reply.within("Error").text("Message")
        if problem:
            message = f"waiting for {_short(container)} on {self.address} failed: {problem}"
            raise EngineResponseError(self.address, 500, message)
        return reply.require("StatusCode").number("StatusCode")

    def container_output(self, container: str) -> str:
        """What it has printed so far, standard output and standard error together."""
        with self._translate(f"to give the output of {_short(container)}") as sdk:
            return t.cast(bytes, sdk.logs(container)).decode("utf-8", "replace")

    # images

    def inspect_image(self, reference: str) -> t.Optional[t.Dict[str, t.Any]]:
        """The engine's record of an image, None if it is not there."""
        with contextlib.suppress(EngineNotFoundError), self._translate(f"to inspect image {reference}") as sdk:
            return t.cast(t.Dict[str, t.Any], sdk.inspect_image(reference))
        return None

    def pull_image(self, reference: str, auth: t.Optional[Auth] = None, platform: t.Optional[str] = None) -> None:
        """Pull an image. It may take long; it fails when the engine is silent for ``settings.timeout`` seconds.

        :param auth: None for what this user's docker configuration holds for the registry
        :raises EngineResponseError: the engine or the registry refuses, also in mid-pull
        """
        asked = f"to pull {reference}"
        with self._translate(asked) as sdk:
            repository, tag = session.docker.utils.parse_repository_tag(reference)
            credentials = self._credentials(sdk, repository, auth)
            parameters = {"fromImage": repository, "tag": tag or "latest", "platform": platform or ""}
            headers = {"X-Registry-Auth": credentials} if credentials else {}
            with self._post(sdk, "/images/create", params=parameters, headers=headers, stream=True) as response:
                for line in response.iter_lines():
                    self._check_progress(line, asked)

    def _check_progress(self, line: bytes, asked: str) -> None:
        """One line of a pull's progress: the engine has promised success before it knows, so an error comes here."""
        message = json.loads(line) if line.strip() else {}
        if "error" in message:
            status = (message.get("errorDetail") or {}).get("code") or 500
            raise explain_status(self.address, status, json.dumps({"message": message["error"]}).encode(), asked)

    @staticmethod
    def _credentials(sdk: t.Any, repository: str, auth: t.Optional[Auth]) -> t.Optional[bytes]:
        known = session.docker.auth
        registry, _name = known.resolve_repository_name(repository)
        if auth is None or (auth.registry and known.resolve_index_name(auth.registry) != registry):
            return t.cast(t.Optional[bytes], known.get_config_header(sdk, registry))
        return t.cast(bytes, known.encode_header(auth.header()))

    # networks

    def inspect_network(self, network: str) -> t.Optional[t.Dict[str, t.Any]]:
        """The engine's record of a network, None if it is not there."""
        with contextlib.suppress(EngineNotFoundError), self._translate(f"to inspect network {network}") as sdk:
            return t.cast(t.Dict[str, t.Any], sdk.inspect_network(network))
        return None

    def connect_network(self, network: str, container: str, endpoint: t.Mapping[str, t.Any]) -> None:
        """Connect a container to a network.

        :param endpoint: the Engine API's ``EndpointConfig``, sent as it is
        """
        with self._translate(f"to connect {_short(container)} to network {network}") as sdk:
            body = {"Container": container, "EndpointConfig": dict(endpoint)}
            self._post(sdk, "/networks/{0}/connect", network, json=body)

    def disconnect_network(self, network: str, container: str, force: bool = False) -> None:
        """Disconnect a container from a network."""
        with self._translate(f"to disconnect {_short(container)} from network {network}") as sdk:
            self._post(sdk, "/networks/{0}/disconnect", network, json={"Container": container, "Force": force})

    # beneath

    def _end(self, verb: str, container: str, timeout: t.Optional[int]) -> None:
        """Stop or restart: the engine answers when it is done, so it gets the container's time on top of its own."""
        grace = self._stop_timeout(container) if timeout is None else timeout
        patience = None if grace < 0 else self._settings.timeout + grace
        with self._translate(f"to {verb} {_short(container)}", patience) as sdk:
            parameters = {} if timeout is None else {"t": timeout}
            self._post(sdk, f"/containers/{{0}}/{verb}", container, params=parameters, timeout=patience)

    def _stop_timeout(self, container: str) -> int:
        own = (self.inspect_container(container).get("Config") or {}).get("StopTimeout")
        return _DEFAULT_STOP_TIMEOUT if own is None else int(own)

    def _post(self, sdk: t.Any, path: str, *parts: str, **options: t.Any) -> t.Any:
        """POST what the SDK has no method for, or one that would change what it is handed."""
        options.setdefault("timeout", self._settings.timeout)
        where = path.format(*(quote(part, safe="") for part in parts))
        response = sdk.post(f"{sdk.base_url}/v{sdk.api_version}{where}", **options)
        response.raise_for_status()
        return response

    @contextlib.contextmanager
    def _translate(self, asked: str, patience: t.Optional[float] = None) -> t.Iterator[t.Any]:
        """The SDK, with every failure of it as an error of ours.

        :param asked: what the engine is asked, in words that follow "refuses"
        :param patience: seconds that it is given, where those are not ``settings.timeout``
        """
        sdk = self._open()
        docker, requests = session.docker, session.requests
        try:
            yield sdk
        except requests.HTTPError as error:
            raise explain_status(self.address, error.response.status_code, error.response.content, asked) from error
        except docker.errors.InvalidRepository as error:
            raise InputError(f"bad image reference: {error}") from error
        except (ValueError, KeyError, TypeError) as error:
            # no JSON, or JSON of another shape: the SDK takes replies apart without looking
            raise EngineError(
                self.address, f"{self.address}, asked {asked}, answers with something else than a Docker engine does"
            ) from error
        except (OSError, docker.errors.DockerException) as error:
            raise explain_failure(error, self.address, patience or self._settings.timeout, self._tls) from error

    def _open(self) -> t.Any:
        with self._lock:
            if self._version is None:
                self._version = self._negotiate()
            if self._session is None:
                self._session = session.open_session(self.address, self._tls, self._settings, self._version)
            return self._session

    def _negotiate(self) -> Version:
        ours = our_versions(self._settings.api_version)
        if self._known_version is not None:
            # whoever read it has seen that the ranges overlap
            return min(ours[1], self._known_version)
        return negotiate(self.address, ours, read_versions(self.address, self._tls, self._settings))


def _short(container: str) -> str:
    """A name as it is, an ID as people know it."""
    return container[:12] if _ID.fullmatch(container) else container


class EnginePool:
    """Gives one client per engine; a context manager that closes them. Threads may share it.

    :param nodes: what is known of engines: whether TLS is spoken in any case, and their API version
    """

    def __init__(self, settings: EngineSettings, nodes: t.Iterable[Node] = ()) -> None:
        self._settings = settings
        self._nodes = {node.address: node for node in nodes}
        self._lock = threading.Lock()
        self._clients: t.Dict[str, EngineClient] = {}
        self._tls: t.Optional[EngineTLS] = None

    def get(self, address: str) -> EngineClient:
        """The client of the engine at ``address``. Nothing is asked yet.

        :raises InputError: a file of TLS cannot be used
        """
        with self._lock:
            if address not in self._clients:
                self._clients[address] = self._make(address)
            return self._clients[address]

    def close(self) -> None:
        """Close every client."""
        with self._lock:
            for client in self._clients.values():
                client.close()
            self._clients.clear()

    def __enter__(self) -> EnginePool:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _make(self, address: str) -> EngineClient:
        node = self._nodes.get(address)
        https = node is not None and node.https
        if self._tls is None and (https or self._settings.tls.enabled):
            self._tls = EngineTLS(self._settings.tls)
        return EngineClient(
            address, self._settings, https=https, api_version=node.api_version if node else "", tls=self._tls
        )
