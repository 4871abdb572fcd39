# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What clients will notice of a roll-out, derived from what directors and real servers have reported. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...module_utils._ipvs.model import DestinationKey, ServiceKey
from ...module_utils._keepalived.managed import ADVERTISED
from ...module_utils._places import ANNOUNCER_UNIT
from .._doctor.examined import Examined
from .._operate.director_state import by_key
from .._operate.planned import DIFFERENCES, entries
from .._values.cluster import Cluster
from .._values.vip import without_prefix
from . import sentences
from .decisions import Decisions, taker
from .subject import Facts, Subject

_ARROW = " -> "  # between service and real server, in the names of host_compare


def noticed(subject: Subject, decided: Decisions) -> list[str]:
    """A sentence for each thing that clients notice, as far as it can be derived."""
    names = {address: host for host, report in subject.every_report.items() for address in _own(report)}
    found = (
        sentence
        for examined in subject.examined
        for sentence in (
            *_of_vips(examined, subject, decided),
            *_of_announcers(examined),
            *_of_tables(examined, {**subject.former.names, **names}),
            *_of_real_servers(examined),
        )
    )
    return [*dict.fromkeys(found)]


def _own(report: Facts) -> Iterable[str]:
    """The addresses of a host that no other has: without those on its loopback interface."""
    own: Mapping[str, str] = report["hardware_addresses"]
    held = {*map(without_prefix, report.get("held", ()))}
    return [address for address in own if address not in held]


# The tables of virtual services.


@dataclass(frozen=True)
class _Table:
    """The table of one director as clients know it. names: what the owner calls services, and real servers."""

    report: Facts
    part: Facts
    services: Mapping[str, str]
    servers: Mapping[str, str]

    def changes(self, action: str, kind: str) -> Iterator[Facts]:
        """Those of the services that clients reach here."""
        for entry in entries(self.part.get("plan", {}).get(action, ())):
            if entry["kind"] == kind and self.is_reached(entry["name"]):
                yield entry

    def is_reached(self, name: str) -> bool:
        """Whether clients reach a service here: where the director has its address, or for a mark any VIP."""
        service = name.partition(_ARROW)[0]
        address = next((key.address for key in self.there if str(key) == service), "")
        return address in self.report["addresses"] if address else bool(self.report["held"])

    @property
    def there(self) -> Mapping[ServiceKey, Facts]:
        return by_key(self.report["ipvs"]["services"])

    def service(self, name: str) -> str:
        return f"{self.services.get(name, '')} {name}".strip()

    def server(self, name: str) -> str:
        """A real server of a service, by its name and its endpoint."""
        address = next(
            (
                each["address"]
                for service in self.there.values()
                for each in service["destinations"]
                if str(DestinationKey(each["address"], each["port"])) == name
            ),
            "",
        )
        return f"{self.servers.get(address, '')} {name}".strip()

    def connections(self, name: str, server: str = "") -> int | None:
        """How many connections of a service are open, or of one of its real servers; None where nobody has counted."""
        for key, counted in by_key(self.report["ipvs"].get("statistics", ())).items():
            if str(key) == name:
                counts = [
                    int(each.get("active_connections", 0))
                    for each in counted["destinations"]
                    if server in ("", str(DestinationKey(each["address"], each["port"])))
                ]
                return sum(counts)
        return None


def _of_tables(examined: Examined, names: Mapping[str, str]) -> Iterator[str]:
    for host, report in examined.directors.items():
        told = examined.views[host].get("names", {})
        servers = {**names, **told.get("real_servers", {})}
        part = examined.compared.get(host, {}).get("services", {})
        table = _Table(report, part, told.get("services", {}), servers)
        for sentence_of in (_new_services, _former_services, _leaving, _resting, _forwarded_otherwise):
            yield from sentence_of(table)


def _new_services(table: _Table) -> Iterator[str]:
    for entry in entries(table.part.get("plan", {}).get("added", ())):
        if entry["kind"] == "service":
            yield sentences.service_begins(table.service(entry["name"]))


