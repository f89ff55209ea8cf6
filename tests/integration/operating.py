# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Act on the lab's cluster with the real modules, in the process of the tests: a run takes a tenth of a second.

What Ansible adds (starting, packing the module) has tests of its own, which run ansible-playbook.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from unittest import mock

import pytest
from ansible.module_utils import _internal
from ansible.module_utils.common import warnings
from ansible.module_utils.testing import patch_module_args
from ansible_collections.classic.swarm.plugins.modules import swarm_container, swarm_placement_info

from tests.lab import Engine, Lab

Result = dict[str, Any]

#: What would tell a module something that the test did not say.
_OWN = ("ANSIBLE_", "CONSUL_", "CURL_", "DOCKER_", "REQUESTS_", "SWARM_")


def run_module(
    main: Callable[[], None], options: Mapping[str, Any], *, check: bool = False, environment: Mapping[str, str]
) -> Result:
    """Run a module with its real argument spec and give what it printed; a failure is a result, too."""
    arguments = {**options, "_ansible_check_mode": check, "_ansible_diff": True, "_ansible_keep_remote_files": False}
    variables = {key: value for key, value in os.environ.items() if not key.startswith(_OWN)}
    printed = io.StringIO()
    with (
        patch_module_args(arguments),
        mock.patch.dict(os.environ, {**variables, **environment}, clear=True),
        # A process in which other tests have loaded the controller would show warnings in place of giving them.
        mock.patch.object(_internal, "is_controller", False),
        # They gather in one place for the whole process.
        mock.patch.object(warnings, "_global_warnings", type(warnings._global_warnings)()),
        contextlib.redirect_stdout(printed),
        pytest.raises(SystemExit),
    ):
        main()
    result = json.loads(printed.getvalue().strip().splitlines()[-1])
    # On its way to the controller a warning is an object.
    result["warnings"] = [each["event"]["msg"] for each in result.get("warnings", ())]
    return result


class Operator:
    """Somebody who runs tasks on the lab's cluster."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def try_container(self, name: str, *, check: bool = False, **options: Any) -> Result:
        """Run swarm_container, whatever comes of it; web:1 is the image, unless options say otherwise."""
        values = {"image": "web:1", "stop_timeout": 1, "name": name, **options}
        return run_module(swarm_container.main, values, check=check, environment=self.lab.environment)

    def container(self, name: str, **options: Any) -> Result:
        """Run swarm_container, which must succeed."""
        result = self.try_container(name, **options)
        assert not result.get("failed"), result["msg"]
        return result

    def refused(self, name: str, **options: Any) -> Result:
        """Run swarm_container, which must fail, in words and without a traceback."""
        result = self.try_container(name, **options)
        assert result.get("failed"), f"no failure: {result['actions']}"
        assert "Traceback" not in json.dumps(result)
        return result

    def placement(self, name: str, **options: Any) -> Result:
        """Run swarm_placement_info, whatever comes of it."""
        return run_module(
            swarm_placement_info.main, {"name": name, "image": "web:1", **options}, environment=self.lab.environment
        )

    def settled(self, name: str, **options: Any) -> None:
        """A further run must change nothing."""
        again = self.container(name, **options)
        assert (again["changed"], again["actions"]) == (False, []), (again["actions"], again["diff"])


def actions(result: Result) -> list[tuple[str, str, str]]:
    """What was done: action, container, node."""
    return [(each["action"], each["container"], each["node"]) for each in result["actions"]]


def verbs(result: Result) -> list[str]:
    """What was done, in words."""
    return [each["action"] for each in result["actions"]]


def inspect(engine: Engine, name: str) -> Result:
    """What an engine says of a container."""
    return engine.api("GET", f"/containers/{name}/json")


def where(lab: Lab) -> dict[str, str]:
    """Every container of the cluster, whatever its state: name -> node. A name found twice fails the test."""
    found = [(_own_name(each), engine.name) for engine in lab.engines for each in listed(engine)]
    assert len(dict(found)) == len(found), found
    return dict(found)


def _own_name(container: Result) -> str:
    """Its name, and not those that links of other containers gave it."""
    return next(name[1:] for name in container["Names"] if name.count("/") == 1)


def listed(engine: Engine) -> list[Result]:
    """All containers of an engine, as it lists them."""
    return engine.api("GET", "/containers/json?all=1")


def state_of(lab: Lab) -> dict[str, Any]:
    """Everything that a task could change on the engines: containers, images, volumes, networks."""
    return {
        engine.name: {
            "containers": {each["Id"]: _steady(inspect(engine, each["Id"])) for each in listed(engine)},
            "images": sorted((each["Id"], each["RepoTags"]) for each in engine.api("GET", "/images/json")),
            "volumes": sorted(each["Name"] for each in engine.api("GET", "/volumes")["Volumes"] or ()),
            "networks": sorted(each["Name"] for each in engine.api("GET", "/networks")),
        }
        for engine in lab.engines
    }


def _steady(container: Result) -> Result:
    """An inspect reply without what changes by itself: the log of its health checks."""
    container.get("State", {}).pop("Health", None)
    return container


def fetch(address: str, port: int = 80) -> str:
    """What a web server answers."""
    with urllib.request.urlopen(f"http://{address}:{port}/", timeout=3.0) as answer:
        return answer.read().decode()


def eventually(look: Callable[[], Any], wanted: Any, seconds: float = 10.0) -> None:
    """Wait for what comes by itself: a server that has just been started, a container that removes itself."""
    deadline = time.monotonic() + seconds
    while (seen := _look(look)) != wanted:
        assert time.monotonic() < deadline, f"{seen!r} after {seconds:g} s, not {wanted!r}"
        time.sleep(0.05)


def _look(look: Callable[[], Any]) -> Any:
    try:
        return look()
    except OSError as error:
        return error


@contextlib.contextmanager
def foreign(engine: Engine, name: str, body: Mapping[str, Any] | None = None, start: bool = True) -> Iterator[str]:
    """A container that this product did not make; gives its ID."""
    made = engine.api("POST", f"/containers/create?name={name}", {"Image": "web:1", **(body or {})})["Id"]
    if start:
        engine.api("POST", f"/containers/{made}/start")
    yield made
    with contextlib.suppress(Exception):
        engine.api("DELETE", f"/containers/{made}?force=1&v=1")


def names(results: Iterable[Result]) -> list[str]:
    """Names of inspected containers."""
    return [each["Name"].lstrip("/") for each in results]
