# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The steps of a plan. Each can say what it does, and do it.

A step names its container by role: ``container`` is the one that the task is about, ``former`` the one that it
replaces. Which ID stands behind a role is known only while the plan is carried out: ``Work`` holds it.
"""

from __future__ import annotations

import abc
import time
import typing as t
from dataclasses import dataclass, field

from ..container.config import FALLBACK_HOST_IP, ContainerConfig
from ..engine.auth import Auth
from ..engine.client import EndWatch, EngineClient
from ..errors import EngineNotFoundError, EngineResponseError, EngineUnreachableError, OperationError, SwarmError
from ..model.node import Node

#: Seconds between two looks at a container that is waited for.
_POLL = 0.25

#: Seconds that a container has to end after a signal where the task says nothing; the engine's own for stopping.
_KILL_PATIENCE = 10

#: What runc says, and how often it is asked, where processes were too busy to be frozen: with cgroups of version 1 that
#: is a matter of the moment.
_NOT_FROZEN_YET = "unable to freeze"
_PAUSE_ATTEMPTS = 5

_HOST_BINDING = "com.docker.network.bridge.host_binding_ipv4"

Action = t.Dict[str, t.Any]


@dataclass
class Work:
    """What is known of one container while its plan is carried out.

    :ivar ids: role -> container ID
    :ivar output: what the container printed, where the task waited for its end
    :ivar status: its exit status then
    :ivar watch: who waits for its end since before it was started
    """

    client_of: t.Callable[[Node], EngineClient]
    ids: t.Dict[str, str] = field(default_factory=dict)
    actions: t.List[Action] = field(default_factory=list)
    output: t.Optional[str] = None
    status: t.Optional[int] = None
    watch: t.Optional[EndWatch] = None
    inspect: t.Optional[t.Mapping[str, t.Any]] = None


@dataclass(frozen=True)
class Operation(abc.ABC):
    """One step.

    :ivar node: where it happens
    :ivar name: the container's name, for people
    :ivar role: whose ID it works on
    """

    node: Node
    name: str
    role: str = field(default="container", compare=False)

    #: The word for it in ``actions``.
    verb: t.ClassVar[str] = ""
    #: Whether carrying it out changes something; waiting does not.
    changes: t.ClassVar[bool] = True

    def describe(self) -> Action:
        """The entry in ``actions``: ``action``, ``container``, ``node`` and what else a reader needs."""
        return {"action": self.verb, "container": self.name, "node": self.node.name, **self.details()}

    def details(self) -> Action:
        """What ``describe`` adds for this kind of step."""
        return {}

    def execute(self, work: Work) -> None:
        """Do it and note it.

        :raises SwarmError: from the engine; what was done before stays noted in ``work.actions``
        """
        note = self.describe()
        note.update(self.perform(work.client_of(self.node), work) or {})
        if self.changes:
            work.actions.append(note)

    @abc.abstractmethod
    def perform(self, client: EngineClient, work: Work) -> t.Optional[Action]:
        """Do it; what is returned is added to the entry in ``actions``."""


@dataclass(frozen=True)
class PullImage(Operation):
    """Bring the image to the node."""

    verb: t.ClassVar[str] = "pull"
    image: str = ""
    platform: t.Optional[str] = None
    auth: t.Optional[Auth] = field(default=None, repr=False)
    only_missing: bool = False

    def details(self) -> Action:
        return {"image": self.image}

    def perform(self, client: EngineClient, work: Work) -> t.Optional[Action]:
        before = client.inspect_image(self.image)
        client.pull_image(self.image, auth=self.auth, platform=self.platform)
        after = client.inspect_image(self.image)
        if after is None:
            raise OperationError(f"{self.image} was pulled to {self.node.name} and is not there")
        return {"changed": before is None or before.get("Id") != after.get("Id")}


@dataclass(frozen=True)
class CreateContainer(Operation):
    """Create it, without starting it. Networks that the engine cannot take at create are connected at once."""

    verb: t.ClassVar[str] = "create"
    config: t.Optional[ContainerConfig] = None
    image: str = ""
    platform: t.Optional[str] = None
    labels: t.Mapping[str, str] = field(default_factory=dict)

    def details(self) -> Action:
        return {"image": self.image}

    def perform(self, client: EngineClient, work: Work) -> t.Optional[Action]:
        if self.config is None:
            raise OperationError(f"{self.name}: a container without a configuration cannot be created")
        refuse_unsupported(self.config, client, self.node)
        body = self.config.create_body(
            image=self.image,
            api_version=client.api_version,
            default_host_ip=find_default_host_ip(client, self.config),
            extra_labels=self.labels,
            containers=ids_by_name(self.node),
        )
        work.ids[self.role] = client.create_container(self.name, body, platform=self.platform)
        for connection in self.config.extra_networks(client.api_version):
            client.connect_network(connection.name, work.ids[self.role], connection.endpoint)
        return {"id": work.ids[self.role]}


def refuse_unsupported(config: ContainerConfig, client: EngineClient, node: Node) -> None:
    """:raises EngineResponseError: an option needs a newer engine than that of ``node``; another node may have it"""
    unsupported = config.unsupported(client.api_version)
    if unsupported:
        version = ".".join(str(part) for part in client.api_version)
        raise EngineResponseError(
            node.address, 501, f"the engine of {node.name} speaks API {version}; {'; '.join(unsupported)}"
        )


def ids_by_name(node: Node) -> t.Dict[str, str]:
    """The IDs of a node's containers by their names, as ``container:NAME`` needs them."""
    return {container.name: container.id for container in node.containers}


