# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A real registry on the lab's network, over plain HTTP, which the lab's engines accept there."""

from __future__ import annotations

import ctypes
import http.client
import secrets
import subprocess
import time
from pathlib import Path
from types import TracebackType

from .errors import LabError
from .registry_tokens import ISSUER, SERVICE, TokenIssuer
from .shell import program

_START_TIMEOUT = 20.0
_STOP_TIMEOUT = 10.0

_CONFIGURATION = """\
version: 0.1
log: {{level: warn, accesslog: {{disabled: true}}}}
storage: {{filesystem: {{rootdirectory: {folder}/data}}, delete: {{enabled: true}}}}
http: {{addr: "{address}"}}
"""
_AUTHENTICATION = """\
auth: {{htpasswd: {{realm: lab, path: {folder}/htpasswd}}}}
"""
_TOKENS = """\
auth: {{token: {{realm: "{realm}", service: {service}, issuer: {issuer}, rootcertbundle: {certificate}}}}}
"""


class Registry:
    """A registry at `address` (host:port), with a login if user and password are given; a context manager.

    folder: where it keeps everything; the caller removes it (a lab does so when it goes down). tokens: who gives out
    the tokens that it takes, in place of passwords.
    """

    def __init__(
        self,
        address: str,
        folder: Path,
        *,
        user: str | None = None,
        password: str | None = None,
        tokens: TokenIssuer | None = None,
    ) -> None:
        self.address = address
        self.user = user if tokens is None else tokens.user
        self.password = password if tokens is None else tokens.password
        self._tokens = tokens
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._folder.mkdir(parents=True, exist_ok=True)
        configuration = self._folder / "config.yml"
        text = _CONFIGURATION.format(folder=self._folder, address=self.address)
        if self._tokens is not None:
            text += _TOKENS.format(
                realm=self._tokens.realm, service=SERVICE, issuer=ISSUER, certificate=self._tokens.certificate
            )
        elif self.user is not None and self.password is not None:
            line = f"{self.user}:{_bcrypt(self.password)}\n"
            (self._folder / "htpasswd").write_text(line, encoding="utf-8")
            text += _AUTHENTICATION.format(folder=self._folder)
        configuration.write_text(text, encoding="utf-8")
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [program("docker-registry"), "serve", str(configuration)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self._wait()

    def stop(self) -> None:
        """Stop it; what was pushed stays in its folder."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(_STOP_TIMEOUT)
        self._process = None

    def __enter__(self) -> Registry:
        self.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def _log(self) -> Path:
        return self._folder / "registry.log"

    def _wait(self) -> None:
        end = time.monotonic() + _START_TIMEOUT
        while not self._answers():
            if time.monotonic() > end or (self._process is not None and self._process.poll() is not None):
                self.stop()
                raise LabError(
                    f"the registry at {self.address} does not answer:\n{self._log.read_text(encoding='utf-8')}"
                )
            time.sleep(0.05)

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection(self.address, timeout=2.0)
        try:
            connection.request("GET", "/v2/")
            return connection.getresponse().status in (200, 401)
        except OSError:
            return False
        finally:
            connection.close()


def _bcrypt(password: str) -> str:
    """Hash as the registry wants it; the system's libcrypt knows how, in every version of Python."""
    library = ctypes.CDLL("libcrypt.so.1")
    library.crypt.restype = ctypes.c_char_p
    library.crypt.argtypes = (ctypes.c_char_p, ctypes.c_char_p)
    hashed = library.crypt(password.encode(), f"$2b$05${secrets.token_hex(11)}".encode())
    if hashed is None or not hashed.startswith(b"$2b$"):
        raise LabError("the system's libcrypt has no bcrypt")
    return str(hashed, "ascii")
