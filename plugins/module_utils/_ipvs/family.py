# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The kernel's netlink family IPVS, with its refusals in words. Private to the collection."""

from __future__ import annotations

import errno
from itertools import starmap
from typing import Iterable

from .._netlink import ipvs
from .._netlink.errors import KernelRefused, NetlinkError
from .._netlink.generic import Family, FamilyMissing, find_family
from .._netlink.socket import NETLINK_GENERIC, NetlinkSocket, Refusal
from .support import NOT_LOADED, Modules, load_ipvs, read_modules, why_missing

PERMISSION_REASON = "this needs CAP_NET_ADMIN in the initial user namespace: run it as root (become: true)"


class KernelWithoutIpvs(NetlinkError):
    """This kernel has no IPVS; the text says why and what to do."""


class IpvsNotLoaded(KernelWithoutIpvs):
    """This kernel has not loaded IPVS, and this call must not make it do so."""


class IpvsFamily:
    """IPVS in this host's network namespace. KernelWithoutIpvs where the kernel has none.

    load: whether its module may be loaded, or else IpvsNotLoaded where it could.
    """

    def __init__(self, netlink: NetlinkSocket, load: bool = True) -> None:
        self._netlink = netlink
        try:
            self._family = find_family(netlink, ipvs.FAMILY, ipvs.VERSION, load)
        except FamilyMissing:
            modules = read_modules()
            if not load and modules.may_load("ip_vs"):
                raise IpvsNotLoaded(NOT_LOADED) from None
            self._family = self._loaded(modules)

    def _loaded(self, modules: Modules) -> Family:
        """Return IPVS of a kernel that has not loaded it when it was asked. KernelWithoutIpvs where it cannot be."""
        said = load_ipvs(modules)
        if said:
            raise KernelWithoutIpvs(why_missing(modules, said))
        try:
            return find_family(self._netlink, ipvs.FAMILY, ipvs.VERSION)
        except FamilyMissing:
            raise KernelWithoutIpvs(why_missing(modules, "modprobe has loaded it, and it does not answer")) from None

    def dump(self, command: int, operation: str, attributes: bytes = b"") -> list[bytes]:
        """Return the messages of a list. KernelRefused names the operation."""
        try:
            return self._netlink.dump(self._family.request(command, attributes), operation)
        except KernelRefused as refused:
            raise _in_words(refused, operation) from None

    def query(self, command: int, operation: str, attributes: bytes = b"") -> bytes:
        """Return the one message that answers. KernelRefused names the operation."""
        try:
            return self._netlink.query(self._family.request(command, attributes), operation)
        except KernelRefused as refused:
            raise _in_words(refused, operation) from None

    def batch(self, messages: Iterable[tuple[int, bytes]]) -> list[Refusal]:
        """Carry out (command, attributes) in order; return what the kernel refused, in order."""
        return self._netlink.batch(starmap(self._family.request, messages))


def open_family(only_to_remove: bool, check: bool) -> IpvsFamily | None:
    """Return IPVS of this host; None where this host has none, which will do to remove something.

    None too where a check would have to load it: what is not loaded has no services. KernelWithoutIpvs where there is
    nothing to load.
    """
    try:
        return IpvsFamily(NetlinkSocket(NETLINK_GENERIC), load=not (only_to_remove or check))
    except IpvsNotLoaded:
        return None
    except KernelWithoutIpvs:
        if only_to_remove:
            return None
        raise


def refused_change(refusal: Refusal, operation: str, reason: str) -> KernelRefused:
    """Return the error for one refused message of a batch; reason is what its errno means for this operation."""
    if refusal.number == errno.EPERM:
        reason = PERMISSION_REASON
    return KernelRefused(refusal.number, operation, reason, refusal.kernel_message)


def _in_words(refused: KernelRefused, operation: str) -> KernelRefused:
    return refused_change(Refusal(0, refused.number, refused.kernel_message), operation, "")
