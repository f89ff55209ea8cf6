# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One simulated engine: its state, and what it answers. Pure: bytes of replies, and nothing of sockets."""

from __future__ import annotations

import json
import re
import typing as t
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote

from .container import SimulatedContainer
from .scenario import IMAGES, Scenario, identity

API_VERSION = "1.41"
_FIRST_RANDOM_PORT = 32768
#: Lines of each container's log.
_LINES = 50
_VERSION_PREFIX = re.compile(r"/v\d+\.\d+(?=/)")
_CONTAINER = re.compile(r"/containers/(?P<id>[^/]+)(?:/(?P<verb>[a-z]+))?")


@dataclass(frozen=True)
class Answer:
    """status and body of one answer. events: keep the connection and send events over it."""

    status: int
    body: bytes = b""
    events: bool = False


class Refusal(Exception):
    """An answer with an error status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.answer = Answer(status, json.dumps({"message": message}).encode())


@dataclass(frozen=True)
class Question:
    """One request, taken apart."""

    method: str
    path: str
    query: t.Mapping[str, str] = field(default_factory=dict)
    body: t.Mapping[str, t.Any] = field(default_factory=dict)

    @classmethod
    def parse(cls, method: str, target: str, body: bytes) -> Question:
        path, _mark, query = target.partition("?")
        values = {key: value[0] for key, value in parse_qs(query, keep_blank_values=True).items()} if query else {}
        version = _VERSION_PREFIX.match(path)
        return cls(method, path[version.end() :] if version else path, values, json.loads(body) if body else {})


class SimulatedEngine:
    """Engine number `index` of a scenario."""

    def __init__(self, scenario: Scenario, index: int) -> None:
        self._index = index
        self._clock = 0
        self._containers: dict[str, SimulatedContainer] = {}
        self._names: dict[str, SimulatedContainer] = {}
        self._held: dict[str, str] = {}
        self._list: bytes | None = None
        self.listeners: list[Callable[[bytes], None]] = []
        self._info = json.dumps(scenario.facts(index)).encode()
        for number, (name, body) in enumerate(scenario.bodies(index)):
            container = self._create(name, body)
            if scenario.runs(number):
                self._start(container)
        self._first = {container.id: container.running for container in self._containers.values()}
        self._whole_list()
        # what is asked a thousand times is answered without looking at it
        self._fixed: dict[tuple[str, str], Callable[[], bytes]] = {
            ("GET", "/_ping"): lambda: b"OK",
            ("HEAD", "/_ping"): lambda: b"",
            ("GET", "/version"): lambda: _VERSION,
            ("GET", "/info"): lambda: self._info,
            ("GET", "/images/json"): lambda: _IMAGE_LIST,
            ("GET", "/networks"): lambda: b"[" + _BRIDGE + b"]",
            ("GET", "/volumes"): lambda: b'{"Volumes":[],"Warnings":null}',
            ("GET", "/containers/json?all=1"): self._whole_list,
        }

    def answer(self, method: str, target: str, body: bytes) -> Answer:
        """The answer to one request; what it asks for is done."""
        fixed = self._fixed.get((method, target))
        if fixed is not None:
            return Answer(200, fixed())
        try:
            question = Question.parse(method, target, body)
            fixed = self._fixed.get((method, question.path))
            return Answer(200, fixed()) if fixed else self._route(question)
        except Refusal as refusal:
            return refusal.answer

    def reset(self) -> None:
        """Back to the scenario: what was created is gone, what was started or stopped is as it was."""
        for container in list(self._containers.values()):
            if container.id not in self._first:
                self._remove(container)
            elif container.running and not self._first[container.id]:
                self._stop(container)
            elif not container.running and self._first[container.id]:
                self._start(container)

    # routes

    def _route(self, question: Question) -> Answer:
        path = question.path
        if path == "/events":
            return Answer(200, events=True)
        if path == "/containers/json":
            return Answer(200, self._filtered_list(question.query))
        if path == "/containers/create" and question.method == "POST":
            created = self._create(question.query.get("name") or identity(self._index, self._clock)[:12], question.body)
            return Answer(201, json.dumps({"Id": created.id, "Warnings": []}).encode())
        found = _CONTAINER.fullmatch(path)
        if found:
            return self._act(question, self._find(unquote(found["id"])), found["verb"] or "")
        if path.startswith("/images/") and path.endswith("/json"):
            return Answer(200, _image(unquote(path[len("/images/") : -len("/json")])))
        if path.startswith("/networks/"):
            if path != "/networks/bridge":
                raise Refusal(404, f"network {path[len('/networks/') :]} not found")
            return Answer(200, _BRIDGE)
        raise Refusal(404, "page not found")

    def _act(self, question: Question, container: SimulatedContainer, verb: str) -> Answer:
        if question.method == "GET" and verb == "json":
            return Answer(200, container.inspection())
        if question.method == "GET" and verb == "logs":
            return Answer(200, _log(container.id))
        if question.method == "DELETE" and not verb:
            if container.running and question.query.get("force", "").lower() not in ("1", "true"):
                raise Refusal(409, f"You cannot remove a running container {container.id}.")
            self._remove(container)
            return Answer(204)
        if question.method != "POST" or verb not in self._ACTIONS:
            raise Refusal(404, "page not found")
        return self._ACTIONS[verb](self, question, container)

    def _act_start(self, _question: Question, container: SimulatedContainer) -> Answer:
        if container.running:
            return Answer(304)
        self._start(container)
        return Answer(204)

    def _act_stop(self, _question: Question, container: SimulatedContainer) -> Answer:
        if not container.running:
            return Answer(304)
        self._stop(container)
        return Answer(204)

    def _act_restart(self, _question: Question, container: SimulatedContainer) -> Answer:
        self._stop(container)
        self._start(container)
        return Answer(204)

    def _act_rename(self, question: Question, container: SimulatedContainer) -> Answer:
        name = question.query["name"]
        self._check_name(name)
        del self._names[container.name]
        container.name = name
        self._names[name] = container
        self._changed("rename", container)
        return Answer(204)

    _ACTIONS: t.ClassVar[dict[str, Callable[[SimulatedEngine, Question, SimulatedContainer], Answer]]] = {
        "start": _act_start,
        "stop": _act_stop,
        "kill": _act_stop,
        "restart": _act_restart,
        "rename": _act_rename,
    }

    # state

    def _find(self, reference: str) -> SimulatedContainer:
        found = self._containers.get(reference) or self._names.get(reference.lstrip("/"))
        if found is None:
            raise Refusal(404, f"No such container: {reference}")
        return found

    def _check_name(self, name: str) -> None:
        if name in self._names:
            taken = self._names[name].id
            raise Refusal(409, f'Conflict. The container name "/{name}" is already in use by container "{taken}".')

    def _create(self, name: str, body: t.Mapping[str, t.Any]) -> SimulatedContainer:
        self._check_name(name)
        if body.get("Image") not in _IMAGE_RECORDS:
            raise Refusal(404, f"No such image: {body.get('Image')}")
        self._clock += 1
        container = SimulatedContainer(identity(self._index, name, self._clock), name, dict(body), self._clock)
        self._containers[container.id] = self._names[name] = container
        self._changed("create", container)
        return container

    def _start(self, container: SimulatedContainer) -> None:
        given: dict[str, list[dict[str, str]]] = {}
        for target, wishes in container.bindings.items():
            for wish in wishes:
                number = wish.get("HostPort") or str(self._free_port(target))
                key = f"{number}/{target.rpartition('/')[2]}"
                if self._held.get(key, container.id) != container.id:
                    self._release(container)
                    raise Refusal(500, f"driver failed programming external connectivity: Bind for 0.0.0.0:{number} "
                                  "failed: port is already allocated")  # fmt: skip
                self._held[key] = container.id
                given.setdefault(target, []).append({"HostIp": wish.get("HostIp") or "0.0.0.0", "HostPort": number})
        container.run(given)
        self._changed("start", container)

    def _stop(self, container: SimulatedContainer) -> None:
        self._release(container)
        container.end()
        self._changed("stop", container)

    def _remove(self, container: SimulatedContainer) -> None:
        self._release(container)
        del self._containers[container.id], self._names[container.name]
        self._changed("destroy", container)

    def _release(self, container: SimulatedContainer) -> None:
        for key in [key for key, holder in self._held.items() if holder == container.id]:
            del self._held[key]

    def _free_port(self, target: str) -> int:
        protocol = target.rpartition("/")[2]
        number = _FIRST_RANDOM_PORT
        while f"{number}/{protocol}" in self._held:
            number += 1
        return number

    def _changed(self, what: str, container: SimulatedContainer) -> None:
        self._list = None
        if self.listeners:
            event = {"Type": "container", "Action": what, "Actor": {"ID": container.id}}
            for listener in self.listeners:
                listener(json.dumps(event).encode() + b"\n")

    # lists

    def _whole_list(self) -> bytes:
        if self._list is None:
            self._list = _joined(self._containers.values())
        return self._list

    def _filtered_list(self, query: t.Mapping[str, str]) -> bytes:
        filters = json.loads(query.get("filters") or "{}")
        everything = query.get("all", "").lower() in ("1", "true")
        if everything and not filters:
            return self._whole_list()
        identities = filters.get("id")
        if identities and all(len(each) == 64 for each in identities):
            # by whole IDs, as whoever follows the events asks
            return _joined(self._containers[each] for each in identities if each in self._containers)
        known = list(self._containers.values())
        for since in filters.get("since", ()):
            if since not in self._containers:
                raise Refusal(404, f"No such container: {since}")
            known = known[list(self._containers).index(since) + 1 :]
        wanted = [re.compile(pattern) for pattern in filters.get("name", ())]
        labels = [pair.partition("=") for pair in filters.get("label", ())]
        return _joined(
            container
            for container in known
            if (everything or container.running)
            and (not wanted or any(pattern.search(f"/{container.name}") for pattern in wanted))
            and all(container.has_label(key, value if equals else None) for key, equals, value in labels)
        )


def _joined(containers: t.Iterable[SimulatedContainer]) -> bytes:
    return b"[" + b",".join(container.listing() for container in reversed(list(containers))) + b"]"


def _log(identity_: str) -> bytes:
    """What a container has printed: lines with their times, in the frames of a container without a terminal."""
    moment = f"{int(identity_[:7], 16):09d}"
    lines = (f"2026-01-01T00:{number:02d}:00.{moment}Z line {number}\n" for number in range(_LINES))
    return b"".join(b"\x01\0\0\0" + len(line).to_bytes(4, "big") + line.encode() for line in lines)


def _image(reference: str) -> bytes:
    record = _IMAGE_RECORDS.get(reference)
    if record is None:
        raise Refusal(404, f"No such image: {reference}")
    return record


def _image_record(tag: str) -> dict[str, t.Any]:
    return {
        "Id": f"sha256:{identity('image', tag)}", "RepoTags": [tag], "RepoDigests": [], "Parent": "", "Comment": "",
        "Created": "2026-01-01T00:00:00Z", "Architecture": "amd64", "Os": "linux", "Size": 4_000_000,
        "Config": {"Env": ["PATH=/bin"], "Cmd": ["sh"], "Labels": None, "ExposedPorts": None, "Volumes": None,
                   "Entrypoint": None, "WorkingDir": "", "User": ""},
    }  # fmt: skip


_RECORDS = {tag: _image_record(tag) for tag in IMAGES}
_IMAGE_RECORDS = {name: json.dumps(record).encode() for tag, record in _RECORDS.items() for name in (tag, record["Id"])}
_IMAGE_LIST = json.dumps(
    [{"Id": record["Id"], "RepoTags": record["RepoTags"], "RepoDigests": [], "Created": 1_750_000_000,
      "Size": 4_000_000, "VirtualSize": 4_000_000, "SharedSize": -1, "Labels": None, "Containers": -1, "ParentId": ""}
     for record in _RECORDS.values()]
).encode()  # fmt: skip
_VERSION = json.dumps(
    {"Version": "20.10.24+dfsg1", "ApiVersion": API_VERSION, "MinAPIVersion": "1.12", "Os": "linux", "Arch": "amd64",
     "KernelVersion": "6.1.0-18-amd64", "GitCommit": "5d6db84", "GoVersion": "go1.19.8"}
).encode()  # fmt: skip
_BRIDGE = json.dumps(
    {"Name": "bridge", "Id": identity("bridge"), "Scope": "local", "Driver": "bridge", "EnableIPv6": False,
     "Internal": False, "Containers": {}, "Labels": {},
     "Options": {"com.docker.network.bridge.default_bridge": "true",
                 "com.docker.network.bridge.host_binding_ipv4": "0.0.0.0",
                 "com.docker.network.bridge.name": "docker0"}}
).encode()  # fmt: skip
