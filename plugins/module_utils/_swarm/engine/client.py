# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The one seam to engines: reading their state and acting on them, over connections that both share.

Only pulling is left to the Docker SDK, which knows where the credentials of registries are. All else is a question and
an answer: asked directly it costs a fraction of the time, and a task that pulls nothing never loads the SDK.
"""

from __future__ import annotations

import json
import threading
import typing as t
from urllib.parse import urlencode

from ..errors import EngineError
from ..settings import EngineSettings
from ..wire.connection import EngineConnection
from ..wire.deadline import Deadline
from ..wire.drivers import Result, Steps, run_alone
from ..wire.idle import IdleConnections
from ..wire.response import NoHTTPError, Response
from ..wire.tls import EngineTLS
from .api import containers, images, networks, system
from .api.call import Call, R, Reply
from .auth import Auth
from .failure import explain_failure, explain_status
from .fields import Fields
from .pulling import Puller
from .reader import EngineReader, Facts, Reading
from .replies import RawEngine
from .versions import Version, format_version, negotiate, our_versions, parse_version


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

    def send(self, call: Call[R]) -> R:
        """Ask, and read the answer.

        :raises EngineError: see above
        """
        content = None if call.body is None else json.dumps(call.body).encode()
        target = self._target(call)
        seconds = call.patience.seconds(self._settings.timeout)

        def ask(connection: EngineConnection) -> Steps[Response]:
            return connection.ask(call.method, target, content, call.headers)

        return self._read(call, self._do(ask, seconds))

    # what is more than one question

    def stop_container(self, container: str, timeout: t.Optional[int] = None) -> None:
        """Send the stop signal, and SIGKILL after ``timeout`` seconds (None: the container's own, else 10)."""
        self.send(containers.stop(container, timeout, self._stop_timeout(container, timeout)))

    def restart_container(self, container: str, timeout: t.Optional[int] = None) -> None:
        """Stop, as ``stop_container`` does, and start."""
        self.send(containers.restart(container, timeout, self._stop_timeout(container, timeout)))

    def watch_container(self, container: str) -> EndWatch:
        """Begin to wait for the next time that it ends. Who starts it after this cannot miss its end, however soon it
        comes, nor its exit status where the engine removes it at once."""
        call = containers.wait(container, condition="next-exit")
        target = self._target(call)
        connection = EngineConnection(self.address, self._tls)
        reader = self._run(connection, connection.ask_ahead(call.method, target), self._settings.timeout)

        def wait() -> int:
            return self._read(call, self._run(connection, connection.rest(reader), None))

        return EndWatch(wait, connection.close)

    def container_output(self, container: str) -> str:
        """What it has printed so far, standard output and standard error together."""
        terminal = Fields(self.address, f"/containers/{container}/json", self.send(containers.inspect(container)))
        return self.send(containers.logs(container, terminal.within("Config").flag("Tty")))

    def pull_image(self, reference: str, auth: t.Optional[Auth] = None, platform: t.Optional[str] = None) -> None:
        """Pull an image. It may take long; it fails when the engine is silent for ``settings.timeout`` seconds.

        :param auth: None for what this user's docker configuration holds for the registry
        :raises EngineResponseError: the engine or the registry refuses, also in mid-pull
        """
        Puller(self.address, self._tls, self._settings, self.api_version).pull(reference, auth, platform)

    # single questions, by the names that they had before they were values

    def info(self) -> t.Dict[str, t.Any]:
        """See ``api.system.info``."""
        return self.send(system.info())

    def list_containers(self) -> t.List[t.Dict[str, t.Any]]:
        """See ``api.containers.list``."""
        return self.send(containers.list())

    def inspect_container(self, container: str) -> t.Dict[str, t.Any]:
        """See ``api.containers.inspect``."""
        return self.send(containers.inspect(container))

    def create_container(self, name: str, body: t.Mapping[str, t.Any], platform: t.Optional[str] = None) -> str:
        """See ``api.containers.create``; gives the ID alone."""
        return self.send(containers.create(name, body, platform)).id

    def start_container(self, container: str) -> None:
        """See ``api.containers.start``."""
        self.send(containers.start(container))

    def kill_container(self, container: str, signal: t.Optional[str] = None) -> None:
        """See ``api.containers.kill``."""
        self.send(containers.kill(container, signal))

    def pause_container(self, container: str) -> None:
        """See ``api.containers.pause``."""
        self.send(containers.pause(container))

    def unpause_container(self, container: str) -> None:
        """See ``api.containers.unpause``."""
        self.send(containers.unpause(container))

    def remove_container(self, container: str, volumes: bool = False, force: bool = False) -> None:
        """See ``api.containers.remove``."""
        self.send(containers.remove(container, volumes, force))

    def rename_container(self, container: str, name: str) -> None:
        """See ``api.containers.rename``."""
        self.send(containers.rename(container, name))

    def update_container(self, container: str, body: t.Mapping[str, t.Any]) -> t.List[str]:
        """See ``api.containers.update``."""
        return self.send(containers.update(container, body))

    def wait_container(self, container: str, timeout: t.Optional[float] = None) -> int:
        """See ``api.containers.wait``."""
        return self.send(containers.wait(container, timeout))

    def inspect_image(self, reference: str) -> t.Optional[t.Dict[str, t.Any]]:
        """See ``api.images.inspect``."""
        return self.send(images.inspect(reference))

    def inspect_network(self, network: str) -> t.Optional[t.Dict[str, t.Any]]:
        """See ``api.networks.inspect``."""
        return self.send(networks.inspect(network))

    def connect_network(self, network: str, container: str, endpoint: t.Mapping[str, t.Any]) -> None:
        """See ``api.networks.connect``."""
        self.send(networks.connect(network, container, endpoint))

    def disconnect_network(self, network: str, container: str, force: bool = False) -> None:
        """See ``api.networks.disconnect``."""
        self.send(networks.disconnect(network, container, force))

    # beneath

    def _stop_timeout(self, container: str, timeout: t.Optional[int]) -> int:
        """Seconds that the container has for its end; asked for only where ``timeout`` does not say."""
        if timeout is not None:
            return timeout
        record = Fields(self.address, f"/containers/{container}/json", self.send(containers.inspect(container)))
        config = record.within("Config")
        return config.number("StopTimeout") if config.has("StopTimeout") else containers.DEFAULT_STOP_TIMEOUT

    def _target(self, call: Call[t.Any]) -> str:
        version = f"/v{format_version(self.api_version)}" if call.versioned else ""
        return f"{version}{call.path}" + (f"?{urlencode(call.query)}" if call.query else "")

    def _read(self, call: Call[R], response: Response) -> R:
        if response.status >= 400 and response.status not in call.accepted:
            raise explain_status(self.address, response.status, response.body, call.asked)
        return call.read(Reply(self.address, call.asked, call.path, response.status, response.headers, response.body))

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

    def _negotiate(self) -> Version:
        ours = our_versions(self._settings.api_version)
        if self._known_version is not None:
            # whoever read it has seen that the ranges overlap
            return min(ours[1], self._known_version)
        seconds = self._settings.snapshot_timeout
        return negotiate(self.address, ours, self._do(self._ask_versions, seconds))

    def _ask_versions(self, connection: EngineConnection) -> Steps[t.Tuple[Version, Version]]:
        return EngineReader(self.address, connection).read_versions()
