# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cluster as its owner describes it: inventory data in, frozen values out.

parse() either returns a Cluster in which every default is filled in, or raises one DefinitionError with everything
that is wrong. Whatever can be said about a single value stands in the tables of fields; what concerns several values
at once is checked below them. What may be wanted but is doubtful is no error: see lint.py.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any

from .fields import (
    Check,
    Field,
    Place,
    Problem,
    Refused,
    address,
    anything,
    boolean,
    choice,
    integer,
    list_of,
    nearest,
    pattern,
    record,
    text,
)

DIRECTORS_GROUP = "lvs_directors"
VARIABLE_PREFIX = "lvs_"
CLUSTER_VARIABLES = ("lvs_cluster", "lvs_services")

ENGINES = ("static",)
FAMILIES = ("ipv4", "ipv6")
PROTOCOLS = ("tcp", "udp", "sctp")
FORWARDING_METHODS = ("dr", "nat", "tun")
SCHEDULERS = ("rr", "wrr", "lc", "wlc", "lblc", "lblcr", "dh", "sh", "sed", "nq", "fo", "ovf", "mh", "twos")
SCHEDULER_FLAGS = ("fallback", "port")
SCHEDULERS_WITH_FLAGS = ("sh", "mh")
PERSISTENCE_ENGINES = ("sip",)
# These methods deliver a packet as it came: the real server sees the VIP and the service's port.
UNTOUCHED = ("dr", "tun")
ADDRESS_BITS = {"ipv4": 32, "ipv6": 128}

_weight = integer("weight", "weights", 0, 65535)
_port = integer("port", "ports", 1, 65535)
_connections = integer("number of connections", "they", 0, 2**31 - 1)
# dev_valid_name() in net/core/dev.c: at most 15 characters, neither . nor ..
_interface = pattern(
    "name of an interface", r"(?!\.\.?$)[A-Za-z0-9_.][A-Za-z0-9_.-]{0,14}", "at most 15 letters, digits and _ . -"
)
_name = pattern("name", r"[A-Za-z0-9][A-Za-z0-9_.-]*", "letters, digits and _ . -, beginning with a letter or digit")


def _real_servers(value: object, place: Place) -> str | list[dict[str, Any] | None]:
    if isinstance(value, str):
        return text(value, place)
    if not value:
        raise place.refused("a service needs a real server: an inventory group, or a list with at least one")
    servers: list[dict[str, Any] | None] = list_of(record(REAL_SERVER_FIELDS))(value, place)
    return servers


