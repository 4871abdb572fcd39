# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The directors of a cluster: a group of the inventory."""

from __future__ import annotations

from contextlib import suppress
from ipaddress import ip_address

from .._schema.place import Place
from .._schema.record import Draft
from .._schema.sentences import nearest
from .._schema.words import DIRECTORS_GROUP
from .._values.director import Director
from .._values.unknown import made_of
from .drafts import as_tuple, inherit, known
from .hosts import Hosts
from .members import Groups

DEFAULT_PRIORITY = 100  # RFC 9568, section 5.2.4


def read_directors(options: Draft, hosts: Hosts, place: Place) -> tuple[Director, ...] | None:
    """The directors, sorted by name; None where nobody can tell them. place: of lvs_cluster."""
    if "directors" not in options:
        return None
    names = _names(options["directors"], hosts.groups, place)
    directors = [_director(host, index, hosts, options) for index, host in enumerate(sorted(names))]
    return tuple(directors) or None


def _names(named: str | None, groups: Groups, place: Place) -> list[str]:
    group = named or DIRECTORS_GROUP
    names = [str.__str__(name) for name in groups.get(group, ())]
    if named and group not in groups:
        place.key("directors").note_missing(
            f"{group!r} is not a group of the inventory{nearest(group, sorted(groups))}"
        )
    elif not names:
        Place(f"groups[{group}]", place.problems).note_missing("no director; this group of the inventory needs a host")
    return names


def _director(host: str, index: int, hosts: Hosts, options: Draft) -> Director:
    draft = dict(hosts[host])
    inherit(draft, "lvs_firewall", options, "firewall")
    # Without another word, the first by name holds the VIPs.
    inherit(draft, "lvs_priority", {"lvs_priority": max(1, DEFAULT_PRIORITY - index)})
    words = {"lvs_interface": "interface", "lvs_priority": "priority", "lvs_firewall": "firewall"}
    return made_of(
        Director,
        {
            "host": host,
            **_addresses(host, hosts),
            **{words[name]: value for name, value in known(draft, words).items()},
            **as_tuple(draft, "lvs_vrrp_address", "vrrp_addresses"),
            **as_tuple(draft, "lvs_other_addresses", "other_addresses"),
            **({"given_router_id": draft["lvs_router_id"]} if "lvs_router_id" in draft else {}),
            "connected_to": _connected_to(draft),
            "ssh_port": _number(draft.get("ansible_port")),
            "path": f"hostvars[{host}]",
        },
    )


def _addresses(host: str, hosts: Hosts) -> Draft:
    """The addresses of a host, at most one of each family."""
    first, draft = hosts.address_of(host), hosts[host]
    if first is None or "lvs_ipv6_address" not in draft:
        return {}
    return {"addresses": tuple(filter(None, (first, draft["lvs_ipv6_address"])))}


def _connected_to(draft: Draft) -> str | None:
    """The address by which Ansible connects to a host, where it is one."""
    with suppress(ValueError):
        return str(ip_address(draft.get("ansible_host") or ""))
    return None


def _number(port: object) -> int | None:
    return int(str(port)) if str(port).isdecimal() else None
