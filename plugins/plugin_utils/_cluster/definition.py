# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cluster as its owner describes it: inventory data in, the values of model.py out.

parse() either returns a Cluster in which every default is filled in, or raises one DefinitionError with everything
that is wrong. Whatever can be said about a single value stands in the tables of fields. What concerns several values
at once is in consistency.py; what may be wanted but is doubtful is no error: see lint.py.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any

from ...module_utils._netlink.address import ANYWHERE, BITS, family_of
from ...module_utils._ports import ALL, Range, merged
from .._rules.consistency import (
    ALL_PORTS,
    note_contradictions,
    note_what_cannot_be_synchronised,
    note_what_keepalived_refuses,
    note_wrong_identity,
    port_of,
)
from .._rules.forwarding import servers_of, virtual_addresses
from .._rules.held_addresses import note_owned_addresses, own_addresses
from .._schema.addresses import address
from .._schema.blocks import each_address, networks
from .._schema.cluster import CLUSTER_FIELDS
from .._schema.hints import WINDOWS_CONNECTIONS, not_a_group, not_a_host, windows_hosts
from .._schema.host import CLUSTER_VARIABLES, HOST_FIELDS
from .._schema.place import Place, Problem, Refused
from .._schema.real_server import REAL_SERVER_FIELDS, SORRY_SERVER_FIELDS, TUNNEL_FIELDS
from .._schema.record import Check, Draft, PlacedDraft, fill_in, given, list_of, record
from .._schema.sentences import hostvars_of, nearest, shown
from .._schema.service import service_entry
from .._schema.words import DIRECTOR_ITSELF, DIRECTORS_GROUP, GUE_PORT
from .gateways import choose_gateways
from .model import (
    FTP_DATA_PORT,
    FTP_PORT,
    Cluster,
    Director,
    RealServer,
    RealServerHost,
    Vip,
    VirtualService,
    ipv4_netmask,
)
from .packets import Packets
from .vrrp import note_parted_ways, read_keepalived
from .watch import WATCH_KEYS, given_options, health_checks, watch_of

# It stands in keepalived.conf (router_id) and names files.
DIRECTOR_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:@-]{0,252}")
VARIABLE_PREFIX = "lvs_"
# How Ansible reaches a host.
CONNECTION_VARIABLES = ("ansible_host", "ansible_port", "ansible_connection")
DEFAULT_PRIORITY = 100  # RFC 9568, section 5.2.4


class DefinitionError(Exception):
    """The definition cannot be used. problems: everything that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(dict.fromkeys(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def is_read(variable: object) -> bool:
    """Whether parse() reads a host's variable of this name, if only to say that there is none."""
    if variable in CLUSTER_VARIABLES or not isinstance(variable, str):
        return False
    return variable in CONNECTION_VARIABLES or variable.startswith(VARIABLE_PREFIX)


def directors_group_of(cluster: object) -> str:
    """The group of a cluster's directors. `cluster`, the variable lvs_cluster, may be anything, right or wrong."""
    named = cluster.get("directors") if isinstance(cluster, Mapping) else None
    return str.__str__(named) if isinstance(named, str) else DIRECTORS_GROUP


def member_hosts(cluster: object, services: object, groups: Mapping[str, Sequence[str]]) -> set[str]:
    """The names of the hosts whose variables parse() needs. Both variables may be anything, right or wrong."""
    names = set(groups.get(directors_group_of(cluster), ()))
    for service in services if isinstance(services, (list, tuple)) else ():
        servers = service.get("real_servers") if isinstance(service, Mapping) else None
        if isinstance(servers, str):
            names.update(groups.get(servers, ()))
            servers = ()
        sorry = service.get("sorry_server") if isinstance(service, Mapping) else None
        listed = [*(servers if isinstance(servers, (list, tuple)) else ()), sorry]
        hosts = (server.get("host") for server in listed if isinstance(server, Mapping))
        names.update(str.__str__(host) for host in hosts if isinstance(host, str))
    return names


