# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""An image built by one engine's BuildKit, through the docker command line and its buildx plugin."""

from __future__ import annotations

import collections
import csv
import io
import os
import subprocess
import typing as t
from dataclasses import dataclass, field

from ...errors import EngineError, InputError
from ...settings import TLSSettings
from .building import LARGEST, Build, tell_end, tell_step

#: What would lead the command line to another engine or builder than is meant.
_NOT_INHERITED = (
    "DOCKER_HOST",
    "DOCKER_CONTEXT",
    "DOCKER_TLS",
    "DOCKER_TLS_VERIFY",
    "DOCKER_CERT_PATH",
    "BUILDX_BUILDER",
)


@dataclass(frozen=True)
class BuildSecret:
    """A secret that a build may read. One of the three is set.

    :ivar src: a file. :ivar env: the name of a variable of this process. :ivar value: the secret itself
    """

    id: str
    src: t.Optional[str] = None
    env: t.Optional[str] = None
    value: t.Optional[str] = field(default=None, repr=False)


@dataclass(frozen=True)
class BuildOutput:
    """Where a build goes besides the engine's own store.

    :ivar type: an exporter of BuildKit
    :ivar dest: path on this machine. :ivar context: of the docker command line, for the exporter ``docker``
    :ivar names: of the image, for the exporter ``image``. :ivar push: to the registry of these names
    """

    type: str
    dest: t.Optional[str] = None
    context: t.Optional[str] = None
    names: t.Tuple[str, ...] = ()
    push: bool = False

    def word(self, name: str) -> str:
        """As the command line takes it. :param name: of the image, where the output has none"""
        fields = [f"type={self.type}"]
        fields += [f"{key}={value}" for key, value in (("dest", self.dest), ("context", self.context)) if value]
        if self.type == "image":
            fields += [f"name={','.join(self.names or (name,))}", f"push={str(self.push).lower()}"]
        line = io.StringIO()
        csv.writer(line, lineterminator="").writerow(fields)
        return line.getvalue()


class CommandLine(t.NamedTuple):
    """The docker program, and how it speaks with one engine. :ivar tls: None for without TLS"""

    program: str
    address: str
    tls: t.Optional[TLSSettings]

    def words(self) -> t.List[str]:
        """:raises InputError: it cannot be told what is asked of TLS"""
        words = [self.program, "--host", f"tcp://{self.address}"]
        if self.tls is None:
            return words
        if self.tls.hostname:
            raise InputError("tls_hostname: the docker command line takes no other name; use builder=engine")
        words.append("--tlsverify" if self.tls.verify else "--tls")
        named = (
            ("--tlscacert", self.tls.ca_path),
            ("--tlscert", self.tls.client_cert),
            ("--tlskey", self.tls.client_key),
        )
        for flag, path in named:
            words += [flag, path] if path else []
        return words


def build_with_buildx(
    line: CommandLine,
    wanted: Build,
    path: str,
    dockerfile: str,
    secrets: t.Sequence[BuildSecret],
    outputs: t.Sequence[BuildOutput],
    tell: t.Callable[[str], None],
) -> str:
    """Build the image and load it into the engine's store; gives what the build has said, the last MiB of it.

    Further outputs are made one after another, out of the engine's cache: not every BuildKit makes several at once.

    :param dockerfile: below ``path``
    :param tell: takes how far it has come, in words
    :raises InputError: there is no such program, or it has no buildx
    :raises EngineError: the build fails; the message has its last lines
    """
    environment = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
    if _run([line.program, "buildx", "version"], environment, _unheard)[0] != 0:
        raise InputError(
            f"builder: {line.program} has no buildx; install the plugin (docker-buildx), name another program by "
            "docker_cli, or use builder=engine"
        )
    words = [*line.words(), "buildx", "build", "--builder", "default", "--progress", "plain"]
    options = _options(wanted, os.path.join(path, dockerfile), secrets, environment)
    goals = [
        ["--tag", wanted.name, "--load"],
        # a tag beside it would be the name of every output
        *(["--output", each.word(wanted.name)] for each in outputs),
    ]
    said = ""
    for goal in goals:
        status, output = _run(
            [*words, *goal, *options, "--", path], environment, lambda text: tell_step(text, wanted.name, tell)
        )
        said = (said + output)[-LARGEST:]
        if status != 0:
            raise EngineError(
                line.address,
                f"{line.address} does not build {wanted.name}{_told(goal)} (status {status}){tell_end(output)}",
            )
    return said


def _told(goal: t.Sequence[str]) -> str:
    """The output that failed, in words; empty for the image itself."""
    return f" with the output {goal[1]}" if goal[0] == "--output" else ""


def _options(
    wanted: Build, dockerfile: str, secrets: t.Sequence[BuildSecret], environment: t.Dict[str, str]
) -> t.List[str]:
    """Arguments and secrets are handed over in ``environment``: everybody on the machine can read a command line."""
    words = ["--file", dockerfile]
    flags = (("--pull", wanted.pull), ("--no-cache", wanted.nocache))
    words += [flag for flag, yes in flags if yes]
    texts = (
        ("--network", wanted.network),
        ("--target", wanted.target),
        ("--platform", ",".join(wanted.platforms)),
        ("--shm-size", None if wanted.shm_size is None else str(wanted.shm_size)),
    )
    for flag, text in texts:
        words += [flag, text] if text else []
    for image in wanted.cache_from:
        words += ["--cache-from", image]
    for name, address in wanted.hosts.items():
        words += ["--add-host", f"{name}:{address}"]
    for name, value in wanted.labels.items():
        words += ["--label", f"{name}={value}"]
    for name, value in wanted.arguments.items():
        words += ["--build-arg", f"{name}={value}" if name in environment else name]
        environment.setdefault(name, value)
    for number, secret in enumerate(secrets):
        words += ["--secret", _secret(secret, f"CLASSIC_SWARM_BUILD_SECRET_{number}", environment)]
    return words


def _secret(secret: BuildSecret, name: str, environment: t.Dict[str, str]) -> str:
    if secret.src is not None:
        return f"type=file,id={secret.id},src={secret.src}"
    if secret.value is not None:
        environment[name] = secret.value
        return f"type=env,id={secret.id},env={name}"
    return f"type=env,id={secret.id},env={secret.env}"


def _unheard(text: str) -> None:
    """Its lines are nothing to be told of."""


def _run(words: t.Sequence[str], environment: t.Mapping[str, str], hear: t.Callable[[str], None]) -> t.Tuple[int, str]:
    """Status and output.

    :param hear: takes each line as it comes
    :raises InputError: there is no such program
    """
    try:
        process = subprocess.Popen(
            words,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )
    except OSError as error:
        raise InputError(f"docker_cli: {words[0]} cannot be run: {error.strerror}") from error
    said: t.Deque[str] = collections.deque()
    held = 0
    with process:
        for text in process.stdout or ():
            said.append(text)
            hear(text)
            held += len(text)
            while held > LARGEST:
                held -= len(said.popleft())
    return process.returncode, "".join(said)
