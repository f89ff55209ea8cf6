#!/bin/sh
# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# molecule.sh ACTION SCENARIO [ARGUMENT...]: one action (test, create, converge, verify, destroy, ...) of one scenario.
# VENV: another virtual environment than the checkout's. HOSTS_SUBNET: another network for the hosts.
set -eu
cd "$(dirname "$0")/../.."
action=$1
scenario=$2
shift 2

tests/tools/packages.sh docker.io iptables iproute2 busybox-static openssl openssh-client debootstrap curl gnupg
. tests/tools/ansible.env
PATH="$(realpath "${VENV:-.venv}")/bin:$PATH"
export PATH
# Borders break long lines, colours fill logs with marks.
export MOLECULE_COMMAND_BORDERS=false NO_COLOR=1 ANSIBLE_NOCOLOR=1
export MOLECULE_EPHEMERAL_DIRECTORY="$PWD/.cache/molecule/$scenario"
exec molecule "$action" --scenario-name "$scenario" "$@"