def _former_services(table: _Table) -> Iterator[str]:
    for entry in table.changes("removed", "service"):
        yield sentences.service_ends(table.service(entry["name"]), table.connections(entry["name"]))


def _leaving(table: _Table) -> Iterator[str]:
    gone = {entry["name"] for entry in table.changes("removed", "service")}
    for entry in table.changes("removed", "destination"):
        service, _arrow, server = entry["name"].partition(_ARROW)
        if service not in gone:
            yield sentences.server_leaves(
                table.service(service), table.server(server), table.connections(service, server)
            )


def _resting(table: _Table) -> Iterator[str]:
    for entry in table.changes("changed", "destination"):
        service, _arrow, server = entry["name"].partition(_ARROW)
        if entry["after"].get("weight") == 0:
            yield sentences.server_rests(table.service(service), table.server(server))


def _forwarded_otherwise(table: _Table) -> Iterator[str]:
    for entry in table.changes("changed", "destination"):
        service, _arrow, server = entry["name"].partition(_ARROW)
        if "forward" in entry["after"]:
            yield sentences.forwarding_changes(
                table.service(service),
                table.server(server),
                entry["before"]["forward"],
                entry["after"]["forward"],
                table.connections(service, server),
            )


# Where the VIPs are.


def _of_vips(examined: Examined, subject: Subject, decided: Decisions) -> Iterator[str]:
    yield from _handed_over(examined.cluster, subject, decided)
    yield from _coming(examined, subject, decided)
    yield from _going(examined)
    yield from _with_one_holder(examined, decided)
    for host in decided.order.of(examined.cluster).active:
        yield from _moving(examined, host, decided)
        yield from _changing_instance(examined, host)
        yield from _beginning_anew(examined, host, decided)


def _handed_over(cluster: Cluster, subject: Subject, decided: Decisions) -> Iterator[str]:
    for host, dismissed in decided.dismissed.items():
        there = subject.every_report[host]["addresses"]
        for instance in cluster.instances if dismissed.hands_over else ():
            vips = {*instance.vips}.intersection(there)
            if vips:
                yield sentences.vips_are_handed_over(vips, host, taker(instance, decided.reports))


def _coming(examined: Examined, subject: Subject, decided: Decisions) -> Iterator[str]:
    """VIPs that no director has and one will take; none where not all directors have answered."""
    if {*examined.cluster.director_hosts} - {*examined.directors}:
        return
    former = {
        address
        for host in subject.former.directors
        for address in subject.every_report.get(host, {}).get("addresses", ())
    }
    nobodys = {
        vip
        for instance in examined.cluster.instances
        if examined.cluster.moves_vips and not taker(instance, decided.reports)
        for vip in instance.vips
    }
    new = {vip.address for vip in examined.cluster.held_vips if not examined.holders(vip.address)} - former - nobodys
    if new:
        yield sentences.vips_come(new)


def _going(examined: Examined) -> Iterator[str]:
    kept = {vip.address for vip in examined.cluster.vips}
    gone = {vip for host, report in examined.directors.items() for vip in _former_vips(examined, host, report)} - kept
    if gone:
        yield sentences.vips_leave(gone)


def _former_vips(examined: Examined, host: str, report: Facts) -> Iterator[str]:
    """What a director has and a roll-out takes from it: of its keepalived.conf, or of its network."""
    network = (without_prefix(entry["name"].partition(" ")[0]) for entry in _addresses(examined, host, "removed"))
    for address in (*(_journal(report).get("vips") or {}), *network):
        if address in report["addresses"] and not address.startswith(ADVERTISED):
            yield address


def _journal(report: Facts) -> Facts:
    journal: Facts = report.get("journal") or {}
    return journal


def _addresses(examined: Examined, host: str, action: str) -> Iterator[Facts]:
    plan = examined.compared.get(host, {}).get("network", {}).get("plan", dict.fromkeys(DIFFERENCES, ()))
    yield from (entry for entry in entries(plan[action]) if entry["kind"] == "address")


