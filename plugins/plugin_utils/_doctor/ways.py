# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ways that packets take, as the kernels of hosts see them: to real servers, and back from those of nat."""

from __future__ import annotations

from collections.abc import Iterator

from .._rules.rule import Note, advice, error, seen
from .._values.cluster import Part
from .examined import Examined, Facts, each_director, each_host
from .packets import answer_of, answers_by_gateway


@advice(
    "LVS815",
    "way-takes-less",
    each=each_director,
    unmended="What takes only short packets is a route of others, or a router on the way.",
)
def way_takes_less(_examined: Examined, host: str, report: Facts) -> Iterator[Note]:
    """A director's way to a real server takes shorter packets than its interface does (a route with an MTU, or a router
    that has said so). Clients have to send shorter ones; where their network drops ICMP, long requests get lost.

    Mend the way, or let clients begin with shorter packets (an MSS).
    """
    mtus: Facts = report.get("health", {}).get("mtus", {})
    for way in report.get("ways", ()):
        takes, interface = way["mtu"], way["interface"]
        if not way["source"] and takes and takes < mtus.get(interface, 0):
            yield seen(
                host,
                f"Its way to {way['to']} takes packets of up to {takes} bytes, its interface {interface} of up to "
                f"{mtus[interface]}",
                "Both should take the same, or long requests of some clients get lost",
                f"ip route get {way['to']}; tracepath -n {way['to']}",
            )


def answering_by_gateway(examined: Examined) -> Iterator[tuple[Examined, str, Part]]:
    """Each real server, in each service whose answers it has to send to a director."""
    for _examined, host in each_host(examined):
        yield from ((examined, host, part) for part in examined.cluster.parts_of(host) if answers_by_gateway(part))


@error(
    "LVS816",
    "way-back-differs",
    each=answering_by_gateway,
    unmended="A rule or route of others comes first, and the cluster does not touch those.",
)
def way_back_differs(examined: Examined, host: str, part: Part) -> Iterator[Note]:
    """A real server of nat does not send its answers to the director: the kernel has another way for them. Clients drop
    answers that do not come from the VIP.

    Look for a routing rule or route of others that comes first.
    """
    asked = answer_of(part)
    way = next((each for each in examined.reports[host].get("ways", ()) if _is_of(each, asked)), None)
    if way and way["gateway"] != part.server.gateway and not _network_differs(examined, host):
        where = way["refused"] or f"go to {way['gateway'] or 'their own network'} by {way['interface']}"
        words = " ".join(filter(None, (f"ipproto {way['protocol']}" if way["protocol"] else "", _port(way))))
        yield seen(
            host,
            f"Its answers to clients of {part.service.name} {where}",
            f"They must go to {part.server.gateway}, which the director has, or clients do not take them",
            f"ip route get {way['to']} from {way['source']} {words}".rstrip() + "; ip rule",
        )


def _is_of(way: Facts, asked: Facts) -> bool:
    return all(way[name] == value for name, value in asked.items())


def _port(way: Facts) -> str:
    return f"sport {way['source_port']}" if way["source_port"] else ""


def _network_differs(examined: Examined, host: str) -> bool:
    """Whether routes or rules of the cluster are missing, which LVS813 reports."""
    kinds = {entry["kind"] for entry in examined.differences(host, "network")}
    return not kinds.isdisjoint(("route", "rule"))
