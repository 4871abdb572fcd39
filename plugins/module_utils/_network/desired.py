# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The network as a call wants it, and what of it is the caller's own. Pure. Private to the collection."""

from __future__ import annotations

from typing import Any, Collection, Iterable, Mapping

from .._change import InvalidInput
from .._netlink.address import family_of
from .model import (
    DEFAULT,
    LISTENER_MODULE,
    MAIN_TABLE,
    Address,
    AddressKey,
    Network,
    Present,
    Route,
    RouteKey,
    default_label,
    leads_as,
    same_device,
    sysctl_interface,
)

STATES = ("merged", "replaced", "deleted")
# What is owned, each a mapping of the network.
_PARTS = ("modules", "module_options", "tunnels", "listeners", "sysctls", "addresses", "routes", "rules")


def desired_network(
    state: str, listed: Network, observed: Network, owned: Network, no_sysctl: str = "this kernel has no such sysctl"
) -> Network:
    """Return the network as it must be.

    merged: what is listed is there; all else stays. replaced: the same, and what the caller owns and does not list any
    more goes. deleted: what is listed goes; a sysctl gets back the value that it had before the cluster.
    InvalidInput where something of others is in the way, or a sysctl is not there; no_sysctl says why.
    """
    gone = _gone(state, listed, observed, owned)
    adding = Network() if state == "deleted" else _with_labels_as_found(listed, observed, owned)
    sysctls, original = _sysctls(adding, gone, observed, owned)
    desired = Network(
        modules={**observed.modules, **adding.modules},
        tunnels=_with(observed.tunnels, gone.tunnels, adding.tunnels),
        listeners=_with(observed.listeners, gone.listeners, adding.listeners),
        sysctls=sysctls,
        original=original,
        addresses=_with(observed.addresses, gone.addresses, adding.addresses),
        routes=_with(observed.routes, gone.routes, adding.routes),
        rules=_with(observed.rules, gone.rules, adding.rules),
        links=observed.links,
    )
    faults = (
        *_foreign_interfaces(adding, observed, owned),
        *(f"sysctls.{name}: {no_sysctl}" for name in _missing_sysctls(adding, desired, observed)),
        *_other_prefixes(adding.addresses, desired.addresses),
        *_foreign_routes(adding, gone, observed, owned),
    )
    if faults:
        raise InvalidInput(tuple(faults))
    return desired


def _with_labels_as_found(listed: Network, observed: Network, owned: Network) -> Network:
    """Return what is listed, with the labels that addresses have already where no other one is asked for."""

    def asks_for_none(key: AddressKey, address: Address) -> bool:
        return address.label == owned.addresses.get(key, address).label == default_label(key)

    return listed._replace(
        addresses={
            key: observed.addresses.get(key, address) if asks_for_none(key, address) else address
            for key, address in listed.addresses.items()
        }
    )


def standing_addresses(observed: Network, owned: Network) -> frozenset[AddressKey]:
    """Return the addresses that are there and not the caller's."""
    return frozenset(key for key in observed.addresses if key not in owned.addresses)


def standing_routes(observed: Network, owned: Network) -> frozenset[RouteKey]:
    """Return the routes of the main table that are there and not the caller's.

    A host may have had the director as its gateway all along: such a route stays its own, also when the cluster goes.
    """
    return frozenset(key for key in observed.routes if key.table == MAIN_TABLE and key not in owned.routes)


def owned_network(
    state: str,
    listed: Network,
    desired: Network,
    owned: Network,
    standing: Collection[RouteKey] = (),
    found: Collection[AddressKey] = (),
) -> Network:
    """Return what is the caller's own once the desired network is there.

    standing: see standing_routes(). found: those of standing_addresses() that stay when the caller lists them no more.
    """
    listed = listed._replace(routes={key: route for key, route in listed.routes.items() if key not in standing})
    if state == "replaced":
        own = listed
    elif state == "merged":
        own = Network(**{part: {**getattr(owned, part), **getattr(listed, part)} for part in _PARTS})
    else:
        own = _less(owned, listed)
        own = own._replace(
            sysctls={
                name: value for name, value in own.sysctls.items() if sysctl_interface(name) not in listed.tunnels
            },
            addresses={key: value for key, value in own.addresses.items() if key.interface not in listed.tunnels},
            routes={key: value for key, value in own.routes.items() if value.interface not in listed.tunnels},
        )
        if own.listeners:
            own = own._replace(modules={**own.modules, LISTENER_MODULE: Present()})
    return own._replace(
        original={name: desired.original.get(name) for name in own.sysctls},
        found={key: Present() for key in own.addresses if key in owned.found or key in found},
    )


