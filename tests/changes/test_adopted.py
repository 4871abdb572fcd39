# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clusters that people have set up by hand are imported and taken over while a client watches, and given back."""

from __future__ import annotations

import pytest
import yaml

from ansible_collections.lvs.cluster.molecule import snapshots
from ansible_collections.lvs.cluster.molecule.conftest import eventually
from ansible_collections.lvs.cluster.plugins.plugin_utils._rehearsal import laws as client_laws
from ansible_collections.lvs.cluster.tests.changes import handmade, laws
from ansible_collections.lvs.cluster.tests.changes.cluster import BUILD, SECRETS, ChangingCluster
from ansible_collections.lvs.cluster.tests.changes.handmade import Handmade
from ansible_collections.lvs.cluster.tests.changes.report import note

STARTS_S = 300
"""How long a hand-made cluster may take until it serves: emulated, ldirectord needs more than a minute."""


@pytest.mark.parametrize("kind", [pytest.param(kind, id=kind.name) for kind in handmade.KINDS])
def test_a_cluster_is_adopted(new_machines: ChangingCluster, kind: Handmade) -> None:
    cluster, log = new_machines, f"adopted-{kind.name}"
    hosts = [*kind.directors, *handmade.REAL_SERVERS]
    for host in kind.directors:  # what listens there would answer for a VIP without a virtual service
        cluster.output(host, "systemctl stop nginx.service answer.service")
    for host in hosts:
        cluster.program(host, ["sh", "-se", *kind.words(host)], kind.script(host))
    eventually(lambda: not cluster.unserved(handmade.SERVICES), STARTS_S)
    before, tables = snapshots.take(cluster, hosts), {host: cluster.table(host) for host in kind.directors}
    with cluster.watch_services(handmade.VIPS, handmade.SERVICES) as watch:
        breaches = imported(cluster, kind, log)
        breaches += compared(cluster, tables)
        breaches += cluster.must_pass(log, "lvs.cluster.site", "--check")
        breaches += left(cluster, before, "the check changed")
        breaches += cluster.must_pass(log, "lvs.cluster.site")
    breaches += [
        *cluster.changes_nothing(log),
        *client_laws.one_holder(watch.seen, cluster.macs(), kind.directors, moves=0),
        *client_laws.served(watch.seen, {}),
        *(f"{host} has another table" for host, table in tables.items() if table and cluster.table(host) != table),
        *laws.no_secret(cluster.said(log) + cluster.journals(), SECRETS),
    ]
    note("adopted", kind.name, {"seen": watch.seen, "breaches": breaches})
    breaches += cluster.must_pass(log, "lvs.cluster.remove")
    eventually(lambda: not cluster.unserved(handmade.SERVICES), STARTS_S)
    breaches += left(cluster, before, "left after the removal")
    note("adopted", kind.name, {"seen": watch.seen, "breaches": breaches})
    assert breaches == []


def imported(cluster: ChangingCluster, kind: Handmade, log: str) -> list[str]:
    """Import the running directors; the inventory that is written is the cluster's from now on."""
    known, folder = BUILD / "known" / "hosts.yml", BUILD / "adopted" / kind.name
    known.parent.mkdir(parents=True, exist_ok=True)
    known.write_text(yaml.safe_dump(handmade.inventory()), encoding="utf-8")
    cluster.inventory = known.parent
    parameters = ["-e", f"from={','.join(kind.directors)}", "-e", f"to={folder}"]
    breaches = cluster.must_pass(log, "lvs.cluster.import", *parameters)
    cluster.inventory = folder
    (folder / "group_vars" / "all").mkdir()
    (folder / "group_vars" / "all.yml").rename(folder / "group_vars" / "all" / "cluster.yml")
    password = yaml.safe_dump({"vault_vrrp_password": SECRETS[0]})
    (folder / "group_vars" / "all" / "password.yml").write_text(password, encoding="utf-8")
    return breaches


def compared(cluster: ChangingCluster, tables: dict[str, str]) -> list[str]:
    """What the import says of the tables that directors have. One that has none waits until the other fails."""
    page = (cluster.inventory / "IMPORT.md").read_text(encoding="utf-8")
    hosts = [host for host, table in tables.items() if table]
    return [f"another table than that of {host}" for host in hosts if f"table that {host} has now" not in page]


def left(cluster: ChangingCluster, before: dict[str, snapshots.Snapshot], what: str) -> list[str]:
    """What differs from the hand-made cluster."""
    now = snapshots.take(cluster, [*before])
    return [f"{what} on {host}: {line}" for host in before for line in snapshots.compared(before[host], now[host])]
