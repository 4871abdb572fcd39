# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts and what their variables say of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from .._schema.addresses import address
from .._schema.host import HOST_FIELDS
from .._schema.place import Place, Problem, Refused
from .._schema.record import Draft, given, record
from .._schema.sentences import hostvars_of
from .._values.real_server import RealServerHost
from .._values.unknown import made_of
from .drafts import as_tuple, inherit, known
from .members import Groups, is_read


class Hosts:
    """The hosts whose variables were read. place: where to note what is wrong; its path is not looked at."""

    def __init__(self, groups: Groups, variables: Mapping[str, Mapping[str, object]], place: Place) -> None:
        self.groups = groups
        self._place = place
        self._drafts = self._read(variables)
        self._addresses: dict[str, str | None] = {}

    def __contains__(self, host: object) -> bool:
        return host in self._drafts

    def __getitem__(self, host: str) -> Draft:
        """The variables of a host: those that it has, and for the others None or a default."""
        return self._drafts[host]

    @property
    def all_names(self) -> list[str]:
        """Those of the whole inventory, read or not."""
        return sorted(str.__str__(name) for name in self.groups.get("all", self._drafts))

    def address_of(self, host: str) -> str | None:
        """The address of a host: lvs_address, or else what Ansible connects to where that is an address."""
        if host not in self._addresses:
            draft = self._drafts[host]
            own = draft.get("lvs_address") if given(draft, "lvs_address") else self._connected(host)
            self._addresses[host] = own
        return self._addresses[host]

    def address_for(self, host: str, family: str | None) -> str | None:
        """The address of a host in this family where it has one, or else the one that it has."""
        second = self._drafts[host].get("lvs_ipv6_address")
        return str(second) if family == "ipv6" and second else self.address_of(host)

    def real_server(self, host: str, options: Draft) -> RealServerHost:
        """What a host is as a real server. options: those of the cluster, which it has where it has none of its own."""
        draft = dict(self._drafts[host])
        inherit(draft, "lvs_arp", options, "arp")
        inherit(draft, "lvs_firewall", options, "firewall")
        words = {"lvs_arp": "arp", "lvs_firewall": "firewall"}
        return made_of(
            RealServerHost,
            {
                "host": host,
                **{words[name]: value for name, value in known(draft, words).items()},
                **as_tuple(draft, "lvs_gateway", "gateways"),
                "connection": _text(draft.get("ansible_connection")),
            },
        )

    def _read(self, variables: Mapping[str, Mapping[str, object]]) -> dict[str, Draft]:
        """Read the variables. A mistake in the variables of a group is one problem, not one for each host."""
        read = record(HOST_FIELDS, "variable")
        drafts: dict[str, Draft] = {}
        hosts_by_problem: dict[Problem, list[str]] = defaultdict(list)
        for host in sorted(variables):
            place = Place("")
            drafts[host] = read({name: variables[host][name] for name in variables[host] if is_read(name)}, place)
            for problem in place.problems:
                hosts_by_problem[problem].append(host)
        for problem, names in hosts_by_problem.items():
            Place(f"{hostvars_of(names)}{problem.path}", self._place.problems).note(problem.text)
        return drafts

    def _connected(self, host: str) -> str | None:
        """What Ansible connects to, where that is an address; else a problem."""
        trial = Place("")
        try:
            return address(self._drafts[host].get("ansible_host") or host, trial)
        except Refused:
            reason = trial.problems[0].text
            place = Place(f"hostvars[{host}].lvs_address", self._place.problems)
            place.note(f"is missing, and ansible_host does not help: {reason}")
            return None


def _text(value: object) -> str | None:
    return str.__str__(value) if isinstance(value, str) else None
