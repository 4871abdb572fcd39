# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The status of clusters as lines for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .answer import BAD, DOUBTFUL, GOOD, HEADING, OF_WORDS, PLAIN, Answer, Line, duration, table, worst
from .status import ClusterStatus, DirectorStatus, RealServerStatus, VipStatus

HEADINGS = ("SERVICE", "REAL SERVER", "WEIGHT", "DEFINED", "STATE", "ACTIVE", "INACTIVE", "NEW/S", "SINCE")
_NUMBERS = tuple(map(HEADINGS.index, ("WEIGHT", "DEFINED", "ACTIVE", "INACTIVE", "NEW/S")))
_OF_DIRECTORS = ("DIRECTOR", "STATE", "VIPS", "KEEPALIVED", "KERNEL", "SYNC")
_TONES = {"serving": GOOD, "failed": BAD, "gone": BAD, "active": GOOD, "no answer": BAD, "not read": BAD}


def tone_of(state: str) -> str:
    """The tone of a state of a real server or a director."""
    return _TONES.get(state, DOUBTFUL)


def answer(clusters: Sequence[ClusterStatus]) -> Answer:
    """What the playbook status says: the worst word, and each cluster, with a heading where there are several."""
    several = len(clusters) > 1
    lines: list[Line] = []
    for cluster in clusters:
        lines += [Line(f"Cluster {cluster.name}", HEADING), Line()] if several else []
        lines += [*lines_of(cluster), *([Line()] if several else [])]
    model = {"clusters": [cluster.document() for cluster in clusters]}
    return Answer(worst(cluster.word for cluster in clusters), model, lines)


def lines_of(cluster: ClusterStatus) -> Iterator[Line]:
    if cluster.real_servers:
        yield from (*_real_servers(cluster.real_servers), Line())
    yield from map(_vip, cluster.vips)
    yield Line()
    yield from _directors(cluster.directors)
    if cluster.notes:
        yield from (Line(), *(Line(note, DOUBTFUL) for note in cluster.notes))
    yield from (Line(), Line(f"The cluster is {cluster.word}", OF_WORDS[cluster.word]))
    yield from (Line(f"- {reason}", OF_WORDS[cluster.word]) for reason in cluster.reasons)


def _real_servers(servers: Sequence[RealServerStatus]) -> Iterator[Line]:
    """A line for each, with what keepalived said of it below; a service stands in its first line alone."""
    before = ""
    rows = []
    for server in servers:
        service, before = "" if server.service == before else server.service, server.service
        rows.append((service, *_cells(server)))
    heading, *lines = table([HEADINGS, *rows], _NUMBERS)
    yield Line(heading, HEADING)
    for line, server in zip(lines, servers, strict=True):
        yield Line(line, tone_of(server.state))
        if server.why:
            yield Line(f"    {server.why}", BAD)


def _cells(server: RealServerStatus) -> tuple[str, ...]:
    return (
        server.name,
        _number(server.weight),
        _number(server.defined),
        server.state,
        _number(server.active_connections),
        _number(server.inactive_connections),
        _number(server.connections_per_second),
        _ago(server.seconds),
    )


def _number(value: int | None) -> str:
    return "-" if value is None else str(value)


def _ago(seconds: float | None) -> str:
    return "-" if seconds is None else duration(seconds)


def _vip(vip: VipStatus) -> Line:
    holders = [
        f"{each.director}{'' if each.seconds is None else f' for {duration(each.seconds)}'}" for each in vip.holders
    ]
    return Line(f"VIP {vip.address}: {', '.join(holders) or 'nowhere'}", PLAIN if holders else BAD)


def _directors(directors: Sequence[DirectorStatus]) -> Iterator[Line]:
    heading, *lines = table([_OF_DIRECTORS, *map(_of_director, directors)], [2])
    yield Line(heading, HEADING)
    for line, director in zip(lines, directors, strict=True):
        yield Line(line, tone_of(director.state))


def _of_director(director: DirectorStatus) -> tuple[str, ...]:
    stopped = " (stopped)" if director.keepalived_runs is False and director.keepalived else ""
    return (
        director.name,
        director.state,
        "-" if director.state in ("no answer", "not read") else str(len(director.vips)),
        f"{director.keepalived}{stopped}" or "-",
        director.kernel or "-",
        ", ".join(f"{role} {words}" for role, words in sorted(director.sync_daemons.items())) or "-",
    )
