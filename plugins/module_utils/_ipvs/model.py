# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The virtual-server table as values, in the field's words. Private to the collection.

A table is a dict of ServiceKey -> VirtualService. It holds everything that ipvsadm can set, nothing that only counts.
Values are canonical: equal settings compare equal, whoever wrote them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Dict, Iterable, Iterator, Mapping, NamedTuple

from .._change import InvalidInput
from .._netlink.address import BITS, canonical, family_of, to_bytes

PROTOCOLS = ("tcp", "udp", "sctp")
FORWARDING_METHODS = ("dr", "nat", "tun", "local")
SCHEDULER_FLAGS = ("fallback", "port", "flag-3")
TUNNEL_TYPES = ("ipip", "gue", "gre")
TUNNEL_CHECKSUMS = ("nocsum", "csum", "remcsum")
# The kernel takes any int (IPVS_DEST_ATTR_WEIGHT); ipvsadm and keepalived stop here.
WEIGHT_MAX = 65535
FWMARK_MAX = 2**32 - 1
THRESHOLD_MAX = 2**31 - 1  # ip_vs_add_dest() compares as int
PERSISTENCE_MAX = 31 * 24 * 3600  # seconds; ipvsadm's own limit, far below the kernel's overflow of jiffies
# Every scheduler and engine of the kernel is named so; IP_VS_SCHEDNAME_MAXLEN is 16 with the final NUL.
_NAME = re.compile(r"[a-z0-9_-]{1,15}")


class ServiceKey(NamedTuple):
    """What identifies a virtual service. One by mark has protocol "" and address "", one by address has fwmark 0."""

    family: str
    protocol: str
    address: str
    port: int
    fwmark: int

    def __str__(self) -> str:
        if self.fwmark:
            return f"fwmark {self.fwmark}" + (" ipv6" if self.family == "ipv6" else "")
        return f"{self.protocol} {endpoint(self.address, self.port)}"


class Service(NamedTuple):
    """The settings of a virtual service.

    persistence_timeout: seconds, 0 for none. persistence_netmask: dotted quad (IPv4) or prefix length (IPv6), in text.
    scheduler "none" is a service without one.
    """

    scheduler: str = "wlc"
    scheduler_flags: tuple[str, ...] = ()
    one_packet: bool = False
    persistence_timeout: int = 0
    persistence_netmask: str = ""
    persistence_engine: str = ""


class DestinationKey(NamedTuple):
    """What identifies a real server within its service."""

    address: str
    port: int

    def __str__(self) -> str:
        return endpoint(self.address, self.port)


class Destination(NamedTuple):
    """A real server of one service. Thresholds are connections, 0 for none."""

    address: str
    port: int
    forward: str = "dr"
    weight: int = 1
    upper_threshold: int = 0
    lower_threshold: int = 0
    tunnel_type: str = "ipip"
    tunnel_port: int = 0
    tunnel_checksum: str = "nocsum"

    @property
    def key(self) -> DestinationKey:
        return DestinationKey(self.address, self.port)


NAME_OPTIONS = ("address", "port", "protocol", "fwmark", "family")
_SERVICE_OPTIONS = frozenset(Service._fields)
_DESTINATION_OPTIONS = frozenset(Destination._fields[2:])
_NO_TUNNEL = Destination("", 0)[6:]


class VirtualService(NamedTuple):
    """A service and its destinations, sorted."""

    service: Service
    destinations: tuple[Destination, ...]


Table = Dict[ServiceKey, VirtualService]


class WantedDestination(NamedTuple):
    """A destination as its owner lists it: with the defaults for all but the options that were given."""

    destination: Destination
    given: tuple[str, ...]


class WantedService(NamedTuple):
    """A service as its owner lists it: only the options that were given.

    path: where it is listed, for example "services[0]"; "" where it is the only one.
    """

    path: str
    key: ServiceKey
    options: Mapping[str, Any]
    destinations: tuple[WantedDestination, ...]


# A real server is in many services, most often with the same options.
@lru_cache(maxsize=1 << 14)
def wanted_destination(address: str, port: int, options: tuple[tuple[str, Any], ...]) -> WantedDestination:
    """Return the destination that these options (name, value) describe. ValueError where the address is none."""
    given = tuple(name for name, _value in options)
    return WantedDestination(Destination(canonical(address), port, **dict(options)), given)


