# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cluster as its owner describes it: inventory data in, the values of model.py out.

parse() either returns a Cluster in which every default is filled in, or raises one DefinitionError with everything
that is wrong. Whatever can be said about a single value stands in the tables of fields. What concerns several values
at once is in consistency.py; what may be wanted but is doubtful is no error: see lint.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .consistency import note_contradictions, port_of
from .fields import (
    Check,
    Draft,
    Field,
    Place,
    PlacedDraft,
    Problem,
    Refused,
    address,
    anything,
    boolean,
    choice,
    fill_in,
    given,
    integer,
    list_of,
    nearest,
    pattern,
    record,
    text,
)
from .model import (
    ADDRESS_BITS,
    ENGINES,
    FAMILIES,
    FORWARDING_METHODS,
    PERSISTENCE_ENGINES,
    PROTOCOLS,
    SCHEDULER_FLAGS,
    SCHEDULERS,
    Cluster,
    Director,
    RealServer,
    Vip,
    VirtualService,
    family_of,
    ipv4_netmask,
)

DIRECTORS_GROUP = "lvs_directors"
VARIABLE_PREFIX = "lvs_"
CLUSTER_VARIABLES = ("lvs_cluster", "lvs_services")

_weight = integer("weight", "weights", 0, 65535)
_port = integer("port", "ports", 1, 65535)
_connections = integer("number of connections", "they", 0, 2**31 - 1)
# dev_valid_name() in net/core/dev.c: at most 15 characters, neither . nor ..
_interface = pattern(
    "name of an interface", r"(?!\.\.?$)[A-Za-z0-9_.][A-Za-z0-9_.-]{0,14}", "at most 15 letters, digits and _ . -"
)
_name = pattern("name", r"[A-Za-z0-9][A-Za-z0-9_.-]*", "letters, digits and _ . -, beginning with a letter or digit")


def _real_servers(value: object, place: Place) -> str | list[Draft | None]:
    if isinstance(value, str):
        return text(value, place)
    if not value:
        raise place.refused("a service needs a real server: an inventory group, or a list with at least one")
    servers: list[Draft | None] = list_of(record(REAL_SERVER_FIELDS))(value, place)
    return servers


def _netmask(value: object, place: Place) -> str:
    """Text or a prefix length; whether it suits the family is for consistency.py."""
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


class DefinitionError(Exception):
    """The definition cannot be used. problems: everything that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(dict.fromkeys(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


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
    given is None or its default.
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
            _complete_service(draft)
            draft["real_servers"] = self._read_real_servers(draft, place)
        vips = self._placed_vips(options.get("vips") or [])
        note_contradictions(placed, vips, directors)
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
        if given(draft, "lvs_address"):
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

    def _read_real_servers(self, service: Draft, place: Place) -> list[PlacedDraft]:
        servers = list(self._listed_real_servers(service.get("real_servers"), place.key("real_servers")))
        for server_place, server in servers:
            self._complete_real_server(server, service, server_place)
        return servers

    def _listed_real_servers(self, listed: Any, place: Place) -> Iterator[PlacedDraft]:
        if not isinstance(listed, str):
            for index, server in enumerate(listed or ()):
                if server is not None:
                    yield place.item(index), server
        elif listed not in self.groups:
            place.note(f"{listed!r} is no group of the inventory{nearest(listed, sorted(self.groups))}")
        elif not self.groups[listed]:
            place.note(f"the group {listed!r} has no hosts")
        else:
            for host in sorted(str.__str__(name) for name in self.groups[listed]):
                yield place.item(host), record(REAL_SERVER_FIELDS)({"host": host}, place)

    def _complete_real_server(self, server: Draft, service: Draft, place: Place) -> None:
        """Fill in what a real server has from its host and its service."""
        if not given(server, "host") and not given(server, "address"):
            place.note("has neither a host nor an address")
        host = server.get("host")
        if host is not None and host not in self.hosts:
            names = sorted(self.groups.get("all", self.hosts))
            place.key("host").note(f"{host!r} is no host of the inventory{nearest(host, names)}")
        elif host is not None:
            if not given(server, "address"):
                server["address"] = self._address_of(host)
            fill_in(server, "weight", self.hosts[host].get("lvs_weight"))
        fill_in(server, "weight", 1)
        fill_in(server, "forward", service.get("forward"))
        fill_in(server, "port", port_of(service))

    def _placed_vips(self, drafts: list[Draft | None]) -> list[PlacedDraft]:
        """Those whose address can be used, completed."""
        vips = []
        for index, draft in enumerate(drafts):
            if draft and draft.get("address"):
                fill_in(draft, "prefix", ADDRESS_BITS[family_of(draft["address"])])
                vips.append((self._at(f"lvs_cluster.vips[{index}]"), draft))
        return vips


def _complete_service(service: Draft) -> None:
    """Fill in what follows from how a service is known: by an address or by a firewall mark."""
    by_address, by_mark = given(service, "address"), given(service, "fwmark")
    if by_address and not by_mark:
        fill_in(service, "protocol", "tcp")
        if service.get("address"):
            fill_in(service, "family", family_of(service["address"]))
    elif by_mark and not by_address:
        fill_in(service, "family", "ipv4")


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
    if draft["family"] == "ipv4" and draft["persistence_netmask"] is not None:
        settings["persistence_netmask"] = ipv4_netmask(draft["persistence_netmask"])
    return VirtualService(
        **settings,
        scheduler_flags=tuple(sorted(set(draft["scheduler_flags"]))),
        real_servers=tuple(RealServer(**server) for _place, server in draft["real_servers"]),
    )