def _netmask(value: object, place: Place) -> str:
    """Text or a prefix length; whether it suits the family is for _check_persistence()."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else text(value, place)


VIP_FIELDS = {
    "address": Field(address, required=True),
    "prefix": Field(integer("prefix length", "they", 1, 128)),
    "interface": Field(_interface),
    # IFNAMSIZ bounds a label as it bounds the name of an interface.
    "label": Field(
        pattern("label", r"[A-Za-z0-9_.:-]{1,15}", "at most 15 letters, digits and _ . : -, as in eth1:100")
    ),
}

CLUSTER_FIELDS = {
    "engine": Field(choice("engine", ENGINES), "static"),
    "install_packages": Field(boolean, False),
    "vips": Field(list_of(record(VIP_FIELDS)), ()),
}

REAL_SERVER_FIELDS = {
    "host": Field(text),
    "address": Field(address),
    "port": Field(_port),
    "weight": Field(_weight),
    "forward": Field(choice("forwarding method", FORWARDING_METHODS)),
    "upper_threshold": Field(_connections, 0),
    "lower_threshold": Field(_connections, 0),
}

SERVICE_FIELDS = {
    "name": Field(_name, required=True),
    "address": Field(address),
    "fwmark": Field(integer("firewall mark", "marks", 1, 2**32 - 1)),
    "family": Field(choice("family", FAMILIES)),
    "port": Field(integer("port", "ports", 1, 65535, special=0)),  # 0 is all ports
    "protocol": Field(choice("protocol", PROTOCOLS)),
    "scheduler": Field(choice("scheduler", SCHEDULERS), "wlc"),
    "scheduler_flags": Field(list_of(choice("scheduler flag", SCHEDULER_FLAGS)), ()),
    "one_packet": Field(boolean, False),
    "forward": Field(choice("forwarding method", FORWARDING_METHODS), "dr"),
    # 31 days: what ipvsadm takes
    "persistence_timeout": Field(integer("number of seconds", "they", 0, 31 * 24 * 3600), 0),
    "persistence_netmask": Field(_netmask),
    "persistence_engine": Field(choice("persistence engine", PERSISTENCE_ENGINES)),
    "real_servers": Field(_real_servers, required=True),
}

HOST_FIELDS = {
    "ansible_host": Field(text),
    "lvs_address": Field(address),
    "lvs_interface": Field(_interface),
    # 255 is for the owner of the address, 0 for a director that leaves: RFC 9568, section 5.2.4
    "lvs_priority": Field(integer("priority", "priorities", 1, 254), 100),
    "lvs_weight": Field(_weight, 1),
    # Never read from a host; they stand here as names that may be meant.
    **{name: Field(anything) for name in CLUSTER_VARIABLES},
}


@dataclass(frozen=True)
class Vip:
    """A virtual address. interface: the one that the owner asks for, else None. label: its name there, else None."""

    address: str
    prefix: int
    interface: str | None
    label: str | None


@dataclass(frozen=True)
class Director:
    """A host that balances. interface: where its virtual addresses shall be, None for the one that has its address."""

    host: str
    address: str
    interface: str | None
    priority: int


@dataclass(frozen=True)
class RealServer:
    """A server of one service. host: its inventory name, None where the collection does not manage it.

    port: 0 with a service for all ports or by firewall mark: the port of the request. Thresholds: 0 is none.
    """

    host: str | None
    address: str
    port: int
    forward: str
    weight: int
    upper_threshold: int
    lower_threshold: int


@dataclass(frozen=True)
class VirtualService:
    """What the cluster serves, by address, port and protocol or by fwmark. persistence_timeout: seconds, 0 is none."""

    name: str
    family: str
    address: str | None
    port: int | None
    protocol: str | None
    fwmark: int | None
    scheduler: str
    scheduler_flags: tuple[str, ...]
    one_packet: bool
    persistence_timeout: int
    persistence_netmask: str | None
    persistence_engine: str | None
    real_servers: tuple[RealServer, ...]


@dataclass(frozen=True)
class Cluster:
    """The whole definition. Hosts are sorted by name, services are in their owner's order."""

    engine: str
    install_packages: bool
    vips: tuple[Vip, ...]
    directors: tuple[Director, ...]
    services: tuple[VirtualService, ...]

    @property
    def realserver_hosts(self) -> tuple[str, ...]:
        return tuple(
            sorted({server.host for service in self.services for server in service.real_servers if server.host})
        )

    def vips_of(self, service: VirtualService) -> tuple[Vip, ...]:
        """The virtual addresses of a service. One by firewall mark names none: it has those that no other names."""
        if service.address is not None:
            return tuple(vip for vip in self.vips if vip.address == service.address)
        named = {other.address for other in self.services}
        return tuple(vip for vip in self.vips if vip.address not in named and family_of(vip.address) == service.family)


# What record() made of a mapping, and the same with its place.
Draft = dict[str, Any]
PlacedDraft = tuple[Place, Draft]


class DefinitionError(Exception):
    """The definition cannot be used. problems: everything that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(dict.fromkeys(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def family_of(address_text: str) -> str:
    return "ipv6" if ":" in address_text else "ipv4"


def is_read(variable: object) -> bool:
    """Whether parse() reads a host's variable of this name, if only to say that there is none."""
    if variable in CLUSTER_VARIABLES or not isinstance(variable, str):
        return False
    return variable == "ansible_host" or variable.startswith(VARIABLE_PREFIX)


