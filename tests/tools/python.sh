#!/bin/sh
# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# python.sh VERSION...: print the first Python of these versions (3.11, ...) that runs and can make virtual environments.
# Looks on PATH, at the distribution's own, and among those of pyenv, whose shims on PATH may refuse to run.
set -eu

for version in "$@"; do
    for python in "python$version" python3 /usr/bin/python3 "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"$version"*/bin/python3; do
        found=$("$python" -c 'import ensurepip, sys, venv; print("%d.%d" % sys.version_info[:2], sys.executable)' 2>/dev/null) || continue
        if [ "${found%% *}" = "$version" ]; then
            echo "${found#* }"
            exit 0
        fi
    done
done
echo "No Python of version $* is here" >&2
exit 1
