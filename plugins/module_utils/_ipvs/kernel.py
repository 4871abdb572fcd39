# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading the virtual-server table from the kernel, and carrying a plan out. Private to the collection."""

from __future__ import annotations

from typing import Sequence

from .._change import ADD, REMOVE, Change
from .._netlink.errors import KernelRefused, NetlinkError
from .._netlink.generic import Family, FamilyMissing, find_family
from .._netlink.socket import NetlinkSocket, Request
from . import wire
from .model import Destination, ServiceKey, Table, VirtualService
from .plan import SERVICE
from .support import read_modules, why_missing


class KernelWithoutIpvs(NetlinkError):
    """This kernel has no IPVS; the text says why and what to do."""


class IpvsKernel:
    """The IPVS table of this host's network namespace. KernelWithoutIpvs where the kernel has none."""

    def __init__(self, netlink: NetlinkSocket) -> None:
        self._netlink = netlink
        try:
            self._family: Family = find_family(netlink, wire.FAMILY, wire.VERSION)
        except FamilyMissing:
            raise KernelWithoutIpvs(why_missing(read_modules())) from None

    def read(self) -> Table:
        """Return the whole table."""
        request = self._family.request(wire.GET_SERVICE)
        services = [wire.decode_service(payload) for payload in self._dump(request, "read the virtual services")]
        return {key: VirtualService(service, self._destinations(key)) for key, service in services}

    def _destinations(self, key: ServiceKey) -> tuple[Destination, ...]:
        request = self._family.request(wire.GET_DEST, wire.identifying(key))
        payloads = self._dump(request, f"read the destinations of {key}")
        return tuple(sorted(wire.decode_destination(payload, key.family) for payload in payloads))

    def _dump(self, request: Request, operation: str) -> list[bytes]:
        try:
            return self._netlink.dump(request, operation)
        except KernelRefused as refused:
            raise KernelRefused(refused.number, operation, wire.reason(0, refused.number)) from None

    def info(self) -> tuple[str, int]:
        """Return IPVS's version, as "1.2.1", and the buckets of the connection table."""
        operation = "read the version of IPVS"
        try:
            values = wire.decode_info(self._netlink.query(self._family.request(wire.GET_INFO), operation))
        except KernelRefused as refused:
            raise KernelRefused(refused.number, operation, wire.reason(0, refused.number)) from None
        version = values["VERSION"]  # NVERSION() of ipvsadm: one byte each
        return f"{version >> 16 & 255}.{version >> 8 & 255}.{version & 255}", values["CONN_TAB_SIZE"]

    def apply(self, changes: Sequence[Change]) -> None:
        """Carry out the changes in order. KernelRefused names the first that failed; others may have been done."""
        commands, requests = [], []
        for change in changes:
            command, attributes = wire.encode(change)
            commands.append(command)
            requests.append(self._family.request(command, attributes))
        for refusal in self._netlink.batch(requests):
            raise KernelRefused(
                refusal.number,
                describe(changes[refusal.position]),
                wire.reason(commands[refusal.position], refusal.number),
                refusal.kernel_message,
            )


def describe(change: Change) -> str:
    """Return what a change does, in words, for an error."""
    verb = {ADD: "add", REMOVE: "remove"}.get(change.action, "change")
    if change.kind == SERVICE:
        scheduler = f" with scheduler {change.after.scheduler}" if change.after else ""
        return f"{verb} service {change.key}{scheduler}"
    service, destination = change.key
    return f"{verb} destination {destination} of service {service}"