def endpoint(address: str, port: int) -> str:
    """Return address and port as ipvsadm writes them."""
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def full_netmask(family: str) -> str:
    """Return the persistence netmask that keeps every client address apart."""
    return "255.255.255.255" if family == "ipv4" else "128"


def normal_service(key: ServiceKey, service: Service) -> Service:
    """Return the settings with what has no effect put to its default, so that only real differences show."""
    flags = tuple(flag for flag in SCHEDULER_FLAGS if flag in service.scheduler_flags)
    if service.persistence_timeout:
        netmask = service.persistence_netmask or full_netmask(key.family)
    else:
        netmask = full_netmask(key.family)
    return service._replace(scheduler_flags=flags, persistence_netmask=netmask)


def normal_destination(destination: Destination) -> Destination:
    """Return the destination with what has no effect put to its default."""
    if destination[6:] == _NO_TUNNEL:
        return destination
    if destination.forward != "tun":
        return Destination(*destination[:6])
    if destination.tunnel_type in ("ipip", "gre"):
        destination = destination._replace(tunnel_port=0)
    if destination.tunnel_type == "ipip":
        destination = destination._replace(tunnel_checksum="nocsum")
    return destination


def parse_services(services: Iterable[Mapping[str, Any]]) -> tuple[WantedService, ...]:
    """Read the option `services` of the modules. InvalidInput has every fault with its path."""
    faults: list[str] = []
    wanted: list[WantedService] = []
    seen: dict[ServiceKey, str] = {}
    for number, given in enumerate(services):
        path = f"services[{number}]"
        service = _parse_service(path, given, faults)
        if service is None:
            continue
        if service.key in seen:
            faults.append(f"{path}: {service.key} is listed already, as {seen[service.key]}")
        seen[service.key] = path
        wanted.append(service)
    if faults:
        raise InvalidInput(tuple(faults))
    return tuple(wanted)


