# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why no director can hand its VIPs over, or come back."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from .._rules.rule import Note, error, seen, whole
from .._schema.sentences import nearest
from .._values.cluster import Cluster


@dataclass(frozen=True)
class Handover:
    """What an operator has asked for, and what the directors have reported.

    director: the one that is named, None for none. comes_back: whether directors in standby are to take VIPs again.
    answered, silent: the directors that take part, and those that were to and have not answered. has_probe: whether
    there is something to probe. has_giver: whether a director hands over or comes back. takers: the others; of these,
    standby: those in standby, stopped: those without a running keepalived.
    """

    cluster: Cluster
    director: str | None = None
    comes_back: bool = False
    answered: Collection[str] = ()
    silent: Collection[str] = ()
    has_probe: bool = True
    has_giver: bool = True
    takers: Collection[str] = ()
    standby: Collection[str] = ()
    stopped: Collection[str] = ()


def handing_over(subject: Handover) -> Iterator[tuple[Handover]]:
    """For what a director does not need that only comes back."""
    if not subject.comes_back:
        yield (subject,)


def named(subject: Handover) -> Iterator[tuple[Handover, str]]:
    if subject.director:
        yield subject, subject.director


@error("LVS781", "no-vips-to-move", each=whole)
def no_vips_to_move(handover: Handover) -> Iterator[Note]:
    """The VIPs of the cluster do not move: with `vips_by: static` every director has them, and with one director none
    can.

    Nothing has to be handed over. For VIPs that move, the cluster needs VRRP or BGP, and at least two directors.
    """
    cluster = handover.cluster
    needed = "They need vips_by: vrrp or bgp, and at least two directors"
    if cluster.vips_by == "static":
        yield seen(cluster.name, f"vips_by is {cluster.vips_by}", "VIPs cannot move", needed)
    elif len(cluster.directors) < 2:
        yield seen(cluster.name, f"The only director is {_directors(cluster)}", "VIPs cannot move", needed)


@error("LVS782", "unknown-director", each=named)
def unknown_director(handover: Handover, director: str) -> Iterator[Note]:
    """A failover names a host that is not a director of the cluster.

    Name one of its directors.
    """
    cluster = handover.cluster
    if not cluster.is_director(director):
        close = nearest(director, cluster.director_hosts)
        yield seen(
            director,
            f"The directors of the cluster {cluster.name} are {_directors(cluster)}",
            f"this is none of them{close}",
        )


@error("LVS783", "director-takes-no-part", each=named)
def director_takes_no_part(handover: Handover, director: str) -> Iterator[Note]:
    """The director that a failover names did not answer, or --limit leaves it out.

    Make it answer, or run the playbook without --limit.
    """
    if handover.cluster.is_director(director) and director not in handover.answered:
        yield seen(
            director,
            "did not answer, or --limit leaves it out",
            "it cannot hand over or come back without taking part",
            "Make it answer, or run the playbook without --limit",
        )


@error("LVS784", "vips-unknown", each=whole)
def vips_unknown(handover: Handover) -> Iterator[Note]:
    """A director did not answer, so it is not known which director has which VIP.

    Make it answer, or leave it out with --limit.
    """
    if handover.silent and not (handover.comes_back and handover.answered):
        hosts = sorted(handover.silent)
        yield seen(
            ", ".join(hosts),
            "did not answer",
            "it is not known which director has which VIP",
            f"to go on without, use --limit 'all:{':'.join(f'!{host}' for host in hosts)}'"
            if handover.answered
            else "Make one of them answer",
        )


@error("LVS785", "nothing-to-probe", each=handing_over)
def nothing_to_probe(handover: Handover) -> Iterator[Note]:
    """No TCP service has an address that could be probed while the VIPs move.

    Name one with `-e address=VIP -e port=PORT`.
    """
    if not handover.has_probe:
        yield seen(
            handover.cluster.name,
            "No TCP service has an address that could be probed",
            "there is nothing to probe while the VIPs move",
            "Name what to probe: -e address=VIP -e port=PORT",
        )


@error("LVS786", "nobody-hands-over", each=whole)
def nobody_hands_over(handover: Handover) -> Iterator[Note]:
    """Not exactly one director has all VIPs, so it is not clear which one hands over. With `vips_by: bgp`, all have
    them.

    Name it with `-e director=HOST`.
    """
    if not handover.has_giver:
        yield seen(
            handover.cluster.name,
            "All directors have the VIPs" if handover.cluster.announces else "No director has all VIPs",
            "It is not clear which one hands over",
            "Name it: -e director=HOST",
        )


@error("LVS787", "nobody-takes-over", each=handing_over)
def nobody_takes_over(handover: Handover) -> Iterator[Note]:
    """Every other director is in standby or has no running keepalived, so none would take the VIPs.

    Bring one back with `-e state=active`, or start its keepalived.
    """
    if not {*handover.takers} - {*handover.standby, *handover.stopped}:
        yield seen(
            handover.cluster.name,
            f"In standby, until -e state=active brings them back: {', '.join(handover.standby) or 'none'}. Without a "
            f"running keepalived: {', '.join(handover.stopped) or 'none'}",
            "No other director would take the VIPs",
            "Bring one back, or start its keepalived",
        )


def _directors(cluster: Cluster) -> str:
    return ", ".join(cluster.director_hosts)