def refused_defaults(desired: Network, refused: Iterable[str]) -> tuple[str, ...]:
    """Name the gateways among these that a default route of the table main leads to."""
    gateways = {
        gateway
        for key, route in desired.routes.items()
        if (key.destination, key.table) == (DEFAULT, MAIN_TABLE)
        for gateway in route.gateway.split()
    }
    return tuple(
        f"the default route of this host goes through the director {gateway}: with dr and tun the answers would carry "
        "the VIP as source, which is the director's own address, and it would drop them as martians. Give the host "
        "another gateway, or forward by nat"
        for gateway in refused
        if gateway in gateways
    )


def refused_addresses(desired: Network, owned: Network, listed: Network, refused: Collection[str]) -> tuple[str, ...]:
    """Name the addresses among these that others have put on an interface whose neighbours may ask for them."""
    own = {(key.interface, key.address) for key in (*owned.addresses, *listed.addresses)}
    return tuple(
        f"this host already has the VIP {key} and answers {_QUESTIONS[family_of(key.address)]} for it: "
        "clients would reach this host and not the director. This collection did not put it there. Remove it now: "
        f"{_removal(key)}; and for the next boot, where the network of this host is configured "
        "(/etc/network/interfaces, netplan, systemd-networkd, NetworkManager or keepalived)"
        for key in sorted(desired.addresses)
        if key.address in refused
        and (key.interface, key.address) not in own
        and key.interface in desired.links
        and desired.links[key.interface].ethernet
    )


def put_elsewhere(desired: Network, owned: Network, listed: Network, known: Collection[str]) -> list[AddressKey]:
    """Return the addresses that are listed, and that others have put on this host too: elsewhere, or with another
    prefix. known: those of which it is known who looks after them.
    """
    wanted = {key.address for key in listed.addresses}.difference(known)
    own = {*owned.addresses, *listed.addresses}
    return [
        key
        for key in sorted(desired.addresses)
        if key.address in wanted and key not in own and desired.links[key.interface].ethernet
    ]


def left_alone(keys: Collection[AddressKey]) -> tuple[str, ...]:
    """What there is to know of these where the address stays on this host."""
    return tuple(
        f"This host has the VIP {key}, which is not the cluster's: it stays when the cluster goes. If "
        f"nobody needs it there: {_removal(key)}"
        for key in keys
    )


def given_back(state: str, listed: Network, owned: Network) -> list[AddressKey]:
    """Return the addresses that the caller gives up, and that stay since the host had them before the cluster."""
    return sorted(key for key in _given_up(state, listed, owned).addresses if key in owned.found)


def kept_as_found(keys: Collection[AddressKey]) -> tuple[str, ...]:
    """What there is to know of these."""
    return tuple(
        f"This host had the VIP {key} before the cluster, so it stays. If nobody needs it there: {_removal(key)}; and "
        "for the next boot, remove it where the network of this host is configured"
        for key in keys
    )


def unmoved(keys: Collection[AddressKey]) -> tuple[str, ...]:
    """What is wrong with these where something else on this host is to move the addresses to others and back."""
    return tuple(
        f"this host already has the VIP {key}. Nobody takes it away when another director gets it, and "
        f"both would answer {_QUESTIONS[family_of(key.address)]} for it. Remove it now: {_removal(key)}; and for the "
        "next boot, where the network of this host is configured"
        for key in keys
    )


def _removal(key: AddressKey) -> str:
    return f"ip address del {key.address}/{key.prefix} dev {key.interface}"


_QUESTIONS = {"ipv4": "ARP", "ipv6": "neighbour solicitations"}


def _with(there: Mapping[Any, Any], gone: Mapping[Any, Any], adding: Mapping[Any, Any]) -> dict[Any, Any]:
    return {**{key: value for key, value in there.items() if key not in gone}, **adding}