def member_hosts(services: object, groups: Mapping[str, Sequence[str]]) -> set[str]:
    """The names of the hosts whose variables parse() needs. `services` may be anything, right or wrong."""
    names = set(groups.get(DIRECTORS_GROUP, ()))
    for service in services if isinstance(services, (list, tuple)) else ():
        servers = service.get("real_servers") if isinstance(service, Mapping) else None
        if isinstance(servers, str):
            names.update(groups.get(servers, ()))
        elif isinstance(servers, (list, tuple)):
            hosts = (server.get("host") for server in servers if isinstance(server, Mapping))
            names.update(str.__str__(host) for host in hosts if isinstance(host, str))
    return names


def parse(
    cluster: object,
    services: object,
    groups: Mapping[str, Sequence[str]],
    hosts: Mapping[str, Mapping[str, object]],
) -> Cluster:
    """Read the definition.

    cluster, services: the variables lvs_cluster and lvs_services; None where they are not defined.
    groups: inventory group -> names of its hosts.
    hosts: name -> variables, at least of every host of the inventory that the definition names (see member_hosts());
    of the variables, those are looked at for which is_read() holds.
    """
    return _Definition(groups, hosts).read(cluster, services)


class _Definition:
    """One reading of a definition.

    What has been read so far are drafts, as record() makes them: a value that was refused is absent, one that was not
    given is None or its default. A check that lacks a value has nothing to say; the problem is noted already.
    """

    def __init__(self, groups: Mapping[str, Sequence[str]], hosts: Mapping[str, Mapping[str, object]]) -> None:
        self.problems: list[Problem] = []
        self.groups = groups
        self.hosts = self._read_hosts(hosts)

    def read(self, cluster: object, services: object) -> Cluster:
        options = self._read(record(CLUSTER_FIELDS), {} if cluster is None else cluster, "lvs_cluster") or {}
        if services is None:
            self._at("lvs_services").note("is not defined; its place is where all hosts see it: group_vars/all.yml")
            services = []
        elif services == []:
            self._at("lvs_services").note("has no service; the playbook lvs.cluster.remove takes a cluster away")
        drafts = self._read(list_of(record(SERVICE_FIELDS)), services, "lvs_services") or []
        placed = [
            (self._at(f"lvs_services[{index}]"), draft) for index, draft in enumerate(drafts) if draft is not None
        ]
        directors = self._read_directors()
        for place, draft in placed:
            _settle_identity(draft, place)
            _check_scheduling(draft, place)
            _check_persistence(draft, place)
            draft["real_servers"] = self._read_real_servers(draft, place)
        _check_duplicates(placed)
        vips = self._read_vips(options.get("vips") or [], placed, directors)
        _check_virtual_addresses(placed, vips, directors)
        if self.problems:
            raise DefinitionError(self.problems)
        return Cluster(
            engine=options["engine"],
            install_packages=options["install_packages"],
            vips=_virtual_addresses(vips, placed),
            directors=tuple(Director(**draft) for draft in directors),
            services=tuple(_virtual_service(draft) for _place, draft in placed),
        )

    def _at(self, path: str) -> Place:
        return Place(path, self.problems)

    def _read(self, check: Check, value: object, path: str) -> Any:
        try:
            return check(value, self._at(path))
        except Refused:
            return None

    def _read_hosts(self, hosts: Mapping[str, Mapping[str, object]]) -> dict[str, Draft]:
        """Read the hosts' variables. A mistake in the variables of a group is one problem, not one for each host."""
        read = record(HOST_FIELDS, "variable")
        drafts: dict[str, Draft] = {}
        hosts_by_problem: dict[Problem, list[str]] = defaultdict(list)
        for host in sorted(hosts):
            place = Place("")
            drafts[host] = read({name: hosts[host][name] for name in hosts[host] if is_read(name)}, place)
            for problem in place.problems:
                hosts_by_problem[problem].append(host)
        for problem, names in hosts_by_problem.items():
            listed = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
            self._at(f"hostvars[{listed}]{problem.path}").note(problem.text)
        return drafts

    def _address_of(self, host: str) -> str | None:
        """The address of a host: lvs_address, or else what Ansible connects to where that is an address."""
        draft = self.hosts[host]
        if _given(draft, "lvs_address"):
            return draft.get("lvs_address")
        trial = Place("")
        try:
            return address(draft.get("ansible_host") or host, trial)
        except Refused:
            reason = trial.problems[0].text
            self._at(f"hostvars[{host}].lvs_address").note(f"is missing, and ansible_host does not help: {reason}")
            return None

    def _read_directors(self) -> list[Draft]:
        names = [str.__str__(name) for name in self.groups.get(DIRECTORS_GROUP, ())]
        if not names:
            self._at(f"groups[{DIRECTORS_GROUP}]").note("no director; this group of the inventory needs a host")
        return [
            {
                "host": host,
                "address": self._address_of(host),
                "interface": self.hosts[host].get("lvs_interface"),
                "priority": self.hosts[host].get("lvs_priority"),
            }
            for host in sorted(names)
        ]

    def _read_real_servers(self, service: Draft, place: Place) -> list[Draft]:
        servers = []
        first_place: dict[tuple[object, ...], str] = {}
        for server_place, server in self._listed_real_servers(service.get("real_servers"), place.key("real_servers")):
            self._complete_real_server(server, service, server_place)
            _check_real_server(server, service, server_place)
            servers.append(server)
            endpoint = (server.get("address"), server.get("port"))
            if None in endpoint:
                continue
            if endpoint in first_place:
                server_place.note(f"{endpoint[0]} port {endpoint[1]} is listed already, at {first_place[endpoint]}")
            first_place.setdefault(endpoint, server_place.path)
        return servers

    def _listed_real_servers(self, given: Any, place: Place) -> Iterator[tuple[Place, Draft]]:
        if not isinstance(given, str):
            for index, server in enumerate(given or ()):
                if server is not None:
                    yield place.item(index), server
        elif given not in self.groups:
            place.note(f"{given!r} is no group of the inventory{nearest(given, sorted(self.groups))}")
        elif not self.groups[given]:
            place.note(f"the group {given!r} has no hosts")
        else:
            for host in sorted(str.__str__(name) for name in self.groups[given]):
                yield place.item(host), record(REAL_SERVER_FIELDS)({"host": host}, place)

    def _complete_real_server(self, server: Draft, service: Draft, place: Place) -> None:
        """Fill in what a real server has from its host and its service."""
        if not _given(server, "host") and not _given(server, "address"):
            place.note("has neither a host nor an address")
        host = server.get("host")
        if host is not None and host not in self.hosts:
            names = sorted(self.groups.get("all", self.hosts))
            place.key("host").note(f"{host!r} is no host of the inventory{nearest(host, names)}")
        elif host is not None:
            if not _given(server, "address"):
                server["address"] = self._address_of(host)
            _fill_in(server, "weight", self.hosts[host].get("lvs_weight"))
        _fill_in(server, "weight", 1)
        _fill_in(server, "forward", service.get("forward"))
        _fill_in(server, "port", _port_of(service))

    def _read_vips(
        self, drafts: list[Draft | None], services: list[PlacedDraft], directors: list[Draft]
    ) -> list[PlacedDraft]:
        used = {service.get("address") for _place, service in services}
        families_by_mark = {service.get("family") for _place, service in services if _given(service, "fwmark")}
        vips: dict[str, PlacedDraft] = {}
        for index, draft in enumerate(drafts):
            place = self._at(f"lvs_cluster.vips[{index}]")
            vip = draft and draft.get("address")
            if not draft or not vip:
                continue
            if vip in vips:
                place.key("address").note(f"{vip} is listed already, at {vips[vip][0].path}")
            if vip not in used and family_of(vip) not in families_by_mark:
                place.key("address").note(f"no service uses {vip}")
            _fill_in(draft, "prefix", ADDRESS_BITS[family_of(vip)])
            _check_vip(draft, place, directors)
            vips.setdefault(vip, (place, draft))
        return list(vips.values())


