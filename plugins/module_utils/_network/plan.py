# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From what is to what shall be: pure, total, ordered. Private to the collection.

Sysctls are set before addresses appear and put back after they are gone: a real server must never hold a VIP while it
would still answer ARP for it.
"""

from __future__ import annotations

from typing import Iterable

from .._change import ADD, CHANGE, REMOVE, Change, InvalidInput, Plan
from .._netlink.address import family_of
from .model import LOOPBACK, Address, AddressKey, Network, Value, WantedAddress, WantedNetwork, default_label

ADDRESS, SYSCTL = "address", "sysctl"
STATES = ("merged", "replaced", "deleted")


def desired_network(state: str, wanted: WantedNetwork, observed: Network, owned: Network) -> Network:
    """Return the network as it shall be.

    merged: what is listed is there; all else stays. replaced: the same, and what the caller owns and does not list any
    more goes. deleted: what is listed goes; a sysctl gets back the value that it had before the cluster.
    InvalidInput where an interface is not there.
    """
    placed = place(wanted, observed, gone_is_fine=state == "deleted")
    addresses = dict(observed.addresses)
    sysctls = dict(observed.sysctls)
    original = dict(owned.original)
    if state == "deleted":
        gone_addresses, gone_sysctls = set(placed), set(wanted.sysctls)
    elif state == "replaced":
        gone_addresses = set(owned.addresses) - set(placed)
        gone_sysctls = set(owned.sysctls) - set(wanted.sysctls)
    else:
        gone_addresses, gone_sysctls = set(), set()
    for key in gone_addresses:
        addresses.pop(key, None)
    for name in gone_sysctls:
        before = original.pop(name, None)
        if before is not None and name in sysctls:
            sysctls[name] = before
    if state != "deleted":
        _refuse_another_prefix(placed, addresses)
        addresses.update(placed)
        for name, value in wanted.sysctls.items():
            if name not in observed.sysctls:
                raise InvalidInput((f"sysctls.{name}: this kernel has no such sysctl",))
            original.setdefault(name, observed.sysctls[name])
            sysctls[name] = value
    return Network(addresses, sysctls, original, observed.links)


def owned_network(state: str, wanted: WantedNetwork, desired: Network, owned: Network) -> Network:
    """Return what is the caller's own once the desired network is there."""
    placed = place(wanted, desired, gone_is_fine=state == "deleted")
    if state == "deleted":
        addresses = {key: address for key, address in owned.addresses.items() if key not in placed}
        sysctls = {name: value for name, value in owned.sysctls.items() if name not in wanted.sysctls}
    elif state == "merged":
        addresses = {**owned.addresses, **placed}
        sysctls = {**owned.sysctls, **wanted.sysctls}
    else:
        addresses, sysctls = placed, dict(wanted.sysctls)
    return Network(addresses, sysctls, desired.original, {})


def _refuse_another_prefix(placed: Iterable[AddressKey], staying: Iterable[AddressKey]) -> None:
    # An interface has an IPv6 address once, whatever its prefix (ipv6_chk_same_addr() in net/ipv6/addrconf.c).
    there = {(key.interface, key.address): key for key in staying if family_of(key.address) == "ipv6"}
    faults = []
    for key in placed:
        other = there.get((key.interface, key.address), key)
        if other != key:
            faults.append(
                f"{key} cannot be added: {other} is there, and is not this caller's; remove it, or list it so"
            )
    if faults:
        raise InvalidInput(tuple(faults))


def place(wanted: WantedNetwork, observed: Network, gone_is_fine: bool = False) -> dict[AddressKey, Address]:
    """Return the wanted addresses on their interfaces.

    InvalidInput names each that has none; with gone_is_fine it is left out, since without its interface it is gone.
    """
    placed = {}
    faults = []
    for listed in wanted.addresses:
        interface, fault = _interface(listed, observed)
        if fault:
            if not gone_is_fine:
                faults.append(f"{listed.path}: {fault}")
            continue
        if listed.label and not listed.label.startswith(interface):
            faults.append(f"{listed.path}.label: {listed.label} does not begin with its interface, {interface}")
            continue
        key = AddressKey(interface, listed.address, listed.prefix)
        if key in placed:
            faults.append(f"{listed.path}: {key} is listed already")
        placed[key] = Address(listed.label or default_label(key))
    if faults:
        raise InvalidInput(tuple(faults))
    return placed


def _interface(listed: WantedAddress, observed: Network) -> tuple[str, str]:
    if listed.interface:
        if listed.interface in observed.links:
            return listed.interface, ""
        there = ", ".join(sorted(observed.links))
        return "", f"this host has no interface {listed.interface}; it has {there}"
    holders = sorted({key.interface for key in observed.addresses if key.address == listed.beside} - {LOOPBACK})
    if len(holders) == 1:
        return holders[0], ""
    if not holders:
        return (
            "",
            f"no interface of this host holds {listed.beside}; name the interface for {listed.address}",
        )
    return "", f"{listed.beside} is on several interfaces ({', '.join(holders)}); name the one for {listed.address}"


def plan(desired: Network, observed: Network) -> Plan:
    """Return the ordered changes that turn the observed network into the desired one."""
    removing = {
        key: Change(REMOVE, ADDRESS, key, observed.addresses[key], None)
        for key in sorted(observed.addresses)
        if key not in desired.addresses
    }
    setting: list[Change] = []
    restoring: list[Change] = []
    for name, value in sorted(desired.sysctls.items()):
        if observed.sysctls.get(name) != value:
            change = Change(CHANGE, SYSCTL, name, Value(observed.sysctls.get(name, "")), Value(value))
            (setting if name in desired.original else restoring).append(change)
    adding = []
    for key, address in sorted(desired.addresses.items()):
        now = observed.addresses.get(key)
        if now is None:
            adding.extend(_in_the_way(key, removing))
            adding.append(Change(ADD, ADDRESS, key, None, address))
        elif now != address:
            adding.append(Change(CHANGE, ADDRESS, key, now, address))
    return tuple(setting + adding + list(removing.values()) + restoring)


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