def names_alone(services: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the services as listed, with nothing but what identifies them."""
    return [{name: service.get(name) for name in NAME_OPTIONS} for service in services]


def parse_service(given: Mapping[str, Any]) -> WantedService:
    """Read the options of a module for one service. InvalidInput has every fault with its option."""
    faults: list[str] = []
    service = _parse_service("", given, faults)
    if service is None or faults:
        raise InvalidInput(tuple(faults))
    return service


def parse_destination(given: Mapping[str, Any]) -> WantedService:
    """Read the options of a module for one destination; those of its service begin with service_.

    InvalidInput has every fault with its option.
    """
    identity = {name: given[f"service_{name}"] for name in NAME_OPTIONS}
    try:
        key = _parse_service_key(identity, "service_")
    except ValueError as fault:
        raise InvalidInput((str(fault),)) from None
    try:
        destination = _parse_destination(given, key)
    except ValueError as fault:
        raise InvalidInput((str(fault),)) from None
    return WantedService("", key, {}, (destination,))


def at(path: str, text: str) -> str:
    """Return what is said about a part of a service, with its path."""
    return f"{path}.{text}" if path else text


def name_as_option(key: ServiceKey) -> dict[str, Any]:
    """Return the options that identify a service."""
    if key.fwmark:
        return {"fwmark": key.fwmark, "family": key.family}
    return {"address": key.address, "port": key.port, "protocol": key.protocol}


def as_option(key: ServiceKey, virtual_service: VirtualService) -> dict[str, Any]:
    """Return a service in the form that parse_services() takes."""
    option = name_as_option(key)
    option.update(virtual_service.service._asdict())
    option["scheduler_flags"] = list(virtual_service.service.scheduler_flags)
    option["destinations"] = [destination._asdict() for destination in virtual_service.destinations]
    return option


def _parse_service(path: str, given: Mapping[str, Any], faults: list[str]) -> WantedService | None:
    try:
        key = _parse_service_key(given)
    except ValueError as fault:
        faults.append(at(path, str(fault)))
        return None
    options = {name: value for name, value in given.items() if value is not None and name in _SERVICE_OPTIONS}
    if "persistence_netmask" in options:
        try:
            options["persistence_netmask"] = _parse_netmask(options["persistence_netmask"], key.family)
        except ValueError as fault:
            faults.append(at(path, f"persistence_netmask: {fault}"))
    if "scheduler_flags" in options:
        options["scheduler_flags"] = tuple(options["scheduler_flags"])
    destinations: dict[DestinationKey, WantedDestination] = {}
    for number, listed in enumerate(given.get("destinations") or ()):
        try:
            wanted = _parse_destination(listed, key)
        except ValueError as fault:
            faults.append(at(path, f"destinations[{number}].{fault}"))
            continue
        name = wanted.destination.key
        if name in destinations:
            faults.append(at(path, f"destinations[{number}]: {name} is listed already"))
        destinations[name] = wanted
    return WantedService(path, key, options, tuple(destinations.values()))


def _parse_service_key(given: Mapping[str, Any], prefix: str = "") -> ServiceKey:
    """Read what identifies a service. ValueError begins with the option that is wrong; prefix begins its name."""
    fwmark, port = given.get("fwmark"), given.get("port")
    if (given.get("address") is None) == (fwmark is None):
        raise ValueError(f"{prefix}address: a service has either an address or a fwmark")
    if fwmark is not None:
        if port is not None or given.get("protocol") is not None:
            raise ValueError(
                f"{prefix}fwmark: marked packets bring their own protocol and port; leave {prefix}port and "
                f"{prefix}protocol out"
            )
        if not 1 <= fwmark <= FWMARK_MAX:
            raise ValueError(f"{prefix}fwmark: {fwmark} is no mark of packets; marks are 1 to {FWMARK_MAX}")
        return ServiceKey(given.get("family") or "ipv4", "", "", 0, fwmark)
    try:
        address = canonical(given["address"])
    except ValueError as error:
        raise ValueError(f"{prefix}address: {error}") from None
    family = family_of(address)
    if given.get("family") not in (None, family):
        raise ValueError(f"{prefix}family: {address} is {family}, not {given['family']}")
    if port is None:
        raise ValueError(f"{prefix}port: missing; a service by address has one (0 for all ports, with persistence)")
    if not 0 <= port <= 65535:
        raise ValueError(f"{prefix}port: {port} is no port; ports are 1 to 65535, or 0 for all with persistence")
    return ServiceKey(family, given.get("protocol") or "tcp", address, port, 0)


def _parse_destination(given: Mapping[str, Any], service: ServiceKey) -> WantedDestination:
    """Read one destination. ValueError begins with the option that is wrong."""
    port = given.get("port")
    if port is None:
        port = service.port
    if not 0 <= port <= 65535:
        raise ValueError(f"port: {port} is no port; ports are 0 to 65535")
    options = tuple([item for item in given.items() if item[1] is not None and item[0] in _DESTINATION_OPTIONS])
    try:
        return wanted_destination(given["address"], port, options)
    except ValueError as error:
        raise ValueError(f"address: {error}") from None


def _parse_netmask(netmask: str, family: str) -> str:
    if family == "ipv6":
        if netmask.isdecimal() and 1 <= int(netmask) <= BITS[family]:
            return str(int(netmask))
        raise ValueError(f"{netmask!r} is no IPv6 prefix length; they are 1 to 128")
    try:
        if len(to_bytes(netmask)) == 4:
            return canonical(netmask)
    except ValueError:
        pass
    raise ValueError(f"{netmask!r} is no IPv4 netmask such as 255.255.255.0")


def virtual_service_faults(
    path: str, key: ServiceKey, virtual_service: VirtualService, base: VirtualService | None
) -> list[str]:
    """Say what in a complete service cannot work, above all what the kernel would take without a word.

    What is in base as well is there already, and not judged.
    """
    faults = []
    if base is None or virtual_service.service != base.service:
        faults.extend(_service_faults(path, key, virtual_service.service))
    known = base.destinations if base else ()
    for destination in virtual_service.destinations:
        if destination not in known:
            for fault in _destination_faults(key, destination):
                faults.append(f"{path}: destination {destination.key}: {fault}" if path else fault)
    return faults


def without_effect(wanted: WantedService, complete: VirtualService) -> Iterator[str]:
    """Say which of the listed options have no effect in the complete service, as normal_...() puts them aside."""
    netmask = wanted.options.get("persistence_netmask")
    if netmask not in (None, complete.service.persistence_netmask):
        yield at(wanted.path, "persistence_netmask: has no effect without a persistence_timeout")
    for listed, given in wanted.destinations:
        if listed[6:] != _NO_TUNNEL:
            now = next(destination for destination in complete.destinations if destination.key == listed.key)
            for name in given:
                if getattr(listed, name) != getattr(now, name):
                    kind = f"tunnel_type {now.tunnel_type}" if now.forward == "tun" else f"forward {now.forward}"
                    path = f"{wanted.path}: destination {listed.key}: " if wanted.path else ""
                    yield f"{path}{name}: has no effect with {kind}"


def virtual_service_warnings(key: ServiceKey, virtual_service: VirtualService) -> Iterator[str]:
    """Say what in a service works, but hardly as someone wants it for long."""
    service, destinations = virtual_service
    quiesced = [destination for destination in destinations if destination.weight == 0]
    if quiesced and len(quiesced) == len(destinations):
        yield f"service {key}: every real server has weight 0, so that it takes no new connection"
    elif quiesced and service.scheduler in ("sh", "mh") and "fallback" not in service.scheduler_flags:
        yield (
            f"service {key}: the clients that {service.scheduler} gives to a real server with weight 0 are refused; "
            "scheduler_flags fallback gives them to another one"
        )


def _service_faults(path: str, key: ServiceKey, service: Service) -> list[str]:
    faults = []

    def fault(option: str, text: str) -> None:
        faults.append(at(path, f"{option}: {text}"))

    if not _NAME.fullmatch(service.scheduler):
        fault("scheduler", f"{service.scheduler!r} is no name of a scheduler, such as wlc")
    if service.persistence_engine and not _NAME.fullmatch(service.persistence_engine):
        fault("persistence_engine", f"{service.persistence_engine!r} is no name of a persistence engine, such as sip")
    if not 0 <= service.persistence_timeout <= PERSISTENCE_MAX:
        fault("persistence_timeout", f"{service.persistence_timeout} is not 0 to {PERSISTENCE_MAX} seconds (31 days)")
    if not key.fwmark and key.port == 0 and not service.persistence_timeout:
        fault("port", "port 0 (all ports) works with persistence only; the kernel would balance nothing")
    if service.one_packet and not key.fwmark and key.protocol != "udp":
        fault("one_packet", f"one-packet scheduling is for UDP, not for {key.protocol}")
    if service.persistence_engine and not service.persistence_timeout:
        fault("persistence_engine", "it needs a persistence_timeout; an empty persistence_engine takes it away")
    if service.persistence_engine == "sip" and not key.fwmark and key.protocol != "udp":
        fault("persistence_engine", f"the engine sip reads UDP, not {key.protocol}")
    return faults


def _destination_faults(key: ServiceKey, destination: Destination) -> list[str]:
    address, port, forward, weight, upper, lower, tunnel_type, tunnel_port, tunnel_checksum = destination
    faults = []
    if not 0 <= weight <= WEIGHT_MAX:
        faults.append(f"weight: {weight} is not 0 to {WEIGHT_MAX}")
    if not 0 <= upper <= THRESHOLD_MAX:
        faults.append(f"upper_threshold: {upper} is not 0 to {THRESHOLD_MAX}")
    if lower < 0:
        faults.append(f"lower_threshold: {lower} is below 0")
    elif lower > upper:
        faults.append(f"lower_threshold: {lower} is above upper_threshold {upper}")
    if forward == "tun":
        faults.extend(_tunnel_faults(tunnel_type, tunnel_port, tunnel_checksum))
    elif family_of(address) != key.family:
        faults.append(f"forward: {forward} cannot carry {key.family} to {address}; only tun joins the families")
    if port != key.port and not key.fwmark:
        faults.extend(_port_faults(key.port, forward, port))
    return faults


def _tunnel_faults(tunnel_type: str, port: int, checksum: str) -> Iterator[str]:
    if tunnel_type == "gue" and not 1 <= port <= 65535:
        yield "tunnel_port: tunnel_type gue needs a tunnel_port of 1 to 65535"
    if tunnel_type == "gre" and checksum == "remcsum":
        yield "tunnel_checksum: tunnel_type gre has no remote checksum; nocsum and csum work"


def _port_faults(service: int, forward: str, port: int) -> Iterator[str]:
    """Judge a destination's port that is not that of its service, which is one by address."""
    if forward in ("dr", "tun"):
        yield (
            f"port: {forward} delivers packets to port {service} of the service unchanged, never to port {port}; "
            f"give it port {service}, or forward by nat"
        )
    elif port == 0:
        yield "port: 0 is for a service on all ports; give it a port"
