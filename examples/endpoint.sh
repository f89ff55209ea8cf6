#!/bin/sh
# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# A cluster by the docker program alone. DOCKER_HOST, DOCKER_TLS_VERIFY and DOCKER_CERT_PATH say where the endpoint is, as they
# would of one engine. With DEMO_REGISTRY, DEMO_USER and DEMO_PASSWORD it logs in; with DEMO_SEARCH it searches.
set -eu
cd "$(dirname "$0")"

say() {
    printf '\n# %s\n' "$*"
}

show() {
    printf '$ %s\n' "$*"
    "$@"
}

say "Where everything goes: the nodes behind the endpoint"
show docker info --format '{{range .SystemStatus}}{{index . 0}} {{index . 1}}{{println}}{{end}}'

say "An edge server, on an external host with an SSD, and an application beside it"
show docker run -d -p 80:80 --name edge_webserver -e constraint:zone==external -e constraint:disk==ssd web:1
show docker run -d -p 5000 --name app_1 -e affinity:container==edge_webserver web:1 serve 5000
show docker ps --format 'table {{.Names}}\t{{.Image}}\t{{.Ports}}'

say "A second edge server goes to the other external host; a third one fits nowhere, and it is said why"
show docker run -d -p 80:80 --name edge_webserver_2 -e constraint:zone==external web:1
if show docker run -d -p 80:80 --name edge_webserver_3 -e constraint:zone==external web:1; then
    echo "a third edge server was created, and should not have been" >&2
    exit 1
fi

say "Inside a container, wherever it is"
# shellcheck disable=SC2016 # the shell inside expands it
show docker exec app_1 sh -c 'echo "hello from $(hostname)" >/proc/1/fd/1'
show docker logs app_1
# A terminal of its own, as there is none where the output goes to a file; its input must not end before the command does.
sleep 1 | show script --quiet --return --command 'docker exec -it app_1 hostname' /dev/null
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
show docker cp app_1:/etc/hosts "$folder/hosts"
show tail -n 1 "$folder/hosts"

if [ -n "${DEMO_REGISTRY:-}" ]; then
    say "Registries"
    printf '$ docker login -u %s --password-stdin %s\n' "$DEMO_USER" "$DEMO_REGISTRY"
    printf '%s' "$DEMO_PASSWORD" | docker login -u "$DEMO_USER" --password-stdin "$DEMO_REGISTRY"
fi
if [ -n "${DEMO_SEARCH:-}" ]; then
    show docker search --limit 3 "$DEMO_SEARCH"
fi

if docker compose version >/dev/null 2>&1; then
    compose="docker compose"
else
    compose=docker-compose
fi
if command -v "${compose%% *}" >/dev/null; then
    say "Compose: a database, and three web servers that avoid the external hosts if they can"
    # shellcheck disable=SC2086 # two words where it is a plugin
    show $compose --file endpoint-compose.yml up -d --scale web=3
    show docker ps --filter label=com.docker.compose.project=examples --format 'table {{.Names}}\t{{.Image}}\t{{.Ports}}'
fi
