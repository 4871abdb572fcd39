# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the files of several directors say, as one cluster: one definition, and what is each director's own. Pure.

Where two files contradict each other, the first one counts, and a note says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...module_utils._netlink.address import family_of
from .account import Account
from .cluster_parts import ClusterParts
from .imported import Imported, Values
from .instance import Instance
from .virtual_routers import VirtualRouter, into


@dataclass(frozen=True)
class Ways:
    """What a program does where its files say nothing of it.

    holder: who holds VIPs that no file lets move, as keys of lvs_cluster, and holder_told: the same in a note.
    user_told: a note on the user that runs commands.
    """

    holder: Values
    holder_told: str
    user_told: str


@dataclass
class Director:
    """What the file of one director says. address: where Ansible reaches it, if that is known."""

    name: str
    globals_: ClusterParts
    services: list[Values] = field(default_factory=list)
    instances: list[Instance] = field(default_factory=list)
    address: str = ""

    @property
    def reached_at(self) -> Values:
        """The variable by which Ansible reaches it, if that is known."""
        return {"ansible_host": self.address} if self.address else {}

    @property
    def said(self) -> str:
        """What the director calls itself."""
        return self.globals_.router_id


def together(directors: Sequence[Director], book: Account, ways: Ways) -> Imported:
    """One definition of what all directors say."""
    first, *others = directors
    found = Imported(book, directors={director.name: director.reached_at for director in directors})
    for service in first.services:
        same = next((each for each in found.services if _endpoint(each) == _endpoint(service)), None)
        if same is None:
            found.services.append(service)
            continue
        known = [server["address"] for server in same["real_servers"]]
        same["real_servers"] += [server for server in service["real_servers"] if server["address"] not in known]
        told = f"has the address and port of {same['name']}, which has got its real servers too; the rest is that one's"
        book.note_about(f"lvs_services.{service['name']}", told)
    for other in others:
        _add_services(found, first, other)
    found.cluster = _of_all(directors, book)
    routers = _virtual_routers(directors, book)
    if routers:
        into(found, routers)
    else:
        found.cluster |= ways.holder
        book.note_about(f"lvs_cluster.{next(iter(ways.holder), 'vips_by')}", ways.holder_told)
    if not found.services:
        book.note_about("lvs_services", "no file has a service that can be taken")
    _note_missing_addresses(found)
    _name_the_user(found, ways)
    if any(service.get("forward") == "nat" for service in found.services):
        found.cluster["nat_return"] = "none"
        told = "real servers go on sending their answers through the director as they do now; a roll-out sets up none"
        book.note_about("lvs_cluster.nat_return", told)
    return found


def _add_services(found: Imported, first: Director, other: Director) -> None:
    known = {_endpoint(service): service for service in found.services}
    own = {_endpoint(service) for service in other.services}
    for service in other.services:
        same = known.get(_endpoint(service))
        if same is None:
            found.services.append(service)
            told = f"{other.name} alone has this service; now all directors have it"
            found.book.note_about(f"lvs_services.{service['name']}", told)
        elif same != service:
            _contradict(found.book, f"lvs_services.{same['name']}", (first.name, same), (other.name, service))
    for key, service in known.items():
        if key not in own:
            told = f"{other.name} does not have it; now all directors have it"
            found.book.note_about(f"lvs_services.{service['name']}", told)


def _endpoint(service: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(service.get(key)) for key in ("address", "port", "protocol", "fwmark", "family"))


def _contradict(book: Account, path: str, one: tuple[str, object], other: tuple[str, object]) -> None:
    """Two directors and what their files say."""
    for where, mine, theirs in _differences(path, one[1], other[1]):
        told = f"{one[0]} has {_shown(mine)}, {other[0]} has {_shown(theirs)}: the first is taken for all"
        book.note_about(where, told)


def _differences(path: str, one: object, other: object) -> Iterator[tuple[str, object, object]]:
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for key in sorted({*one, *other}):
            yield from _differences(f"{path}.{key}", one.get(key), other.get(key))
    elif one != other:
        yield path, one, other


def _shown(value: object) -> str:
    if value is None:
        return "nothing"
    return "other entries" if isinstance(value, (list, Mapping)) or len(str(value)) > 80 else str(value)


def _of_all(directors: Sequence[Director], book: Account) -> Values:
    """What global_defs says for the cluster."""
    first, *others = directors
    cluster = first.globals_.values()
    for other in others:
        theirs = other.globals_.values()
        for key in sorted({*cluster, *theirs}):
            mine = (first.name, cluster.get(key))
            _contradict(book, f"lvs_cluster.{key}", mine, (other.name, theirs.get(key)))
    return cluster


def _virtual_routers(directors: Sequence[Director], book: Account) -> list[VirtualRouter]:
    """The instances of all directors: those with one number and family on one interface are one virtual router."""
    found: dict[object, VirtualRouter] = {}
    for director in directors:
        for instance in director.instances:
            number = instance.values.get("virtual_router_id", instance.name)
            key = number, instance.values.get("interface"), frozenset(map(family_of, instance.vips))
            router = found.setdefault(key, VirtualRouter(instance))
            if router.members:
                path = f"lvs_cluster.vrrp.instances.{router.first.name}"
                mine = (next(iter(router.members)), _common(router.first))
                _contradict(book, path, mine, (director.name, _common(instance)))
            router.members[director.name] = instance
    return list(found.values())


def _common(instance: Instance) -> Values:
    """What is the same on all directors. Not the password, which nobody is to read in a note."""
    return {**instance.values, "vips": instance.vips}


def _note_missing_addresses(found: Imported) -> None:
    for name, variables in found.directors.items():
        if "ansible_host" not in variables:
            by_ipv6 = any(":" in str(each.get("address")) or each.get("family") == "ipv6" for each in found.services)
            told = "no file says its address: write it as ansible_host"
            told += ", and its IPv6 address as lvs_ipv6_address" if by_ipv6 else ""
            found.book.note_about(f"hosts.yml: {name}", told)


def _name_the_user(found: Imported, ways: Ways) -> None:
    """Who runs the commands, if there are any."""
    if "scripts" not in found.cluster and _has_commands([found.services, found.cluster]):
        found.cluster["scripts"] = {"user": "root"}
        found.book.note_about("lvs_cluster.scripts", ways.user_told)


def _has_commands(values: object) -> bool:
    if isinstance(values, Mapping):
        commands = ("command", "notify", "quorum_up", "quorum_down")
        return any(key in commands or key.startswith("notify_") for key in values) or _has_commands([*values.values()])
    return isinstance(values, list) and any(map(_has_commands, values))
