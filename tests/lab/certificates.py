# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates for the lab and for tests of what is wrong with certificates."""

from __future__ import annotations

import ipaddress
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from .shell import run

_DAYS = 30


@dataclass(frozen=True)
class CertificateSet:
    """Paths of the three files in one folder, under the names that DOCKER_CERT_PATH wants."""

    folder: Path

    @property
    def ca(self) -> Path:
        return self.folder / "ca.pem"

    @property
    def cert(self) -> Path:
        return self.folder / "cert.pem"

    @property
    def key(self) -> Path:
        return self.folder / "key.pem"


class Authority:
    """A certificate authority in a folder of its own: made when the folder is empty, used again when it is not."""

    def __init__(self, folder: Path, name: str = "classic.swarm lab CA") -> None:
        self.folder = folder
        self.certificate = folder / "ca.pem"
        self._key = folder / "ca-key.pem"
        if not self.certificate.exists():
            folder.mkdir(parents=True, exist_ok=True)
            _make_key(self._key)
            run(
                "openssl", "req", "-x509", "-new", "-key", str(self._key), "-subj", f"/CN={name}", "-days", str(_DAYS),
                "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign",
                "-out", str(self.certificate),
            )  # fmt: skip

    def issue(
        self,
        folder: Path,
        name: str,
        *,
        names: Iterable[str] = (),
        usage: Iterable[str] = ("clientAuth",),
        days: int = _DAYS,
    ) -> CertificateSet:
        """Write a key and a certificate of this authority, and the authority's own, into `folder`.

        name: its common name; empty for a certificate that has none. names: host names and addresses that the
        certificate is good for. usage: clientAuth, serverAuth or both.
        days: how long from now; a negative number gives one that has expired.
        """
        folder.mkdir(parents=True, exist_ok=True)
        made = CertificateSet(folder)
        _make_key(made.key)
        with tempfile.TemporaryDirectory() as scratch:
            wish = Path(scratch, "request.pem")
            extensions = Path(scratch, "extensions.cnf")
            extensions.write_text(_extensions(names, usage), encoding="utf-8")
            subject = f"/CN={name}" if name else "/O=classic.swarm lab"
            run("openssl", "req", "-new", "-key", str(made.key), "-subj", subject, "-out", str(wish))
            run(
                "openssl", "x509", "-req", "-in", str(wish), "-CA", str(self.certificate), "-CAkey", str(self._key),
                "-days", str(days), "-extfile", str(extensions), "-out", str(made.cert),
            )  # fmt: skip
        made.ca.write_bytes(self.certificate.read_bytes())
        return made


def _make_key(path: Path) -> None:
    run("openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", str(path))
    path.chmod(0o600)


def _extensions(names: Iterable[str], usage: Iterable[str]) -> str:
    lines = ["basicConstraints=CA:FALSE", f"extendedKeyUsage={','.join(usage)}"]
    alternatives = ",".join(f"{_kind(name)}:{name}" for name in names)
    if alternatives:
        lines.append(f"subjectAltName={alternatives}")
    return "\n".join(lines) + "\n"


def _kind(name: str) -> str:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return "DNS"
    return "IP"
