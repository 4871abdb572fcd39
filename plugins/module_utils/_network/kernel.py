# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading a host's network, carrying a plan out, announcing addresses. Private to the collection."""

from __future__ import annotations

import errno
import os
from typing import Iterable, Mapping, Optional, Sequence

from .._change import ADD, REMOVE, Change
from .._netlink.errors import KernelRefused, NetlinkError
from .._netlink.socket import NetlinkSocket, send_frames
from . import wire
from .model import AddressKey, Link, Network, sysctl_parts
from .plan import ADDRESS

SYSCTL_FOLDER = "/proc/sys"


class NetworkKernel:
    """The network of this host's network namespace."""

    def __init__(self, netlink: NetlinkSocket) -> None:
        self._netlink = netlink

    def read(self, sysctls: Iterable[str]) -> Network:
        """Return the addresses, the links, and those of the named sysctls that the kernel has."""
        payloads = self._netlink.dump(wire.GET_ADDRESSES, "read the addresses")
        # After the addresses, so that every interface that has one is known, unless it is gone again.
        links = dict(wire.decode_link(payload) for payload in self._netlink.dump(wire.GET_LINKS, "read the links"))
        interfaces = {link.number: name for name, link in links.items()}
        decoded = (wire.decode_address(payload, interfaces) for payload in payloads)
        addresses = dict(address for address in decoded if address is not None)
        values = {name: _read_sysctl(name) for name in sysctls}
        return Network(addresses, {name: value for name, value in values.items() if value is not None}, {}, links)

    def apply(self, changes: Sequence[Change], links: Mapping[str, Link]) -> None:
        """Carry out the changes in order. NetlinkError at the first that fails; those before it were done."""
        for change in changes:
            if change.kind == ADDRESS:
                self._apply_address(change, links)
            else:
                _write_sysctl(change.key, change.after.value)

    def _apply_address(self, change: Change, links: Mapping[str, Link]) -> None:
        requests = wire.encode(change, links)
        for refusal in self._netlink.batch(requests):
            # Without promote_secondaries, an address takes the others of its subnet with it (__inet_del_ifa()).
            if change.action == REMOVE and refusal.number == errno.EADDRNOTAVAIL:
                continue
            raise KernelRefused(
                refusal.number,
                describe(change),
                wire.reason(requests[refusal.position].type, refusal.number),
                refusal.kernel_message,
            )


def announce(keys: Iterable[AddressKey], links: Mapping[str, Link]) -> None:
    """Tell the neighbours on each address's segment that it is here now. OSError where a frame cannot be sent."""
    for key in keys:
        link = links[key.interface]
        if link.ethernet:
            send_frames(key.interface, wire.announcement(key.address, link.hardware_address))


def describe(change: Change) -> str:
    """Return what a change does, in words, for an error."""
    if change.kind == ADDRESS:
        verb = {ADD: "add", REMOVE: "remove"}.get(change.action, "change the label of")
        return f"{verb} address {change.key}"
    return f"set sysctl {change.key} to {change.after.value}"


def _sysctl_path(name: str) -> str:
    return os.path.join(SYSCTL_FOLDER, *sysctl_parts(name))


def _read_sysctl(name: str) -> Optional[str]:
    try:
        with open(_sysctl_path(name), encoding="ascii") as stream:
            return " ".join(stream.read().split())
    except FileNotFoundError:
        return None


def _write_sysctl(name: str, value: str) -> None:
    try:
        with open(_sysctl_path(name), "w", encoding="ascii") as stream:
            stream.write(value)
    except OSError as error:
        raise NetlinkError(f"cannot set sysctl {name} to {value}: {error.strerror}") from None
