# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tables of a page say of a cluster: values for the template, all text. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from ...module_utils._drain.offsets import ASIDE_OFFSET, DRAIN_OFFSET
from .._operate.answer import BAD, DOUBTFUL, GOOD, PLAIN, counted, duration
from .._operate.history import entries_of, moment, what, who
from .._operate.status import RealServerStatus
from .._operate.status_text import tone_of
from .._values.identity import service_key
from .._values.service import VirtualService
from .picture import METHODS, worst_tone
from .subject import Subject

NOT_KNOWN = "-"
# A table shows so many rows; of more, only those that need a look.
MOST = 24
_DIRECTOR = "director"
# So many services are unfolded, so that their real servers are seen; those that need a look come first.
_UNFOLDED = 4


class Folded(NamedTuple):
    """What a page shows at once, and what it folds."""

    shown: Sequence[Any]
    folded: Sequence[Any]


def folded(rows: Iterable[Any], first: Callable[[Any], bool] = bool, most: int = MOST) -> Folded:
    """All rows up to most; of more, at most so many of those that first() is true for."""
    listed = list(rows)
    if len(listed) <= most:
        return Folded(listed, [])
    shown = [row for row in listed if first(row)][:most]
    seen = {*map(id, shown)}
    return Folded(shown, [row for row in listed if id(row) not in seen])


@dataclass(frozen=True)
class State:
    """A state in words, with the tone that its colour has."""

    words: str
    tone: str = PLAIN

    @property
    def needs_a_look(self) -> bool:
        return self.tone in (DOUBTFUL, BAD)


@dataclass(frozen=True)
class ServerRow:
    """A real server of a service. why: what keepalived said of it, since when it is so."""

    name: str
    state: State
    weight: str
    defined: str
    connections: str
    rate: str
    since: str
    why: str


@dataclass(frozen=True)
class ServiceRow:
    """A service, with its real servers. what: how its packets are known. serving: how many real servers serve.

    unfolded: whether its real servers are seen at once.
    """

    name: str
    what: str
    scheduler: str
    forward: str
    serving: State
    servers: Sequence[ServerRow]
    unfolded: bool = False

    @property
    def folded(self) -> Folded:
        return folded(self.servers, lambda server: server.state.needs_a_look)

    @property
    def needs_a_look(self) -> bool:
        return any(server.state.needs_a_look for server in self.servers)


@dataclass(frozen=True)
class HostRow:
    """What runs on a host. place: what it is in the cluster."""

    name: str
    place: str
    state: State
    system: str
    kernel: str
    keepalived: str
    sync: str

    @property
    def directs(self) -> bool:
        return self.place.startswith(_DIRECTOR)


@dataclass(frozen=True)
class VipRow:
    address: str
    where: State
    since: str


@dataclass(frozen=True)
class DrainRow:
    """What operators have said of weights, by the file that holds it on a director."""

    director: str
    what: str
    said: str


@dataclass(frozen=True)
class ChangeRow:
    """What one call of a module has changed. by: who asked for it. failure: how the call has failed, "" where not."""

    when: str
    host: str
    what: str
    by: str
    failure: str


def services(subject: Subject) -> list[ServiceRow]:
    by_name: dict[str, list[RealServerStatus]] = {}
    for each in subject.status.real_servers:
        by_name.setdefault(each.service, []).append(each)
    rows = [_service(service, by_name) for service in subject.examined.cluster.services]
    first = [row for row in rows if row.needs_a_look][:_UNFOLDED] or rows[:1]
    return [replace(row, unfolded=len(rows) <= _UNFOLDED or row in first) for row in rows]


def _service(service: VirtualService, by_name: Mapping[str, Sequence[RealServerStatus]]) -> ServiceRow:
    key = str(service_key(vars(service)))
    told = by_name.get(f"{service.name} {key}") or by_name.get(key) or []
    forwards = {server.forward for server in service.real_servers}
    persistence = f", persistent for {duration(service.persistence_timeout)}" if service.persistence_timeout else ""
    return ServiceRow(
        name=service.name,
        what=key if service.address else f"{key} ({'; '.join(map(str, service.marked)) or 'marked elsewhere'})",
        scheduler=f"{service.scheduler}{persistence}",
        forward=", ".join(words for method, words in METHODS.items() if method in forwards),
        serving=_serving(told, len(service.real_servers)),
        servers=[_server(each) for each in told],
    )


