# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From what is to what must be: pure, total, ordered. Private to the collection.

Sysctls are set before addresses appear and put back after they are gone: a real server must never hold a VIP while it
would still answer ARP for it. Tunnels come first and go last, since all else can be on them.
"""

from __future__ import annotations

from typing import Any, Callable, Mapping

from .._change import ADD, CHANGE, REMOVE, Change, Plan
from .._netlink.address import family_of
from .model import LOOPBACK, AddressKey, Network, Value, leads_as, same_device, sysctl_interface
from .wanted import WantedNetwork

MODULE, TUNNEL, LISTENER, SYSCTL = "module", "tunnel", "listener", "sysctl"
ADDRESS, ROUTE, RULE = "address", "route", "rule"
FORWARD, ACCEPT_REDIRECTS = "net.ipv4.ip_forward", "net.ipv4.conf.all.accept_redirects"


def plan(desired: Network, observed: Network) -> Plan:
    """Return the ordered changes that turn the observed network into the desired one. A module is never unloaded."""
    there = _without(observed, _made_anew(desired, observed))
    removing = {
        key: Change(REMOVE, ADDRESS, key, address, None)
        for key, address in sorted(there.addresses.items())
        if key not in desired.addresses
    }
    adding: list[Change] = []
    for change in _coming(ADDRESS, desired.addresses, there.addresses):
        if change.action == ADD:
            adding.extend(_in_the_way(change.key, removing))
        adding.append(change)
    setting, restoring = _sysctls(desired, there)
    return (
        *_coming(MODULE, desired.modules, observed.modules),
        *_coming(TUNNEL, desired.tunnels, observed.tunnels),
        *_coming(LISTENER, desired.listeners, observed.listeners),
        *setting,
        *adding,
        *_coming(ROUTE, desired.routes, there.routes, leads_as),
        *_coming(RULE, desired.rules, observed.rules),
        *_going(RULE, desired.rules, observed.rules),
        *_going(ROUTE, desired.routes, there.routes),
        *removing.values(),
        *restoring,
        *_going(LISTENER, desired.listeners, observed.listeners),
        *_going(TUNNEL, desired.tunnels, observed.tunnels),
    )


def _made_anew(desired: Network, observed: Network) -> frozenset[str]:
    tunnels = observed.tunnels
    return frozenset(
        name for name, tunnel in desired.tunnels.items() if name in tunnels and not same_device(tunnel, tunnels[name])
    )


def _without(network: Network, interfaces: frozenset[str]) -> Network:
    """Return the network without what goes with these interfaces."""
    if not interfaces:
        return network
    return network._replace(
        sysctls={name: value for name, value in network.sysctls.items() if sysctl_interface(name) not in interfaces},
        addresses={key: address for key, address in network.addresses.items() if key.interface not in interfaces},
        routes={key: route for key, route in network.routes.items() if route.interface not in interfaces},
    )


def _coming(
    kind: str,
    desired: Mapping[Any, Any],
    there: Mapping[Any, Any],
    same: Callable[[Any, Any], bool] = lambda one, other: bool(one == other),
) -> list[Change]:
    """Return what is to be added and changed of one kind, in the order of the keys."""
    changes = []
    for key, value in sorted(desired.items()):
        if key not in there:
            changes.append(Change(ADD, kind, key, None, value))
        elif not same(value, there[key]):
            changes.append(Change(CHANGE, kind, key, there[key], value))
    return changes


def _going(kind: str, desired: Mapping[Any, Any], there: Mapping[Any, Any]) -> list[Change]:
    return [Change(REMOVE, kind, key, value, None) for key, value in sorted(there.items()) if key not in desired]


def _sysctls(desired: Network, there: Network) -> tuple[list[Change], list[Change]]:
    """Return the changes that set a sysctl, and those that put one back."""
    setting: list[Change] = []
    restoring: list[Change] = []
    values = {**there.sysctls, **_taken_along(desired, there)}
    for name, value in sorted(desired.sysctls.items(), key=lambda item: (item[0] != FORWARD, item[0])):
        if values.get(name) != value:
            change = Change(CHANGE, SYSCTL, name, Value(values.get(name, "")), Value(value))
            (setting if name in desired.original else restoring).append(change)
    return setting, restoring


def _taken_along(desired: Network, there: Network) -> dict[str, str]:
    """Return the sysctls that the kernel sets when another one is: inet_forward_change() in net/ipv4/devinet.c."""
    forward = desired.sysctls.get(FORWARD)
    if forward not in ("0", "1") or forward == there.sysctls.get(FORWARD) or ACCEPT_REDIRECTS not in there.sysctls:
        return {}
    return {ACCEPT_REDIRECTS: "0" if forward == "1" else "1"}


def _in_the_way(key: AddressKey, removing: dict[AddressKey, Change]) -> list[Change]:
    """Take out what has to go before this address can come: the same IPv6 address with another prefix."""
    if family_of(key.address) == "ipv4":
        return []
    same = [other for other in removing if (other.interface, other.address) == (key.interface, key.address)]
    return [removing.pop(other) for other in same]


def announced(wanted: WantedNetwork, plan: Plan) -> tuple[AddressKey, ...]:
    """Return the addresses that the plan has put onto a wire and whose owner wants them announced."""
    announce = {listed.address for listed in wanted.addresses if listed.announce}
    return tuple(
        change.key
        for change in plan
        if change.kind == ADDRESS
        and change.action != REMOVE
        and change.key.interface != LOOPBACK
        and change.key.address in announce
    )
