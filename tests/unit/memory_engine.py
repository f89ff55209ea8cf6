# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An engine in memory, behind what ``EngineClient`` offers to those who act: no socket, no process, no waiting.

It keeps containers, images and networks, refuses as an engine does (409 for a name that is taken, 404 for what is not
there, 500 for a host port that another container holds), and fails where a test tells it to:

    engine.refuse("start", 500)               # the next start is refused, and nothing happens
    engine.lose("create", done=True)          # the next create is carried out, and its answer is lost
    engine.before("remove", other_operator)   # a function is called just before the next removal

Calls are counted by kind, the second half of the table ``_KINDS``. All times are those of the clock that is handed in.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import re
import threading
import typing as t
from dataclasses import dataclass, field
from urllib.parse import unquote

from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.api.call import Call, Reply
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.client import EndWatch
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.failure import explain_status
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.reader import Reading
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.replies import RawEngine
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.snapshot import make_node, to_inspect
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import EngineError, EngineUnreachableError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.listing import Listing
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.node import Health, Node

from tests.unit.builders import size
from tests.unit.clock import TestClock

#: Method and path of a call -> its kind, by which faults are put in.
_KINDS = [
    (re.compile(rf"{method} {path}"), kind)
    for method, path, kind in (
        ("GET", "/info", "info"),
        ("GET", "/images/(.+)/json", "inspect_image"),
        ("GET", "/networks/([^/]+)", "inspect_network"),
        ("POST", "/networks/([^/]+)/connect", "connect"),
        ("POST", "/networks/([^/]+)/disconnect", "disconnect"),
        ("POST", "/containers/create", "create"),
        ("GET", "/containers/([^/]+)/json", "inspect"),
        ("GET", "/containers/([^/]+)/logs", "logs"),
        ("DELETE", "/containers/([^/]+)", "remove"),
        ("POST", "/containers/([^/]+)/(start|stop|restart|kill|pause|unpause|rename|update|wait)", ""),
    )
]

#: What a create body holds beside the container's own configuration.
_NOT_CONFIG = ("HostConfig", "NetworkingConfig")


@dataclass
class MemoryImage:
    """How containers of an image behave.

    exits: the status with which they end by themselves, None for those that run on; exits_after: seconds.
    healthy_after: seconds after the start, None for an image without a health check, infinite for one that never is.
    ends_after: seconds that they take to end once they are told to. removed_after: seconds that their removal takes.
    """

    exits: int | None = None
    exits_after: float = 0.0
    healthy_after: float | None = None
    ends_after: float = 0.0
    removed_after: float = 0.0
    prints: str = ""
    config: t.Mapping[str, t.Any] = field(default_factory=dict)
    version: str = ""

    def id_of(self, reference: str) -> str:
        return "sha256:" + hashlib.sha256(f"{reference} {self.version}".encode()).hexdigest()


@dataclass
class Record:
    """A container on an engine."""

    id: str
    name: str
    image: MemoryImage
    image_id: str
    config: dict[str, t.Any]
    host_config: dict[str, t.Any]
    networks: dict[str, t.Any]
    state: str = "created"
    status: int = 0
    started: float = 0.0
    ends: float | None = None
    gone: float | None = None
    restarts: int = 0

    @property
    def running(self) -> bool:
        return self.state in ("running", "paused")


@dataclass
class _Fault:
    """What happens to calls of a kind, from the ``number``-th on, ``times`` times."""

    number: int
    times: int
    error: t.Callable[[str, str], EngineError] | None = None
    done: bool = False
    before: t.Callable[[], object] | None = None
    after: t.Callable[[], object] | None = None
    stays: bool = False

    def hits(self, count: int) -> bool:
        return self.number <= count < self.number + self.times


#: IDs are unlike in their first characters, as those of an engine, and grow as containers are created anywhere.
_serial = itertools.count(1)


def next_id() -> str:
    return f"{next(_serial):06x}".ljust(12, "0") + "f" * 52


