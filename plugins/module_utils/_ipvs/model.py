# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The virtual-server table as values, in the field's words. Private to the collection.

A table is a dict of ServiceKey -> VirtualService. It holds everything that ipvsadm can set, nothing that only counts.
Values are canonical: equal settings compare equal, whoever wrote them.
"""

from __future__ import annotations

from functools import lru_cache
from typing import AbstractSet, Any, Callable, Dict, Iterable, Mapping, NamedTuple, Tuple

from .._change import InvalidInput
from .._netlink.address import BITS, canonical, family_of, to_bytes
from .._ports import PORT_MAX

PROTOCOLS = ("tcp", "udp", "sctp")
FORWARDING_METHODS = ("dr", "nat", "tun", "local")
# net/netfilter/ipvs/Kconfig; each is a module ip_vs_<name>.
SCHEDULERS = ("rr", "wrr", "lc", "wlc", "lblc", "lblcr", "dh", "sh", "sed", "nq", "fo", "ovf", "mh", "twos")
# ip_vs_sh.c and ip_vs_mh.c: the client's address decides, and flags say when another server steps in.
SCHEDULERS_BY_CLIENT = ("sh", "mh")
# The flags that these two give a meaning; no scheduler does so with the third.
NAMED_FLAGS = ("fallback", "port")
SCHEDULER_FLAGS = (*NAMED_FLAGS, "flag-3")
PERSISTENCE_ENGINES = ("sip",)  # each is a module ip_vs_pe_<name>
TUNNEL_CHECKSUMS = ("nocsum", "csum", "remcsum")
CHECKSUMS_OF_TUNNEL = {"ipip": TUNNEL_CHECKSUMS[:1], "gre": TUNNEL_CHECKSUMS[:2], "gue": TUNNEL_CHECKSUMS}
TUNNEL_TYPES = tuple(CHECKSUMS_OF_TUNNEL)
FWMARK_MAX = 2**32 - 1
# The kernel takes any int (IPVS_DEST_ATTR_WEIGHT); ipvsadm and keepalived stop here.
WEIGHT_MAX = 65535
THRESHOLD_MAX = 2**31 - 1  # ip_vs_add_dest() compares as int
PERSISTENCE_MAX = 31 * 24 * 3600  # seconds; ipvsadm's own limit, far below the kernel's overflow of jiffies
# net.ipv4.vs.*, the kernel's documentation in networking/ipvs-sysctl.rst
SYSCTLS = tuple(
    "am_droprate amemthresh backup_only cache_bypass conn_lfactor conn_reuse_mode conntrack drop_entry drop_packet "
    "est_cpulist est_nice expire_nodest_conn expire_quiescent_template ignore_tunneled nat_icmp_send pmtu_disc "
    "run_estimation schedule_icmp secure_tcp sloppy_sctp sloppy_tcp snat_reroute svc_lfactor sync_persist_mode "
    "sync_ports sync_qlen_max sync_refresh_period sync_retries sync_sock_size sync_threshold sync_version".split()
)


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
NO_TUNNEL = Destination("", 0)[6:]


class VirtualService(NamedTuple):
    """A service and its destinations, sorted."""

    service: Service
    destinations: tuple[Destination, ...]


Table = Dict[ServiceKey, VirtualService]
# A real server in one service, by their names.
Pair = Tuple[ServiceKey, DestinationKey]
# Weights of single destinations.
Weights = Dict[Pair, int]
# Gives destinations of a table the weights that operators want; the same table where they have said nothing.
OperatorsWeights = Callable[[Table, AbstractSet[Pair]], Table]


def find_destination(table: Table, pair: Pair) -> Destination | None:
    """Return a destination of the table, None where it is not there."""
    service, key = pair
    there = table[service].destinations if service in table else ()
    return next((destination for destination in there if destination.key == key), None)


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
    return _normal_service(key.family, service)


@lru_cache(maxsize=1 << 10)  # most services have the settings of many others
def _normal_service(family: str, service: Service) -> Service:
    flags = tuple(flag for flag in SCHEDULER_FLAGS if flag in service.scheduler_flags)
    if service.persistence_timeout:
        netmask = service.persistence_netmask or full_netmask(family)
    else:
        netmask = full_netmask(family)
    return service._replace(scheduler_flags=flags, persistence_netmask=netmask)


def normal_destination(destination: Destination) -> Destination:
    """Return the destination with what has no effect put to its default."""
    if destination[6:] == NO_TUNNEL:
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
    own = {name: value for name, value in given.items() if name in Destination._fields}
    try:
        destination = _parse_destination(own, key)
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
    destinations: dict[tuple[Any, ...], WantedDestination] = {}
    for number, listed in enumerate(given.get("destinations") or ()):
        try:
            wanted = _parse_destination(listed, key)
        except ValueError as fault:
            faults.append(at(path, f"destinations[{number}].{fault}"))
            continue
        name = wanted.destination[:2]  # its key, which nobody needs as a value here
        if name in destinations:
            faults.append(at(path, f"destinations[{number}]: {wanted.destination.key} is listed already"))
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
    if not 0 <= port <= PORT_MAX:
        raise ValueError(f"{prefix}port: {port} is no port; ports are 1 to {PORT_MAX}, or 0 for all with persistence")
    return ServiceKey(family, given.get("protocol") or "tcp", address, port, 0)


def _parse_destination(given: Mapping[str, Any], service: ServiceKey) -> WantedDestination:
    """Read one destination. ValueError begins with the option that is wrong."""
    return _listed_destination(service.port, tuple(given.items()))


# A real server is in many services, most often with the same options.
@lru_cache(maxsize=1 << 14)
def _listed_destination(service_port: int, listed: tuple[tuple[str, Any], ...]) -> WantedDestination:
    given = dict(listed)
    port = given.get("port")
    if port is None:
        port = service_port
    if not 0 <= port <= PORT_MAX:
        raise ValueError(f"port: {port} is no port; ports are 0 to {PORT_MAX}")
    options = tuple([item for item in listed if item[1] is not None and item[0] in _DESTINATION_OPTIONS])
    try:
        return wanted_destination(given["address"], port, options)
    except ValueError as error:
        raise ValueError(f"address: {error}") from None


def _parse_netmask(netmask: str, family: str) -> str:
    if family == "ipv6":
        if netmask.isdecimal() and 1 <= int(netmask) <= BITS[family]:
            return str(int(netmask))
        raise ValueError(f"{netmask!r} is not an IPv6 prefix length: that is a number from 1 to 128")
    try:
        if len(to_bytes(netmask)) == 4:
            return canonical(netmask)
    except ValueError:
        pass
    raise ValueError(f"{netmask!r} is no IPv4 netmask such as 255.255.255.0")
