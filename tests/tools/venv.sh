#!/bin/sh
# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# venv.sh FOLDER REQUIREMENTS PYTHON: a virtual environment with the requirements; made anew when one of the three changes.
set -eu
folder=$1
requirements=$2
python=$3

# The scripts in it hold its path: a checkout that was moved needs a new one.
stamp="$(pwd) $python $(sha256sum <"$requirements")"
if [ "$(cat "$folder/.stamp" 2>/dev/null || true)" = "$stamp" ]; then
    exit 0
fi
echo "Making $folder of $requirements with $python"
rm -rf "$folder"
mkdir -p "$(dirname "$folder")"
"$python" -m venv "$folder"
if ! "$folder/bin/python" -m pip install --disable-pip-version-check --requirement "$requirements" >"$folder/pip.log" 2>&1; then
    tail -n 15 "$folder/pip.log" | cut -c 1-300 >&2
    exit 1
fi
echo "$stamp" >"$folder/.stamp"