def _given(draft: Draft, key: str) -> bool:
    """Whether the owner gave a value, rightly or wrongly. For keys without a default."""
    return key not in draft or draft[key] is not None


def _fill_in(draft: Draft, key: str, value: object) -> None:
    if not _given(draft, key):
        draft[key] = value


def _port_of(service: Draft) -> int | None:
    """The port to which a service's packets come: 0 where that is the one of the request, None where it was refused."""
    return 0 if _given(service, "fwmark") else service.get("port")


def _settle_identity(service: Draft, place: Place) -> None:
    """A service is known by address, port and protocol, or by firewall mark and family."""
    by_address, by_mark = _given(service, "address"), _given(service, "fwmark")
    if by_address and by_mark:
        place.note("has both an address and a fwmark; a service has one of them")
    elif by_address:
        _fill_in(service, "protocol", "tcp")
        if not _given(service, "port"):
            place.key("port").note("is missing")
        if service.get("port") == 0 and service.get("persistence_timeout") == 0:
            place.key("port").note("0 is all ports, which works only with a persistence_timeout; ports are 1 to 65535")
        if service.get("address"):
            family = family_of(service["address"])
            if service.get("family") not in (None, family):
                place.key("family").note(f"{service['address']} is {family}; family is for services by fwmark")
            service["family"] = family
    elif by_mark:
        _fill_in(service, "family", "ipv4")
        for key in ("port", "protocol"):
            if _given(service, key):
                place.key(key).note("has no meaning with a fwmark: packets of any port and protocol can bear the mark")
    else:
        place.note("has neither an address (the VIP) nor a fwmark")


