# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A laboratory of real Docker engines on one Linux machine: see the README beside this file."""

from __future__ import annotations

from .certificates import Authority, CertificateSet
from .docker_api import ApiError
from .engine import Engine
from .errors import LabError
from .images import Image
from .lab import DEMO_ENGINES, Lab
from .registry import Registry
from .spec import EngineSpec

__all__ = [
    "DEMO_ENGINES",
    "ApiError",
    "Authority",
    "CertificateSet",
    "Engine",
    "EngineSpec",
    "Image",
    "Lab",
    "LabError",
    "Registry",
]
