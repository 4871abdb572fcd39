# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run for some hosts (--limit), before it changes anything: who would not accept what a director will send."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from ...module_utils._ports import range_text
from .._rules.rule import Note, advice, error, seen
from .._values.cluster import Cluster
from .._values.identity import service_key
from .._values.packets import Packets
from .._values.real_server import UNTOUCHED, RealServer
from .._values.service import VirtualService
from .candidate import Candidate, Facts

# What a real server must know of a tunnel to take packets out of it.
_TUNNEL = ("tunnel_type", "tunnel_port", "tunnel_checksum")


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
    """A VIP is new to a director, but no real server that must accept it takes part in the run.

    Run the playbook for them too.
    """
    if hosts and not {*hosts} & {*taking_part}:
        yield seen(
            host,
            f"{vip} is new to it",
            f"It would send packets for it to {', '.join(hosts)}, and none of these real servers takes part in this "
            "run to accept them",
            f"Run the playbook for them too: --limit '{':'.join([host, *hosts])}'",
        )


@advice("LVS762", "vip-not-accepted-everywhere", each=new_vips)
def vip_not_accepted_everywhere(host: str, vip: str, hosts: list[str], taking_part: Collection[str]) -> Iterator[Note]:
    """A VIP is new to a director, and some real servers that must accept it take no part in the run.

    Run the playbook for them next, or drain them.
    """
    away = [each for each in hosts if each not in taking_part]
    if away and away != hosts:
        yield seen(
            host,
            f"{vip} is new to it",
            f"It will send packets for it to {', '.join(away)} too as soon as a check finds the service there, but "
            "they accept none until the playbook has run for them",
            "Run the playbook for them next, or drain them",
        )


def new_forwarding(candidate: Candidate) -> Iterator[tuple[str, str, str, list[str], Collection[str]]]:
    """Each forwarding method by which a director would begin to send to real servers: the service, the method, the
    hosts that have to be prepared for it, and the hosts of the run. One that no longer gives its own address to the
    connections begins anew: their answers need a route.
    """
    cluster = candidate.cluster
    if cluster is None or candidate.taking_part is None:
        return
    table = {service_key(service): service for service in candidate.report.get("ipvs", {}).get("services", ())}
    for service in cluster.services:
        there = table.get(service_key(vars(service)), {"destinations": ()})["destinations"]
        known = {(entry["address"], entry["port"]): entry for entry in there}
        translated = _is_translated(service, candidate.report)
        unprepared: dict[str, set[str]] = {}
        for server in service.real_servers:
            before = known.get((server.address, server.port))
            if not server.host or not before:
                continue
            if _must_be_prepared(server, before):
                unprepared.setdefault(server.forward, set()).add(server.host)
            elif translated and service.nat_return != "source_nat" and server.gateway:
                unprepared.setdefault(f"nat with nat_return {service.nat_return}", set()).add(server.host)
        for forward, hosts in sorted(unprepared.items()):
            yield candidate.host, service.name, forward, sorted(hosts), candidate.taking_part


def _must_be_prepared(server: RealServer, before: Facts) -> bool:
    """Whether a real server needs something new for the packets that it would get. before: as the table has it."""
    if server.forward == "nat":
        return before["forward"] != "nat" and server.gateway is not None
    if server.forward == "tun":
        return before["forward"] != "tun" or any(before[name] != getattr(server, name) for name in _TUNNEL)
    return before["forward"] not in UNTOUCHED


def _is_translated(service: VirtualService, report: Facts) -> bool:
    """Whether the director gives its own address to the connections of a service as yet."""
    return any(_is_of(rule, service.packets, service.fwmark) for rule in report.get("source_nat", ()))


def _is_of(rule: Facts, packets: Iterable[Packets], fwmark: int | None) -> bool:
    if "address" not in rule:
        return fwmark is not None and rule.get("mark") == fwmark
    return any(
        rule["address"] == each.address
        and each.protocol in (None, rule.get("protocol"))
        # The rule for FTP has no port: data connections come to any.
        and rule.get("port", "") in ("", ",".join(map(range_text, each.ports)))
        for each in packets
    )


@error("LVS768", "forwarding-not-prepared", each=new_forwarding)
def forwarding_not_prepared(
    host: str, service: str, forward: str, hosts: list[str], taking_part: Collection[str]
) -> Iterator[Note]:
    """A director would begin to send by another forwarding method, and real servers that have to be prepared for it
    take no part in the run.

    Run the playbook for them too.
    """
    away = [each for each in hosts if each not in taking_part]
    if away:
        yield seen(
            host,
            f"It does not forward {service} by {forward} yet",
            "Real servers must be prepared for that first, or clients get no answer, and this run leaves out "
            f"{', '.join(away)}",
            f"Run the playbook for all of them: --limit '{':'.join([host, *hosts])}'",
        )
