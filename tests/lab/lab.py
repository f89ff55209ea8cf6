# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A whole lab: engines side by side on a network of their own."""

from __future__ import annotations

import errno
import json
import os
import shutil
import socket
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from . import images, network
from .certificates import Authority, CertificateSet
from .engine import Engine
from .errors import LabError
from .registry import Registry
from .registry_tokens import TokenIssuer
from .spec import DATA_ROOT, RUN_ROOT, EngineSpec, LabSpec

_LOCK_TIMEOUT = 120.0
_MAKE_ATTEMPTS = 1000

DEMO_ENGINES = (
    EngineSpec("dockerhost01", labels={"status": "master", "disk": "ssd", "zone": "internal"}),
    EngineSpec("dockerhost02", labels={"zone": "external", "disk": "ssd"}),
    EngineSpec("dockerhost03", labels={"zone": "external", "disk": "hdd"}),
)


class Lab:
    """name: at most 8 letters and digits. subnet: first three numbers of a /24. engines: the demo's if not given.

    Labs of different names and subnets may run at the same time. Needs root.
    """

    def __init__(
        self, name: str = "demo", subnet: str = "10.77.0", engines: Iterable[EngineSpec] = DEMO_ENGINES
    ) -> None:
        self.spec = LabSpec(name=name, subnet=subnet, engines=tuple(engines))
        self.state = self.spec.run_folder
        self.certs = CertificateSet(self.state / "certs")
        self.cluster_conf = self.state / "cluster.conf"
        self._written_spec = self.state / "lab.json"
        self._engines: dict[str, Engine] = {}

    @classmethod
    def attach(cls, name: str = "demo") -> Lab:
        """Take hold of a lab that another process has brought up; LabError when there is none of this name."""
        try:
            data = json.loads((RUN_ROOT / name / "lab.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise LabError(f"there is no lab {name!r}") from None
        spec = LabSpec.from_json(data)
        return cls(spec.name, spec.subnet, spec.engines)

    # -- life ------------------------------------------------------------------------------------------------------

    def up(self) -> None:
        """Bring the lab up; one that runs as asked is kept, containers and all, leftovers of a crash are removed."""
        if os.geteuid() != 0:
            raise LabError("the lab needs root: it makes network namespaces and starts engines")
        with self._lock():
            if self._runs_as_asked():
                return
            self._remove()
            self._build()

    def down(self) -> None:
        """Remove everything that the lab made; nothing to do when there is nothing."""
        with self._lock():
            self._remove()

    def reset(self) -> None:
        """Bring every engine back from what a test did to it, and wipe it."""
        self._side_by_side(_reset, self.engines)

    def wipe(self) -> None:
        """Remove containers, volumes, networks and foreign images of every engine."""
        self._side_by_side(Engine.wipe, self.engines)

    def __enter__(self) -> Lab:
        self.up()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.down()

    # -- use -------------------------------------------------------------------------------------------------------

    @property
    def engines(self) -> list[Engine]:
        """All engines, in the order of the specs."""
        return [self.engine(spec.name) for spec in self.spec.engines]

    def engine(self, name: str) -> Engine:
        """Give one engine by its host name."""
        if name not in self._engines:
            names = [spec.name for spec in self.spec.engines]
            if name not in names:
                raise LabError(f"lab {self.spec.name!r} has no engine {name!r}, only {', '.join(names)}")
            self._engines[name] = Engine(self.spec, names.index(name), self.authority)
        return self._engines[name]

    @property
    def authority(self) -> Authority:
        """The authority that signed the lab's certificates; it can issue more."""
        return Authority(self.spec.data_folder / "authority")

    def other_authority(self, name: str = "other") -> Authority:
        """Give an authority that no engine trusts."""
        return Authority(self.spec.data_folder / f"authority-{name}", name=f"classic.swarm lab CA {name}")

    @property
    def discovery(self) -> str:
        """The discovery URL of the lab's file."""
        return f"file://{self.cluster_conf}"

    @property
    def environment(self) -> dict[str, str]:
        """Environment variables with which the collection and its users find the lab."""
        return {
            "DOCKER_CERT_PATH": str(self.certs.folder),
            "DOCKER_TLS_VERIFY": "1",
            "SWARM_DISCOVERY": self.discovery,
        }

    def load_images(self, *wanted: images.Image) -> None:
        """Load further images into every engine."""
        archive = images.archive(wanted)
        self._side_by_side(lambda engine: engine.load(archive), self.engines)

    def registry(self, *, port: int = 5000, user: str | None = None, password: str | None = None) -> Registry:
        """Give a registry, not started yet, that every engine of the lab reaches and accepts."""
        folder = self.spec.data_folder / f"registry-{port}"
        return Registry(f"{self.spec.gateway}:{port}", folder, user=user, password=password)

    @contextmanager
    def token_registry(self, *, port: int, user: str, password: str) -> Iterator[tuple[Registry, TokenIssuer]]:
        """Run a registry that takes tokens, and who gives them out, on the port after it."""
        folder = self.spec.data_folder / f"registry-{port}"
        with (
            TokenIssuer(self.spec.gateway, port + 1, folder, user, password) as tokens,
            Registry(f"{self.spec.gateway}:{port}", folder, tokens=tokens) as registry,
        ):
            yield registry, tokens

    # -- parts -----------------------------------------------------------------------------------------------------

    def _runs_as_asked(self) -> bool:
        try:
            written = json.loads(self._written_spec.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return False
        same = written == json.loads(json.dumps(self.spec.to_json()))
        return same and all(network.link_is_up(engine.machine.veth) and engine.answers() for engine in self.engines)

    def _build(self) -> None:
        make_folder(self.state)
        make_folder(self.spec.data_folder)
        self._engines.clear()
        try:
            network.make_bridge(self.spec.bridge, self.spec.gateway)
            self.authority.issue(self.certs.folder, "classic.swarm lab client")
            archive = images.archive(images.BASE_IMAGES)
            self._side_by_side(lambda engine: _bring_up(engine, archive), self.engines)
        except BaseException:
            self._remove()
            raise
        lines = "".join(f"{engine.entry}\n" for engine in self.engines)
        self.cluster_conf.write_text(lines, encoding="utf-8")
        # Written last: a lab without it was never whole.
        self._written_spec.write_text(json.dumps(self.spec.to_json(), indent=2) + "\n", encoding="utf-8")

    def _remove(self) -> None:
        # By what is there, not by the specs: an earlier run may have had other engines.
        prefix = f"{self.spec.bridge}-"
        for path in Path("/sys/class/net").iterdir():
            if path.name.startswith(prefix):
                network.remove_link(path.name)
        network.remove_link(self.spec.bridge)
        for netns in network.namespaces_with(prefix):
            network.remove_namespace(netns)
        shutil.rmtree(self.state, ignore_errors=True)
        shutil.rmtree(self.spec.data_folder, ignore_errors=True)
        _remove_if_empty(RUN_ROOT)
        _remove_if_empty(DATA_ROOT)

    @contextmanager
    def _lock(self) -> Iterator[None]:
        # An abstract socket address has one holder at a time, is free again however that ends, and leaves no file.
        end = time.monotonic() + _LOCK_TIMEOUT
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as holder:
            while not _bound(holder, f"\0classic-swarm-lab-{self.spec.name}"):
                if time.monotonic() > end:
                    raise LabError(f"another process has been busy with lab {self.spec.name!r} for {_LOCK_TIMEOUT:g} s")
                time.sleep(0.1)
            yield

    @staticmethod
    def _side_by_side(action: Callable[[Engine], Any], engines: Sequence[Engine]) -> None:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(action, engines))


def _bring_up(engine: Engine, archive: bytes) -> None:
    engine.start()
    engine.load(archive)


def _reset(engine: Engine) -> None:
    engine.heal()
    engine.wipe()


def _bound(holder: socket.socket, address: str) -> bool:
    try:
        holder.bind(address)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        return False
    return True


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, which another lab that goes may take away again in that moment."""
    for _attempt in range(_MAKE_ATTEMPTS):
        with suppress(FileNotFoundError):
            folder.mkdir(parents=True)
            return
    raise LabError(f"{folder} cannot be made: what is above it goes again and again")


def _remove_if_empty(folder: Path) -> None:
    # Not empty, or gone: another lab has something there, or was quicker.
    with suppress(OSError):
        folder.rmdir()
