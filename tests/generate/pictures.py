# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""docs/pictures: each example as lvs.cluster.report draws it, all well; and one with a real server that has failed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ansible_collections.lvs.cluster.plugins.plugin_utils._report.about import About
from ansible_collections.lvs.cluster.plugins.plugin_utils._report.formats import FORMATS
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.cluster import Cluster
from ansible_collections.lvs.cluster.tests.cases.case import Inventory
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._report.subjects import subject

PROJECT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted(path.parent for path in (PROJECT / "inventory-examples").glob("*/hosts.yml"))
# The picture of a report: this example, and the real server that has failed.
REPORTED, FAILED = PROJECT / "inventory-examples" / "failover", "192.0.2.22"


def pages() -> dict[Path, str]:
    """Each picture."""
    pictures = {example.name: _drawn(_clusters(example)) for example in EXAMPLES}
    pictures["report"] = _drawn(_clusters(REPORTED), [FAILED])
    return {PROJECT / f"docs/pictures/{name}.svg": picture for name, picture in pictures.items()}


def _clusters(example: Path) -> Sequence[Cluster]:
    inventory = Inventory(example / "hosts.yml")
    return inventory.clusters(inventory.hosts[0]).every


def _drawn(clusters: Sequence[Cluster], failed: Sequence[str] = ()) -> str:
    return FORMATS["svg"]([subject(cluster, failed=failed, held=_held(cluster)) for cluster in clusters], About(""))


def _held(cluster: Cluster) -> dict[str, list[str]]:
    """Director -> the VIPs that it has while all is well: each on the one with the highest priority, or on all."""
    held: dict[str, list[str]] = {host: [] for host in cluster.director_hosts}
    for vip in cluster.held_vips:
        owners = [instance for instance in cluster.instances if vip.address in instance.vips]
        first = [max(instance.priorities, key=lambda entry: entry[1])[0] for instance in owners]
        for host in first or cluster.director_hosts:
            held[host].append(vip.address)
    return held
