# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: swarm
short_description: Run tasks in a container, wherever in the cluster it is
version_added: 0.3.0
author:
  - The classic.swarm authors (@classic-swarm)
description:
  - Runs commands in a running container, and copies files into it and out of it, through the API of its engine. No
    Docker CLI and no SSH are needed.
  - The container is found by its name over all engines of the cluster. A container that has moved to another engine
    is found there.
  - It works over TLS too, with the standard input of commands. P(community.docker.docker_api#connection) does not.
  - Hosts of P(classic.swarm.swarm#inventory) with O(classic.swarm.swarm#inventory:containers=true) use this connection
    without further settings.
extends_documentation_fragment:
  - classic.swarm.cluster
  - classic.swarm.cluster.plugin
  - classic.swarm.cluster.connection
  - classic.swarm.tls
  - classic.swarm.tls.plugin
  - classic.swarm.tls.connection
  - ansible.builtin.connection_pipelining
notes:
  - Files are copied by the archives of the engine's API. Where an engine does not see what the container sees, because
    a tmpfs is mounted in it, or the path is in C(/proc), C(/sys) or C(/dev), and where the root is read-only, they
    are copied by commands in the container. These need C(cat) there.
  - A file that is copied into a container belongs to the user of the connection.
options:
  remote_addr:
    description:
      - The name of the container, its ID, or the first eight characters of its ID or more.
      - With the name of a node before it, as in V(dockerhost02/web), it is looked for on that node only.
    type: str
    default: inventory_hostname
    vars:
      - name: inventory_hostname
      - name: ansible_host
      - name: swarm_container_name
      - name: ansible_docker_host
      - name: ansible_swarm_host
  remote_user:
    description:
      - The user that commands run as in the container, as a name or a number, with a group behind a colon if need be.
      - If it is not set, that is the user of the container.
    type: str
    vars:
      - name: ansible_user
      - name: ansible_docker_user
      - name: ansible_swarm_user
    ini:
      - section: defaults
        key: remote_user
    env:
      - name: ANSIBLE_REMOTE_USER
    cli:
      - name: user
    keyword:
      - name: remote_user
  working_dir:
    description:
      - The folder in the container that commands run in. If it is not set, that is the one of the container.
    type: str
    vars:
      - name: ansible_docker_working_dir
      - name: ansible_swarm_working_dir
    ini:
      - section: swarm_connection
        key: working_dir
    env:
      - name: ANSIBLE_SWARM_WORKING_DIR
  extra_env:
    description:
      - Environment variables for commands in the container, on top of its own.
      - All values must be strings. Write numbers and C(true) in quotes.
    type: dict
    vars:
      - name: ansible_docker_extra_env
      - name: ansible_swarm_extra_env
  privileged:
    description:
      - Whether commands run with all privileges. Such a command can leave the container.
    type: bool
    default: false
    vars:
      - name: ansible_docker_privileged
      - name: ansible_swarm_privileged
    ini:
      - section: swarm_connection
        key: privileged
    env:
      - name: ANSIBLE_SWARM_PRIVILEGED
  container_timeout:
    description:
      - Seconds to wait for the prompt for a password when another user is become. Commands themselves may take as long
        as they need.
    type: int
    default: 10
    vars:
      - name: ansible_swarm_container_timeout
    ini:
      - section: defaults
        key: timeout
      - section: swarm_connection
        key: timeout
    env:
      - name: ANSIBLE_TIMEOUT
    cli:
      - name: timeout
  address:
    description:
      - The engine where the container was last seen, as HOST:PORT, with C(https://) before it if TLS is spoken to it
        whatever O(tls) says. It is asked first, and the others only if the container is not there.
      - If it is not set, all engines are asked for the container at the beginning of each task.
    type: str
    vars:
      - name: swarm_address
      - name: ansible_swarm_address
  container_id:
    description:
      - The ID that the container had at O(address). A container that has another ID has been made anew, and is found by
        its name.
    type: str
    vars:
      - name: swarm_container_id
      - name: ansible_swarm_container_id
seealso:
  - plugin: classic.swarm.swarm
    plugin_type: inventory
    description: Containers as hosts.
  - plugin: community.docker.docker_api
    plugin_type: connection
    description: The same for one engine, which is named, without TLS.
"""

EXAMPLES = r"""
# One container by name. Discovery and certificates come from the environment, as with modules:
# SWARM_DISCOVERY, DOCKER_TLS_VERIFY, DOCKER_CERT_PATH.
- name: Into one container
  hosts: web
  gather_facts: false
  vars:
    ansible_connection: classic.swarm.swarm
    ansible_pipelining: true
  tasks:
    - name: What the container calls itself
      ansible.builtin.raw: hostname
      changed_when: false

# A container that a task has just created.
- name: Into a new container
  hosts: localhost
  gather_facts: false
  tasks:
    - name: A place for the tool
      classic.swarm.swarm_container:
        name: tool
        image: python:3
        command: sleep infinity

    - name: The container as a host
      ansible.builtin.add_host:
        name: tool
        ansible_connection: classic.swarm.swarm
        ansible_swarm_discovery: consul://192.0.2.5:8500/swarm
        ansible_swarm_ca_path: /etc/swarm/tls/ca.pem
        ansible_swarm_client_cert: /etc/swarm/tls/cert.pem
        ansible_swarm_client_key: /etc/swarm/tls/key.pem

    - name: Its configuration
      ansible.builtin.copy:
        content: "level=debug"
        dest: /etc/tool.conf
        mode: "0644"
      delegate_to: tool
"""

import os
import posixpath
import typing as t

from ansible.errors import AnsibleConnectionFailure, AnsibleError, AnsibleFileNotFound
from ansible.module_utils.common.text.converters import to_bytes, to_text
from ansible.plugins.connection import ConnectionBase
from ansible.utils.display import Display
from ansible_collections.classic.swarm.plugins.module_utils._ansible.settings import cluster_settings
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError, SwarmError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.visible import visible
from ansible_collections.classic.swarm.plugins.plugin_utils.become_prompt import BecomePrompt
from ansible_collections.classic.swarm.plugins.plugin_utils.container_command import (
    Commands,
    Output,
    PromptError,
    Setting,
    pieces_of,
)
from ansible_collections.classic.swarm.plugins.plugin_utils.container_files import Files, NoSuchFileError, TransferError
from ansible_collections.classic.swarm.plugins.plugin_utils.options import cluster_options
from ansible_collections.classic.swarm.plugins.plugin_utils.whereabouts import Whereabouts

display = Display()

Result = t.TypeVar("Result")


class Connection(ConnectionBase):  # type: ignore[misc]
    """One container. Its engine is asked when the first command runs."""

    transport = "classic.swarm.swarm"
    has_pipelining = True

    _connected: bool

    def __init__(self, *arguments: t.Any, **named: t.Any) -> None:
        super().__init__(*arguments, **named)
        self._whereabouts: t.Optional[Whereabouts] = None
        self._commands: t.Any = None
        self._files: t.Any = None

    def _connect(self) -> Connection:
        if self._connected:
            return self
        self._told(f"ESTABLISH CONNECTION FOR USER: {self.get_option('remote_user') or 'that of the container'}")
        self._whereabouts = self._translated(self._make_whereabouts)
        setting = Setting(
            user=self.get_option("remote_user") or "",
            working_dir=self.get_option("working_dir") or "",
            env=_environment(self.get_option("extra_env") or {}),
            privileged=self.get_option("privileged"),
        )
        self._commands = Commands(self._whereabouts, setting, float(self.get_option("container_timeout")))
        self._files = Files(self._whereabouts, self._commands, setting.user, self._play_context.executable)
        self._connected = True
        return self

    def exec_command(
        self, cmd: t.Union[str, bytes], in_data: t.Optional[bytes] = None, sudoable: bool = True
    ) -> t.Tuple[int, bytes, bytes]:
        """Run a command in a shell of the container; gives its exit status and what it wrote."""
        super().exec_command(cmd, in_data=in_data, sudoable=sudoable)
        self._told(f"EXEC {to_text(cmd)}")
        argv = [self._play_context.executable, "-c", to_text(cmd)]
        prompt = None
        if sudoable and self.become is not None and self.become.expect_prompt():
            prompt = BecomePrompt(self.become, self._play_context)
        output, stdin = Output(), None if in_data is None else pieces_of(to_bytes(in_data))
        try:
            status = self._translated(lambda: self._commands.run(argv, output, stdin, prompt))
        except PromptError as error:
            raise AnsibleError(f"{self.become.name}: {error}{_said(error.output)}") from None
        return status, output.stdout, output.stderr

    def put_file(self, in_path: str, out_path: str) -> None:
        """Copy a file into the container."""
        super().put_file(in_path, out_path)
        self._told(f"PUT {in_path} TO {out_path}")
        self._translated(lambda: self._files.put(to_text(in_path), self._absolute(out_path)))

    def fetch_file(self, in_path: str, out_path: str) -> None:
        """Copy a file out of the container."""
        super().fetch_file(in_path, out_path)
        self._told(f"FETCH {in_path} TO {out_path}")
        self._translated(lambda: self._files.fetch(self._absolute(in_path), to_text(out_path)))

    def reset(self) -> None:
        """Look for the container anew."""
        self.close()

    def close(self) -> None:
        """Close the connections to engines."""
        if self._whereabouts is not None:
            self._whereabouts.close()
            self._whereabouts = None
        self._connected = False

    def _make_whereabouts(self) -> Whereabouts:
        settings = cluster_settings(cluster_options(self), os.environ)
        address, identity = self.get_option("address") or "", self.get_option("container_id") or ""
        return Whereabouts(settings, self.get_option("remote_addr"), address, identity)

    def _absolute(self, path: str) -> str:
        """A path that does not begin with a slash is one in the folder that commands run in, as far as it is known."""
        return posixpath.normpath(posixpath.join(self.get_option("working_dir") or "/", to_text(path)))

    def _translated(self, act: t.Callable[[], Result]) -> Result:
        try:
            return act()
        except NoSuchFileError as error:
            raise AnsibleFileNotFound(visible(error.message)) from None
        except (InputError, TransferError) as error:
            raise AnsibleError(visible(error.message, lines=True)) from None
        except SwarmError as error:
            raise AnsibleConnectionFailure(visible(error.message)) from None

    def _told(self, message: str) -> None:
        display.vvv(message, host=self.get_option("remote_addr"))


def _environment(extra: t.Mapping[t.Any, t.Any]) -> t.Tuple[str, ...]:
    for key, value in extra.items():
        if not isinstance(key, str):
            raise AnsibleError(f"extra_env: the name {key!r} is not a string; write it in quotes")
        if not isinstance(value, str):
            # Not shown: it may be a secret.
            raise AnsibleError(
                f"extra_env: the value of {key} is not a string; write it in quotes, so that it arrives "
                "as it is written"
            )
    return tuple(f"{key}={value}" for key, value in extra.items())


def _said(output: bytes) -> str:
    words = " ".join(to_text(output).split())
    return f": {visible(words)}" if words else ""
