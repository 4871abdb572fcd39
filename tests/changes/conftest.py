# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One lab for all changes. The base of the catalogue is rolled out once; each change leaves it behind as it was."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from ansible_collections.lvs.cluster.molecule import snapshots
from ansible_collections.lvs.cluster.tests.changes import catalogue
from ansible_collections.lvs.cluster.tests.changes.cluster import BASE, BUILD, CLUSTER_HOSTS, FOREIGN, ChangingCluster


@pytest.fixture(scope="session")
def machines() -> Iterator[ChangingCluster]:
    shutil.rmtree(BUILD, ignore_errors=True)
    cluster = ChangingCluster()
    cluster.verb("down")
    cluster.up()
    try:
        yield cluster
    finally:
        cluster.verb("down")


@pytest.fixture
def new_machines(machines: ChangingCluster) -> ChangingCluster:
    """Machines on which there has never been a cluster."""
    machines.verb("reset")
    return machines


@pytest.fixture(scope="session")
def rolled_out(machines: ChangingCluster) -> ChangingCluster:
    machines.verb("reset")
    for host in CLUSTER_HOSTS:
        machines.program(host, ["sh", "-se"], FOREIGN)
    machines.before = snapshots.take(machines, [*CLUSTER_HOSTS])
    machines.start_from(catalogue.base())
    machines.verb("save", BASE)
    return machines


@pytest.fixture
def at_the_base(rolled_out: ChangingCluster) -> ChangingCluster:
    """The cluster as the base has it, whatever has become of it before."""
    rolled_out.verb("reset", BASE)
    rolled_out.describe(catalogue.base())
    return rolled_out
