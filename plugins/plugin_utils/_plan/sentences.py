# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sentences on what clients will notice of a roll-out. Each takes what is known, and says nothing beyond that."""

from __future__ import annotations

from collections.abc import Iterable


def service_begins(service: str) -> str:
    return f"The service {service} is new."


def service_ends(service: str, connections: int | None) -> str:
    return f"The service {service} ends{_open(connections, 'connection')}."


def server_leaves(service: str, server: str, connections: int | None) -> str:
    return f"Connections to {server} in {service} end: it leaves the service{_open(connections)}."


def server_rests(service: str, server: str) -> str:
    return f"{server} gets no new connections in {service}: its weight becomes 0. Those that are open go on."


def forwarding_changes(service: str, server: str, before: str, after: str, connections: int | None) -> str:
    return (
        f"Connections to {server} in {service} end: packets go there by {after} instead of {before}"
        f"{_open(connections)}. New ones can fail for as long as earlier ones to the same real server go on."
    )


def packets_arrive_otherwise(server: str, vip: str) -> str:
    return (
        f"Connections to {server} through the VIP {vip} end: the real server will take the packets at another address."
    )


def vips_come(vips: Iterable[str]) -> str:
    named, verb = _vips(vips, "is", "are")
    comes, them = ("comes", "it") if verb == "is" else ("come", "them")
    return f"{named} {verb} new, or {comes} back: no director has {them} now."


def vips_leave(vips: Iterable[str]) -> str:
    named, verb = _vips(vips, "is", "are")
    return f"{named} {verb} removed: no director will have {'it' if verb == 'is' else 'them'} any more."


def vips_move(vips: Iterable[str], host: str, to: str) -> str:
    named, verb = _vips(vips, "moves", "move")
    return f"{named} {verb} once, from {host} to {to}, which has the higher priority."


def vips_are_handed_over(vips: Iterable[str], host: str, to: str) -> str:
    named, verb = _vips(vips, "moves", "move")
    return f"{named} {verb} once, from {host}, which is no longer a director, to {to or 'another director'}."


def vips_get_one_holder(vips: Iterable[str]) -> str:
    named, verb = _vips(vips, "is", "are")
    return f"{named} will be on one director at a time; now {'it' if verb == 'is' else 'they'} {verb} on several."


def vip_changes_instance(vip: str, before: str, after: str) -> str:
    return (
        f"The VIP {vip} goes from the VRRP instance {before} to {after}, and is on no director until {after} has a "
        "master."
    )


def keepalived_begins_anew(vips: Iterable[str], host: str) -> str:
    listed = sorted(vips)
    return (
        f"keepalived on {host} starts over as backup and takes {', '.join(listed)} back after some seconds; until then "
        f"the host keeps {'it' if len(listed) == 1 else 'them'} on its loopback interface."
    )


def vips_are_withdrawn_for_a_moment(vips: Iterable[str], host: str) -> str:
    named, verb = _vips(vips, "is", "are")
    return (
        f"{named} {verb} withdrawn by {host} for a moment, while its announcer starts again; until then routers send "
        "clients to other directors."
    )


def _vips(vips: Iterable[str], one: str, several: str) -> tuple[str, str]:
    """The VIPs with the word before them, and the verb that goes with their number."""
    listed = sorted(vips)
    return f"The VIP{'' if len(listed) == 1 else 's'} {', '.join(listed)}", one if len(listed) == 1 else several


def _open(connections: int | None, noun: str = "") -> str:
    """How many connections there are now, where that is known and there are any."""
    if not connections:
        return ""
    counted = f"{connections} {noun}{'' if connections == 1 else 's'}" if noun else f"{connections}"
    return f"; {counted} {'is' if connections == 1 else 'are'} open now"