def problems_of_hosts(groups: Mapping[str, Sequence[str]], hosts: Mapping[str, Mapping[str, object]]) -> list[Problem]:
    """What is wrong with the hosts' own variables, whatever the definition is."""
    return _Definition(groups, hosts).problems


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
    given is None or its default.
    """

    def __init__(self, groups: Mapping[str, Sequence[str]], hosts: Mapping[str, Mapping[str, object]]) -> None:
        self.problems: list[Problem] = []
        self.groups = groups
        self._addresses: dict[str, str | None] = {}
        self.hosts = self._read_hosts(hosts)

    def read(self, cluster: object, services: object) -> Cluster:
        options = self._read(record(CLUSTER_FIELDS), {} if cluster is None else cluster, "lvs_cluster") or {}
        if services is None:
            self._at("lvs_services").note("is not defined; its place is where all hosts see it: group_vars/all.yml")
            services = []
        elif services == []:
            self._at("lvs_services").note("has no service; the playbook lvs.cluster.remove takes a cluster away")
        drafts = self._read(list_of(service_entry), services, "lvs_services") or []
        directors = self._read_directors(options)
        placed = [
            (self._at(f"lvs_services[{index}]"), part)
            for index, draft in enumerate(drafts)
            if draft is not None
            for part in self._read_service(draft, options, self._at(f"lvs_services[{index}]"))
        ]
        vips = self._placed_vips(options.get("vips") or [])
        real_servers = self._real_server_hosts(placed, options)
        note_contradictions(placed, vips, directors, real_servers)
        listed = options.get("vips", [None])
        if all(draft and draft.get("address") for draft in listed) and _all_known(directors):
            # Else an address that was refused may be the gateway.
            choose_gateways(placed, vips, directors, self.hosts, self._at)
        note_owned_addresses(placed, vips, directors, self.hosts)
        if options.get("sync_daemon") is not None:
            note_what_cannot_be_synchronised(placed)
        if self.problems:
            raise DefinitionError(self.problems)
        if options["engine"] == "keepalived":
            note_what_keepalived_refuses(placed)
        all_vips = _virtual_addresses(vips, placed, own_addresses(directors, self.hosts))
        all_directors = tuple(Director(**draft) for draft in directors)
        keepalived = read_keepalived(options, all_vips, all_directors, self._at("lvs_cluster"))
        if self.problems:
            raise DefinitionError(self.problems)
        group = options["directors"] or DIRECTORS_GROUP
        read = Cluster(
            name=options["name"] or group,
            directors_group=group,
            **{name: options[name] for name in ("engine", "install_packages", "open_firewall", "masquerade", "mtu")},
            connection_table_bits=options["connection_table_bits"],
            timeouts=tuple((name, value) for name, value in options["timeouts"].items() if value is not None),
            ipvs_sysctls=tuple(sorted(options["ipvs_sysctls"].items())),
            vips=all_vips,
            directors=all_directors,
            real_servers=tuple(RealServerHost(**draft) for draft in real_servers),
            services=tuple(_virtual_service(draft, place.path) for place, draft in placed),
            keepalived=keepalived,
            sync_daemon=given_options(options["sync_daemon"] or {}),
            silenced=tuple(sorted(options["silenced"].items())),
        )
        note_parted_ways(read, self._at("lvs_cluster"))
        if self.problems:
            raise DefinitionError(self.problems)
        return read

    def _read_service(self, draft: Draft, options: Draft, place: Place) -> list[Draft]:
        """The services that one entry stands for.

        By address one for each address with each protocol, by mark one for each family of the marked addresses.
        """
        note_wrong_identity(draft, place)
        blocks = draft.get("address")
        if blocks:
            draft["address"] = each_address(blocks, place.key("address"))
        fill_in(draft, "nat_return", options.get("nat_return"))
        parts = _by_mark(draft, blocks or []) if given(draft, "fwmark") else _by_address(draft)
        alone = len({part.get("family") for part in parts}) == 1
        for part in parts:
            part["real_servers"] = self._read_real_servers(part, place, alone)
            part["sorry_server"] = self._read_sorry_server(part, place, alone)
        return parts

    def _at(self, path: str) -> Place:
        return Place(path, self.problems)

    def _read(self, check: Check[Any], value: object, path: str) -> Any:
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
            self._at(f"{hostvars_of(names)}{problem.path}").note(problem.text)
        return drafts

    def _addresses_of(self, host: str) -> tuple[str, ...]:
        """The addresses of a host, at most one of each family."""
        first, second = self._address_of(host), self.hosts[host].get("lvs_ipv6_address")
        if second and (family_of(second) == "ipv4" or (first and family_of(first) == "ipv6")):
            self._at(f"hostvars[{host}].lvs_ipv6_address").note(
                f"{second}: this is for the IPv6 address of a host whose lvs_address, here {first}, is IPv4"
            )
        return tuple(address_text for address_text in (first, second) if address_text)

    def _vrrp_addresses_of(self, host: str) -> tuple[str, ...]:
        """The addresses by which the other directors hear this one, where they are not those of the host."""
        addresses = self.hosts[host].get("lvs_vrrp_address") or ()
        if len({family_of(address_text) for address_text in addresses}) < len(addresses):
            self._at(f"hostvars[{host}].lvs_vrrp_address").note(
                f"{', '.join(addresses)}: a director advertises from one address of each family; take the others out"
            )
        return tuple(addresses)

    def _address_for(self, host: str, family: str | None) -> str | None:
        """The address of a host in this family where it has one, or else the one that it has."""
        second = self.hosts[host].get("lvs_ipv6_address")
        if family == "ipv6" and second:
            return str(second)
        return self._address_of(host)

    def _address_of(self, host: str) -> str | None:
        """The address of a host: lvs_address, or else what Ansible connects to where that is an address."""
        if host not in self._addresses:  # each service asks for it, of each of its real servers
            self._addresses[host] = self._find_address(host)
        return self._addresses[host]

    def _find_address(self, host: str) -> str | None:
        draft = self.hosts[host]
        if given(draft, "lvs_address"):
            return draft.get("lvs_address")
        trial = Place("")
        try:
            return address(draft.get("ansible_host") or host, trial)
        except Refused:
            reason = trial.problems[0].text
            self._at(f"hostvars[{host}].lvs_address").note(f"is missing, and ansible_host does not help: {reason}")
            return None

    def _firewall_of(self, host: str, options: Draft) -> str | None:
        own: str | None = self.hosts[host].get("lvs_firewall")
        return own or options.get("firewall")

    def _read_directors(self, options: Draft) -> list[Draft]:
        if "directors" not in options:  # refused
            return []
        group = options["directors"] or DIRECTORS_GROUP
        names = [str.__str__(name) for name in self.groups.get(group, ())]
        if options["directors"] and group not in self.groups:
            place = self._at("lvs_cluster.directors")
            place.note(f"{group!r} is not a group of the inventory{nearest(group, sorted(self.groups))}")
        elif not names:
            self._at(f"groups[{group}]").note("no director; this group of the inventory needs a host")
        for name in names:
            if not DIRECTOR_NAME.fullmatch(name):
                self._at(f"groups[{group}]").note(
                    f"{shown(name)} is not a name for a director: it must have at most 253 letters, digits and _ . : @ "
                    "-, and begin with a letter or digit"
                )
        return [
            {
                "host": host,
                "addresses": self._addresses_of(host),
                "interface": self.hosts[host].get("lvs_interface"),
                # Without another word, the first by name holds the VIPs.
                "priority": self.hosts[host].get("lvs_priority") or max(1, DEFAULT_PRIORITY - index),
                "firewall": self._firewall_of(host, options),
                "vrrp_addresses": self._vrrp_addresses_of(host),
                "other_addresses": tuple(self.hosts[host].get("lvs_other_addresses") or ()),
            }
            for index, host in enumerate(sorted(names))
        ]

    def _real_server_hosts(self, services: list[PlacedDraft], options: Draft) -> list[Draft]:
        self._note_windows(services)
        servers = (server for _place, service in services for _server_place, server in servers_of(service))
        names = {server["host"] for server in servers if server.get("host") in self.hosts}
        return [
            {
                "host": host,
                "arp": self.hosts[host].get("lvs_arp") or options.get("arp"),
                "firewall": self._firewall_of(host, options),
            }
            for host in sorted(names)
        ]

    def _note_windows(self, services: list[PlacedDraft]) -> None:
        """Hosts that the playbooks cannot set up, once for each service."""
        for place, service in services:
            hosts = sorted({server["host"] for _place, server in servers_of(service) if server.get("host")})
            connections = {host: self.hosts.get(host, {}).get("ansible_connection") for host in hosts}
            windows = [host for host in hosts if connections[host] in WINDOWS_CONNECTIONS]
            if windows:
                place.key("real_servers").note(windows_hosts(windows, connections[windows[0]]))

    def _read_real_servers(self, service: Draft, place: Place, alone: bool) -> list[PlacedDraft]:
        """The real servers of a service. alone: its entry has one family, and else lists real servers of both."""
        servers, left_out = [], []
        for server_place, listed in self._listed_real_servers(service.get("real_servers"), place.key("real_servers")):
            server = dict(listed)
            self._complete_real_server(server, service, server_place)
            if alone or _is_for(server, service):
                server["checks"] = health_checks(server, service)
                servers.append((server_place, server))
            elif server.get("host"):
                left_out.append(server["host"])
        if not servers and service.get("real_servers") and not place.problems:
            place.key("real_servers").note(f"none of them has an {service['family']} address")
        served = {server.get("host") for _place, server in servers}
        service["left_out"] = tuple(host for host in left_out if host not in served)
        return servers

    def _read_sorry_server(self, service: Draft, place: Place, alone: bool) -> PlacedDraft | None:
        listed = service.get("sorry_server")
        if not listed:
            return None
        missing = {name: entry.default for name, entry in REAL_SERVER_FIELDS.items() if name not in SORRY_SERVER_FIELDS}
        server = {**missing, **listed, "checks": ()}
        if server.get("address") in DIRECTOR_ITSELF.values():
            server["address"] = DIRECTOR_ITSELF.get(service.get("family") or "", server["address"])
            # What stays on the director needs no tunnel.
            fill_in(server, "forward", "dr" if service.get("forward") == "tun" else None)
        self._complete_real_server(server, service, place.key("sorry_server"))
        return (place.key("sorry_server"), server) if alone or _is_for(server, service) else None

    def _listed_real_servers(self, listed: Any, place: Place) -> Iterator[PlacedDraft]:
        if not isinstance(listed, str):
            for index, server in enumerate(listed or ()):
                if server is not None:
                    yield place.item(index), server
        elif listed not in self.groups:
            place.note(not_a_group(listed, self.groups, self._all_hosts))
        elif not self.groups[listed]:
            place.note(f"the group {listed!r} has no hosts")
        else:
            for host in sorted(str.__str__(name) for name in self.groups[listed]):
                yield place.item(host), record(REAL_SERVER_FIELDS)({"host": host}, place)

    @property
    def _all_hosts(self) -> list[str]:
        return sorted(str.__str__(name) for name in self.groups.get("all", self.hosts))

    def _complete_real_server(self, server: Draft, service: Draft, place: Place) -> None:
        """Fill in what a real server has from its host and its service."""
        if not given(server, "host") and not given(server, "address"):
            place.note("has neither a host nor an address")
        host = server.get("host")
        if host is not None and host not in self.hosts:
            place.key("host").note(not_a_host(host, self.groups, self._all_hosts))
        elif host is not None:
            if not given(server, "address"):
                server["address"] = self._address_for(host, service.get("family"))
            fill_in(server, "weight", self.hosts[host].get("lvs_weight"))
        fill_in(server, "weight", 1)
        for key in ("forward", "tunnel_type", "tunnel_port", "tunnel_checksum"):
            fill_in(server, key, service.get(key))
        fill_in(server, "tunnel_type", "ipip")
        fill_in(server, "tunnel_checksum", "nocsum")
        if server.get("tunnel_type") == "gue":
            fill_in(server, "tunnel_port", GUE_PORT)
        fill_in(server, "port", port_of(service))

    def _placed_vips(self, drafts: list[Draft | None]) -> list[PlacedDraft]:
        """Those whose address can be used, completed: one for each address of an entry."""
        vips = []
        for index, draft in enumerate(drafts):
            place = self._at(f"lvs_cluster.vips[{index}]")
            listed = draft.get("address") if draft else None
            for one in each_address([listed], place.key("address")) if listed else ():
                vip = {**(draft or {}), "address": one}
                fill_in(vip, "prefix", BITS[family_of(one)])
                vips.append((place, vip))
        return vips


def _all_known(directors: list[Draft]) -> bool:
    """Whether there are directors, each with an address."""
    return bool(directors) and all(director["addresses"] for director in directors)


def _is_for(server: Draft, service: Draft) -> bool:
    """Whether a server of an entry with both families belongs to the service of this one; only tun joins the two."""
    own = server.get("address")
    return not own or server.get("forward") == "tun" or family_of(own) == service.get("family")


def _by_address(draft: Draft) -> list[Draft]:
    """One service for each address with each protocol."""
    ports = draft.get("port")
    common = {key: value for key, value in draft.items() if key not in ("address", "protocol")}
    common["marked"] = ()
    if ports is not None:
        common["port"] = ports[0][0] if ports else None
    fill_in(draft, "protocol", ["tcp"])
    return [
        {**common, **one_address, **one_protocol}
        for one_address in _each_address(draft)
        for one_protocol in _each(draft, "protocol")
    ]


def _each(draft: Draft, key: str) -> list[Draft]:
    """A part for each value of a key. Where it has none because all were refused, one without the key."""
    return [{key: value} for value in draft.get(key) or ()] or [{}]


def _each_address(draft: Draft) -> list[Draft]:
    if not given(draft, "address"):
        return [{"address": None}]
    return [{"family": family_of(part["address"]), **part} if part else {} for part in _each(draft, "address")]


def _by_mark(draft: Draft, blocks: list[str]) -> list[Draft]:
    """One service for each family of the addresses whose packets are marked, or for the family that is named.

    blocks: the addresses as they are listed; what is together there is marked together. Without any, a protocol is for
    packets to all addresses.
    """
    addresses, listed = draft.get("address") or (), draft.get("port") or ()
    ports = ALL if ALL_PORTS in listed else merged(listed)
    protocols = sorted(draft.get("protocol") or ())
    common = {**draft, "address": None, "port": None, "protocol": None, "listed_ports": listed}
    if "tcp" in protocols:
        common["check_port"] = _check_port(listed)
    fill_in(common, "family", None if addresses else "ipv4")
    named = sorted({family_of(address_text) for address_text in addresses})
    families: list[str | None] = [*named] or [common.get("family")]
    if protocols and not given(draft, "address"):
        blocks = [ANYWHERE[family] for family in families if family]
    return [
        {
            **common,
            "family": family,
            "addresses": tuple(sorted(one for one in addresses if family_of(one) == family)),
            "marked": tuple(
                Packets(address_text, protocol, ports)
                for address_text in sorted(itertools.chain.from_iterable(map(networks, blocks)))
                for protocol in protocols or [None]
                if family_of(address_text) == family
            ),
        }
        for family in families
    ]


def _check_port(listed: Sequence[Range]) -> int | None:
    """Where a real server is asked whether it can serve: the first port that is listed by itself.

    Somewhere in a range nobody may listen yet, and at the port of FTP's data nobody ever does where that of its control
    connection is listed too.
    """
    single = {first for first, last in listed if first == last and first}
    return min(single - {FTP_DATA_PORT} if FTP_PORT in single else single, default=None)


def _virtual_addresses(listed: list[PlacedDraft], services: list[PlacedDraft], own: Container[str]) -> tuple[Vip, ...]:
    """The addresses that are listed with their options, and those that services have beside, with the defaults.

    own: what the directors have of themselves and nobody has to give them.
    """
    vips = {draft["address"]: Vip(**draft) for _place, draft in listed}
    for _place, service in services:
        for address_text in virtual_addresses(service):
            if address_text not in own:
                vips.setdefault(address_text, Vip(address_text, BITS[family_of(address_text)]))
    return tuple(vips[address_text] for address_text in sorted(vips))


_NOT_OF_THE_SERVICE = (
    "forward",
    "scheduler_flags",
    "real_servers",
    "sorry_server",
    "checks",
    "check_port",
    "listed_ports",
)


def _virtual_service(draft: Draft, path: str) -> VirtualService:
    settings = {
        name: value for name, value in draft.items() if name not in (*_NOT_OF_THE_SERVICE, *TUNNEL_FIELDS, *WATCH_KEYS)
    }
    sorry = draft["sorry_server"]
    if draft["family"] == "ipv4" and draft["persistence_netmask"] is not None:
        settings["persistence_netmask"] = ipv4_netmask(draft["persistence_netmask"])
    return VirtualService(
        **settings,
        scheduler_flags=tuple(sorted(set(draft["scheduler_flags"]))),
        real_servers=tuple(_real_server(server) for _place, server in draft["real_servers"]),
        sorry_server=_real_server(sorry[1]) if sorry else None,
        watch=watch_of(draft),
        path=path,
    )


def _real_server(draft: Draft) -> RealServer:
    settings = {name: value for name, value in draft.items() if name not in WATCH_KEYS}
    return RealServer(**{**settings, "tunnel_port": draft["tunnel_port"] or 0, "watch": watch_of(draft)})