class MemoryEngine:
    """One engine. Its ``asked`` is what it was asked to change, in order: ``create web``, ``start web``."""

    def __init__(
        self,
        name: str,
        clock: TestClock | None = None,
        *,
        images: t.Mapping[str, MemoryImage] | t.Iterable[str] = ("web:1",),
        registry: t.Mapping[str, MemoryImage] | t.Iterable[str] = (),
        networks: t.Iterable[str] = (),
        labels: t.Mapping[str, str] | None = None,
        memory: str | int = "16G",
        cpus: int = 8,
        api_version: tuple[int, int] = (1, 41),
    ) -> None:
        self.name = name
        self.address = f"{name}:2375"
        self.listing = Listing()
        self.api_version = api_version
        self.clock = clock or TestClock()
        self.images = _images(images)
        self.registry = _images(registry)
        self.networks: dict[str, dict[str, t.Any]] = {
            each: {"Name": each, "Driver": "bridge", "Options": {}} for each in ("bridge", *networks)
        }
        self.records: list[Record] = []
        self.asked: list[str] = []
        self.auths: list[object] = []
        self.warnings: list[str] = []
        self.counts: dict[str, int] = {}
        self.down = False
        self._facts = {"labels": dict(labels or {}), "memory": size(memory), "cpus": cpus}
        self._faults: dict[str, list[_Fault]] = {}
        self._lock = threading.RLock()

    # what a test does to it

    def refuse(self, kind: str, status: int, words: str = "it cannot be done", nth: int = 1, times: int = 1) -> None:
        """The ``nth`` call of ``kind`` from now on is refused."""

        def error(_kind: str, asked: str) -> EngineError:
            return explain_status(self.address, status, json.dumps({"message": words}).encode(), asked)

        self._put(kind, nth, times, error=error)

    def lose(
        self, kind: str, *, done: bool = False, arrived: bool = True, stays: bool = False, nth: int = 1, times: int = 1
    ) -> None:
        """The ``nth`` call of ``kind`` gets no answer. ``done``: it is carried out all the same. ``stays``: nor does
        any further call."""
        words = f"no answer from {self.address} within 60 s" if arrived else f"connection refused by {self.address}"
        self._put(
            kind,
            nth,
            times,
            error=lambda _kind, _asked: EngineUnreachableError(self.address, words, arrived),
            done=done,
            stays=stays,
        )

    def before(self, kind: str, act: t.Callable[[], object], nth: int = 1, times: int = 1) -> None:
        """Call ``act`` before the ``nth`` call of ``kind`` is carried out."""
        self._put(kind, nth, times, before=act)

    def after(self, kind: str, act: t.Callable[[], object], nth: int = 1, times: int = 1) -> None:
        """Call ``act`` once the ``nth`` call of ``kind`` was carried out."""
        self._put(kind, nth, times, after=act)

    def _put(self, kind: str, nth: int, times: int, **more: t.Any) -> None:
        self._faults.setdefault(kind, []).append(_Fault(self.counts.get(kind, 0) + nth, times, **more))

    def add(self, name: str, state: str = "running", body: t.Mapping[str, t.Any] | None = None, id: str = "") -> Record:
        """A container that somebody else made here, by a create body."""
        record = self._make(name, {"Image": "web:1", **(body or {})}, id)
        if state in ("running", "paused"):
            self._run(record)
        record.state = state
        return record

    def take(self, name: str) -> None:
        """Somebody else removes a container."""
        self.records.remove(self.find(name))

    def find(self, name: str) -> Record:
        """The container of that name or ID."""
        self._settle()
        return next(each for each in self.records if name in (each.name, each.id))

    def lines(self) -> list[str]:
        """Its containers: ``n1: web running``, by name."""
        self._settle()
        return [f"{self.name}: {each.name} {each.state}" for each in sorted(self.records, key=lambda each: each.name)]

    # what acts on it: the methods of EngineClient

    def send(self, call: Call[t.Any]) -> t.Any:
        with self._lock:
            kind, subject = _kind_of(call)
            return self._through(kind, call.asked, lambda: self._answer(kind, subject, call))

    def stop_container(self, container: str, timeout: int | None = None) -> None:
        with self._lock:
            self._through("stop", f"to stop {container[:12]}", lambda: self._stop(container, timeout))

    def restart_container(self, container: str, timeout: int | None = None) -> None:
        with self._lock:
            self._through("restart", f"to restart {container[:12]}", lambda: self._restart(container, timeout))

    def pull_image(
        self, reference: str, auth: object = None, platform: str | None = None, tell: t.Callable[[str], object] = len
    ) -> None:
        tell(f"pulls {reference}")
        with self._lock:
            self._through("pull", f"to pull {reference}", lambda: self._pull(reference, auth, platform))

    def container_output(self, container: str) -> str:
        with self._lock:
            asked = f"to give the output of {container[:12]}"
            return self._through("logs", asked, lambda: self._get(container, asked).image.prints)

    def watch_container(self, container: str) -> EndWatch:
        with self._lock:
            asked = f"to wait for {container[:12]}"
            record = self._through("watch", asked, lambda: self._get(container, asked))
        return EndWatch(lambda: self._wait(record), lambda: self._note("unwatch", record))

    def read(self, reading: Reading) -> Node:
        """The node, as a snapshot of it is made; unhealthy where it does not answer."""
        with self._lock:
            try:
                return self._through("read", "GET /containers/json", lambda: self._read(reading))
            except EngineError as error:
                return Node(self.address, self.address, health=Health.UNHEALTHY, reason=str(error))

    # how it answers

    def _through(self, kind: str, asked: str, act: t.Callable[[], t.Any]) -> t.Any:
        """Carry out one call, with what a test has put in its way."""
        count = self.counts[kind] = self.counts.get(kind, 0) + 1
        if self.down:
            raise EngineUnreachableError(self.address, f"connection refused by {self.address}", False)
        self._settle()
        faults = [fault for fault in self._faults.get(kind, ()) if fault.hits(count)]
        for fault in faults:
            if fault.before is not None:
                fault.before()
        error = next((fault for fault in faults if fault.error is not None), None)
        if error is not None and not error.done:
            self._fail(error, kind, asked)
        result = act()
        for fault in faults:
            if fault.after is not None:
                fault.after()
        if error is not None:
            self._fail(error, kind, asked)
        return result

    def _fail(self, fault: _Fault, kind: str, asked: str) -> t.NoReturn:
        self.down = self.down or fault.stays
        raise t.cast(t.Callable[[str, str], EngineError], fault.error)(kind, asked)

    def _answer(self, kind: str, subject: str, call: Call[t.Any]) -> t.Any:
        value, status = getattr(self, f"_on_{kind}")(subject, call), 200
        if value is None and kind in ("inspect_image", "inspect_network"):
            status = 404
        body = json.dumps({} if value is None else value).encode()
        return call.read(Reply(self.address, call.asked, call.path, status, {}, body))

    def _refusal(self, status: int, words: str, asked: str) -> EngineError:
        return explain_status(self.address, status, json.dumps({"message": words}).encode(), asked)

    def _get(self, container: str, asked: str) -> Record:
        for record in self.records:
            if container in (record.name, record.id):
                return record
        raise self._refusal(404, f"No such container: {container}", asked)

    def _note(self, verb: str, record: Record, more: str = "") -> None:
        self.asked.append(f"{verb} {record.name}{more}")

    def _settle(self) -> None:
        """What time has done."""
        now = self.clock.now()
        for record in list(self.records):
            if record.running and record.ends is not None and now >= record.ends:
                self._end(record)
            if record.gone is not None and now >= record.gone:
                self.records.remove(record)

    def _make(self, name: str, body: t.Mapping[str, t.Any], identity: str = "") -> Record:
        reference = str(body["Image"])
        found = self._find_image(reference)
        image_id, image = found or ("sha256:" + "0" * 64, MemoryImage())
        config = {key: value for key, value in body.items() if key not in _NOT_CONFIG}
        config["Labels"] = {**(image.config.get("Labels") or {}), **(config.get("Labels") or {})}
        config["Env"] = [*(config.get("Env") or ()), *(image.config.get("Env") or ())]
        host_config = {"NetworkMode": "default", **(body.get("HostConfig") or {})}
        mode = host_config["NetworkMode"]
        endpoints = (body.get("NetworkingConfig") or {}).get("EndpointsConfig") or {}
        networks = {("bridge" if mode == "default" else mode): {}, **endpoints}
        record = Record(identity or next_id(), name, image, image_id, config, host_config, dict(networks))
        self.records.append(record)
        return record

    def _find_image(self, reference: str) -> tuple[str, MemoryImage] | None:
        for name, image in self.images.items():
            if reference in (name, image.id_of(name)):
                return image.id_of(name), image
        return None

    def _run(self, record: Record) -> None:
        record.state, record.started = "running", self.clock.now()
        image = record.image
        record.ends = None if image.exits is None else record.started + image.exits_after
        self._settle()

    def _end(self, record: Record, status: int | None = None) -> None:
        record.status = (record.image.exits or 0) if status is None else status
        record.state, record.ends = "exited", None
        if record.host_config.get("AutoRemove"):
            self.records.remove(record)

    def _ports(self, record: Record) -> list[tuple[str, str]]:
        """Host port with protocol, and address, of those that are fixed."""
        return [
            (f"{binding['HostPort']}/{port.partition('/')[2] or 'tcp'}", binding.get("HostIp") or "0.0.0.0")
            for port, bindings in (record.host_config.get("PortBindings") or {}).items()
            for binding in bindings
            if binding.get("HostPort")
        ]

    # each kind of call

    def _on_info(self, _subject: str, _call: Call[t.Any]) -> dict[str, t.Any]:
        labels = [f"{key}={value}" for key, value in self._facts["labels"].items()]
        return {
            "ID": f"{self.name}-id",
            "Name": self.name,
            "NCPU": self._facts["cpus"],
            "MemTotal": self._facts["memory"],
            "Labels": labels,
            "ServerVersion": "20.10.24",
        }

    def _on_inspect_image(self, reference: str, _call: Call[t.Any]) -> dict[str, t.Any] | None:
        found = self._find_image(reference)
        return None if found is None else {"Id": found[0], "Config": dict(found[1].config)}

    def _on_inspect_network(self, network: str, _call: Call[t.Any]) -> dict[str, t.Any] | None:
        return self.networks.get(network)

    def _on_create(self, _subject: str, call: Call[t.Any]) -> dict[str, t.Any]:
        name, body = call.query["name"], t.cast(t.Mapping[str, t.Any], call.body)
        taken = next((each for each in self.records if each.name == name), None)
        if taken is not None:
            words = f'Conflict. The container name "/{name}" is already in use by container "{taken.id}".'
            raise self._refusal(409, words, call.asked)
        if self._find_image(str(body["Image"])) is None:
            raise self._refusal(404, f"No such image: {body['Image']}", call.asked)
        record = self._make(name, body)
        self._note("create", record)
        return {"Id": record.id, "Warnings": list(self.warnings)}

    def _on_inspect(self, container: str, call: Call[t.Any]) -> dict[str, t.Any]:
        return self._inspection(self._get(container, call.asked))

    def _inspection(self, record: Record) -> dict[str, t.Any]:
        state: dict[str, t.Any] = {
            "Status": "removing" if record.gone is not None else record.state,
            "Running": record.running,
            "Paused": record.state == "paused",
            "Restarting": record.state == "restarting",
            "Dead": False,
            "ExitCode": record.status,
        }
        healthy_after = record.image.healthy_after
        if healthy_after is not None:
            healthy = record.running and self.clock.now() >= record.started + healthy_after
            state["Health"] = {"Status": "healthy" if healthy else "starting", "Log": [{"Output": record.image.prints}]}
        return {
            "Id": record.id,
            "Name": f"/{record.name}",
            "Image": record.image_id,
            "State": state,
            "RestartCount": record.restarts,
            "Config": record.config,
            "HostConfig": record.host_config,
            "NetworkSettings": {"Networks": record.networks},
        }

    def _on_start(self, container: str, call: Call[t.Any]) -> None:
        record = self._get(container, call.asked)
        self._note("start", record)
        self._start(record, call.asked)

    def _start(self, record: Record, asked: str) -> None:
        if record.running:
            return
        for network in record.networks:
            if network not in self.networks and network not in ("host", "none") and not network.startswith("container"):
                raise self._refusal(404, f"network {network} not found", asked)
        for other in self.records:
            for port, _address in self._ports(other) if other.running else ():
                if port in [each for each, _address in self._ports(record)]:
                    raise self._refusal(500, f"Bind for 0.0.0.0:{port} failed: port is already allocated", asked)
        self._run(record)

    def _stop(self, container: str, timeout: int | None) -> None:
        record = self._get(container, f"to stop {container[:12]}")
        self._note("stop", record, "" if timeout is None else f" within {timeout}")
        if record.running:
            self._end(record, 137)

    def _restart(self, container: str, timeout: int | None) -> None:
        record = self._get(container, f"to restart {container[:12]}")
        self._note("restart", record, "" if timeout is None else f" within {timeout}")
        self._run(record)

    def _on_kill(self, container: str, call: Call[t.Any]) -> None:
        record = self._get(container, call.asked)
        self._note("kill", record, f" by {call.query.get('signal', 'SIGKILL')}")
        if not record.running:
            raise self._refusal(409, f"Container {record.id} is not running", call.asked)
        record.ends = self.clock.now() + record.image.ends_after
        self._settle()

    def _on_pause(self, container: str, call: Call[t.Any]) -> None:
        record = self._get(container, call.asked)
        self._note("pause", record)
        if record.state != "running":
            raise self._refusal(409, f"Container {record.id} is {record.state}", call.asked)
        record.state = "paused"

    def _on_unpause(self, container: str, call: Call[t.Any]) -> None:
        record = self._get(container, call.asked)
        self._note("unpause", record)
        if record.state != "paused":
            raise self._refusal(500, f"Container {record.id} is not paused", call.asked)
        record.state = "running"

    def _on_remove(self, container: str, call: Call[t.Any]) -> None:
        record = self._get(container, call.asked)
        self._note("remove", record, " with volumes" if call.query.get("v") else "")
        if record.running and not call.query.get("force"):
            words = f'cannot remove container "/{record.name}": container is running'
            raise self._refusal(409, words, call.asked)
        record.gone = self.clock.now() + record.image.removed_after
        self._settle()

    def _on_rename(self, container: str, call: Call[t.Any]) -> None:
        record, name = self._get(container, call.asked), call.query["name"]
        self._note("rename", record, f" to {name}")
        if any(each.name == name for each in self.records):
            raise self._refusal(409, f'Conflict. The container name "/{name}" is already in use', call.asked)
        record.name = name

    def _on_update(self, container: str, call: Call[t.Any]) -> dict[str, t.Any]:
        record = self._get(container, call.asked)
        self._note("update", record)
        record.host_config.update(t.cast(t.Mapping[str, t.Any], call.body))
        return {"Warnings": list(self.warnings)}

    def _on_connect(self, network: str, call: Call[t.Any]) -> None:
        body = t.cast(t.Mapping[str, t.Any], call.body)
        record = self._get(body["Container"], call.asked)
        self._note("connect", record, f" to {network}")
        if network not in self.networks:
            raise self._refusal(404, f"network {network} not found", call.asked)
        record.networks[network] = dict(body["EndpointConfig"])

    def _on_disconnect(self, network: str, call: Call[t.Any]) -> None:
        record = self._get(t.cast(t.Mapping[str, t.Any], call.body)["Container"], call.asked)
        self._note("disconnect", record, f" from {network}")
        record.networks.pop(network, None)

    def _on_wait(self, container: str, call: Call[t.Any]) -> dict[str, t.Any]:
        return {"StatusCode": self._wait(self._get(container, call.asked))}

    def _wait(self, record: Record) -> int:
        with self._lock:
            if record.running:
                if record.ends is None:
                    raise AssertionError(f"{record.name} on {self.name} never ends by itself")
                self.clock.sleep(record.ends - self.clock.now())
                self._settle()
            return record.status

    def _pull(self, reference: str, auth: object, platform: str | None) -> None:
        self.asked.append(f"pull {reference}" + (f" for {platform}" if platform else ""))
        self.auths.append(auth)
        if reference not in self.registry:
            raise self._refusal(404, f"manifest for {reference} not found", f"to pull {reference}")
        self.images[reference] = self.registry[reference]

    # how it is read

    def _read(self, reading: Reading) -> Node:
        newer = self._since(reading)
        # as engines do: the newest first
        listed = [self._listed(each) for each in reversed(self.records) if each in newer or _is_listed(each, reading)]
        inspections = {
            identity: self._inspection(self.find(identity))
            for identity in to_inspect(self.address, listed, reading.inspect)
        }
        images = None
        if reading.images:
            images = [{"Id": image.id_of(name), "RepoTags": [name]} for name, image in self.images.items()]
        info = self._on_info("", None)  # type: ignore[arg-type]
        raw = RawEngine(self.address, self.api_version, info, listed, images, inspections)
        return make_node(raw, self.listing)

    def _since(self, reading: Reading) -> t.Sequence[Record]:
        """What was created after the container that a reading names; everything where that is not there any more."""
        if reading.since is None:
            return ()
        known = [record.id for record in self.records]
        return self.records[known.index(reading.since) + 1 :] if reading.since in known else self.records

    def _listed(self, record: Record) -> dict[str, t.Any]:
        ports = [
            {"PrivatePort": 80, "PublicPort": int(port.partition("/")[0]), "Type": "tcp", "IP": address}
            for port, address in (self._ports(record) if record.running else ())
        ]
        return {
            "Id": record.id,
            "Names": [f"/{record.name}"],
            "Image": record.config["Image"],
            "ImageID": record.image_id,
            "Labels": record.config["Labels"],
            "State": "removing" if record.gone is not None else record.state,
            "Status": "Up 3 minutes" if record.running else record.state.capitalize(),
            "Created": 0,
            "Ports": ports,
            "HostConfig": {"NetworkMode": record.host_config["NetworkMode"]},
        }


def _images(given: t.Mapping[str, MemoryImage] | t.Iterable[str]) -> dict[str, MemoryImage]:
    return dict(given) if isinstance(given, t.Mapping) else {name: MemoryImage() for name in given}


def _kind_of(call: Call[t.Any]) -> tuple[str, str]:
    for pattern, kind in _KINDS:
        found = pattern.fullmatch(f"{call.method} {call.path}")
        if found:
            groups = [unquote(group) for group in found.groups()]
            return kind or groups[1], groups[0] if groups else ""
    raise AssertionError(f"no engine in memory answers {call.method} {call.path}")


def _is_listed(record: Record, reading: Reading) -> bool:
    if reading.lists is None:
        return True
    return any(_meets(record, filters) for filters in reading.lists)


def _meets(record: Record, filters: t.Mapping[str, t.Sequence[str]]) -> bool:
    """As an engine filters its list: every key must be met, by any of its names and by all of its labels."""
    names, labels = filters.get("name"), filters.get("label", ())
    named = names is None or any(re.search(name, f"/{record.name}") or re.search(name, record.name) for name in names)
    return named and all(
        record.config["Labels"].get(key) == value for key, _equals, value in (each.partition("=") for each in labels)
    )
