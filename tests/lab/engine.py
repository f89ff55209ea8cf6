# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One real Docker engine on a machine of the lab."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from . import docker_api, images, network
from .certificates import Authority
from .errors import LabError
from .freezing import freeze, thaw
from .machine import Machine
from .shell import program, run
from .spec import EngineSpec, LabSpec

_START_TIMEOUT = 90.0
_STOP_TIMEOUT = 30.0
_OWN_NETWORKS = {"bridge", "host", "none"}


class Engine:
    """name, address, port: where it is; socket: its unix socket, for the lab's own use; data: its folder on disk."""

    def __init__(self, lab: LabSpec, index: int, authority: Authority) -> None:
        self.spec: EngineSpec = lab.engines[index]
        self.name = self.spec.name
        self.address = lab.address(index)
        self.port = self.spec.port
        self.data = lab.data_folder / self.name
        self.log = self.data / "dockerd.log"
        self.machine = Machine(
            self.name,
            netns=f"{lab.bridge}-{self.name}",
            veth=f"{lab.bridge}-{index + 1}",
            bridge=lab.bridge,
            address=self.address,
        )
        self._run = lab.run_folder / self.name
        self.socket = self._run / "docker.sock"
        self._image_ids: dict[str, str] = {}
        self._pid_file = self._run / "dockerd.pid"
        self._authority = authority
        self._insecure = f"{lab.subnet}.0/24"

    @property
    def entry(self) -> str:
        """The line that a discovery file has for this engine."""
        return f"{self.address}:{self.port}"

    @property
    def url(self) -> str:
        """The engine's address as a docker host."""
        return f"tcp://{self.entry}"

    # -- life ------------------------------------------------------------------------------------------------------

    def start(self, *, wait: bool = True) -> None:
        """Boot the machine and start dockerd where they do not run; wait until the engine answers."""
        if self.machine.first_pid() is None:
            # A machine boots with an empty /run. Process ids are small in there: an old pid file would name some
            # process of the new life, and dockerd would take that for its containerd.
            shutil.rmtree(self._run, ignore_errors=True)
        self.machine.boot()
        if self.pid() is None:
            self._write_configuration()
            # A dockerd that was killed leaves its pid file; the number may belong to another process by now.
            self._pid_file.unlink(missing_ok=True)
            self.machine.spawn(self.log, *self._command_line())
        if wait:
            self.wait()

    def wait(self, timeout: float = _START_TIMEOUT) -> None:
        """Wait until the engine answers; raise LabError with its last words when it does not."""
        started = time.monotonic()
        while not self.answers():
            passed = time.monotonic() - started
            if passed > timeout or (passed > 3.0 and self.pid() is None):
                raise LabError(
                    f"engine {self.name} gave no answer after {passed:.0f} s; its log ends:\n{self.log_tail()}"
                )
            time.sleep(0.1)

    def answers(self) -> bool:
        """Say whether the engine answers on its socket."""
        try:
            return bool(self.api("GET", "/_ping", timeout=5.0) == "OK")
        except (OSError, docker_api.ApiError):
            return False

    def stop(self) -> None:
        """End dockerd in good order, its containers first; nothing to do when it does not run."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Kill dockerd; its containers run on, as they do when an engine crashes."""
        self._end(signal.SIGKILL)

    def power_off(self) -> None:
        """End the whole machine, containers and all."""
        self.machine.power_off()

    def restart(self) -> None:
        """Stop and start dockerd."""
        self.stop()
        self.start()

    def freeze(self) -> None:
        """Stop dockerd's clock: connections are taken and never answered."""
        freeze(self._running_pid())

    def thaw(self) -> None:
        """Let a frozen dockerd go on."""
        thaw(self._running_pid())

    def cut_off(self) -> None:
        """Pull the machine's network cable."""
        network.set_link(self.machine.veth, up=False)

    def join(self) -> None:
        """Plug the machine's network cable in."""
        network.set_link(self.machine.veth, up=True)

    def heal(self) -> None:
        """Bring the engine back from whatever a test did to it."""
        if network.link_exists(self.machine.veth):
            self.join()
        if self.pid() is not None:
            self.thaw()
        self.start()

    def remove(self) -> None:
        """End the machine and remove all it had, its disk too."""
        self.machine.remove()
        shutil.rmtree(self._run, ignore_errors=True)
        shutil.rmtree(self.data, ignore_errors=True)

    # -- use -------------------------------------------------------------------------------------------------------

    def api(self, method: str, path: str, body: Any = None, timeout: float = 60.0) -> Any:
        """Ask the Engine API over the unix socket: `api("GET", "/containers/json?all=1")`; JSON in, JSON out."""
        return docker_api.request(self.socket, method, path, body, timeout)

    def docker(self, *arguments: str, timeout: float = 120.0) -> str:
        """Run the docker CLI against this engine and give what it printed."""
        # Logins go into a folder of the engine's own, not into the user's.
        folder = str(self.data / "docker-cli")
        return run(_docker(), "--config", folder, "--host", f"unix://{self.socket}", *arguments, timeout=timeout)

    def run(self, *command: str, timeout: float = 60.0) -> str:
        """Run a command on the engine's machine and give what it printed."""
        return self.machine.run(*command, timeout=timeout)

    def load(self, archive: bytes) -> None:
        """Load images from an archive, as `docker load` does."""
        answer = str(self.api("POST", "/images/load?quiet=1", archive))
        if "error" in answer:
            raise LabError(f"engine {self.name} does not take the images: {answer.strip()}")

    def wipe(self) -> None:
        """Remove all containers, volumes and networks, and bring the images back to the lab's own."""
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(self._remove_container, self.api("GET", "/containers/json?all=1")))
        for volume in self.api("GET", "/volumes")["Volumes"] or ():
            self.api("DELETE", f"/volumes/{volume['Name']}?force=1")
        for item in self.api("GET", "/networks"):
            if item["Name"] not in _OWN_NETWORKS:
                self.api("DELETE", f"/networks/{item['Id']}")
        self._restore_images()

    def log_tail(self, lines: int = 25) -> str:
        """Give the last lines of dockerd's log."""
        if not self.log.exists():
            return "(no log)"
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])

    def pid(self) -> int | None:
        """Process id of dockerd as seen from outside the machine; None when it does not run."""
        for pid in network.processes_in(self.machine.netns):
            try:
                if Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip() == "dockerd":
                    return pid
            except (FileNotFoundError, ProcessLookupError):
                continue
        return None

    # -- parts -----------------------------------------------------------------------------------------------------

    def _write_configuration(self) -> None:
        for folder in (self._run, self.data / "root"):
            folder.mkdir(parents=True, exist_ok=True)
        (self.data / "daemon.json").write_text(json.dumps(self._configuration(), indent=2) + "\n", encoding="utf-8")

    def _configuration(self) -> Mapping[str, Any]:
        return {
            "labels": [f"{key}={value}" for key, value in self.spec.labels.items()],
            # Every engine of a machine would read one key file, and so have one ID, if it were not told otherwise.
            "deprecated-key-path": str(self.data / "key.json"),
            # Where systemd runs it would be asked to make the cgroups, and it does not know the machine's process ids.
            "exec-opts": ["native.cgroupdriver=cgroupfs"],
            "insecure-registries": [self._insecure],
            "shutdown-timeout": 3,
            **self._tls_configuration(),
            **self.spec.daemon_json,
        }

    def _tls_configuration(self) -> Mapping[str, Any]:
        if not self.spec.tls:
            # Said in so many words, it spares the fifteen seconds for which dockerd hesitates to open plain TCP.
            return {"tls": False}
        certificate, key = self.spec.server_certificate or self._own_certificate()
        return {
            "tlsverify": True,
            "tlscacert": str(self._authority.certificate),
            "tlscert": certificate,
            "tlskey": key,
        }

    def _own_certificate(self) -> tuple[str, str]:
        folder = self.data / "certs"
        if not (folder / "cert.pem").exists():
            names = (self.name, self.address, "127.0.0.1")
            self._authority.issue(folder, self.name, names=names, usage=("serverAuth", "clientAuth"))
        return str(folder / "cert.pem"), str(folder / "key.pem")

    def _command_line(self) -> list[str]:
        return [
            program(self.spec.dockerd),
            "--config-file", str(self.data / "daemon.json"),
            "--data-root", str(self.data / "root"),
            "--exec-root", str(self._run / "exec"),
            "--pidfile", str(self._pid_file),
            "--host", f"unix://{self.socket}",
            "--host", f"tcp://0.0.0.0:{self.port}",
            *self.spec.arguments,
        ]  # fmt: skip

    def _running_pid(self) -> int:
        pid = self.pid()
        if pid is None:
            raise LabError(f"engine {self.name} does not run")
        return pid

    def _end(self, number: signal.Signals) -> None:
        pid = self.pid()
        if pid is None:
            return
        _signal_process(pid, number)
        # A frozen process takes SIGTERM only when it goes on.
        _signal_process(pid, signal.SIGCONT)
        end = time.monotonic() + _STOP_TIMEOUT
        while self.pid() is not None:
            if time.monotonic() > end:
                raise LabError(f"engine {self.name} does not end within {_STOP_TIMEOUT:g} s:\n{self.log_tail()}")
            time.sleep(0.05)

    def _remove_container(self, container: Mapping[str, Any]) -> None:
        try:
            if container["State"] == "paused":
                self.api("POST", f"/containers/{container['Id']}/unpause")
            self.api("DELETE", f"/containers/{container['Id']}?force=1&v=1")
        except docker_api.ApiError as error:
            # 404, 409: it is gone or going (auto_remove).
            if error.status not in (404, 409):
                raise

    def _restore_images(self) -> None:
        wanted = {tag for image in images.BASE_IMAGES for tag in image.tags}
        own = {tag.split(":")[0] for tag in wanted}
        seen: dict[str, str] = {}
        for image in self.api("GET", "/images/json"):
            tags = [tag for tag in image["RepoTags"] or () if tag != "<none>:<none>"]
            seen.update(dict.fromkeys(wanted.intersection(tags), image["Id"]))
            for name in set(tags) - wanted if tags else {image["Id"]}:
                self.api("DELETE", f"/images/{name}?force=1")
        # What was pushed or pulled by another name may keep that one as a digest, also when the tag is gone.
        for image in self.api("GET", "/images/json"):
            for digest in image["RepoDigests"] or ():
                if digest.split("@")[0] not in (*own, "<none>"):
                    self.api("DELETE", f"/images/{digest}?force=1")
        # A test may have given a tag to another image.
        if seen != self._image_ids:
            self.load(images.archive(images.BASE_IMAGES))
            # With containerd's store a tag that is loaded again leaves a dangling image, the same one included.
            self.api("POST", "/images/prune")
            listed = self.api("GET", "/images/json")
            self._image_ids = {
                tag: each["Id"] for each in listed for tag in wanted.intersection(each["RepoTags"] or ())
            }


def _signal_process(pid: int, number: signal.Signals) -> None:
    """Send a signal; a process that has ended needs none."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _docker() -> str:
    # The distribution's own CLI speaks the API versions of the distribution's engine; a newer one on PATH may not.
    return program("docker", "/usr/bin/docker")
