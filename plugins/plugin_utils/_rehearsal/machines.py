# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the hosts of an inventory to the machines of a lab that stand for them: their networks, addresses and routes.

One more machine is the client. It has an address in each network and routes between them, as the site's routers do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from ...module_utils._netlink.address import BITS, family_of
from .._lab.description import Description, Host
from .._lab.machine import SEGMENT_INTERFACES
from .._operate.answer import counted
from .._values.cluster import Cluster
from .._values.vrrp import NO_INTERFACE
from .networks import Network, Pair, free_addresses, network_of, networks_of, segments_of
from .subject import Subject

CLIENT = "rehearsal-client"
SEGMENTS = ("lan", "lan2", "lan3")
_LONGEST_NAME = 28


@dataclass(frozen=True)
class Mapped:
    """description: of the lab. machines: host -> name of its machine. notes: what is not as on the site."""

    description: Description
    machines: Mapping[str, str]
    notes: tuple[str, ...]

    @property
    def client(self) -> Host:
        return self.description.host(CLIENT)

    def clients_interface(self, address: str) -> str | None:
        """The client's interface in the network of an address, None where it has none there."""
        for number, (_segment, own) in enumerate(self.client.interfaces, 1):
            if any(ip_address(address) in ip_network(each, strict=False) for each in own):
                return self.client.name_of(number)
        return None


def mapped(subjects: Sequence[Subject], hosts: Iterable[str], release: str) -> Mapped:
    """The lab for some hosts of all the subjects. TooSmall where a network has no room for what the lab adds."""
    return _Mapping(subjects, [*hosts], release).result()


