# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a director is now, and which of its VIPs it has where they are announced. Private to the collection."""

from __future__ import annotations

import os
from typing import FrozenSet, List

from .._change import ADD, REMOVE, Change
from .._ipvs.family import IpvsFamily, IpvsNotLoaded
from .._ipvs.kernel import IpvsKernel
from .._keepalived.service import CHECKERS, MAIN, at_work, process_of
from .._netlink import route
from .._netlink.address import is_link_local
from .._netlink.errors import KernelRefused
from .._netlink.socket import NETLINK_GENERIC, NETLINK_ROUTE, NLM_F_CREATE, NetlinkSocket, Request
from .._network.kernel import NetworkKernel
from .._network.model import Address, AddressKey, Network, default_label
from .._network.plan import ADDRESS
from .._places import HELD, STANDBY
from .model import INTERFACES, Decision, Seen, Weights


def read() -> Seen:
    """Return what this director is now. NetlinkError or OSError where that cannot be read."""
    main = process_of(MAIN)
    return Seen(
        _weights(),
        checker_works=main is not None and at_work(process_of(CHECKERS, main)),
        in_standby=os.path.exists(STANDBY) or os.path.exists(HELD),
    )


def _weights() -> Weights:
    with NetlinkSocket(NETLINK_GENERIC) as netlink:
        try:
            table = IpvsKernel(IpvsFamily(netlink, load=False)).read()
        except IpvsNotLoaded:
            return {}
    return {key: {each.key: each.weight for each in value.destinations} for key, value in table.items()}


def announce(decision: Decision) -> None:
    """Have the VIPs where they are announced, and nothing else there. KernelRefused where the kernel refuses that."""
    wanted = [AddressKey(where, vip.address, vip.prefix) for vip, where in decision.interfaces.items()]
    with NetlinkSocket(NETLINK_ROUTE) as netlink:
        kernel = NetworkKernel(netlink)
        network = kernel.read_interfaces()
        if not network.links.keys() >= {*INTERFACES}:
            _make_interfaces(netlink, network)
            network = kernel.read_interfaces()
        kernel.apply(_changes(network, frozenset(wanted)), network.links)


def _make_interfaces(netlink: NetlinkSocket, network: Network) -> None:
    requests = [_dummy(name) for name in INTERFACES if name not in network.links]
    for refusal in netlink.batch(requests):
        raise KernelRefused(refusal.number, "make an interface for announced VIPs", "", refusal.kernel_message)


def _changes(network: Network, wanted: FrozenSet[AddressKey]) -> List[Change]:
    """Return what leads to these addresses on our interfaces. The kernel's own there, those of the link, stay."""
    there = {
        key: value
        for key, value in network.addresses.items()
        if key.interface in INTERFACES and not is_link_local(key.address)
    }
    going = [Change(REMOVE, ADDRESS, key, value, None) for key, value in there.items() if key not in wanted]
    return [
        *going,
        *(Change(ADD, ADDRESS, key, None, Address(default_label(key))) for key in sorted(wanted - there.keys())),
    ]


def _dummy(name: str) -> Request:
    header = route.LINK_HEADER.pack(0, 0, 0, route.IFF_UP, route.IFF_UP)
    attributes = {"IFNAME": name, "LINKINFO": {"KIND": "dummy"}}
    return Request(route.RTM_NEWLINK, NLM_F_CREATE, header + route.LINK.encode(attributes))
