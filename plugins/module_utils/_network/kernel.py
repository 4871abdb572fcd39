# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading a host's network, carrying a plan out, announcing addresses. Private to the collection."""

from __future__ import annotations

from typing import Dict, Iterable, List, Mapping, Optional, Sequence, Tuple

from .._change import ADD, REMOVE, Change
from .._netlink import fou, route
from .._netlink.address import BITS, family_of
from .._netlink.errors import KernelRefused, NetlinkError
from .._netlink.generic import Family, FamilyMissing, find_family
from .._netlink.socket import NETLINK_GENERIC, NetlinkSocket, frames_in_answer, send_frames
from .._running import systemd_runs
from . import frames, support, wire, wire_routes, wire_tunnels
from .managers import Managers
from .model import (
    LOOPBACK,
    AddressKey,
    Link,
    ListenerKey,
    Network,
    Present,
    Route,
    RouteKey,
    Rule,
    made_by_the_kernel,
)
from .networkd import Networkd
from .plan import ADDRESS, LISTENER, MODULE, ROUTE, RULE, SYSCTL, TUNNEL

# How often neighbours are asked, for one may be busy, and for how many seconds they may answer.
ROUNDS, ROUND_S = 2, 0.75


class NetworkKernel:
    """The network of this host's network namespace."""

    def __init__(self, netlink: NetlinkSocket) -> None:
        self._netlink = netlink

    def read_interfaces(self) -> Network:
        """Return the links, the tunnels among them, and the addresses; those that the kernel gives tunnels left out."""
        payloads = self._netlink.dump(route.GET_ADDRESSES, "read the addresses")
        # After the addresses, so that every interface that has one is known, unless it is gone again.
        read = [wire.decode_link(payload) for payload in self._netlink.dump(route.GET_LINKS, "read the links")]
        links = {name: link for name, link, _tunnel in read}
        tunnels = {name: tunnel for name, _link, tunnel in read if tunnel is not None}
        decoded = (wire.decode_address(payload, _names(links)) for payload in payloads)
        addresses = dict(address for address in decoded if address is not None)
        for key in list(addresses):
            if key.interface in tunnels and made_by_the_kernel(tunnels[key.interface], key.address):
                del addresses[key]
        return Network(tunnels=tunnels, addresses=addresses, links=links)

    def read(self, interfaces: Network, asked: Network) -> Network:
        """Return the interfaces with what else there is of what is asked for: of kinds of which nothing is, nothing."""
        values = {name: support.read_sysctl(name) for name in asked.sysctls}
        return interfaces._replace(
            modules=dict.fromkeys(support.present_modules(asked.modules), Present()),
            sysctls={name: value for name, value in values.items() if value is not None},
            listeners=self._listeners() if asked.listeners else {},
            routes=self._routes(asked.routes, interfaces.links) if asked.routes else {},
            rules=self._rules() if asked.rules else {},
        )

    def _routes(self, asked: Iterable[RouteKey], links: Mapping[str, Link]) -> Dict[RouteKey, Route]:
        heads = wire_routes.heads(asked)
        places = {key._replace(metric=0) for key in asked}
        interfaces = _names(links)
        routes: Dict[RouteKey, Route] = {}
        for payload in self._netlink.dump(route.GET_ROUTES, "read the routes"):
            decoded = wire_routes.decode_route(payload, heads, interfaces)
            if decoded is not None and decoded[0]._replace(metric=0) in places:
                routes.setdefault(
                    *decoded
                )  # of several that only differ in what the model cannot tell, the first counts
        return routes

    def _rules(self) -> Dict[Rule, Present]:
        decoded = map(wire_routes.decode_rule, self._netlink.dump(route.GET_RULES, "read the rules"))
        return {rule: Present() for rule in decoded if rule is not None}

    def _listeners(self) -> Dict[ListenerKey, Present]:
        with NetlinkSocket(NETLINK_GENERIC) as netlink:
            family = _find_fou(netlink)
            if family is None:
                return {}
            payloads = netlink.dump(family.request(fou.GET), "read the listeners")
        decoded = map(wire_tunnels.decode_listener, payloads)
        return {key: Present() for key in decoded if key is not None}

    def refuse_missing(self, modules: Iterable[str]) -> None:
        """Look whether these modules can be loaded. InvalidInput names each that cannot."""
        support.refuse_missing_modules(modules)

    @staticmethod
    def refuse_ipv6_switched_off(interfaces: Iterable[str]) -> None:
        """Look whether these interfaces take IPv6 addresses. InvalidInput names each that does not."""
        support.refuse_ipv6_switched_off(interfaces)

    @staticmethod
    def sysctl_files(own: str) -> List[Tuple[str, str]]:
        """Return path and text of the files that set sysctls at boot, but for our own."""
        return support.read_sysctl_files(own)

    @staticmethod
    def no_sysctl() -> str:
        """Return why a sysctl may be missing here."""
        return support.no_sysctl()

    @staticmethod
    def managers() -> Managers:
        """Return who may manage the network of this host."""
        return support.read_managers()

    @staticmethod
    def networkd(links: Mapping[str, Link]) -> Optional[Networkd]:
        """Return the settings of systemd-networkd, None where this host does not run it."""
        return support.read_networkd(links)

    @staticmethod
    def systemd_runs() -> bool:
        """Say whether systemd starts this host's units."""
        return systemd_runs()

    def apply(self, changes: Sequence[Change], links: Mapping[str, Link]) -> None:
        """Carry out the changes in order. NetlinkError at the first that fails; those before it were done."""
        for change in changes:
            if change.kind == MODULE:
                support.load_module(change.key)
            elif change.kind == SYSCTL:
                support.write_sysctl(change.key, change.after.value)
            elif change.kind == LISTENER:
                _apply_listener(change)
            else:
                links = self._numbered(change, links)
                self._apply(change, links)

    def lend(self, addresses: Iterable[str], network: Network, seconds: int) -> List[AddressKey]:
        """Give the loopback interface these addresses for some seconds; return those that it did not have.

        The host goes on taking packets for them, and answering ARP, while nobody else here has them.
        """
        keys = [AddressKey(LOOPBACK, address, BITS[family_of(address)]) for address in addresses]
        lent = [key for key in keys if key not in network.addresses]
        requests = [wire.encode_lent(key, network.links[LOOPBACK], seconds) for key in lent]
        for refusal in self._netlink.batch(requests):
            reason = wire.reason(requests[refusal.position].type, refusal.number)
            raise KernelRefused(refusal.number, f"add address {lent[refusal.position]}", reason, refusal.kernel_message)
        return lent

    def _numbered(self, change: Change, links: Mapping[str, Link]) -> Mapping[str, Link]:
        """Return the links with the one that a change names, which may have been recreated."""
        if change.kind == TUNNEL:
            return {name: link for name, link in links.items() if name != change.key}
        if interface_of(change) in ("", *links):
            return links
        payloads = self._netlink.dump(route.GET_LINKS, "read the links")
        return {name: link for name, link, _tunnel in map(wire.decode_link, payloads)}

    def _apply(self, change: Change, links: Mapping[str, Link]) -> None:
        interface = interface_of(change)
        if interface and interface not in links:
            if change.action == REMOVE:
                return  # it is gone with its interface
            raise NetlinkError(f"cannot {describe(change)}: the interface is gone")
        requests = wire.encode(change, links)
        for refusal in self._netlink.batch(requests):
            message = requests[refusal.position].type
            if change.action == REMOVE and (message, refusal.number) in wire.GONE_ALREADY:
                continue
            reason = wire.reason(message, refusal.number)
            raise KernelRefused(refusal.number, describe(change), reason, refusal.kernel_message)


