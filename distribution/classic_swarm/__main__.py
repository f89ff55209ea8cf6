# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The command ``swarm``."""

from __future__ import annotations

import os
import sys

from .command import run


def main() -> int:
    """Do what the command line says. :returns: the exit code"""
    return run(sys.argv[1:], os.environ, sys.stdout, sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
