# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Every target does its own set-up; the second time that takes no time. Needs a Debian 12 machine, and root for the lab.

BENCH ?= all
PART ?= cluster
SAMPLE ?= 600
MINUTES ?= 30
CHECK = tests/tools/setup.sh && .venv/bin/python -m tests.tools.check

.PHONY: help setup demo demo-endpoint demo-routing demo-down test lint sanity build docs test-unit test-versions test-integration test-molecule test-mutation test-soak bench clean

help:
	@echo "make demo              three real engines, the example playbook, the inventory, the endpoint; make demo-down removes it all"
	@echo "make demo-endpoint     the endpoint alone, on the same engines, by the docker CLI"
	@echo "make demo-routing      requests through a router, on the same engines, while a container moves and an engine dies"
	@echo "make test              every part below, with one line of figures at the end"
	@echo "make lint              ruff, mypy, ansible-lint, changelog"
	@echo "make sanity            ansible-test sanity"
	@echo "make build             build the collection, install the file, look whether its plugins are there"
	@echo "make docs              the documentation's site, and what Galaxy's importer says of the collection"
	@echo "make test-unit         unit tests"
	@echo "make test-versions     unit tests and one run against the lab, on other versions of ansible-core"
	@echo "make test-integration  tests against real engines"
	@echo "make test-molecule     the roles and playbooks on bare hosts with systemd"
	@echo "make test-mutation     faults put into the code, and whether unit tests notice; PART=engine, SAMPLE=600, MINUTES=30"
	@echo "make test-soak         parsers and replies with a million cases, hostile engines, operators at once; SEED=1, MINUTES=30"
	@echo "make bench             how fast it is, beside references measured in the same run; BENCH=part for one part"
	@echo "make setup             Debian packages and the virtual environment only"
	@echo "make clean             remove what all of this left in the checkout"

setup:
	@tests/tools/setup.sh

demo:
	@tests/tools/demo.sh

demo-endpoint:
	@tests/tools/setup.sh && .venv/bin/python -m tests.tools.demo_endpoint

demo-routing:
	@tests/tools/setup.sh && . tests/tools/ansible.env && .venv/bin/python -m tests.tools.demo_routing

demo-down:
	@python3 -m tests.lab down --name demo

test:
	@$(CHECK) lint sanity build docs unit versions integration molecule

lint sanity build docs:
	@$(CHECK) $@

test-unit test-versions test-integration test-molecule:
	@$(CHECK) $(@:test-%=%)

test-mutation:
	@tests/tools/setup.sh && .venv/bin/python -m tests.tools.mutation --part $(PART) --sample $(SAMPLE) --minutes $(MINUTES)

test-soak:
	@tests/tools/setup.sh && .venv/bin/python -m tests.tools.soak --minutes $(MINUTES) $(if $(SEED),--seed $(SEED))

bench:
	@tests/tools/setup.sh && .venv/bin/python -m tests.benchmark $(BENCH)

clean:
	rm -rf .venv .cache .ansible .mypy_cache .pytest_cache .ruff_cache .hypothesis tests/output