def find_default_host_ip(client: EngineClient, config: ContainerConfig) -> str:
    """The address that ports without one are published on: what the container's first bridge network says.

    Docker's own rule: the option ``com.docker.network.bridge.host_binding_ipv4`` of the network, else every address.
    """
    if config.default_host_ip is not None or not config.values.get("published_ports"):
        return FALLBACK_HOST_IP
    for name in [network.name for network in config.values.get("networks") or ()] or ["bridge"]:
        network = client.inspect_network(name) or {}
        options = network.get("Options") or {}
        if network.get("Driver") == "bridge" and options.get(_HOST_BINDING):
            return str(options[_HOST_BINDING])
    return FALLBACK_HOST_IP


@dataclass(frozen=True)
class StartContainer(Operation):
    """Start it. :ivar watched: its end is waited for by a later step, however soon it comes"""

    verb: t.ClassVar[str] = "start"
    watched: bool = False

    def perform(self, client: EngineClient, work: Work) -> t.Optional[Action]:
        container = work.ids[self.role]
        watch = client.watch_container(container) if self.watched else None
        try:
            client.start_container(container)
        except SwarmError:
            if watch is not None:
                watch.close()
            raise
        work.watch = watch
        return None


@dataclass(frozen=True)
class StopContainer(Operation):
    """Stop it: the stop signal, and after the time-out SIGKILL."""

    verb: t.ClassVar[str] = "stop"
    timeout: t.Optional[int] = None

    def perform(self, client: EngineClient, work: Work) -> t.Optional[Action]:
        client.stop_container(work.ids[self.role], timeout=self.timeout)
        return None


@dataclass(frozen=True)
class KillContainer(Operation):
    """Kill it, with SIGKILL or the signal of the task, and wait until it has ended.

    The engine waits for SIGKILL alone; what comes next (a removal, the result) needs a container that does not run.
    """

    verb: t.ClassVar[str] = "kill"
    signal: t.Optional[str] = None
    timeout: t.Optional[int] = None

    def details(self) -> Action:
        return {"signal": self.signal or "SIGKILL"}

    def perform(self, client: EngineClient, work: Work) -> t.Optional[Action]:
        container = work.ids[self.role]
        client.kill_container(container, signal=self.signal)
        patience = _KILL_PATIENCE if self.timeout is None else self.timeout
        deadline = time.monotonic() + patience
        while _runs(client, container):
            if time.monotonic() >= deadline:
                raise OperationError(
                    f"{self.name} on {self.node.name} still runs {patience:g} s after {self.signal or 'SIGKILL'} "
                    "(force_kill, stop_timeout)"
                )
            time.sleep(_POLL)
        return None