def _serving(told: Sequence[RealServerStatus], defined: int) -> State:
    if not told:
        return State(f"not known of {counted(defined, 'real server')}")
    serving = sum(each.state == "serving" for each in told)
    tone = BAD if not any(each.weight for each in told) else worst_tone(tone_of(each.state) for each in told)
    return State(f"{serving} of {len(told)} serving", tone)


def _server(told: RealServerStatus) -> ServerRow:
    active, inactive = told.active_connections, told.inactive_connections
    return ServerRow(
        name=told.name,
        state=State(told.state, tone_of(told.state)),
        weight=_number(told.weight),
        defined=_number(told.defined),
        connections=NOT_KNOWN if active is None else f"{active} + {inactive or 0}",
        rate=_number(told.connections_per_second),
        since=_ago(told.seconds),
        why=told.why,
    )


def vips(subject: Subject) -> list[VipRow]:
    return [_vip(subject, vip.address) for vip in subject.status.vips]


def _vip(subject: Subject, address: str) -> VipRow:
    vip = next(each for each in subject.status.vips if each.address == address)
    names = [holder.director for holder in vip.holders]
    twice = subject.examined.cluster.moves_vips and len(names) > 1
    since = [holder.seconds for holder in vip.holders if holder.seconds is not None]
    return VipRow(
        address=address,
        where=State(" and ".join(names) or "on no director", BAD if twice or not names else GOOD),
        since=_ago(min(since, default=None)),
    )


def hosts(subject: Subject) -> Iterator[HostRow]:
    """Directors first, then the real servers of the inventory."""
    cluster = subject.examined.cluster
    others = [host for host in cluster.realserver_hosts if host not in cluster.director_hosts]
    yield from (_host(subject, host) for host in (*cluster.director_hosts, *others))


def _host(subject: Subject, host: str) -> HostRow:
    cluster, report = subject.examined.cluster, subject.examined.reports.get(host, {})
    told = next((each for each in subject.status.directors if each.name == host), None)
    places = [_DIRECTOR] if cluster.is_director(host) else []
    places += ["real server"] if host in cluster.realserver_hosts else []
    state = State(told.state, tone_of(told.state)) if told else _examined(subject, host)
    stopped = " (stopped)" if told and told.keepalived and told.keepalived_runs is False else ""
    system = report.get("system") or {}
    return HostRow(
        name=host,
        place=", ".join(places),
        state=state,
        system=" ".join(str(system[word]) for word in ("ID", "VERSION_ID") if system.get(word)) or NOT_KNOWN,
        kernel=str(report.get("kernel_release") or NOT_KNOWN),
        keepalived=f"{report.get('keepalived_version') or NOT_KNOWN}{stopped}",
        sync=", ".join(f"{role} {words}" for role, words in sorted(told.sync_daemons.items())) if told else "",
    )


def _examined(subject: Subject, host: str) -> State:
    if host in subject.examined.unread:
        return State("not examined", BAD)
    return State("examined", GOOD) if host in subject.examined.reports else State("not looked at")


def drains(subject: Subject) -> Iterator[DrainRow]:
    for host, report in subject.examined.directors.items():
        for name, text in sorted((report.get("drains") or {}).items()):
            yield DrainRow(host, str(name), _said(str(text).split()))


def changes(subject: Subject) -> list[ChangeRow]:
    """The last changes on all hosts, the latest first."""
    return [
        ChangeRow(
            moment(entry["time"]),
            entry["host"],
            f"{entry['module']}: {what(entry)}",
            who(entry),
            str(entry["failure"]),
        )
        for entry in reversed(entries_of(_histories(subject))[-MOST:])
    ]


def without_history(subject: Subject) -> list[str]:
    """Why the history of a host could not be read, for each."""
    return [f"{host}: {told['unread']}" for host, told in sorted(_histories(subject).items()) if told["unread"]]


def _histories(subject: Subject) -> dict[str, Any]:
    return {host: report["history"] for host, report in subject.examined.reports.items() if "history" in report}


def _said(words: Sequence[str]) -> str:
    """What the number in a file means, or the text where it is none."""
    try:
        added = int(words[0])
    except (IndexError, ValueError):
        return " ".join(words)
    if added <= DRAIN_OFFSET:
        return "set aside for now" if added <= ASIDE_OFFSET else "drained"
    return f"{added:+d} to its weight" if added else "active"


def _number(value: int | None) -> str:
    return NOT_KNOWN if value is None else str(value)


def _ago(seconds: float | None) -> str:
    return NOT_KNOWN if seconds is None else duration(seconds)
