# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a call lists, on the interfaces of this host. Pure. Private to the collection."""

from __future__ import annotations

from typing import AbstractSet, FrozenSet, Iterable, Mapping

from .._change import InvalidInput
from .._netlink.address import BITS, family_of, is_link_local, to_bytes
from .model import (
    LISTENER_MODULE,
    LOOPBACK,
    Address,
    AddressKey,
    Network,
    Present,
    Route,
    RouteKey,
    default_label,
)
from .wanted import WantedAddress, WantedNetwork, bracketed


def place(
    wanted: WantedNetwork, observed: Network, going: AbstractSet[str] = frozenset(), gone_is_fine: bool = False
) -> Network:
    """Return what is listed, each address, route and sysctl with its interface.

    going: tunnels that are there and must not stay. gone_is_fine: what has no interface any more is left out.
    InvalidInput names each that has none.
    """
    faults: list[str] = []
    observed = observed._replace(
        addresses={key: address for key, address in observed.addresses.items() if key.interface not in going}
    )
    interfaces = (frozenset(observed.links) - going) | frozenset(wanted.tunnels)
    addresses = _place_addresses(wanted.addresses, observed, interfaces, faults)
    sysctls = _place_sysctls(wanted.sysctls, observed, faults)
    routes = _place_routes(wanted.routes, observed, interfaces, faults)
    if faults and not gone_is_fine:
        raise InvalidInput(tuple(faults))
    modules = {**wanted.modules, LISTENER_MODULE: Present()} if wanted.listeners else wanted.modules
    return Network(
        modules=modules,
        module_options=wanted.module_options,
        tunnels=wanted.tunnels,
        listeners=wanted.listeners,
        sysctls=sysctls,
        addresses=addresses,
        routes=routes,
        rules=wanted.rules,
    )


def held(wanted: WantedNetwork, observed: Network) -> list[str]:
    """Return the listed addresses that this host has where it is to have them, each with its prefix length."""
    placed = _place_addresses(wanted.addresses, observed, frozenset(observed.links), [])
    return sorted(f"{key.address}/{key.prefix}" for key in placed if key in observed.addresses)


def missing(wanted: WantedNetwork, observed: Network) -> list[str]:
    """Return the listed addresses that this host does not have there; one that has no place here is missing too."""
    listed = {f"{address.address}/{address.prefix}" for address in wanted.addresses}
    return sorted(listed - {*held(wanted, observed)})


def interfaces_of(wanted: WantedNetwork, observed: Network) -> dict[str, str]:
    """Return the interface of each address of this host, and the one for each listed address that has a place here."""
    placed = _place_addresses(wanted.addresses, observed, frozenset(observed.links), [])
    return {key.address: key.interface for key in (*sorted(observed.addresses), *sorted(placed))}


def hardware_addresses(observed: Network) -> dict[str, str]:
    """Return the MAC address of the interface that has it, for each address on an Ethernet."""
    links = observed.links
    return {
        key.address: links[key.interface].hardware_address.hex(":")
        for key in sorted(observed.addresses)
        if links[key.interface].ethernet
    }


def beside(address: str, observed: Network) -> list[AddressKey]:
    """Return where an address would be on each interface of this host in whose network it is."""
    return [AddressKey(interface, address, BITS[family_of(address)]) for interface in _near(address, observed)]


def _place_sysctls(wanted: Mapping[str, str], observed: Network, faults: list[str]) -> dict[str, str]:
    sysctls: dict[str, str] = {}
    for name, value in wanted.items():
        named = bracketed(name)
        meant, fault = _meant(named, observed) if named else ("", "")
        if fault:
            faults.append(f"sysctls.{name}: {fault}")
            continue
        placed = name.replace(f"[{named}]", meant.replace(".", "/")) if named else name
        if sysctls.setdefault(placed, value) != value:
            faults.append(f"sysctls.{name}: {placed} is listed already, with another value")
    return sysctls


def _place_routes(
    wanted: Mapping[RouteKey, Route], observed: Network, interfaces: FrozenSet[str], faults: list[str]
) -> dict[RouteKey, Route]:
    routes: dict[RouteKey, Route] = {}
    for key, route in wanted.items():
        named = bracketed(route.interface)
        interface, fault = _meant(named, observed) if named else (route.interface, "")
        if interface and interface not in interfaces:
            fault = _no_interface(interface, interfaces)
        if fault:
            faults.append(f"routes: {key}: {fault}")
            continue
        routes[key] = route._replace(interface=interface)
    return routes


def _place_addresses(
    wanted: Iterable[WantedAddress], observed: Network, interfaces: FrozenSet[str], faults: list[str]
) -> dict[AddressKey, Address]:
    placed: dict[AddressKey, Address] = {}
    for listed in wanted:
        interface, fault = _interface(listed, observed, interfaces)
        if fault:
            faults.append(f"{listed.path}: {fault}")
            continue
        if listed.label and not listed.label.startswith(interface):
            faults.append(f"{listed.path}.label: {listed.label} does not begin with its interface, {interface}")
            continue
        key = AddressKey(interface, listed.address, listed.prefix)
        if key in placed:
            faults.append(f"{listed.path}: {key} is listed already")
        placed[key] = Address(listed.label or default_label(key))
    return placed


def _interface(listed: WantedAddress, observed: Network, interfaces: FrozenSet[str]) -> tuple[str, str]:
    """Return the interface that an address belongs on, or why there is none."""
    if listed.interface:
        return listed.interface, "" if listed.interface in interfaces else _no_interface(listed.interface, interfaces)
    near = _near(listed.address, observed) if not is_link_local(listed.address) else []
    if len(near) == 1:
        return near[0], ""
    holders = _holders(listed.beside, observed)
    if len(holders) == 1:
        return holders[0], ""
    return "", f"{_not_one(holders, listed.beside)} for {listed.address}"


def _meant(named: str, observed: Network) -> tuple[str, str]:
    """Return the interface that is meant by what stands in brackets, or why there is none."""
    near, _blank, address = named.rpartition(" ")
    if not near:
        holders = _holders(address, observed)
        return (holders[0], "") if len(holders) == 1 else ("", _not_one(holders, address))
    interfaces = _near(address, observed)
    if len(interfaces) == 1:
        return interfaces[0], ""
    several = f"several interfaces of this host are ({', '.join(interfaces)})"
    return "", f"{several if interfaces else 'no interface of this host is'} in the network of {address}"


def _near(address: str, observed: Network) -> list[str]:
    """Return the interfaces in whose networks an address is."""
    return sorted({key.interface for key in observed.addresses if _has_in_its_network(key, address)})


def _has_in_its_network(key: AddressKey, address: str) -> bool:
    bits = BITS[family_of(address)]
    if key.interface == LOOPBACK or family_of(key.address) != family_of(address) or key.prefix == bits:
        return False
    own, other = (int.from_bytes(to_bytes(text), "big") for text in (key.address, address))
    return (own ^ other) >> (bits - key.prefix) == 0


def _holders(address: str, observed: Network) -> list[str]:
    return sorted({key.interface for key in observed.addresses if key.address == address} - {LOOPBACK})


def _not_one(holders: Iterable[str], address: str) -> str:
    several = ", ".join(holders)
    if several:
        return f"{address} is on several interfaces ({several}); name the one"
    return f"no interface of this host holds {address}; name the interface"


def _no_interface(name: str, interfaces: Iterable[str]) -> str:
    return f"this host has no interface {name}; it has {', '.join(sorted(interfaces))}"
