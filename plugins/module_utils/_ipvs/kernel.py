# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading the virtual-server table from the kernel, and carrying a plan out. Private to the collection."""

from __future__ import annotations

from typing import Sequence

from .._change import ADD, REMOVE, Change
from .._netlink import ipvs
from .._netlink.errors import NetlinkError, PartlyDone
from .._netlink.socket import BATCH
from . import wire
from .family import IpvsFamily, refused_change
from .model import Destination, ServiceKey, Table, VirtualService
from .plan import SERVICE
from .support import has_persistence_engine, has_scheduler, no_module, read_modules, schedulers


class IpvsKernel:
    """The virtual-server table of this host's network namespace."""

    def __init__(self, family: IpvsFamily) -> None:
        self._family = family

    def read(self) -> Table:
        """Return the whole table."""
        payloads = self._family.dump(ipvs.GET_SERVICE, "read the virtual services")
        services = [wire.decode_service(payload) for payload in payloads]
        return {key: VirtualService(service, self._destinations(key)) for key, service in services}

    def _destinations(self, key: ServiceKey) -> tuple[Destination, ...]:
        payloads = self._family.dump(ipvs.GET_DEST, "read the real servers of a service", wire.identifying(key))
        return tuple(sorted(wire.decode_destinations(payloads, key.family)))

    def info(self) -> tuple[str, int]:
        """Return IPVS's version, as "1.2.1", and the buckets of the connection table."""
        values = wire.decode_info(self._family.query(ipvs.GET_INFO, "read the version of IPVS"))
        version = values["VERSION"]  # NVERSION() of ipvsadm: one byte each
        return f"{version >> 16 & 255}.{version >> 8 & 255}.{version & 255}", values["CONN_TAB_SIZE"]

    def missing(self, changes: Sequence[Change]) -> list[str]:
        """Say which schedulers and persistence engines these changes need and this kernel does not have."""
        schedulers_needed: dict[str, ServiceKey] = {}
        engines_needed: dict[str, ServiceKey] = {}
        for change in changes:
            if change.kind == SERVICE and change.action != REMOVE:
                schedulers_needed.setdefault(change.after.scheduler, change.key)
                engines_needed.setdefault(change.after.persistence_engine, change.key)
        if not schedulers_needed:
            return []
        modules = read_modules()
        has = ", ".join(schedulers(modules))
        faults = [
            f"scheduler: {no_module(modules, f'scheduler {name}')}, which service {key} needs; it has {has}"
            for name, key in schedulers_needed.items()
            if not has_scheduler(modules, name)
        ]
        faults += [
            f"persistence_engine: {no_module(modules, f'persistence engine {name}')}, which service {key} needs"
            for name, key in engines_needed.items()
            if not has_persistence_engine(modules, name)
        ]
        return faults

    def apply(self, changes: Sequence[Change]) -> None:
        """Carry out the changes in order. PartlyDone names the first that the kernel refused."""
        try:
            refusals = self._family.batch(map(wire.encode, changes))
        except ValueError as error:
            raise NetlinkError(f"a change does not fit into a message to the kernel: {error}") from None
        if refusals:
            first = refusals[0]
            change = changes[first.position]
            command, _attributes = wire.encode(change)
            refused = {refusal.position for refusal in refusals}
            sent = (first.position // BATCH + 1) * BATCH
            done = tuple(change for position, change in enumerate(changes[:sent]) if position not in refused)
            raise PartlyDone(str(refused_change(first, describe(change), wire.reason(command, first.number))), done)


def describe(change: Change) -> str:
    """Return what a change does, in words, for an error."""
    verb = {ADD: "add", REMOVE: "remove"}.get(change.action, "change")
    if change.kind == SERVICE:
        scheduler = f" with scheduler {change.after.scheduler}" if change.after else ""
        return f"{verb} service {change.key}{scheduler}"
    service, destination = change.key
    return f"{verb} destination {destination} of service {service}"
