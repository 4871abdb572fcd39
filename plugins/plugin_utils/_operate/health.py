# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a cluster serves: what a director's kernel has beside what the definition asks of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from ...module_utils._drain.files import destination_name
from ...module_utils._ipvs.model import DestinationKey, ServiceKey, endpoint
from .._values.identity import service_key
from .answer import DEGRADED, DOWN, WELL
from .director_state import NO_DESTINATIONS, About, DirectorState, Endpoint, Service
from .status import ClusterStatus, DirectorStatus, Holder, RealServerStatus, VipStatus

# Packets to a real server without an answer, from which on it is silent: a client sends the third after three seconds.
UNANSWERED = 3
NOTHING: Mapping[str, Any] = MappingProxyType({})
_NOT_THERE = "is not in the table: somebody has taken it out, and lvs.cluster.site puts it back"


def unserved(table: Iterable[Service], wanted: Sequence[Service]) -> list[str]:
    """The wanted services that have nothing in the table which would take a new connection."""
    usable = {service_key(service) for service in table if any(server["weight"] for server in service["destinations"])}
    return [str(key) for key in map(service_key, wanted) if key not in usable]


class Names(NamedTuple):
    """How the owner calls what directors know by addresses, as resolve returns it: by service, or by address."""

    services: Mapping[str, str]
    real_servers: Mapping[str, str]
    sorry_servers: Mapping[str, Sequence[Service]]
    quorums: Mapping[str, int]
    floors: Mapping[str, Mapping[str, Any]] = NOTHING

    def service(self, key: ServiceKey) -> str:
        return f"{self.services.get(str(key), '')} {key}".strip()

    def server(self, address: str, port: int) -> str:
        return f"{self.real_servers.get(address, '')} {endpoint(address, port)}".strip()

    def floor(self, key: ServiceKey) -> Mapping[str, Any] | None:
        """The floor of a service: its name on directors, and how many real servers stay. None where it has none."""
        return self.floors.get(str(key))

    def sorry(self, key: ServiceKey) -> set[Endpoint]:
        """The sorry server of a service; several where it is the director itself, whichever has the VIP."""
        return {_endpoint(server) for server in self.sorry_servers.get(str(key), ())}


class Serving(NamedTuple):
    """How one service is. servers: its real servers. down: why clients get no answer. degraded: what else is wrong.

    notes: what the next loss would do.
    """

    servers: list[RealServerStatus]
    down: list[str]
    degraded: list[str]
    notes: list[str]


def status(
    wanted: Sequence[Service],
    vips: Sequence[str],
    names: Mapping[str, Mapping[str, Any]],
    reports: Mapping[str, DirectorState | None],
    checked: bool = True,
    moving: bool = True,
    cluster: str = "",
    unread: Mapping[str, str] = NOTHING,
) -> ClusterStatus:
    """What all directors together are.

    wanted: the services of the definition. reports: None for a director that does not answer. names: as resolve has
    them. checked: whether real servers that fail are taken out. moving: whether a VIP is on one director at a time,
    and not on all of them. cluster: its name. unread: directors that answer and could not be read, each with the
    reason.
    """
    answering = {director: report for director, report in reports.items() if report}
    holders = {vip: [director for director, report in answering.items() if vip in report.held] for vip in vips}
    services = [_serving(service, holders, answering, Names(**names), checked) for service in wanted if answering]
    down = [f"no director has the VIP {vip}" for vip, directors in holders.items() if not directors]
    down += [reason for service in services for reason in service.down]
    degraded = [*_of_directors(reports, unread, checked or moving), *_misplaced(holders, answering, moving)]
    degraded += [reason for service in services for reason in service.degraded]
    return ClusterStatus(
        name=cluster,
        word=DOWN if down or not answering else DEGRADED if degraded else WELL,
        reasons=[*down, *degraded],
        notes=[note for service in services for note in service.notes],
        vips=[VipStatus(vip, [_holder(vip, name, answering[name]) for name in holders[vip]]) for vip in vips],
        directors=[_director(name, reports[name], unread) for name in sorted(reports)],
        real_servers=[server for service in services for server in service.servers],
    )


def _holder(vip: str, director: str, state: DirectorState) -> Holder:
    since = state.about.held_since(vip)
    return Holder(director, since, state.about.ago(since))


def _director(name: str, state: DirectorState | None, unread: Mapping[str, str]) -> DirectorStatus:
    if state is None:
        return DirectorStatus(name, "not read" if name in unread else "no answer")
    told = state.about
    return DirectorStatus(
        name,
        "standby" if state.in_standby else "barred" if state.barred else "active",
        vips=sorted(state.held),
        kernel=told.kernel,
        keepalived=told.keepalived,
        keepalived_runs=told.keepalived_runs,
        sync_daemons={role: f"{each['interface']} id {each['sync_id']}" for role, each in told.sync_daemons.items()},
    )


