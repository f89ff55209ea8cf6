# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who gives out the tokens of a real registry that takes tokens, as the large registries do: the registry itself checks
them, so that one that has expired is refused by whoever would refuse it anywhere."""

from __future__ import annotations

import base64
import json
import secrets
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from .shell import program, run

ISSUER = "lab"
SERVICE = "lab-registry"

#: Seconds for which the registry takes clocks for different.
_LEEWAY = 60


class TokenIssuer:
    """Gives tokens to one user, at `realm`; a context manager.

    expired: its tokens are old when they are given. refuses: the password is taken for one that has expired.
    """

    def __init__(self, host: str, port: int, folder: Path, user: str, password: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.user = user
        self.password = password
        self.expired = False
        self.refuses = False
        self.certificate = folder / "issuer.pem"
        self._key = folder / "issuer-key.pem"
        run(
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=lab tokens", "-days", "2",
            "-keyout", str(self._key), "-out", str(self.certificate),
        )  # fmt: skip
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, answer = issuer._answer(self.headers.get("Authorization", ""), urlsplit(self.path).query)
                body = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *values: object) -> None:
                """The registry's answers are looked at."""

        self._server = ThreadingHTTPServer((host, port), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self.realm = f"http://{host}:{port}/token"

    def __enter__(self) -> TokenIssuer:
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def _answer(self, authorization: str, query: str) -> tuple[int, dict[str, Any]]:
        known = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        if authorization != f"Basic {known}" or self.refuses:
            return 401, {"details": "the access token has expired" if self.refuses else "incorrect password"}
        return 200, {"token": self._token(" ".join(parse_qs(query).get("scope", ())).split())}

    def _token(self, scopes: list[str]) -> str:
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": SERVICE,
            "sub": self.user,
            "jti": secrets.token_hex(8),
            "nbf": now - 600,
            "iat": now - 600,
            "exp": now + (-5 if self.expired else 5) * _LEEWAY,
            "access": [_access(scope) for scope in scopes],
        }
        der = base64.b64encode(self._certificate()).decode()
        signed = ".".join(_encoded(json.dumps(part).encode()) for part in ({"alg": "RS256", "x5c": [der]}, claims))
        words = [program("openssl"), "dgst", "-sha256", "-sign", str(self._key)]
        signature = subprocess.run(words, input=signed.encode(), capture_output=True, check=True, timeout=20).stdout
        return f"{signed}.{_encoded(signature)}"

    def _certificate(self) -> bytes:
        lines = self.certificate.read_text(encoding="ascii").splitlines()
        return base64.b64decode("".join(line for line in lines if not line.startswith("-----")))


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def _access(scope: str) -> dict[str, Any]:
    kind, name, actions = scope.split(":", 2)
    return {"type": kind, "name": name, "actions": actions.split(",")}