def _names(links: Mapping[str, Link]) -> Dict[int, str]:
    return {link.number: name for name, link in links.items()}


def _find_fou(netlink: NetlinkSocket) -> Optional[Family]:
    try:
        return find_family(netlink, fou.FAMILY, fou.VERSION)
    except FamilyMissing:
        return None


def _apply_listener(change: Change) -> None:
    with NetlinkSocket(NETLINK_GENERIC) as netlink:
        command, attributes = wire_tunnels.encode_listener(change)
        family = find_family(netlink, fou.FAMILY, fou.VERSION)
        for refusal in netlink.batch([family.request(command, attributes)]):
            reason = wire_tunnels.LISTENER_REASONS.get((command, refusal.number), "")
            raise KernelRefused(refusal.number, describe(change), reason, refusal.kernel_message)


def interface_of(change: Change) -> str:
    """Return the interface that must be there for a change, "" where none is named."""
    if change.kind == ADDRESS:
        return str(change.key.interface)
    if change.kind == ROUTE:
        return str((change.before if change.action == REMOVE else change.after).interface)
    return ""


def announce(keys: Iterable[AddressKey], links: Mapping[str, Link]) -> None:
    """Tell the neighbours on each address's segment that it is here now. OSError where a frame cannot be sent."""
    for key in keys:
        link = links.get(key.interface)  # not of a tunnel that has just been made
        if link is not None and link.ethernet:
            send_frames(key.interface, frames.announcement(key.address, link.hardware_address))


def who_has(keys: Iterable[AddressKey], links: Mapping[str, Link]) -> Dict[str, List[str]]:
    """Ask the neighbours on each address's segment; return the hardware addresses that answer, by addresses.

    Only of others: what this host sends itself is no answer. OSError where it cannot ask.
    """
    questions: Dict[Tuple[str, int], List[bytes]] = {}
    asked = set()
    for key in keys:
        link = links.get(key.interface)
        if link is not None and link.ethernet:
            place = (key.interface, frames.ETHERTYPES[family_of(key.address)])
            questions.setdefault(place, []).append(frames.question(key.address, link.hardware_address))
            asked.add(key.address)
    answers: Dict[str, List[str]] = {}
    for frame in frames_in_answer(questions, ROUNDS, ROUND_S) if questions else ():
        address, hardware_address = frames.claim(frame) or ("", "")
        if address in asked and hardware_address not in answers.setdefault(address, []):
            answers[address].append(hardware_address)
    return {address: sorted(found) for address, found in answers.items()}


def describe(change: Change) -> str:
    """Return what a change does, in words, for an error."""
    if change.kind == SYSCTL:
        return f"set sysctl {change.key} to {change.after.value}"
    verb = {ADD: "add", REMOVE: "remove"}.get(change.action, "change")
    if change.kind == ADDRESS:
        return f"{verb if verb != 'change' else 'change the label of'} address {change.key}"
    return f"{verb} {_NOUNS[change.kind]} {change.key}"


_NOUNS = {MODULE: "kernel module", TUNNEL: "tunnel", LISTENER: "GUE listener", ROUTE: "route", RULE: "rule"}