def _of_directors(
    reports: Mapping[str, DirectorState | None], unread: Mapping[str, str], with_keepalived: bool
) -> Iterator[str]:
    """The directors that take no VIP: they do not answer, have been told not to, or their keepalived does not run."""
    states = sorted(reports.items(), key=lambda report: report[0])
    for director, state in states:
        if state is None:
            yield (
                f"{director} could not be read: {unread[director]}"
                if director in unread
                else (f"{director} does not answer")
            )
    for director, state in states:
        if state and with_keepalived and state.about.keepalived_runs is False:
            yield f"keepalived does not run on {director}; systemctl status keepalived says why"
    for director, state in states:
        if state and state.in_standby:
            yield f"{director} is in standby; the playbook lvs.cluster.failover with state=active brings it back"
    for director, state in states:
        if state and state.barred:
            yield (
                f"{director} takes no VIP: a roll-out that changed how directors hear each other did not finish; run "
                "the playbook lvs.cluster.site again"
            )


def _serving(
    wanted: Service,
    holders: Mapping[str, Sequence[str]],
    answering: Mapping[str, DirectorState],
    names: Names,
    checked: bool,
) -> Serving:
    """How a service is, on the director that balances it."""
    key, director = service_key(wanted), _balancer(wanted, holders, answering)
    state = answering[director]
    there = state.table.get(key, NO_DESTINATIONS)
    usable = {_endpoint(server) for server in there["destinations"] if server["weight"]}
    unserved_reasons = _nobody_serves(key, director, usable, names)
    silent = _silent(wanted, state)
    no_answers = [_no_answers(key, silent, director, names)] if silent else []
    servers = list(_real_servers(wanted, state, names, checked))
    failed = [f"{server.name} of {key} {reason}" for server, reason in servers if reason]
    differences = _differences(wanted, director, answering, names)
    all_silent = usable <= silent
    return Serving(
        servers=[server for server, _reason in servers],
        down=[*unserved_reasons, *(no_answers if all_silent else ())],
        degraded=[*failed, *(() if all_silent else no_answers), *differences],
        notes=[] if unserved_reasons else list(_next_loss(wanted, there, names)),
    )


def _nobody_serves(key: ServiceKey, director: str, usable: set[Endpoint], names: Names) -> list[str]:
    if not usable <= names.sorry(key):
        return []
    instead = "; the sorry server answers" if usable else ""
    return [f"{director} has no real server that takes new connections for {key}{instead}"]


def _misplaced(
    holders: Mapping[str, Sequence[str]], answering: Mapping[str, DirectorState], moving: bool
) -> Iterator[str]:
    """The VIPs that are on several directors and should move between them, or on some and should be on all."""
    ready = {director for director, state in answering.items() if not state.in_standby}
    for vip, directors in holders.items():
        if moving and len(directors) > 1:
            yield f"the VIP {vip} is on {' and '.join(directors)} at the same time"
        missing = sorted(ready - {*directors}) if directors and not moving else []
        if missing:
            yield f"{' and '.join(missing)} should have the VIP {vip} too"


def _next_loss(wanted: Service, there: Service, names: Names) -> Iterator[str]:
    """What one more real server that fails or is drained would do, where some have failed or are drained already."""
    key = service_key(wanted)
    defined = {_endpoint(server) for server in wanted["destinations"] if server["weight"]}
    usable = {_endpoint(server): server["weight"] for server in there["destinations"] if server["weight"]}
    usable = {server: weight for server, weight in usable.items() if server not in names.sorry(key)}
    if not usable or not defined - usable.keys():
        return
    total, least = sum(usable.values()), names.quorums.get(str(key), 1)
    if len(usable) == 1:
        (last,) = usable
        yield f"Beware: {names.server(*last)} is the last real server that serves {key}"
    elif total - max(usable.values()) < least <= total:
        yield (
            f"Beware: {key} may lose its quorum if one more real server fails or is drained: the weights add up to "
            f"{total}, and the quorum is lost below {least}"
        )


def _balancer(service: Service, holders: Mapping[str, Sequence[str]], answering: Mapping[str, DirectorState]) -> str:
    """The director whose numbers count for a service: the one that has its VIP, or else any VIP, or else the first."""
    candidates = [*holders.get(service.get("address") or "", ())]
    candidates += [director for directors in holders.values() for director in directors]
    candidates += sorted(answering)
    return candidates[0]


def _endpoint(server: Service) -> Endpoint:
    return server["address"], server["port"]


def _by_endpoint(service: Service) -> dict[Endpoint, Service]:
    return {_endpoint(server): server for server in service["destinations"]}


