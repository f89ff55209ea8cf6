#!/bin/sh
# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# The demo: three real engines, the playbook that shows what the collection is for, and the inventory made from the cluster. Then
# the endpoint before the same engines, and what a user does with it.
set -eu
cd "$(dirname "$0")/../.."
started=$(date +%s)

tests/tools/setup.sh
.venv/bin/python -m tests.lab up
# A demo that ran before has left its containers: show the same thing every time.
.venv/bin/python -m tests.lab wipe
eval "$(.venv/bin/python -m tests.lab env)"
. tests/tools/ansible.env

.venv/bin/ansible-playbook playbooks/demo.yml
.venv/bin/ansible-inventory --inventory examples/demo.swarm.yml --graph
.venv/bin/python -m tests.tools.demo_endpoint
echo "The demo took $(($(date +%s) - started)) s. The lab runs on: eval \"\$(.venv/bin/python -m tests.lab env)\"; make demo-down removes it."