def _with_one_holder(examined: Examined, decided: Decisions) -> Iterator[str]:
    own = decided.order.of(examined.cluster).active
    without = [host for host in own if decided.reports[host].without_vrrp]
    if examined.cluster.moves_vips and len(without) > 1:
        yield sentences.vips_get_one_holder({vip for host in without for vip in decided.reports[host].held})


def _moving(examined: Examined, host: str, decided: Decisions) -> Iterator[str]:
    """VIPs that another director takes once both have read the definition, where either of them reads it now."""
    own, turn = decided.reports[host], decided.turns[host]
    if own.without_vrrp or own.in_standby:
        return
    for instance in examined.cluster.instances:
        vips = own.held.intersection(instance.vips) - {*turn.awaited}
        to = taker(
            instance, {name: each for name, each in decided.reports.items() if examined.cluster.is_director(name)}
        )
        if vips and to not in ("", host) and any(_reads_anew(examined, each) for each in (host, to)):
            yield sentences.vips_move(vips, host, to)


def _changing_instance(examined: Examined, host: str) -> Iterator[str]:
    before = _journal(examined.reports[host]).get("vips") or {}
    after = {vip: instance.name for instance in examined.cluster.instances for vip in instance.vips}
    for vip in sorted(before.keys() & after.keys()):
        if before[vip] != after[vip] and examined.reports[host]["keepalived_runs"] and _reads_anew(examined, host):
            yield sentences.vip_changes_instance(vip, before[vip], after[vip])


def _beginning_anew(examined: Examined, host: str, decided: Decisions) -> Iterator[str]:
    configuration, turn = _configuration(examined, host), decided.turns[host]
    begins = configuration.get("hears_anew") or not examined.reports[host]["keepalived_runs"]
    vips = decided.reports[host].held.intersection(turn.awaited)
    if vips and begins and not turn.hold and _reads_anew(examined, host):
        yield sentences.keepalived_begins_anew(vips, host)


def _reads_anew(examined: Examined, host: str) -> bool:
    """Whether keepalived on a director is reloaded, or started."""
    configuration = _configuration(examined, host)
    changes = configuration.get("changed") or configuration.get("not_read")
    return bool(changes or (configuration and not examined.reports[host]["keepalived_runs"]))


def _configuration(examined: Examined, host: str) -> Mapping[str, Any]:
    return examined.compared.get(host, {}).get("configuration", {})


def _of_announcers(examined: Examined) -> Iterator[str]:
    """The VIPs that a director withdraws when its announcer ends, before the next one begins."""
    for host, report in examined.directors.items():
        commands = examined.compared.get(host, {}).get("announcer", {}).get("commands", ())
        vips = [*map(without_prefix, report["held"])]
        if vips and f"systemctl restart {ANNOUNCER_UNIT}" in commands:
            yield sentences.vips_are_withdrawn_for_a_moment(vips, host)


# Real servers.


def _of_real_servers(examined: Examined) -> Iterator[str]:
    """Real servers that go on serving but take packets for a VIP at another address: sockets have one or the other."""
    for host in sorted({*examined.compared} - {*examined.cluster.director_hosts}):
        served = {vip for part in examined.cluster.parts_of(host) for vip in part.service.named_addresses}
        for vip in sorted(served & {*_taken_otherwise(examined, host)}):
            yield sentences.packets_arrive_otherwise(host, vip)


def _taken_otherwise(examined: Examined, host: str) -> Iterator[str]:
    """VIPs that a host has from now on and for which it has redirected packets until now, or the other way round."""
    comes, goes = (
        {without_prefix(entry["name"].partition(" ")[0]) for entry in _addresses(examined, host, action)}
        for action in ("added", "removed")
    )
    yield from goes & {*_redirected(examined, host, "added")}
    yield from comes & {*_redirected(examined, host, "removed")}


def _redirected(examined: Examined, host: str, action: str) -> Iterator[str]:
    """The addresses of the rules of this kind that a roll-out adds or removes."""
    for entry in entries(examined.compared[host].get("filter", {}).get("plan", {}).get(action, ())):
        if entry["kind"] == "redirect":
            words = entry["name"].split()
            yield dict(zip(words[::2], words[1::2], strict=False)).get("address", "")
