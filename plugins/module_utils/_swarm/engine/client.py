# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The one seam to engines: reading their state and acting on them, over connections that both share.

Only pulling is left to the Docker SDK, which knows where the credentials of registries are. All else is a question and
an answer: asked directly it costs a fraction of the time, and a task that pulls nothing never loads the SDK.
"""

from __future__ import annotations

import contextlib
import json
import re
import threading
import typing as t
from urllib.parse import quote, urlencode

from ..errors import EngineError, EngineNotFoundError, EngineResponseError
from ..model.node import Node
from ..settings import EngineSettings
from ..wire.connection import EngineConnection
from ..wire.deadline import Deadline
from ..wire.drivers import Result, Steps, run_alone
from ..wire.idle import IdleConnections
from ..wire.response import NoHTTPError, Response
from ..wire.tls import EngineTLS
from .auth import Auth
from .failure import explain_failure, explain_status
from .fields import Fields
from .output import read_frames
from .pulling import Puller
from .reader import EngineReader, Facts, Reading
from .replies import RawEngine
from .versions import Version, format_version, negotiate, our_versions, parse_version

__all__ = ["Auth", "EngineClient", "EnginePool"]

#: Seconds that an engine gives a container to stop where neither the task nor the container says otherwise.
_DEFAULT_STOP_TIMEOUT = 10

_ID = re.compile(r"[0-9a-f]{64}")

_Query = t.Mapping[str, str]


class _SettingsTimeout:
    """Stands for the time-out of the settings, where None stands for none."""


_SETTINGS_TIMEOUT = _SettingsTimeout()


class EndWatch(t.NamedTuple):
    """Somebody who waits for a container's end already. :ivar wait: until it has come; gives the exit status.
    :ivar close: gives up on it"""

    wait: t.Callable[[], int]
    close: t.Callable[[], None]


class EngineClient:
    """Speaks with one engine; may be shared by threads. Nothing is asked before the first call.

    Every method raises the errors of one engine: EngineNotFoundError (404), EngineConflictError (409),
    EngineResponseError (other error statuses, with the engine's own words), EngineUnreachableError, EngineTLSError,
    EngineVersionError; and InputError where a file of TLS or of the docker configuration cannot be used. A container
    is named by ID or name.

    :param https: the entry was written with ``https://``
    :param api_version: the newest that the engine speaks, where it is known; saves asking for it
    :param tls: to be shared between clients; made from the settings where it is not given
    :param idle: connections to be shared with whoever else speaks with the engine
    """

    def __init__(
        self,
        address: str,
        settings: EngineSettings,
        *,
        https: bool = False,
        api_version: str = "",
        tls: t.Optional[EngineTLS] = None,
        idle: t.Optional[IdleConnections] = None,
    ) -> None:
        self.address = address
        self.https = https
        self._settings = settings
        self._tls = (tls or EngineTLS(settings.tls)) if https or settings.tls.enabled else None
        self._idle = idle or IdleConnections()
        self._known_version = parse_version(api_version)
        self._facts: t.Optional[Facts] = None
        self._lock = threading.Lock()
        self._version: t.Optional[Version] = None

    @property
    def api_version(self) -> Version:
        """The version that is spoken with this engine, such as ``(1, 41)``."""
        with self._lock:
            if self._version is None:
                self._version = self._negotiate()
            return self._version

    def close(self) -> None:
        """Close the connections; a further call opens them again."""
        self._idle.close(self.address)

    # state

    def read(self, reading: Reading) -> Steps[RawEngine]:
        """Read the engine's state, as work that waits. What stays as it is for a task is asked only once.

        :raises OSError: and NoHTTPError: no answer, for ``explain``
        """
        connection = self._borrow()
        try:
            reader = EngineReader(self.address, connection)
            if self._facts is None:
                self._facts = yield from reader.read_facts(self._settings.api_version)
                self._known_version = self._facts.api_version
            raw = yield from reader.read_state(self._facts, reading)
        except BaseException:
            connection.close()
            raise
        self._give_back(connection)
        return raw

    def explain(self, error: BaseException, seconds: float) -> EngineError:
        """Why there is no answer. May look a second time, and so take two seconds. :param seconds: as were given"""
        return explain_failure(error, self.address, seconds, self._tls)

    def info(self) -> t.Dict[str, t.Any]:
        """What the engine says of itself, raw."""
        return self._object("to tell about itself", "/info")

    # containers

    def list_containers(self) -> t.List[t.Dict[str, t.Any]]:
        """All containers of every state, as the engine lists them."""
        asked = "to list containers"
        listed = self._parse(self._ask(asked, "GET", "/containers/json", {"all": "1"}), list, asked)
        return t.cast(t.List[t.Dict[str, t.Any]], listed)

    def inspect_container(self, container: str) -> t.Dict[str, t.Any]:
        """The engine's full record of one container."""
        return self._object(f"to inspect {_short(container)}", _path("containers", container, "json"))

    def create_container(self, name: str, body: t.Mapping[str, t.Any], platform: t.Optional[str] = None) -> str:
        """Create a container without starting it.

        :param body: the Engine API's create body, sent as it is
        :param platform: ``os[/arch[/variant]]`` of the image to take
        :returns: the ID
        """
        asked = f"to create {name}"
        query = {"name": name, **({"platform": platform} if platform else {})}
        reply = self._parse(self._ask(asked, "POST", "/containers/create", query, body), dict, asked)
        return Fields(self.address, "/containers/create", reply).require("Id").text("Id")

    def start_container(self, container: str) -> None:
        """Start it; one that runs is left as it is."""
        self._ask(f"to start {_short(container)}", "POST", _path("containers", container, "start"))

    def stop_container(self, container: str, timeout: t.Optional[int] = None) -> None:
        """Send the stop signal, and SIGKILL after ``timeout`` seconds (None: the container's own, else 10)."""
        self._end("stop", container, timeout)

    def restart_container(self, container: str, timeout: t.Optional[int] = None) -> None:
        """Stop, as ``stop_container`` does, and start."""
        self._end("restart", container, timeout)

    def kill_container(self, container: str, signal: t.Optional[str] = None) -> None:
        """Send ``signal`` (None: SIGKILL)."""
        query = {"signal": signal} if signal else {}
        self._ask(f"to kill {_short(container)}", "POST", _path("containers", container, "kill"), query)

    def pause_container(self, container: str) -> None:
        """Freeze its processes."""
        self._ask(f"to pause {_short(container)}", "POST", _path("containers", container, "pause"))

    def unpause_container(self, container: str) -> None:
        """Let its processes go on."""
        self._ask(f"to unpause {_short(container)}", "POST", _path("containers", container, "unpause"))

    def remove_container(self, container: str, volumes: bool = False, force: bool = False) -> None:
        """Remove it.

        :param volumes: its anonymous volumes too
        :param force: kill it if it runs
        """
        query = {name: "1" for name, wanted in (("v", volumes), ("force", force)) if wanted}
        self._ask(f"to remove {_short(container)}", "DELETE", _path("containers", container), query)

    def rename_container(self, container: str, name: str) -> None:
        """Give it another name."""
        asked = f"to rename {_short(container)} to {name}"
        self._ask(asked, "POST", _path("containers", container, "rename"), {"name": name})

    def update_container(self, container: str, body: t.Mapping[str, t.Any]) -> t.List[str]:
        """Change what can be changed in place.

        :param body: the Engine API's update body, sent as it is
        :returns: the engine's warnings
        """
        asked = f"to update {_short(container)}"
        response = self._ask(asked, "POST", _path("containers", container, "update"), body=body)
        return Fields(self.address, "/containers/update", self._parse(response, dict, asked)).texts("Warnings")

    def wait_container(self, container: str, timeout: t.Optional[float] = None) -> int:
        """Wait until it does not run.

        :param timeout: seconds, None to wait as long as it runs
        :returns: its exit status
        :raises EngineUnreachableError: also where it runs on after ``timeout``
        """
        asked = f"to wait for {_short(container)}"
        return self._exit_status(
            container, self._ask(asked, "POST", _path("containers", container, "wait"), patience=timeout)
        )

    def watch_container(self, container: str) -> EndWatch:
        """Begin to wait for the next time that it ends. Who starts it after this cannot miss its end, however soon it
        comes, nor its exit status where the engine removes it at once."""
        target = self._target(_path("containers", container, "wait"), {"condition": "next-exit"})
        connection = EngineConnection(self.address, self._tls)
        reader = self._run(connection, connection.ask_ahead("POST", target), self._settings.timeout)

        def wait() -> int:
            response = self._run(connection, connection.rest(reader), None)
            return self._exit_status(container, self._check(response, f"to wait for {_short(container)}"))

        return EndWatch(wait, connection.close)

    def _exit_status(self, container: str, response: Response) -> int:
        asked = f"to wait for {_short(container)}"
        reply = Fields(self.address, "/containers/wait", self._parse(response, dict, asked))
        problem = reply.within("Error").text("Message")
        if problem:
            message = f"waiting for {_short(container)} on {self.address} failed: {problem}"
            raise EngineResponseError(self.address, 500, message)
        return reply.require("StatusCode").number("StatusCode")

    def container_output(self, container: str) -> str:
        """What it has printed so far, standard output and standard error together."""
        asked = f"to give the output of {_short(container)}"
        query = {"stdout": "1", "stderr": "1"}
        has_terminal = (self.inspect_container(container).get("Config") or {}).get("Tty")
        content = self._ask(asked, "GET", _path("containers", container, "logs"), query).body
        return (content if has_terminal else read_frames(content)).decode("utf-8", "replace")

    # images

    def inspect_image(self, reference: str) -> t.Optional[t.Dict[str, t.Any]]:
        """The engine's record of an image, None if it is not there."""
        with contextlib.suppress(EngineNotFoundError):
            return self._object(f"to inspect image {reference}", f"/images/{quote(reference, safe='/:@')}/json")
        return None

    def pull_image(self, reference: str, auth: t.Optional[Auth] = None, platform: t.Optional[str] = None) -> None:
        """Pull an image. It may take long; it fails when the engine is silent for ``settings.timeout`` seconds.

        :param auth: None for what this user's docker configuration holds for the registry
        :raises EngineResponseError: the engine or the registry refuses, also in mid-pull
        """
        Puller(self.address, self._tls, self._settings, self.api_version).pull(reference, auth, platform)

    # networks

    def inspect_network(self, network: str) -> t.Optional[t.Dict[str, t.Any]]:
        """The engine's record of a network, None if it is not there."""
        with contextlib.suppress(EngineNotFoundError):
            return self._object(f"to inspect network {network}", _path("networks", network))
        return None

    def connect_network(self, network: str, container: str, endpoint: t.Mapping[str, t.Any]) -> None:
        """Connect a container to a network.

        :param endpoint: the Engine API's ``EndpointConfig``, sent as it is
        """
        body = {"Container": container, "EndpointConfig": dict(endpoint)}
        asked = f"to connect {_short(container)} to network {network}"
        self._ask(asked, "POST", _path("networks", network, "connect"), body=body)

    def disconnect_network(self, network: str, container: str, force: bool = False) -> None:
        """Disconnect a container from a network."""
        body = {"Container": container, "Force": force}
        asked = f"to disconnect {_short(container)} from network {network}"
        self._ask(asked, "POST", _path("networks", network, "disconnect"), body=body)

    # beneath

    def _end(self, verb: str, container: str, timeout: t.Optional[int]) -> None:
        """Stop or restart: the engine answers when it is done, so it gets the container's time on top of its own."""
        grace = self._stop_timeout(container) if timeout is None else timeout
        patience = None if grace < 0 else self._settings.timeout + grace
        query = {} if timeout is None else {"t": str(timeout)}
        self._ask(f"to {verb} {_short(container)}", "POST", _path("containers", container, verb), query, None, patience)

    def _stop_timeout(self, container: str) -> int:
        own = (self.inspect_container(container).get("Config") or {}).get("StopTimeout")
        return _DEFAULT_STOP_TIMEOUT if own is None else int(own)

    def _object(self, asked: str, path: str) -> t.Dict[str, t.Any]:
        """The JSON object at ``path``."""
        return t.cast(t.Dict[str, t.Any], self._parse(self._ask(asked, "GET", path), dict, asked))

    def _ask(
        self,
        asked: str,
        method: str,
        path: str,
        query: t.Optional[_Query] = None,
        body: t.Optional[t.Mapping[str, t.Any]] = None,
        patience: t.Union[float, _SettingsTimeout, None] = _SETTINGS_TIMEOUT,
    ) -> Response:
        """The engine's answer.

        :param asked: what the engine is asked, in words that follow "refuses"
        :param patience: seconds for the answer, None for as long as it takes
        """
        target = self._target(path, query)
        content = None if body is None else json.dumps(body).encode()
        seconds = self._settings.timeout if isinstance(patience, _SettingsTimeout) else patience
        return self._check(self._do(lambda connection: connection.ask(method, target, content), seconds), asked)

    def _target(self, path: str, query: t.Optional[_Query]) -> str:
        return f"/v{format_version(self.api_version)}{path}" + (f"?{urlencode(query)}" if query else "")

    def _check(self, response: Response, asked: str) -> Response:
        if response.status >= 400:
            raise explain_status(self.address, response.status, response.body, asked)
        return response

    def _do(self, work: t.Callable[[EngineConnection], Steps[Result]], seconds: t.Optional[float]) -> Result:
        """Do work over one of our connections, and keep the connection for the next.

        :raises EngineError: no answer
        """
        connection = self._borrow()
        done = self._run(connection, work(connection), seconds)
        self._give_back(connection)
        return done

    def _run(self, connection: EngineConnection, steps: Steps[Result], seconds: t.Optional[float]) -> Result:
        """Do work over a connection, which is closed where it fails.

        :raises EngineError: no answer
        """
        try:
            return run_alone(steps, None if seconds is None else Deadline(seconds))
        except (OSError, NoHTTPError) as error:
            connection.close()
            raise self.explain(error, seconds or self._settings.timeout) from error
        except BaseException:
            connection.close()
            raise

    def _borrow(self) -> EngineConnection:
        return self._idle.take(self.address) or EngineConnection(self.address, self._tls)

    def _give_back(self, connection: EngineConnection) -> None:
        if not connection.closed:
            self._idle.keep(self.address, connection)

    def _parse(self, response: Response, kind: t.Type[t.Any], asked: str) -> t.Any:
        """The JSON value in an answer, which is of ``kind``."""
        try:
            value = json.loads(response.body)
        except ValueError as error:
            raise self._no_engine(asked) from error
        if not isinstance(value, kind):
            raise self._no_engine(asked)
        return value

    def _no_engine(self, asked: str) -> EngineError:
        return EngineError(
            self.address, f"{self.address}, asked {asked}, answers with something else than a Docker engine does"
        )

    def _negotiate(self) -> Version:
        ours = our_versions(self._settings.api_version)
        if self._known_version is not None:
            # whoever read it has seen that the ranges overlap
            return min(ours[1], self._known_version)
        seconds = self._settings.snapshot_timeout
        return negotiate(self.address, ours, self._do(self._ask_versions, seconds))

    def _ask_versions(self, connection: EngineConnection) -> Steps[t.Tuple[Version, Version]]:
        return EngineReader(self.address, connection).read_versions()


def _path(*parts: str) -> str:
    return "".join(f"/{quote(part, safe='')}" for part in parts)


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
        self._idle = IdleConnections()
        self._tls: t.Optional[EngineTLS] = None

    def get(self, address: str, https: bool = False) -> EngineClient:
        """The client of the engine at ``address``. Nothing is asked yet.

        :param https: its entry was written with ``https://``; counts when it is asked for the first time
        :raises InputError: a file of TLS cannot be used
        """
        with self._lock:
            if address not in self._clients:
                self._clients[address] = self._make(address, https)
            return self._clients[address]

    def check(self) -> None:
        """:raises InputError: a file of TLS that every engine needs cannot be used"""
        with self._lock:
            self._share_tls(False)

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            self._clients.clear()
        self._idle.close()

    def __enter__(self) -> EnginePool:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _make(self, address: str, https: bool) -> EngineClient:
        node = self._nodes.get(address)
        https = https or (node is not None and node.https)
        version, tls = node.api_version if node else "", self._share_tls(https)
        return EngineClient(address, self._settings, https=https, api_version=version, tls=tls, idle=self._idle)

    def _share_tls(self, https: bool) -> t.Optional[EngineTLS]:
        if self._tls is None and (https or self._settings.tls.enabled):
            self._tls = EngineTLS(self._settings.tls)
        return self._tls