def _runs(client: EngineClient, container: str) -> bool:
    try:
        return bool((client.inspect_container(container).get("State") or {}).get("Running"))
    except EngineNotFoundError:
        # made with auto_remove: the engine removed it when it ended
        return False


@dataclass(frozen=True)
class RestartContainer(Operation):
    """Restart it."""

    verb: t.ClassVar[str] = "restart"
    timeout: t.Optional[int] = None

    def perform(self, client: EngineClient, work: Work) -> t.Optional[Action]:
        client.restart_container(work.ids[self.role], timeout=self.timeout)
        return None


@dataclass(frozen=True)
class PauseContainer(Operation):
    """Freeze its processes."""

    verb: t.ClassVar[str] = "pause"

    def perform(self, client: EngineClient, work: Work) -> t.Optional[Action]:
        for _attempt in range(_PAUSE_ATTEMPTS - 1):
            try:
                client.pause_container(work.ids[self.role])
            except EngineResponseError as error:
                if _NOT_FROZEN_YET not in error.message:
                    raise
                time.sleep(_POLL)
            else:
                return None
        client.pause_container(work.ids[self.role])
        return None


@dataclass(frozen=True)
class UnpauseContainer(Operation):
    """Let its processes go on."""

    verb: t.ClassVar[str] = "unpause"

    def perform(self, client: EngineClient, work: Work) -> t.Optional[Action]:
        client.unpause_container(work.ids[self.role])
        return None


@dataclass(frozen=True)
class UpdateContainer(Operation):
    """Change what the engine can change in place.

    :ivar takes_room: whether the container reserves more after it than before
    :ivar former: the body that would undo it; None where the engine has no way to
    """

    verb: t.ClassVar[str] = "update"
    body: t.Mapping[str, t.Any] = field(default_factory=dict)
    takes_room: bool = False
    former: t.Optional[t.Mapping[str, t.Any]] = None

    def details(self) -> Action:
        return {"update_parameters": dict(self.body)}

    def perform(self, client: EngineClient, work: Work) -> t.Optional[Action]:
        warnings = client.update_container(work.ids[self.role], self.body)
        return {"warnings": list(warnings)} if warnings else None


@dataclass(frozen=True)
class ConnectNetwork(Operation):
    """Connect it to a network."""

    verb: t.ClassVar[str] = "connect"
    network: str = ""
    endpoint: t.Mapping[str, t.Any] = field(default_factory=dict)

    def details(self) -> Action:
        return {"network": self.network}

    def perform(self, client: EngineClient, work: Work) -> t.Optional[Action]:
        client.connect_network(self.network, work.ids[self.role], self.endpoint)
        return None


@dataclass(frozen=True)
class DisconnectNetwork(Operation):
    """Disconnect it from a network."""

    verb: t.ClassVar[str] = "disconnect"
    network: str = ""

    def details(self) -> Action:
        return {"network": self.network}

    def perform(self, client: EngineClient, work: Work) -> t.Optional[Action]:
        client.disconnect_network(self.network, work.ids[self.role])
        return None


@dataclass(frozen=True)
class RenameContainer(Operation):
    """Give it another name; ``to`` is the new one."""

    verb: t.ClassVar[str] = "rename"
    to: str = ""

    def details(self) -> Action:
        return {"to": self.to}

    def perform(self, client: EngineClient, work: Work) -> t.Optional[Action]:
        client.rename_container(work.ids[self.role], self.to)
        return None


@dataclass(frozen=True)
class RemoveContainer(Operation):
    """Remove it, and its anonymous volumes where the task says so; wait until it is gone."""

    verb: t.ClassVar[str] = "remove"
    volumes: bool = False
    force: bool = False
    timeout: t.Optional[float] = None

    def details(self) -> Action:
        return {"volumes": self.volumes}

    def perform(self, client: EngineClient, work: Work) -> t.Optional[Action]:
        container = work.ids[self.role]
        try:
            client.remove_container(container, volumes=self.volumes, force=self.force)
        except EngineNotFoundError:
            # made with auto_remove: the engine removed it when it stopped
            del work.ids[self.role]
            return None
        except EngineResponseError as error:
            if "already in progress" not in error.message:
                raise
        wait_until_gone(client, container, self.name, self.timeout)
        del work.ids[self.role]
        return None


