# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The one seam to engines: reading their state and acting on them, over connections that both share.

All is asked directly: that costs a fraction of the time that the Docker SDK takes. The SDK is asked where the
credentials of registries are (``credentials``), and a task that pulls nothing never loads it.
"""

from __future__ import annotations

import json
import threading
import typing as t
from urllib.parse import urlencode

from ..errors import EngineError
from ..model.listing import UNLISTED, Listing
from ..settings import EngineSettings
from ..wire.connection import EngineConnection
from ..wire.deadline import Deadline, Silence
from ..wire.drivers import Result, Steps, run_alone
from ..wire.idle import IdleConnections
from ..wire.request import Body
from ..wire.response import NoHTTPError, Response
from ..wire.stream import Stream
from ..wire.tls import EngineTLS
from .api import containers, images
from .api.call import Call, R, Reply
from .auth import Auth
from .credentials import prepare_pull
from .failure import explain_failure, explain_status
from .fields import Fields
from .pulling import Layers, read_progress
from .reader import EngineReader, Facts, Reading
from .replies import RawEngine
from .stream import EngineStream
from .versions import Version, format_version, negotiate, our_versions, parse_version


def _nobody(text: str) -> None:
    """Nobody wants to know how far it has come."""


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

    :param listing: how the engine is listed
    :param api_version: the newest that the engine speaks, where it is known; saves asking for it
    :param tls: to be shared between clients; made from the settings where it is not given
    :param idle: connections to be shared with whoever else speaks with the engine
    """

    def __init__(
        self,
        address: str,
        settings: EngineSettings,
        *,
        listing: Listing = UNLISTED,
        api_version: str = "",
        tls: t.Optional[EngineTLS] = None,
        idle: t.Optional[IdleConnections] = None,
    ) -> None:
        self.address = address
        self.listing = listing
        self._settings = settings
        self._tls: t.Optional[EngineTLS] = None
        if listing.https or settings.tls.enabled:
            self._tls = (tls or EngineTLS(settings.tls)).named(listing.server_name)
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
        """Why there is no answer. :param seconds: as were given"""
        return explain_failure(error, self.address, seconds, self._tls)

    def send(self, call: Call[R], body: t.Optional[Body] = None) -> R:
        """Ask, and read the answer.

        :param body: sent in pieces, in the place of the call's own. The call's time is then for each wait, not for all
        :raises EngineError: see above
        """
        target, carried = self._target(call), body or _content(call)
        seconds = call.patience.seconds(self._settings.timeout)

        def ask(connection: EngineConnection) -> Steps[Response]:
            return connection.ask(call.method, target, carried, call.headers, call.largest)

        return self._read(call, self._do(ask, seconds, in_pieces=body is not None))

    def stream(self, call: Call[t.Any], body: t.Optional[Body] = None, idle: t.Optional[float] = None) -> EngineStream:
        """Ask, and take the answer in pieces, over a connection of its own.

        :param body: sent in pieces, in the place of the call's own
        :param idle: seconds for which the engine may be silent, None for no end
        :raises EngineError: see above; a refusal is raised here
        """
        return self._open_stream(call, body, idle, upgrade=False)

    def upgrade(self, call: Call[t.Any], idle: t.Optional[float] = None) -> EngineStream:
        """Ask for a stream in both directions, over a connection of its own.

        :param idle: seconds for which either side may be silent, None for no end
        :returns: it says whether the engine agreed; where it did not it is the engine's answer, and nothing can be sent
        :raises EngineError: see above; a refusal is raised here
        """
        return self._open_stream(call, None, idle, upgrade=True)

    def connect(self) -> None:
        """Be sure that the engine is there, without a question: connected, and the handshake done.

        :raises EngineError: see above
        """
        self._do(lambda connection: connection.open(), self._settings.timeout)

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
        connection, stream = self._ask_for_stream(call, None, upgrade=False)

        def wait() -> int:
            return self._read(call, self._run(connection, stream.receive_all(call.largest), None))

        return EndWatch(wait, stream.close)

    def container_output(self, container: str) -> str:
        """What it has printed so far, standard output and standard error together."""
        terminal = Fields(self.address, f"/containers/{container}/json", self.send(containers.inspect(container)))
        return self.send(containers.logs(container, terminal.within("Config").flag("Tty")))

    def pull_image(
        self,
        reference: str,
        auth: t.Optional[Auth] = None,
        platform: t.Optional[str] = None,
        tell: t.Callable[[str], None] = _nobody,
    ) -> None:
        """Pull an image. It may take long; it fails when the engine is silent for ``settings.timeout`` seconds.

        :param auth: None for what this user's docker configuration holds for the registry
        :param tell: takes how far it has come, in words
        :raises EngineResponseError: the engine or the registry refuses, also in mid-pull
        """
        wanted = prepare_pull(reference, auth)
        call = images.pull(wanted.repository, wanted.tag, platform, wanted.credentials)
        layers = Layers()
        for message in self.follow(call, asked=f"to pull {reference}"):
            layers.add(message)
            tell(f"pulls {reference}: {layers}")

    def follow(
        self, call: Call[t.Any], body: t.Optional[Body] = None, asked: str = "", endless: bool = False
    ) -> t.Iterator[t.Dict[str, t.Any]]:
        """Ask for what takes long, and give the engine's messages about it as they come, to its end.

        It fails when the engine is silent for ``settings.timeout`` seconds.

        :param body: sent in pieces, in the place of the call's own
        :param asked: in the place of the call's own words
        :param endless: the engine may be silent for as long as it likes
        :raises EngineResponseError: the engine or the registry refuses, also in the middle
        """
        with self.stream(call, body, None if endless else self._settings.timeout) as progress:
            yield from read_progress(progress.lines(), self.address, asked or call.asked)

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
        return f"{version}{call.path}" + (f"?{urlencode(call.query, doseq=True)}" if call.query else "")

    def _read(self, call: Call[R], response: Response) -> R:
        self._check(call, response.status, response.body)
        return call.read(Reply(self.address, call.asked, call.path, response.status, response.headers, response.body))

    def _check(self, call: Call[t.Any], status: int, body: bytes) -> None:
        if status >= 300 and status not in (304, *call.accepted):
            raise explain_status(self.address, status, body, call.asked)

    def _open_stream(
        self, call: Call[t.Any], body: t.Optional[Body], idle: t.Optional[float], upgrade: bool
    ) -> EngineStream:
        connection, stream = self._ask_for_stream(call, body, upgrade)
        if stream.status >= 300 and stream.status not in call.accepted:
            try:
                refusal = self._run(connection, stream.receive_all(call.largest), Deadline(self._settings.timeout))
            finally:
                stream.close()
            self._check(call, refusal.status, refusal.body)
        return EngineStream(self.address, stream, idle, self.explain)

    def _ask_for_stream(
        self, call: Call[t.Any], body: t.Optional[Body], upgrade: bool
    ) -> t.Tuple[EngineConnection, Stream]:
        target, carried, timeout = self._target(call), body or _content(call), self._settings.timeout
        connection = EngineConnection(self.address, self._tls)
        self._run(connection, connection.open(), Deadline(timeout))
        question = connection.begin(call.method, target, carried, call.headers, upgrade)
        return connection, self._run(connection, question, Silence(timeout) if body else Deadline(timeout))

    def _do(
        self, work: t.Callable[[EngineConnection], Steps[Result]], seconds: t.Optional[float], in_pieces: bool = False
    ) -> Result:
        """Do work over one of our connections, and keep the connection for the next.

        :param in_pieces: the work goes on for as long as it moves; ``seconds`` are for each wait
        :raises EngineError: no answer
        """
        connection = self._borrow()
        if in_pieces:
            self._run(connection, connection.open(), Deadline(self._settings.timeout))
        kind = Silence if in_pieces else Deadline
        done = self._run(connection, work(connection), None if seconds is None else kind(seconds))
        self._give_back(connection)
        return done

    def _run(
        self, connection: EngineConnection, steps: Steps[Result], deadline: t.Union[Deadline, Silence, None]
    ) -> Result:
        """Do work over a connection, which is closed where it fails.

        :raises EngineError: no answer
        """
        try:
            return run_alone(steps, deadline)
        except (OSError, NoHTTPError) as error:
            connection.close()
            raise self.explain(error, self._settings.timeout if deadline is None else deadline.seconds) from error
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


def _content(call: Call[t.Any]) -> t.Optional[bytes]:
    return None if call.body is None else json.dumps(call.body).encode()
