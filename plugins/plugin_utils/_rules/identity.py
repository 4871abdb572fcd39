# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What identifies a service: its name, and an address with port and protocol or a mark."""

from __future__ import annotations

from collections.abc import Iterator

from ...module_utils._netlink.address import family_of
from .._values.cluster import Cluster
from .._values.service import VirtualService
from .items import known, services
from .rule import Note, error, whole

ALL_PORTS = (0, 0)  # as an owner writes it: port 0


@error("LVS101", "no-address-or-fwmark", each=services)
def no_address_or_fwmark(service: VirtualService) -> Iterator[Note]:
    """A service has neither an address nor a fwmark, so nothing tells its packets from others.

    Give it an `address`, the VIP, or a `fwmark`.
    """
    if service.fwmark is None and service.address is None:
        yield Note(service.path, "has neither an address (the VIP) nor a fwmark")


@error("LVS102", "duplicate-name", each=whole)
def duplicate_name(cluster: Cluster) -> Iterator[Note]:
    """Two entries have the same name, so reports and errors cannot tell them apart.

    Give one of them another name.
    """
    first: dict[str, str] = {}
    for service, name in known(cluster.services, lambda service: service.name):
        if first.setdefault(name, service.path) != service.path:
            yield Note(f"{service.path}.name", f"name {name} is already taken by {first[name]}")


@error("LVS103", "family-mismatch", each=services)
def family_mismatch(service: VirtualService) -> Iterator[Note]:
    """The family that a service names is not that of its address.

    Remove `family`: it is for a fwmark without addresses.
    """
    for address in service.entry.usable:
        if service.entry.family not in (None, family_of(address)):
            text = f"{address} is {family_of(address)}; family is for a fwmark without addresses"
            yield Note(f"{service.path}.family", text)


@error("LVS104", "missing-port", each=services)
def missing_port(service: VirtualService) -> Iterator[Note]:
    """A service without a fwmark has no port.

    Give it a `port`; 0, with a `persistence_timeout`, means all ports.
    """
    if service.fwmark is None and not service.entry.ports:
        yield Note(f"{service.path}.port", "is missing")


@error("LVS105", "several-ports", each=services)
def several_ports(service: VirtualService) -> Iterator[Note]:
    """A service without a fwmark has several ports.

    Write an entry for each port, or give the service a fwmark.
    """
    ports = service.entry.ports
    if service.fwmark is None and (len(ports) > 1 or any(first != last for first, last in ports)):
        yield Note(
            f"{service.path}.port",
            "several ports are one service only with a fwmark",
            "give it one, a number that no other service has, and a persistence_timeout where a client's connections "
            "to these ports belong together",
        )


@error("LVS106", "all-ports", each=services)
def all_ports(service: VirtualService) -> Iterator[Note]:
    """A service for all ports is not persistent, which the kernel refuses.

    Give it a `persistence_timeout`.
    """
    if service.fwmark is None and service.entry.ports == (ALL_PORTS,) and service.persistence_timeout == 0:
        yield Note(f"{service.path}.port", "0 means all ports, which works only with a persistence_timeout")
