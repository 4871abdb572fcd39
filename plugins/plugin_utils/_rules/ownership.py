# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whose an address is: a VIP belongs to no host, unless the only director serves at its own address by NAT."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from .._cluster.vips import own_addresses
from .._values.cluster import Cluster
from .._values.director import Director
from .._values.packets import is_within
from .._values.service import VirtualService
from .._values.vip import Vip
from .items import known, servers_of, services
from .rule import Note, error, whole

SSH_PORT = 22


class Owners(NamedTuple):
    """The addresses that hosts have of themselves, with their owners. only: the director, where there is one alone."""

    directors: dict[str, str]
    real_servers: dict[str, str]
    only: Director | None

    def of(self, address: str) -> str:
        """Which host has an address, so that it cannot be a VIP; empty for none."""
        if address in self.directors:
            return "" if self.only else f"the director {self.directors[address]}, one of several"
        return self.real_servers.get(address, "")

    def served_at_own(self, service: VirtualService) -> list[str]:
        """The addresses of the only director at which a service is served."""
        return [address for address in service.named_addresses if self.only and address in self.directors]


def owners_of(cluster: Cluster) -> Owners:
    only = cluster.directors[0] if len(cluster.directors) == 1 else None
    return Owners(own_addresses(cluster.directors), dict(_real_servers(cluster)), only)


def services_and_owners(cluster: Cluster) -> Iterator[tuple[VirtualService, Owners]]:
    owners = owners_of(cluster)
    for (service,) in services(cluster):
        yield service, owners


def vips_and_owners(cluster: Cluster) -> Iterator[tuple[Vip, Owners]]:
    """Those of listed VIPs that are not listed before."""
    owners = owners_of(cluster)
    seen: set[str] = set()
    for vip, address in known(cluster.listed_vips, lambda vip: vip.address):
        if address not in seen:
            yield vip, owners
        seen.add(address)


def _real_servers(cluster: Cluster) -> Iterator[tuple[str, str]]:
    """The addresses of real servers, each with the first host that has it, in words."""
    found: dict[str, str] = {}
    for service in cluster.services:
        for server, address in known(servers_of(service), lambda server: server.address):
            host = vars(server).get("host")
            found.setdefault(address, f"the real server {host}" if host else "a real server")
    return iter(found.items())


def _owned(address: str, owner: str) -> str:
    return f"{address} is the address of {owner}; a VIP must be one that no host has"


@error("LVS311", "duplicate-vip", each=whole)
def duplicate_vip(cluster: Cluster) -> Iterator[Note]:
    """A VIP is listed twice.

    Remove one of the two.
    """
    first: dict[str, str] = {}
    for vip, address in known(cluster.listed_vips, lambda vip: vip.address):
        if first.setdefault(address, vip.path) != vip.path:
            yield Note(f"{vip.path}.address", f"{address} is already listed at {first[address]}")


@error("LVS312", "address-in-use", each=services_and_owners)
def address_in_use(service: VirtualService, owners: Owners) -> Iterator[Note]:
    """A service's address is that of a host, which then could not receive or send its own packets.

    Choose an address that no host has.
    """
    for address in service.named_addresses:
        owner = owners.of(address)
        if owner:
            yield Note(f"{service.path}.address", _owned(address, owner))


@error("LVS313", "vip-in-use", each=vips_and_owners)
def vip_in_use(vip: Vip, owners: Owners) -> Iterator[Note]:
    """A VIP that is listed is the address of a host.

    Choose an address that no host has; the only director's own need not be listed.
    """
    address = vip.address
    if address in owners.directors:
        text = f"{address} is the address of the director {owners.directors[address]}, which has it already"
        yield Note(f"{vip.path}.address", text, "leave it out here")
    elif address in owners.real_servers:
        yield Note(f"{vip.path}.address", _owned(address, owners.real_servers[address]))


@error("LVS314", "director-address-as-vip", each=services_and_owners)
def director_address_as_vip(service: VirtualService, owners: Owners) -> Iterator[Note]:
    """A service uses the director's own address; with DR or tunnels, the real servers would get it too.

    Forward by NAT, or choose an address that no host has.
    """
    servers = known(servers_of(service), lambda server: server.forward if not server.is_director else "nat")
    methods = {method for _server, method in servers}
    for address in owners.served_at_own(service) if methods - {"nat"} else ():
        yield Note(
            f"{service.path}.address",
            f"{address} is the address of the director itself, which with dr and tun the real servers would get too",
            "set forward: nat, or give the service an address that no host has",
        )


@error("LVS315", "ssh-port-of-director", each=services_and_owners)
def ssh_port_of_director(service: VirtualService, owners: Owners) -> Iterator[Note]:
    """A service takes the port on which the director itself is reached by ssh.

    Choose other ports, or an address that no host has.
    """
    ways_in = (SSH_PORT, owners.only.ssh_port if owners.only else None)
    for address in owners.served_at_own(service):
        for packets in service.packets:
            taken = [port for port in ways_in if packets.comes_to(port)]
            if taken and is_within(address, packets.address) and packets.protocol in ("tcp", None):
                yield Note(
                    f"{service.path}.port",
                    f"the director could no longer be reached by ssh: {address} is its own address, and the service "
                    f"takes {f'port {taken[0]}' if packets.ports else 'all ports'} of it",
                    "choose other ports, or an address that no host has",
                )