def _less(network: Network, other: Network) -> Network:
    return Network(
        **{
            part: {key: value for key, value in getattr(network, part).items() if key not in getattr(other, part)}
            for part in _PARTS
        }
    )


def _given_up(state: str, listed: Network, owned: Network) -> Network:
    """Return what the caller no longer wants, whether it is there or not."""
    if state == "merged":
        return Network()
    return listed if state == "deleted" else _less(owned, listed)


def _gone(state: str, listed: Network, observed: Network, owned: Network) -> Network:
    """Return what goes: of tunnels and routes only what is as the caller has it, and with a tunnel what is on it."""
    gone = _given_up(state, listed, owned)
    gone = gone._replace(addresses={key: value for key, value in gone.addresses.items() if key not in owned.found})
    tunnels = {
        name: tunnel
        for name, tunnel in gone.tunnels.items()
        if name in observed.tunnels and (name in owned.tunnels or same_device(tunnel, observed.tunnels[name]))
    }
    addresses = {key: address for key, address in observed.addresses.items() if key.interface in tunnels}
    routes = {
        key: route
        for key, route in observed.routes.items()
        if route.interface in tunnels or _is_ours(key, route, gone.routes)
    }
    return gone._replace(tunnels=tunnels, addresses={**gone.addresses, **addresses}, routes=routes)


def _is_ours(key: RouteKey, route: Route, ours: Mapping[RouteKey, Route]) -> bool:
    return key in ours and leads_as(ours[key], route)


def _sysctls(
    adding: Network, gone: Network, observed: Network, owned: Network
) -> tuple[dict[str, str], dict[str, str | None]]:
    """Return the values, and those to go back to. With its tunnel a sysctl is gone and has nothing to go back to."""
    sysctls = {name: value for name, value in observed.sysctls.items() if sysctl_interface(name) not in gone.tunnels}
    original = dict(owned.original)
    for name in gone.sysctls:
        before = original.pop(name, None)
        if before is not None and name in sysctls:
            sysctls[name] = before
    for name, value in adding.sysctls.items():
        original.setdefault(name, observed.sysctls.get(name))
        sysctls[name] = value
    return sysctls, original


def _missing_sysctls(adding: Network, desired: Network, observed: Network) -> list[str]:
    return [
        name
        for name in adding.sysctls
        if name not in observed.sysctls and sysctl_interface(name) not in desired.tunnels
    ]


def _foreign_interfaces(adding: Network, observed: Network, owned: Network) -> list[str]:
    faults = []
    for name, tunnel in adding.tunnels.items():
        there = observed.tunnels.get(name)
        if name in observed.links and name not in owned.tunnels and not (there and same_device(tunnel, there)):
            what = f"a tunnel of kind {there.kind} with local {there.local}" if there else "something else"
            faults.append(
                f"tunnels: {name} cannot be added: an interface of this name is there, {what}, and is not this "
                "caller's; give the tunnel another name, or remove it: ip link delete " + name
            )
    return faults


def _foreign_routes(adding: Network, gone: Network, observed: Network, owned: Network) -> list[str]:
    faults = []
    for key, route in adding.routes.items():
        there = observed.routes.get(key)
        if there is None or leads_as(route, there) or key in gone.routes or _is_ours(key, there, owned.routes):
            continue
        faults.append(
            f"routes: {key} cannot lead {route}: it leads {there} and is not this caller's. Remove that route where "
            "the host's network is configured, or give it a metric there, so that this one goes first"
        )
    return faults


def _other_prefixes(placed: Collection[AddressKey], staying: Iterable[AddressKey]) -> list[str]:
    # An interface has an IPv6 address once, whatever its prefix (ipv6_chk_same_addr() in net/ipv6/addrconf.c).
    others = (key for key in staying if family_of(key.address) == "ipv6" and key not in placed)
    there = {(key.interface, key.address): key for key in others}
    return [
        f"{key} cannot be added: {there[key.interface, key.address]} is there, and is not this caller's; remove it, or "
        "list it so"
        for key in placed
        if (key.interface, key.address) in there
    ]
