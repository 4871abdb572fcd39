# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

VENV       := .venv
RELEASING  := build/releasing
RULEBOOK   := build/rulebook
COLLECTION := $(VENV)/collections/ansible_collections/lvs/cluster
PACKAGES    = python3-venv chromium $(shell python3 molecule/lab packages)
SCENARIOS   = $(patsubst molecule/%/molecule.yml,%,$(wildcard molecule/*/molecule.yml))
# Scenarios that share a lab, by the lab's name: one with the machines of molecule/lab.toml, two-directors.toml, which are
# Debian 13. ftp and tunnels come last, for they leave the hosts' firewalls closed.
one-director  = direct-routing arp-filter director-is-real-server ftp tunnels
two-directors = fwmark redirect two-clusters
# Scenarios that are first rolled out as users do it, without Mitogen: with the oldest and the newest ansible-core.
nat.core            = oldest
direct-routing.core = newest
# The longest first, so that both processors are at work until the end.
IN_A_LAB    = one-director.lab kernel.part failover.scenario.part two-directors.lab nat.scenario.part some-changes.part \
    some-faults.part trixie.kernel.part
# The changes of a running cluster that `make test` tries; docs/changes.md has all.
SOME_CHANGES = password backup-director
# The faults that are found in a few minutes.
SOME_FAULTS = healthy or switch or real-server-answers or vip-missing or split-brain-by-a-filter or checker-stalled
# The tests for which a kernel or a keepalived of another release makes a difference that `make test` looks for.
trixie.tests = test_keepalived.py test_axes.py
# The tests that start daemons of the distribution, which tests/kernel/conftest.py leaves to `make daemons`.
DAEMONS     = test_bgp.py test_firewalls.py test_network_managers.py
SUDO       := $(if $(filter-out 0,$(shell id -u)),sudo)

ifdef RELEASE
export LAB_RELEASE := $(RELEASE)
endif
export RELEASES PARTS
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
export ANSIBLE_COLLECTIONS_PATH := $(CURDIR)/$(VENV)/collections

.PHONY: help setup packages lint sanity unit pythons cores fuzz image kernel daemons changes some-changes doctor some-faults matrix mutations molecule test rehearsal demo generate docs look bench rulebook archive certify \
    licences release down clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: packages $(VENV)/ready ## system packages (through sudo, only if one is missing) and the virtual environment

packages:
	@missing=$$(for package in $(PACKAGES); do \
	    dpkg-query --show --showformat '$${db:Status-Status}' $$package 2>/dev/null | grep -qx installed || echo $$package; \
	done); \
	[ -z "$$missing" ] || { set -x; $(SUDO) apt-get update -q && \
	    $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends $$missing; }

# The collection stands in the environment under its name: ansible, pytest, mypy and ansible-test all find it there.
$(VENV)/ready: requirements-dev.txt
	python3 -m venv --clear $(VENV)
	python -m pip install --quiet --quiet --no-deps -r $<
	mkdir -p $(dir $(COLLECTION)) && ln -s $(CURDIR) $(COLLECTION)
	ln -s $(CURDIR)/$(VENV)/collections/ansible_collections $$(python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
	touch $@

# The tools of a release stand apart: a developer needs them once per version, and they ask for other versions of what they share.
$(RELEASING)/ready: requirements-release.txt
	python3 -m venv --clear $(RELEASING)
	$(RELEASING)/bin/python -m pip install --quiet --quiet --no-deps -r $<
	touch $@

lint: setup ## ruff, mypy, vermin, ansible-lint, the licences of all files, the changelog's fragments
	ruff check
	ruff format --check
	mypy
	vermin --quiet --violations --target=3.8- plugins/modules plugins/module_utils
	ansible-lint --offline
	reuse --suppress-deprecation lint --lines
	antsibull-changelog lint

# Without a container, on every Python from 3.8 that the machine has, pyenv's too. ansible-test makes an environment per
# check in its home and fetches pip 24.2 for each from a site of its own, out of many a network's reach: they share ours.
sanity: setup ## ansible-test sanity
	@mkdir -p build/home/.ansible/test/cache build/home/pip
	@ln -sfn $(CURDIR)/$(VENV)/lib/python3*/site-packages/pip build/home/pip/pip
	@echo 'import sysconfig; open(sysconfig.get_path("purelib") + "/pip.pth", "w").write("$(CURDIR)/build/home/pip")' \
	    > build/home/.ansible/test/cache/get_pip_24_2.py
	PATH="$$PATH:$$(printf '%s:' ~/.pyenv/versions/*/bin)" HOME=$(CURDIR)/build/home \
	    ANSIBLE_TEST_CONTENT_ROOT=$(CURDIR)/$(COLLECTION) ansible-test sanity

unit: setup ## the unit tests, in seconds
	pytest tests/unit

pythons: setup ## the modules' unit tests on every Python of a managed host, 3.8 to 3.13, that is here
	python tests/pythons.py

cores: setup ## the controller's part on every supported ansible-core whose Python is here
	python tests/cores.py

fuzz: setup ## damaged messages and files to all that reads them; MINUTES=10 for new ones, for that long
ifdef MINUTES
	end=$$(($$(date +%s) + 60 * $(MINUTES))); \
	while pytest --exitfirst tests/fuzz --hypothesis-profile=random --junitxml=build/fuzz/last.xml; do \
	    [ $$(date +%s) -lt $$end ] || exit 0; \
	done; exit 1
else
	pytest --exitfirst tests/fuzz
endif

image: setup ## the image of the lab's machines; RELEASE=trixie here and below for those of another Debian
	python molecule/lab image

%.image: setup
	python molecule/lab image $*

kernel: setup ## the tests on a real kernel, in the lab; TEST=test_ipvs_table.py for some of them
	python tests/kernel/guest.py $(if $(TEST),python3 -m pytest -c tests/kernel/pytest.ini $(addprefix tests/kernel/,$(TEST)))

daemons: setup ## the same with the daemons of firewalld, ufw, NetworkManager and others: many minutes
	@$(MAKE) --no-print-directory kernel TEST="$(DAEMONS)"

%.kernel:
	@$(MAKE) --no-print-directory kernel RELEASE=$* TEST="$($*.tests)"

changes: setup ## changes of a running cluster, while a client watches: hours; CHANGE=password for some of them
	pytest tests/changes $(if $(CHANGE),-k "$(CHANGE)")
	python tests/changes/report.py

some-changes: setup
	pytest $(SOME_CHANGES:%="tests/changes/test_changes.py::test_a_change[%]")

matrix: setup ## the kernel tests and all scenarios on each release: hours; RELEASES="trixie bullseye", PARTS="kernel nat" for some
	python tests/matrix/run.py

doctor: setup ## faults in a running cluster, and what the doctor finds: half an hour; FAULT=vip-missing for some of them
	pytest tests/doctor $(if $(FAULT),-k "$(FAULT)")

some-faults: setup
	pytest tests/doctor -k "$(SOME_FAULTS)"

mutations: setup ## every odd value for every key of a definition, handed to keepalived and the native tools: many minutes
	SHARE=1 python tests/kernel/guest.py python3 -m pytest -c tests/kernel/pytest.ini tests/kernel/test_mutations.py

molecule: setup ## whole clusters in the lab, two at a time; SCENARIO=name for one
	@$(MAKE) --no-print-directory -j2 $(if $(SCENARIO),$(SCENARIO).scenario,$(SCENARIOS:%=%.scenario))

# Mitogen, as root, spares emulated machines the seconds that starting Python and sudo takes for each task. A lab that a
# scenario shares (SHARED_LAB) stays for the next one, unless something went wrong.
%.scenario: export MOLECULE_GLOB = molecule/*/molecule.yml
%.scenario: export MOLECULE_EPHEMERAL_DIRECTORY = $(CURDIR)/build/molecule/$*
%.scenario: export SCENARIO_LAB = $(or $(SHARED_LAB),$*)
%.scenario: setup
	@rm -rf $(MOLECULE_EPHEMERAL_DIRECTORY)
	$(if $(SHARED_LAB),,python molecule/lab down --name $(SCENARIO_LAB))
	{ $(if $($*.core),commands=$$(python tests/cores.py commands $($*.core)) && \
	( PATH="$$commands:$$PATH"; ansible --version | grep core && molecule converge --scenario-name $* ) &&) \
	ANSIBLE_STRATEGY=mitogen_linear SCENARIO_ACCESS="ansible_user=root ansible_become=false" \
	ANSIBLE_STRATEGY_PLUGINS=$$(python -c 'import ansible_mitogen; print(*ansible_mitogen.__path__)')/plugins/strategy \
	molecule test --destroy never --scenario-name $*; } || { python molecule/lab down --name $(SCENARIO_LAB); exit 1; }
	$(if $(SHARED_LAB),,python molecule/lab down --name $(SCENARIO_LAB))

# Two at a time: a cluster is idle while Ansible thinks. What needs no lab runs beside the making of the labs' image.
test: setup ## all of these checks; one log per part in build/logs
	@rm -rf build/logs && mkdir -p build/logs
	@$(MAKE) --no-print-directory -j2 $(patsubst %,%.part,image sanity trixie.image lint unit pythons cores fuzz look) $(IN_A_LAB)
	@echo; cat build/logs/summary; awk '{count[$$2]++} END { \
	    printf "%d passed, %d failed\n", count["passed"], count["FAILED"]; exit count["FAILED"] > 0}' build/logs/summary

$(IN_A_LAB): image.part
two-directors.lab trixie.kernel.part: trixie.image.part

# One after another on the same machines: what one scenario has removed, the next does not find.
ifdef SHARED_LAB
.NOTPARALLEL:
endif
%.lab:
	@python molecule/lab down --name $*
	@$(MAKE) --no-print-directory SHARED_LAB=$* $(patsubst %,%.scenario.part,$($*))
	@python molecule/lab down --name $*

%.part:
	@echo "$* ..."; start=$$(date +%s); \
	$(MAKE) --no-print-directory $* > build/logs/$*.log 2>&1 && verdict=passed || verdict=FAILED; \
	[ $$verdict = passed ] || tail -n 50 build/logs/$*.log; \
	printf '%-33s %s in %4d s  build/logs/%s.log  %s\n' $* $$verdict $$(($$(date +%s) - start)) $* \
	    "$$(grep -aoE '[0-9]+ (passed|failed|error).* in [0-9.]+s' build/logs/$*.log | tail -n 1)" | tee -a build/logs/summary

rehearsal: setup ## the example failover in a rehearsal, with a collection that has been built and installed
	python tests/rehearsal.py

demo: setup ## the whole story of a cluster in the lab: roll-out, drain, a real server and a director that fail
	python tests/demo.py

generate: setup ## all files that repeat what stands elsewhere: reference, rules, options of roles, JSON Schema
	python tests/generate/files.py

docs: setup ## the documentation as a site in build/docs, which needs no network; says where to look
	python tests/docsite/build.py

look: docs ## the same, and a look at it in a browser
	pytest tests/docsite

bench: setup ## figures, one JSON object per line
	python tests/benchmarks/controller.py
	python tests/benchmarks/on_a_recorded_kernel.py
	python tests/benchmarks/run.py
	python tests/kernel/guest.py python3 tests/benchmarks/failovers_on_a_kernel.py
	python tests/benchmarks/failovers.py

$(RULEBOOK)/ready: requirements-rulebook.txt
	python3 -m venv --clear $(RULEBOOK)
	$(RULEBOOK)/bin/python -m pip install --quiet --quiet --no-deps -r $<
	touch $@

rulebook: setup $(RULEBOOK)/ready ## the rulebook in a real ansible-rulebook, with made-up statuses; needs Java 17
	python tests/rulebook.py $(CURDIR)/$(RULEBOOK)/bin

archive: setup ## the archive that is published, in build/release: the same files give the same bytes
	python tests/release/archive.py

certify: setup $(RELEASING)/ready ## what those who publish collections ask of the archive: minutes
	$(RELEASING)/bin/python tests/release/certify.py

licences: setup $(RELEASING)/ready ## docs/reference/licences.md, from what is installed for developers
	$(RELEASING)/bin/python tests/release/licences.py

release: setup $(RELEASING)/ready ## the archive, its parts as CycloneDX, and checksums, in build/release
	$(RELEASING)/bin/python tests/release/publish.py

down: ## take the lab away
	python3 molecule/lab down --all

clean: down ## take the lab away, and everything that was made here
	rm -rf $(VENV) build .ansible .hypothesis .pytest_cache tests/output