def _real_servers(
    wanted: Service, report: DirectorState, names: Names, checked: bool
) -> Iterator[tuple[RealServerStatus, str]]:
    """Each real server of a service, and what is wrong with it in words."""
    service = service_key(wanted)
    known = _by_endpoint(report.table.get(service, NO_DESTINATIONS))
    counted = _by_endpoint(report.statistics.get(service, NO_DESTINATIONS))
    defined = {_endpoint(server): server["weight"] for server in wanted["destinations"]}
    sorry = names.sorry(service)
    for key in [*defined, *sorted(known.keys() - defined.keys())]:
        weight = known[key]["weight"] if key in known else None
        by_hand = not report.drained.isdisjoint([key[0], destination_name(service, DestinationKey(*key))])
        floor = names.floor(service)
        kept = floor is not None and f"{endpoint(*key)}@{floor['name']}" in report.kept
        state, failed = ("sorry", "") if key in sorry else _state(weight, defined.get(key), by_hand, checked)
        if kept and weight and floor:
            state, failed = (
                "kept",
                f"fails its health check, and the depool_floor of {floor['least']} keeps it in the table",
            )
        numbers = counted.get(key, {})
        since, why = _since(report.about, service, key, state, floor["name"] if floor else "")
        server = RealServerStatus(
            service=names.service(service),
            name=names.server(*key),
            address=key[0],
            port=key[1],
            state=state,
            weight=weight,
            defined=defined.get(key),
            active_connections=numbers.get("active_connections"),
            inactive_connections=numbers.get("inactive_connections"),
            connections_per_second=numbers.get("rates", {}).get("connections"),
            since=since,
            seconds=report.about.ago(since),
            why=why,
        )
        yield server, failed


def _since(told: About, service: ServiceKey, server: Endpoint, state: str, floor: str) -> tuple[float | None, str]:
    """Since when a real server is in this state, and why: as far as keepalived has put it there and said so."""
    moved = told.failed(floor, server) if state == "kept" else told.moved(service, server)
    if moved is None or moved["up"] != (state == "serving") or state not in ("serving", "failed", "kept"):
        return None, ""
    return moved["since"], moved["why"]


def _state(weight: int | None, defined: int | None, by_hand: bool, checked: bool) -> tuple[str, str]:
    """What a real server does, and what is wrong with it. by_hand: an operator has said what its weight is."""
    if defined is None:
        return "foreign", "is not in the definition"
    if weight is None:
        return ("failed", "is not in the table: its health check has failed") if checked else ("gone", _NOT_THERE)
    if weight == defined:
        return ("serving" if weight else "quiesced"), ""
    if by_hand:
        return ("by hand" if weight else "drained"), ""
    if weight == 0 and checked:
        return "failed", "has weight 0 without a drain: its health check has failed"
    return "other", f"has weight {weight}, but {defined} is defined"


def _differences(
    service: Service, director: str, answering: Mapping[str, DirectorState], names: Names
) -> Iterator[str]:
    """Where another director would balance a service otherwise. Each may have a sorry server of its own."""

    wanted = service_key(service)
    sorry = names.sorry(wanted)

    def weights(report: DirectorState) -> dict[Endpoint, int]:
        there = _by_endpoint(report.table.get(wanted, NO_DESTINATIONS))
        return {key: server["weight"] for key, server in there.items()}

    own = weights(answering[director])
    for other in sorted(answering.keys() - {director}):
        theirs = weights(answering[other])
        for key in sorted((own.keys() | theirs.keys()) - sorry):
            if own.get(key) != theirs.get(key):
                yield (
                    f"{endpoint(*key)} of {wanted} has weight {own.get(key, 'none')} on {director} and "
                    f"{theirs.get(key, 'none')} on {other}"
                )


def _silent(wanted: Service, report: DirectorState) -> set[Endpoint]:
    """The real servers of a TCP service by NAT that are sent packets, and of which no answer comes to the director.

    A closed port answers too. By UDP there are services that never do.
    """
    if wanted.get("protocol") != "tcp":
        return set()
    by_nat = {_endpoint(server) for server in wanted["destinations"] if server.get("forward") == "nat"}
    counted = report.statistics.get(service_key(wanted), NO_DESTINATIONS)
    return {
        _endpoint(server)
        for server in counted["destinations"]
        if _endpoint(server) in by_nat
        and (_unanswered(server["counters"], UNANSWERED) or _unanswered(server["rates"], 1))
    }


def _unanswered(packets: Mapping[str, int], least: int) -> bool:
    return packets["incoming_packets"] >= least and packets["outgoing_packets"] == 0


def _no_answers(service: ServiceKey, silent: set[Endpoint], director: str, names: Names) -> str:
    servers = [names.server(*key) for key in sorted(silent)]
    return (
        f"{director} sends connections of {service} to {', '.join(servers)} and sees no answer. Check: 1. the service "
        f"is up there; 2. the return route from there goes through {director}; 3. no firewall on {director} drops "
        "forwarded replies (Docker's chain FORWARD does; lvs_cluster.open_firewall: true lets them pass)"
    )