def _check_scheduling(service: Draft, place: Place) -> None:
    scheduler = service.get("scheduler")
    if service.get("scheduler_flags") and scheduler and scheduler not in SCHEDULERS_WITH_FLAGS:
        place.key("scheduler_flags").note(f"{scheduler} has no flags; {' and '.join(SCHEDULERS_WITH_FLAGS)} have")
    if service.get("one_packet") and service.get("protocol") in ("tcp", "sctp"):
        place.key("one_packet").note(f"works for udp only, not for {service['protocol']}")


def _check_persistence(service: Draft, place: Place) -> None:
    persistent = service.get("persistence_timeout") != 0
    if service.get("persistence_engine"):
        if not persistent:
            place.key("persistence_engine").note("needs a persistence_timeout")
        # ip_vs_sip_fill_param() in ip_vs_pe_sip.c looks at UDP alone
        if service["persistence_engine"] == "sip" and service.get("protocol") in ("tcp", "sctp"):
            place.key("persistence_engine").note(f"sip works for udp only, not for {service['protocol']}")
    netmask, family = service.get("persistence_netmask"), service.get("family")
    if netmask is None:
        return
    if not persistent:
        place.key("persistence_netmask").note("needs a persistence_timeout")
    if family == "ipv6":
        if not re.fullmatch(r"[1-9][0-9]{0,2}", netmask) or int(netmask) > 128:
            place.key("persistence_netmask").note(f"{netmask!r} is no IPv6 prefix length; they are 1 to 128")
    elif family == "ipv4":
        quad = _ipv4_netmask(netmask)
        if quad is None:
            place.key("persistence_netmask").note(f"{netmask!r} is no IPv4 netmask, such as 255.255.255.0")
        service["persistence_netmask"] = quad


def _ipv4_netmask(netmask: str) -> str | None:
    """The dotted form of a netmask or of a prefix length; None where it is neither."""
    try:
        quad = str(IPv4Network(f"0.0.0.0/{netmask}").netmask)
    except ValueError:
        return None
    # IPv4Network takes 0.0.0.255 for a mask too, the inverted one
    return quad if quad != "0.0.0.0" and (netmask.isdecimal() or netmask == quad) else None


