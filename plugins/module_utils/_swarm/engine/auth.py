# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Credentials for registries."""

from __future__ import annotations

import base64
import json
import typing as t
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Auth:
    """Who we are to a registry.

    :ivar password: a secret
    :ivar registry: the only registry that it is shown to, such as ``registry.example.com:5000``; empty for whichever
        registry the image comes from
    """

    username: str
    password: str = field(repr=False)
    registry: str = ""
    email: str = ""

    def header(self) -> t.Dict[str, str]:
        """The fields of the Engine API's ``X-Registry-Auth``; they hold the password."""
        return {
            "username": self.username,
            "password": self.password,
            "email": self.email,
            "serveraddress": self.registry,
        }


#: What engines call the registry that names without a host are in.
_DOCKER_HUB = "https://index.docker.io/v1/"


def registry_config(auth: Auth) -> str:
    """The Engine API's ``X-Registry-Config``, which a build needs for the images that it begins with; a secret."""
    fields = {"username": auth.username, "password": auth.password}
    content = json.dumps({auth.registry or _DOCKER_HUB: fields})
    return base64.urlsafe_b64encode(content.encode()).decode("ascii")