def wait_until_gone(client: EngineClient, container: str, name: str, timeout: t.Optional[float]) -> None:
    """Wait until the engine has removed ``container``. :param timeout: seconds, None for as long as it takes"""
    deadline = None if timeout is None else time.monotonic() + timeout
    while True:
        try:
            client.inspect_container(container)
        except EngineNotFoundError:
            return
        if deadline is not None and time.monotonic() >= deadline:
            raise OperationError(f"{name} is still being removed after {timeout:g} s (removal_wait_timeout)")
        time.sleep(_POLL)


@dataclass(frozen=True)
class WaitHealthy(Operation):
    """Wait until its health check says healthy; one without a health check only has to run."""

    verb: t.ClassVar[str] = "wait"
    changes: t.ClassVar[bool] = False
    timeout: t.Optional[float] = None

    def perform(self, client: EngineClient, work: Work) -> t.Optional[Action]:
        deadline = None if self.timeout is None else time.monotonic() + self.timeout
        while True:
            state = client.inspect_container(work.ids[self.role]).get("State") or {}
            health = (state.get("Health") or {}).get("Status")
            if state.get("Status") in ("exited", "dead"):
                raise OperationError(
                    f"{self.name} on {self.node.name} ended with status {state.get('ExitCode')} before it was healthy"
                )
            if health in ("healthy", "none", None) and not state.get("Restarting"):
                return None
            if deadline is not None and time.monotonic() >= deadline:
                raise OperationError(
                    f"{self.name} on {self.node.name} is {health or 'restarting'} after {self.timeout:g} s, "
                    f"not healthy (healthy_wait_timeout){_last_check(state)}"
                )
            time.sleep(_POLL)


def _last_check(state: t.Mapping[str, t.Any]) -> str:
    log = (state.get("Health") or {}).get("Log") or []
    output = str(log[-1].get("Output", "")).strip() if log else ""
    return f"; its last check printed: {output[:200]}" if output else ""


@dataclass(frozen=True)
class WaitEnd(Operation):
    """Wait for its end and keep what it printed and its exit status."""

    verb: t.ClassVar[str] = "wait"
    changes: t.ClassVar[bool] = False
    removes_itself: bool = False
    timeout: t.Optional[float] = None

    def perform(self, client: EngineClient, work: Work) -> t.Optional[Action]:
        container = work.ids[self.role]
        work.status = client.wait_container(container) if work.watch is None else work.watch.wait()
        if self.removes_itself:
            wait_until_gone(client, container, self.name, self.timeout)
            work.output = "The output is not there any more: auto_remove removed the container"
            return None
        work.output = client.container_output(container)
        work.inspect = client.inspect_container(container)
        return None


def execute_all(operations: t.Iterable[Operation], work: Work) -> None:
    """Carry steps out in their order.

    :raises SwarmError: the first failure; the steps behind it are not tried
    """
    for operation in operations:
        operation.execute(work)


def take_back(node: Node, name: str, work: Work, role: str = "container") -> None:
    """Remove a container that this plan has just created and that has never served anybody.

    :raises EngineUnreachableError: the engine cannot be asked to; it may be there
    :raises OperationError: it could not be removed; the message says where it is
    """
    container = work.ids.pop(role, None)
    if container is None:
        return
    try:
        work.client_of(node).remove_container(container, volumes=True, force=True)
    except EngineNotFoundError:
        pass
    except EngineUnreachableError as error:
        raise EngineUnreachableError(
            error.address,
            f"{name} ({container[:12]}) may be left on {node.name}, which stopped answering before it could be taken "
            f"back ({error}); remove it there when the engine is back",
        ) from error
    except SwarmError as error:
        raise OperationError(
            f"{name} ({container[:12]}) was created on {node.name} and could not be taken back there: {error}",
            work.actions,
        ) from error
    work.actions.append({"action": "take back", "container": name, "node": node.name})