def _check_real_server(server: Draft, service: Draft, place: Place) -> None:
    forward, port, service_port = server.get("forward"), server.get("port"), _port_of(service)
    if forward in UNTOUCHED and port is not None and service_port is not None and port != service_port:
        whose = f"port {service_port}, the service's" if service_port else "the port of the request"
        place.key("port").note(f"{forward} leaves packets at {whose}; leave {port} out or forward by nat")
    if server.get("address") and service.get("family") and forward in ("dr", "nat"):
        family = family_of(server["address"])
        if family != service["family"]:
            place.note(f"{server['address']} is {family}, the service {service['family']}; only tun joins the two")
    upper, lower = server.get("upper_threshold"), server.get("lower_threshold")
    if upper is not None and lower is not None and lower > upper:
        place.key("lower_threshold").note(f"{lower} is above the upper_threshold {upper}")


def _check_vip(vip: Draft, place: Place, directors: list[Draft]) -> None:
    family, prefix, label = family_of(vip["address"]), vip.get("prefix"), vip.get("label")
    if prefix is not None and prefix > ADDRESS_BITS[family]:
        place.key("prefix").note(f"{prefix} is no prefix length of {family}; they are 1 to {ADDRESS_BITS[family]}")
    if label is None:
        return
    if family == "ipv6":
        place.key("label").note("only IPv4 addresses have labels")
    # The rule of `ip address`: the label is the name of the interface, or begins with it and a colon.
    for interface in sorted({vip.get("interface") or director["interface"] or "" for director in directors}):
        if not interface:
            place.key("label").note(f"{label!r} begins with the name of an interface; name it in the key interface")
        elif label != interface and not label.startswith(interface + ":"):
            place.key("label").note(f"{label!r} does not begin with its interface: {interface}:...")


def _check_duplicates(services: list[PlacedDraft]) -> None:
    first_place: dict[tuple[object, ...], str] = {}
    for place, service in services:
        keys: list[tuple[Place, tuple[object, ...]]] = [(place.key("name"), ("name", service.get("name")))]
        if _given(service, "fwmark"):
            keys.append((place, ("fwmark", service.get("fwmark"), service.get("family"))))
        else:
            keys.append((place, (service.get("protocol"), service.get("address"), "port", service.get("port"))))
        for key_place, key in keys:
            if None in key:
                continue
            if key in first_place:
                key_place.note(f"{' '.join(str(part) for part in key)} is taken already, by {first_place[key]}")
            first_place.setdefault(key, place.path)


def _check_virtual_addresses(services: list[PlacedDraft], vips: list[PlacedDraft], directors: list[Draft]) -> None:
    """A virtual address is nobody's own: its packets would never reach the director, or never leave it."""
    owners = {director["address"]: f"the director {director['host']}" for director in directors}
    for _place, service in services:
        for server in service["real_servers"]:
            owner = f"the real server {server['host']}" if server.get("host") else "a real server"
            owners.setdefault(server.get("address"), owner)
    for place, draft in services + vips:
        virtual = draft.get("address")
        if virtual is not None and virtual in owners:
            place.key("address").note(f"{virtual} is the address of {owners[virtual]}; a VIP is its own")


def _virtual_addresses(listed: list[PlacedDraft], services: list[PlacedDraft]) -> tuple[Vip, ...]:
    """The addresses that are listed with their options, and those that services have beside, with the defaults."""
    vips = {draft["address"]: Vip(**draft) for _place, draft in listed}
    for _place, service in services:
        address_text = service["address"]
        if address_text is not None:
            vips.setdefault(address_text, Vip(address_text, ADDRESS_BITS[family_of(address_text)], None, None))
    return tuple(vips[address_text] for address_text in sorted(vips))


def _virtual_service(draft: Draft) -> VirtualService:
    settings = {
        name: value for name, value in draft.items() if name not in ("forward", "scheduler_flags", "real_servers")
    }
    return VirtualService(
        **settings,
        scheduler_flags=tuple(sorted(set(draft["scheduler_flags"]))),
        real_servers=tuple(RealServer(**server) for server in draft["real_servers"]),
    )
