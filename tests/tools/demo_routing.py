# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The demo's act on routing: three engines, Consul, a registrator beside each engine, and one router, under requests.

What answers is counted while one container moves and while one engine dies. The store, the registrators and the router
end with the act; the engines stay until ``make demo-down``.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tests.lab import Lab, LabError
from tests.lab.consul import Consul, ConsulUnavailable
from tests.lab.load import Load, Tally
from tests.lab.proxies import HAProxyServer
from tests.lab.service import ServiceUnavailable

from .demo_lab import bring_up, parse_lab

_ROOT = Path(__file__).resolve().parents[2]
_PLAYBOOK = _ROOT / "playbooks" / "demo_routing.yml"
_DISTRIBUTION = _ROOT / "distribution"
_WEB, _EDGE = "web.example.com", "edge.example.com"
#: Seconds of requests with nothing else, and before and after whatever happens under them.
_QUIET, _BEFORE, _AFTER = 2.0, 1.0, 2.0
_ROW = "%-44s %9s %7s %8s  %s"


def main() -> int:
    """Bring up what is missing and show it; 0 if no request failed but by the engine that dies."""
    begun = time.monotonic()
    try:
        lab = parse_lab("tests.tools.demo_routing", __doc__)
        bring_up(lab)
        with contextlib.ExitStack() as stack:
            lost = Act(lab, stack).show()
    except (LabError, ConsulUnavailable, ServiceUnavailable) as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    print(f"\nThis act took {time.monotonic() - begun:.0f} s. make demo-down removes the engines.")
    return 1 if lost else 0


class Act:
    """Everything between the engines and a client."""

    def __init__(self, lab: Lab, stack: contextlib.ExitStack) -> None:
        self._lab = lab
        self._stack = stack
        self._consul = stack.enter_context(Consul())
        self._proxy = HAProxyServer(lab.spec.gateway)
        stack.callback(self._proxy.close)
        self._log = lab.state / "routing.log"
        self._services = f"consul://{self._consul.host}/services"
        self._registrators = {
            engine.name: self._begin(
                "register", f"--engine=unix://{engine.socket}", f"--advertise={engine.address}", "--ttl=20s"
            )
            for engine in lab.engines
        }

    def show(self) -> int:
        """Show it all. :returns: how many requests failed that no engine's death explains"""
        self._play()
        self._run("--once", "--allow-empty")
        self._proxy.start()
        self._begin(*self._route_words())
        print(f"\nThe router listens at http://{self._proxy.address}:{self._proxy.port}/ for {_WEB} and {_EDGE}.")
        _until(lambda: self._answers(_EDGE) and self._answers(_WEB, 20) >= 10)
        rows = [
            ("edge_webserver through the router", self._under(_EDGE, lambda: time.sleep(_QUIET))),
            ("ten web servers through the router", self._under(_WEB, lambda: time.sleep(_QUIET))),
            ("edge_webserver moves to another engine", self._under(_EDGE, lambda: self._play("demo_disk=hdd"))),
        ]
        dying = self._lab.engines[0]
        died = self._under(_WEB, lambda: self._kill(dying.name))
        rows.append((f"{dying.name} dies", died))
        print(_ROW % ("\nWHAT HAPPENED", "REQUESTS", "FAILED", "SLOWEST", "ANSWERS FROM"))
        for what, (tally, places) in rows:
            slowest = f"{tally.slowest:.2f} s"
            print(_ROW % (what, tally.requests, len(tally.failures), slowest, places))
        return sum(len(tally.failures) for _what, (tally, _places) in rows[:3])

    def _under(self, host: str, event: Callable[[], None]) -> tuple[Tally, str]:
        """What becomes of requests while something happens, and where the answers came from."""
        known = self._containers()
        with Load(self._proxy.address, self._proxy.port, host=host, rate=300) as load:
            time.sleep(_BEFORE)
            event()
            time.sleep(_AFTER)
        known.update(self._containers())
        nodes: Counter[str] = Counter()
        names: dict[str, set[str]] = {}
        for answer, count in load.tally.answers.items():
            node, name = known.get(answer, ("?", answer))
            nodes[node] += count
            names.setdefault(node, set()).add(name)
        told = (f"{node}: {count} by {len(names[node])}" for node, count in sorted(nodes.items()))
        return load.tally, ", ".join(told)

    def _containers(self) -> dict[str, tuple[str, str]]:
        """Node and name of every container by what it answers, its short ID."""
        return {
            each["Id"][:12]: (engine.name, each["Names"][0].lstrip("/"))
            for engine in self._lab.engines
            if engine.answers()
            for each in engine.api("GET", "/containers/json")
        }

    def _kill(self, name: str) -> None:
        """As if its power had failed: containers, engine and registrator at once."""
        self._registrators[name].kill()
        self._lab.engine(name).power_off()
        time.sleep(2 * _AFTER)

    def _answers(self, host: str, count: int = 1) -> int:
        """How many different answers there are to so many requests."""
        with contextlib.suppress(OSError), Load(self._proxy.address, self._proxy.port, host=host, clients=1) as load:
            _until(lambda: load.tally.requests > count)
        return len(load.tally.answers)

    def _play(self, *variables: str) -> None:
        program = Path(sys.executable).with_name("ansible-playbook")
        environment = {**os.environ, **self._lab.environment, "SWARM_SERVICES": self._services}
        extra = [f"--extra-vars={each}" for each in variables]
        sys.stdout.flush()
        done = subprocess.run([program, _PLAYBOOK, *extra], env=environment, stdin=subprocess.DEVNULL, check=False)
        if done.returncode:
            raise LabError(f"the playbook ended with status {done.returncode}")

    # processes

    def _route_words(self) -> list[str]:
        return ["route", *self._proxy.route_options(), f"--status-socket={self._proxy.folder}/status.sock"]

    def _run(self, *words: str) -> None:
        done = subprocess.run(
            self._command(*self._route_words(), *words),
            capture_output=True,
            text=True,
            check=False,
            cwd=_DISTRIBUTION,
            env=_ENVIRONMENT,
        )
        if done.returncode:
            raise LabError(f"swarm route: {done.stderr.strip()}")

    def _begin(self, *words: str) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            process = subprocess.Popen(
                self._command(*words), cwd=_DISTRIBUTION, env=_ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=log,
                stderr=log,
            )  # fmt: skip
        self._stack.callback(_end, process)
        return process

    def _command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "classic_swarm", *words, f"consul://{self._consul.host}/swarm"]


_ENVIRONMENT = {"PATH": f"{os.environ.get('PATH', os.defpath)}:/usr/sbin", "PYTHONDONTWRITEBYTECODE": "1"}


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(10)
    process.kill()
    process.wait()


def _until(test: Callable[[], object], seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not test():
        if time.monotonic() > end:
            raise LabError(f"the router does not lead to every container after {seconds:g} s")
        time.sleep(0.1)


if __name__ == "__main__":
    sys.exit(main())
