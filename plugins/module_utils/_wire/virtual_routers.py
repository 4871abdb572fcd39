# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which virtual routers there are on this host's networks: what their masters advertise. Private to the collection."""

from __future__ import annotations

from contextlib import ExitStack, closing, suppress
from typing import Any, Collection, Dict, Iterable, List, Mapping, NamedTuple, Optional

from .._keepalived.managed import VirtualRouter
from .listening import Wire, heard
from .vrrp import AUTHENTICATION_HEADER, GROUPS, PROTOCOL, parse

# Beyond the interval, for a master that is late.
_PATIENCE_S = 0.5


class Asked(NamedTuple):
    """A virtual router that is to be set up on an interface. interval: seconds between two advertisements."""

    virtual_router_id: int
    family: str
    interface: str
    interval: float


def asked(option: Mapping[str, Any], interfaces: Mapping[str, str]) -> Optional[Asked]:
    """Read an element of the option; None where this host has no such interface. interfaces: by address."""
    interface = option["interface"] or interfaces.get(option["beside"])
    if interface is None or interface not in interfaces.values():
        return None
    return Asked(option["virtual_router_id"], option["family"], interface, option["interval"])


def unknown(wanted: Iterable[Asked], running: Collection[VirtualRouter]) -> List[Asked]:
    """Return those that this host does not take part in yet. An instance without an interface is on all of them."""
    known = {(router.virtual_router_id, router.family, router.interface) for router in running}
    return [
        one
        for one in wanted
        if not any((one.virtual_router_id, one.family, interface) in known for interface in (one.interface, ""))
    ]


def listen(wanted: Collection[Asked]) -> List[Dict[str, Any]]:
    """Return what others advertise of these virtual routers, for a little longer than an interval."""
    if not wanted:
        return []
    found: Dict[Any, Dict[str, Any]] = {}
    places = {(one.interface, one.family) for one in wanted}
    numbers = {(one.interface, one.family, one.virtual_router_id) for one in wanted}
    protocols = (PROTOCOL, AUTHENTICATION_HEADER)
    with ExitStack() as wires:
        opened = []
        for place in sorted(places):
            # Where nothing can be heard, as by IPv6 that is disabled, nobody advertises either.
            with suppress(OSError):
                opened.append(wires.enter_context(closing(Wire(*place, protocols, GROUPS[place[1]]))))
        for interface, packet in heard(opened, max(one.interval for one in wanted) + _PATIENCE_S):
            advertisement = parse(packet)
            if advertisement and (interface, advertisement.family, advertisement.virtual_router_id) in numbers:
                key = (interface, advertisement.family, advertisement.virtual_router_id, advertisement.source)
                found[key] = {
                    "interface": interface,
                    **advertisement._asdict(),
                    "addresses": list(advertisement.addresses),
                }
    return [found[key] for key in sorted(found)]
