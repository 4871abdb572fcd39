# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run for some hosts (--limit), before it changes anything: who would not accept what a director will send."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from .._rules.rule import Note, advice, error, seen
from .._values.cluster import Cluster
from .._values.real_server import UNTOUCHED
from .candidate import Candidate


def new_vips(candidate: Candidate) -> Iterator[tuple[str, str, list[str], Collection[str]]]:
    """Each VIP that is new to a director, and who is to accept it; and the hosts of the run.

    A director without a table may be set up from scratch, and what it is to send is accepted already. The same goes for
    a VIP that it knows.
    """
    cluster, table = candidate.cluster, candidate.report.get("ipvs", {}).get("services")
    if cluster is None or candidate.taking_part is None or not table:
        return
    known = {service.get("address") for service in table}  # one by firewall mark has none
    for vip in sorted({service.address for service in cluster.services if service.address} - known):
        yield candidate.host, vip, _hosts_with(cluster, vip), candidate.taking_part


def _hosts_with(cluster: Cluster, vip: str) -> list[str]:
    servers = (server for service in cluster.services if service.address == vip for server in service.all_servers)
    return sorted({server.host for server in servers if server.host and server.forward in UNTOUCHED})


@error("LVS761", "vip-not-accepted", each=new_vips)
def vip_not_accepted(host: str, vip: str, hosts: list[str], taking_part: Collection[str]) -> Iterator[Note]:
    """A VIP is new to a director, and none of its real servers takes part in the run to accept it.

    Run the playbook for them too.
    """
    if hosts and not {*hosts} & {*taking_part}:
        yield seen(
            host,
            f"{vip} is new to it",
            f"It would send packets for that to {', '.join(hosts)}, and no real server of that address takes part in "
            "this run to accept them",
            f"Run the playbook for them too: --limit '{':'.join([host, *hosts])}'",
        )


@advice("LVS762", "vip-not-accepted-everywhere", each=new_vips)
def vip_not_accepted_everywhere(host: str, vip: str, hosts: list[str], taking_part: Collection[str]) -> Iterator[Note]:
    """A VIP is new to a director, and some of its real servers take no part in the run to accept it.

    Run the playbook for them next, or drain them.
    """
    away = [each for each in hosts if each not in taking_part]
    if away and away != hosts:
        yield seen(
            host,
            f"{vip} is new to it",
            f"It will send traffic for that to {', '.join(away)} too, once a check finds a service there, but nothing "
            "there accepts it until the playbook has run for them too",
            "Run the playbook for them next, or drain them",
        )
