# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tables of virtual services, compared with the definition and each other; connections that get no answer."""

from __future__ import annotations

from collections.abc import Iterator

from ...module_utils._drain.files import destination_name
from ...module_utils._ipvs.model import DestinationKey, ServiceKey, endpoint
from .._operate.director_state import NO_DESTINATIONS, Endpoint, state_of
from .._rules.rule import ROLL_OUT, Note, advice, error, seen
from .._values.identity import service_key
from .._values.service import VirtualService
from .examined import Examined, Facts, each_director, stopped

_SHARE = 0.5
"""Of a real server's connections, how many must wait for it to be thought silent."""
_LEAST = 5
"""How many at least."""


@error("LVS841", "table-differs", each=each_director, mended_by=ROLL_OUT)
def table_differs(examined: Examined, host: str, report: Facts) -> Iterator[Note]:
    """A director's table of virtual services differs from the definition, and no health check explains it.

    Run the commands, or roll the director out again.
    """
    entries = [*examined.differences(host, "services")]
    if entries and not (examined.cluster.uses_keepalived and stopped(report)):
        commands = examined.compared[host]["services"]["commands"]
        yield seen(
            host,
            f"Its table differs from the definition in {', '.join(str(entry['name']) for entry in entries)}",
            "It must be what the definition says, apart from what health checks and operators have done",
            "; ".join(map(str, commands)),
            extent=len(entries),
        )


def failed_servers(examined: Examined) -> Iterator[tuple[Examined, VirtualService, Endpoint, dict[str, bool]]]:
    """Each real server that is out on a director, by service; director -> whether it is out, of those that check."""
    if not examined.cluster.has_checks:
        return
    states = {host: state_of(report) for host, report in examined.directors.items() if not stopped(report)}
    for service in examined.cluster.services:
        key = service_key(vars(service))
        for server in service.real_servers:
            place = (server.address, server.port)
            out = {
                host: _is_out(state.table.get(key, NO_DESTINATIONS), place)
                for host, state in states.items()
                if server.weight and key in state.table and not _is_drained(state.drained, key, place)
            }
            if any(out.values()):
                yield examined, service, place, out


@advice("LVS844", "check-failed", each=failed_servers, unmended="What is wrong is on the real server.")
def check_failed(examined: Examined, service: VirtualService, server: Endpoint, out: dict[str, bool]) -> Iterator[Note]:
    """The health check of a real server fails on all directors.

    Look at the service on the real server; the finding has keepalived's last message about it.
    """
    if all(out.values()):
        host = min(out)
        yield _of_check(
            examined, service, server, host, "It must pass; until then the real server gets no new connections"
        )


@error(
    "LVS845",
    "check-failed-on-one",
    each=failed_servers,
    unmended="What is wrong is on the way from that director to the real server.",
)
def check_failed_on_one(
    examined: Examined, service: VirtualService, server: Endpoint, out: dict[str, bool]
) -> Iterator[Note]:
    """The health check of a real server fails on one director and passes on another.

    Look at the way from that director to the real server: routes, firewalls, the address that it asks from.
    """
    if not all(out.values()):
        for host in [host for host, is_out in out.items() if is_out]:
            yield _of_check(examined, service, server, host, "It must pass here too: on another director it does")


def floored(examined: Examined) -> Iterator[tuple[Examined, VirtualService, dict[str, list[str]]]]:
    """Each service that has a floor; director -> the real servers there that fail, and that the floor keeps in."""
    states = {host: state_of(report) for host, report in examined.directors.items() if not stopped(report)}
    for service in examined.cluster.services if examined.cluster.has_checks else ():
        key = str(service_key(vars(service)))
        floors = {host: examined.views[host].get("names", {}).get("floors", {}).get(key) for host in states}
        kept = {
            host: [
                server
                for server in (endpoint(each.address, each.port) for each in service.real_servers)
                if f"{server}@{floor['name']}" in states[host].kept
            ]
            for host, floor in floors.items()
            if floor
        }
        if any(kept.values()):
            yield examined, service, kept


@advice("LVS846", "kept-by-floor", each=floored, unmended="What is wrong is on the real servers.")
def kept_by_floor(examined: Examined, service: VirtualService, kept: dict[str, list[str]]) -> Iterator[Note]:
    """Real servers fail their health check and stay in the table, since too many of their service would be out
    (`depool_floor`). Clients are sent to them all the same.

    Look at these real servers, and at those that are out already.
    """
    host = min(each for each, servers in kept.items() if servers)
    servers = sorted({server for each in kept.values() for server in each})
    least = examined.views[host]["names"]["floors"][str(service_key(vars(service)))]["least"]
    fail, them = ("fails its check", "it") if len(servers) == 1 else ("fail their checks", "them")
    yield seen(
        ", ".join(sorted(each for each, servers in kept.items() if servers)),
        f"{', '.join(servers)} of {service.name} {fail}, and only the floor of {least} keeps {them} in",
        "They must pass; some of the clients get no answer until then",
        "ansible-playbook lvs.cluster.status # has what keepalived says of them",
        extent=len(servers),
    )


def waiting(examined: Examined) -> Iterator[tuple[str, str, list[Facts]]]:
    """The director and the connections of each service of which TCP connections are known."""
    for host, report in sorted(examined.directors.items()):
        services: dict[str, list[Facts]] = {}
        for counted in report.get("health", {}).get("connections") or ():
            services.setdefault(f"{counted['service_address']} port {counted['service_port']}", []).append(counted)
        yield from ((host, name, servers) for name, servers in services.items())


@error(
    "LVS871",
    "black-hole",
    each=waiting,
    unmended="What is wrong is on the real server, and whether to drain it is for you to say.",
)
def black_hole(host: str, service: str, servers: list[Facts]) -> Iterator[Note]:
    """Connections to one real server get no answer, while other real servers answer.

    Look at the service, the firewall and the VIP on that real server, and give the service a health check.
    """
    for server in servers:
        others = [other for other in servers if other is not server and other["connections"]]
        share = _share([server])
        if others and server["waiting"] >= _LEAST and share >= _SHARE and _share(others) <= share / 2:
            yield seen(
                host,
                f"{server['waiting']} of {server['connections']} connections of {service} to {server['address']} wait "
                f"for an answer (SYN_RECV); of those to the other real servers, {_share(others):.0%} do",
                "The share must be about the same for all; this one does not answer, and no health check took it out",
                f"ansible-playbook lvs.cluster.drain -e server={server['address']} -e wait=false",
            )


def _share(servers: list[Facts]) -> float:
    """How many of the connections wait, 0 to 1."""
    every = sum(server["connections"] for server in servers)
    return sum(server["waiting"] for server in servers) / every if every else 0.0


def _is_out(service: Facts, place: Endpoint) -> bool:
    weights = {(server["address"], server["port"]): server["weight"] for server in service["destinations"]}
    return not weights.get(place)


def _is_drained(names: frozenset[str], service: ServiceKey, server: Endpoint) -> bool:
    """Whether an operator has said what its weight is. names: of the files that say so."""
    return not names.isdisjoint([server[0], destination_name(service, DestinationKey(*server))])


def _of_check(examined: Examined, service: VirtualService, server: Endpoint, host: str, text: str) -> Note:
    moved = state_of(examined.directors[host]).about.moved(service_key(vars(service)), server)
    why = f": {moved['why']}" if moved and moved["why"] else ""
    return seen(
        host,
        f"The check of {server[0]} port {server[1]} for {service.name} fails{why}",
        text,
        f"journalctl -u keepalived -g '{server[0]}'",
    )