class _Mapping:
    def __init__(self, subjects: Sequence[Subject], hosts: list[str], release: str) -> None:
        self._release = release
        self._clusters = [cluster for subject in subjects for cluster in subject.clusters]
        self._addresses = {
            host: [*dict.fromkeys(address for subject in subjects for address in subject.addresses_of(host))]
            for host in hosts
        }
        self._notes: list[str] = []
        self._networks = networks_of(self._all_addresses(), self._known_networks(), self._neighbours())
        self._segments = segments_of(self._networks, self._beside(), SEGMENT_INTERFACES)
        self._made_up = {network: free_addresses(network, self._taken()) for network in self._networks}
        self._on_client = {network: self._make_up(network) for network in self._networks}

    def result(self) -> Mapped:
        machines = _machine_names(self._addresses)
        hosts = [self._host(host, machines[host], number) for number, host in enumerate(machines, 1)]
        segments = SEGMENTS[: len(self._segments)]
        return Mapped(
            Description(segments, (*hosts, self._client(len(hosts) + 1))),
            machines,
            (*self._notes_about_networks(), *dict.fromkeys(self._notes)),
        )

    def _vips(self) -> list[str]:
        return [vip.address for cluster in self._clusters for vip in cluster.held_vips]

    def _all_addresses(self) -> list[str]:
        return [*(address for own in self._addresses.values() for address in own), *self._vips()]

    def _taken(self) -> set[str]:
        named = (vip.address for cluster in self._clusters for vip in cluster.vips)
        services = [service for cluster in self._clusters for service in cluster.services]
        of_servers = (server.address for service in services for server in service.all_servers)
        return {*self._all_addresses(), *named, *of_servers}

    def _known_networks(self) -> Iterator[Network]:
        """Those whose size the definition says: with the gateways of real servers, or with VIPs."""
        for cluster in self._clusters:
            for vip in cluster.held_vips:
                if vip.prefix < BITS[family_of(vip.address)]:
                    yield ip_network(f"{vip.address}/{vip.prefix}", strict=False)

    def _neighbours(self) -> Iterator[Pair]:
        """Directors and those real servers to which they send packets as they are."""
        for cluster in self._clusters:
            for service in cluster.services:
                for server in service.all_servers:
                    if server.forward == "dr" and server.host in self._addresses:
                        yield from self._of_directors(cluster, server.address)

    def _of_directors(self, cluster: Cluster, address: str) -> Iterator[Pair]:
        for director in cluster.directors:
            own = director.addresses_of(family_of(address))
            if own and director.host in self._addresses and not any(one == address for one in own):
                yield own[0], address

    def _beside(self) -> Iterator[Pair]:
        """The addresses of both families that a host has on one interface: its first of each."""
        for own in self._addresses.values():
            first = {family_of(address): address for address in reversed(own)}
            if len(first) > 1:
                yield first["ipv4"], first["ipv6"]

    def _host(self, host: str, machine: str, number: int) -> Host:
        own = [*self._addresses[host], *self._in_networks_of_vips(host)]
        interfaces = [
            (segment, tuple(_with_prefix(address, networks) for address in own if network_of(address, networks)))
            for segment, networks in zip(SEGMENTS, self._segments, strict=False)
        ]
        used = [(segment, addresses) for segment, addresses in interfaces if addresses]
        names = self._names(host, [segment for segment, _addresses in used])
        return Host(machine, number, (), tuple(used), self._gateways(host, own), self._release, names)

    def _in_networks_of_vips(self, host: str) -> Iterator[str]:
        """Addresses that are made up: of a director in the network of a VIP in which it has none."""
        own = {network_of(address, self._networks) for address in self._addresses[host]}
        for cluster in self._clusters:
            for vip in cluster.held_vips if cluster.is_director(host) else ():
                network = network_of(vip.address, self._networks)
                if network is not None and network not in own:
                    own.add(network)
                    yield self._make_up(network)

    def _make_up(self, network: Network) -> str:
        return next(self._made_up[network])

    def _gateways(self, host: str, own: Iterable[str]) -> tuple[str, ...]:
        """The client, in the first network of each family; none where the answers of nat must go another way."""
        if self._is_behind_nat(host):
            return ()
        networks = [network for address in own if (network := network_of(address, self._networks))]
        first = {network.version: network for network in reversed(networks)}
        return tuple(self._on_client[network] for network in first.values())

    def _is_behind_nat(self, host: str) -> bool:
        methods = {part.server.forward for cluster in self._clusters for part in cluster.parts_of(host)}
        return methods == {"nat"} and not any(cluster.is_director(host) for cluster in self._clusters)

    def _client(self, number: int) -> Host:
        interfaces = tuple(
            (segment, tuple(f"{self._on_client[network]}/{network.prefixlen}" for network in networks))
            for segment, networks in zip(SEGMENTS, self._segments, strict=False)
        )
        return Host(CLIENT, number, (), interfaces, self._to_routed_vips(), self._release)

    def _to_routed_vips(self) -> tuple[str, ...]:
        """Where the client sends what is for VIPs that routers know the way to: to a next hop, or to a director."""
        found: dict[str, str] = {}
        for cluster in self._clusters:
            for vip in cluster.vips:
                family = family_of(vip.address)
                if vip.routed and family not in found:
                    hops = [other.address for other in cluster.held_vips if other.next_hop]
                    own = [director.address_of(family) for director in cluster.directors]
                    known = [hop for hop in (*hops, *own) if hop and family_of(hop) == family]
                    found.update({family: known[0]} if known else {})
        return tuple(found.values())

    def _names(self, host: str, segments: Sequence[str]) -> tuple[str, ...]:
        """What the definition calls the interfaces of a director, in the order of its segments."""
        names: dict[str, str] = {}
        for cluster in self._clusters:
            for address, name in _named_interfaces(cluster, host) if cluster.is_director(host) else ():
                segment = self._segment(address)
                if segment is None or segment not in segments or name in ("lo", NO_INTERFACE):
                    continue
                if names.setdefault(segment, name) != name:
                    self._notes.append(f"{host}: there is no interface {name}; its network is that of {names[segment]}")
        if names:
            called = ", ".join(names.values())
            self._notes.append(f"Interfaces are plain Ethernet, no bonds, VLANs or bridges: {called}")
        return tuple(names.get(segment, "") for segment in segments) if names else ()

    def _segment(self, address: str) -> str | None:
        pairs = zip(SEGMENTS, self._segments, strict=False)
        return next((segment for segment, networks in pairs if network_of(address, networks)), None)

    def _notes_about_networks(self) -> Iterator[str]:
        networks = ", ".join(map(str, self._networks))
        yield f"The size of networks is assumed where the definition does not say it: {networks}"
        for segment in self._segments:
            if sum(network.version == segment[0].version for network in segment) > 1:
                shared = ", ".join(map(str, segment))
                yield f"A machine has {counted(SEGMENT_INTERFACES, 'interface')}, so these networks share one: {shared}"


def _named_interfaces(cluster: Cluster, host: str) -> Iterator[Pair]:
    """An address whose network is that of an interface, and the interface's name, as the definition has them."""
    director = cluster.director(host)
    for vip in cluster.held_vips:
        name = vip.interface or (None if vip.gateway else director.interface)
        if name:
            yield vip.address, name
    for instance in cluster.instances:
        own = director.vrrp_address_of(instance.family)
        if own and instance["interface"]:
            yield own, instance["interface"]
    named = dict(cluster.sync_daemon).get("interface")
    if named and director.addresses:
        yield director.addresses[0], named


def _with_prefix(address: str, networks: Iterable[Network]) -> str:
    network = network_of(address, networks)
    return f"{address}/{network.prefixlen}" if network else address


def _machine_names(hosts: Iterable[str]) -> dict[str, str]:
    """Names as the lab takes them, each once: the first part of a host's name, in small letters."""
    names: dict[str, str] = {}
    for host in hosts:
        first = host if host.replace(".", "").isdecimal() or ":" in host else host.partition(".")[0]
        plain = re.sub(r"[^a-z0-9]+", "-", first.lower()).strip("-")[:_LONGEST_NAME].strip("-") or "host"
        taken, number = {*names.values(), CLIENT}, 2
        name = plain
        while name in taken:
            name, number = f"{plain}-{number}", number + 1
        names[host] = name
    return names
