#!/bin/sh
# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# All set-up, and nothing twice: Debian packages, the virtual environment, the place where Ansible finds the checkout.
set -eu
cd "$(dirname "$0")/../.."

tests/tools/packages.sh docker.io iptables iproute2 busybox-static docker-registry openssl python3-venv git shellcheck \
    zookeeper dnsmasq-base docker-compose haproxy nginx-light libnginx-mod-stream
tests/tools/venv.sh .venv requirements-dev.txt "$(tests/tools/python.sh 3.11 3.12 3.13)"

# Ansible wants a collection below ansible_collections/NAMESPACE/NAME.
mkdir -p .cache/collections/ansible_collections/classic
ln -sfn ../../../.. .cache/collections/ansible_collections/classic/swarm
