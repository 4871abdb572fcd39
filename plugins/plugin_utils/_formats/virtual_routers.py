# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The virtual routers in the directors' files, as lvs_cluster.vrrp, lvs_cluster.vips and variables of hosts. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ...module_utils._netlink.address import family_of, is_link_local
from .imported import Imported, Values
from .instance import Instance
from .names import Names

PASSWORD_VARIABLE = "vault_vrrp_password"
_LOWER = 50  # by how much a director whose file is not known comes after one whose file is


@dataclass
class VirtualRouter:
    """first: the instance as the first director has it. members: director -> its own."""

    first: Instance
    members: dict[str, Instance] = field(default_factory=dict)

    @property
    def interface(self) -> str | None:
        return self.first.values.get("interface")


def into(found: Imported, routers: Sequence[VirtualRouter]) -> None:
    """Add what the virtual routers make of the definition."""
    vrrp = found.cluster.setdefault("vrrp", {})
    _authenticate(vrrp, routers, found)
    _dissolve_groups(routers, found)
    _name_directors(routers, found)
    interface = _only_interface(routers)
    vips = list(_vips(routers, interface, found))
    if vips:
        found.cluster["vips"] = vips
    if interface:
        for variables in found.directors.values():
            variables["lvs_interface"] = interface
        for router in routers:
            if router.interface == interface:
                del router.first.values["interface"]
    if len(routers) == 1:
        vrrp.update(routers[0].first.values)
        found.book.moved(f"lvs_cluster.vrrp.instances.{routers[0].first.name}.vips", "lvs_cluster.vips")
        found.book.moved(f"lvs_cluster.vrrp.instances.{routers[0].first.name}", "lvs_cluster.vrrp")
        for name, member in routers[0].members.items():
            found.directors[name]["lvs_priority"] = member.priority
    else:
        vrrp["instances"] = _instances(routers, found)
    if not vrrp:
        del found.cluster["vrrp"]


def _dissolve_groups(routers: Sequence[VirtualRouter], found: Imported) -> None:
    """A group of one instance is none."""
    groups = [router.first.values.get("sync_group") for router in routers]
    for router in routers:
        name = router.first.values.get("sync_group")
        if name and groups.count(name) < 2:
            del router.first.values["sync_group"]
            path = f"lvs_cluster.vrrp.instances.{router.first.name}"
            found.book.note_about(path, f"the sync group {name} has no other instance, and is left out")


def _authenticate(vrrp: Values, routers: Sequence[VirtualRouter], found: Imported) -> None:
    """One password and one kind of authentication for all. Version 3 has neither, and keepalived leaves them out."""
    if 3 in (vrrp.get("version"), *(router.first.values.get("version") for router in routers)):
        for key in ("password", "authentication"):
            found.book.withdraw(
                f"lvs_cluster.vrrp.{key}", "version 3 of VRRP has no authentication: keepalived ignores it"
            )
        return
    for instance in (member for router in routers for member in router.members.values()):
        for key, value in instance.authentication.items():
            given = (
                found.secrets.setdefault(PASSWORD_VARIABLE, value) if key == "password" else vrrp.setdefault(key, value)
            )
            if given != value:
                told = f"instance {instance.name} has another one: the first is taken for all"
                found.book.note_about(f"lvs_cluster.vrrp.{key}", told)
    if found.secrets:
        vrrp["password"] = f"{{{{ {PASSWORD_VARIABLE} }}}}"
    if vrrp.get("authentication") == "pass" or not found.secrets:
        vrrp.pop("authentication", None)


def _only_interface(routers: Sequence[VirtualRouter]) -> str | None:
    """The one interface that has all VIPs; None where there are several."""
    found = {
        options.get("interface", router.interface)
        for router in routers
        for options in router.first.vips.values() or [Values()]
    }
    return found.pop() if len(found) == 1 else None


def _vips(routers: Sequence[VirtualRouter], interface: str | None, found: Imported) -> Iterator[Values]:
    """The VIPs of which there is more to say than that a service has them."""
    served, seen = _served(found), set[str]()
    for router in routers:
        for address, options in router.first.vips.items():
            further = {key: value for key, value in options.items() if (key, value) != ("interface", interface)}
            if not interface and router.interface:
                further.setdefault("interface", router.interface)
            if address not in served and "gateway" not in further:
                further |= _without_service(address, found)
            if further and address not in seen:
                seen.add(address)
                yield {"address": address, **further}


def _served(found: Imported) -> list[str]:
    listed = [service["address"] for service in found.services if "address" in service]
    return list(dict.fromkeys(one for each in listed for one in (each if isinstance(each, list) else [each])))


def _without_service(address: str, found: Imported) -> Values:
    """What a VIP is for that no service has: the gateway of real servers, or something beside the cluster."""
    by_nat = any(service.get("forward") == "nat" for service in found.services)
    servers = [server["address"] for service in found.services for server in service["real_servers"]]
    beside = any(server.rpartition(".")[0] == address.rpartition(".")[0] for server in servers if "." in address)
    gateway = is_link_local(address) or (by_nat and beside)
    use = "a gateway of the real servers" if gateway else "an address that serves nothing itself (next_hop)"
    found.book.note_about("lvs_cluster.vips", f"no service has {address}: it is taken for {use}")
    return {"gateway": True} if gateway else {"next_hop": True}


def _instances(routers: Sequence[VirtualRouter], found: Imported) -> list[Values]:
    """The entries of lvs_cluster.vrrp.instances. There, each VIP is in one of them."""
    names, entries, held = Names(), list[Values](), set[str]()
    for router in routers:
        instance, own = router.first, [vip for vip in router.first.vips if vip not in held]
        held |= {*own}
        priorities = {name: member.priority for name, member in router.members.items()}
        entries.append({"name": names.new(instance.name), "vips": own, "priorities": priorities, **instance.values})
        for vip in (vip for vip in instance.vips if vip not in own):
            told = f"another instance holds {vip} already: it is that one's alone"
            found.book.note_about(f"lvs_cluster.vrrp.instances.{entries[-1]['name']}.vips", told)
    for address in _served(found):
        if address not in held:
            entries[0]["vips"].append(address)
            told = f"no instance holds {address}: this one does now"
            found.book.note_about(f"lvs_cluster.vrrp.instances.{entries[0]['name']}.vips", told)
    return [entry for entry in entries if entry["vips"]]


def _name_directors(routers: Sequence[VirtualRouter], found: Imported) -> None:
    """The addresses of the directors, as far as the files have them; and those directors whose files are not there."""
    for router in routers:
        for name, member in router.members.items():
            if member.source:
                _add_address(found.directors[name], member.source, member.is_apart)
    known = {member.source for router in routers for member in router.members.values()}
    for router in routers:
        lowest = min(member.priority for member in router.members.values())
        for peer in (peer for member in router.members.values() for peer in member.peers):
            if peer not in known:
                known.add(peer)
                name = next(
                    name for name in (f"lvs{number}" for number in range(1, 999)) if name not in found.directors
                )
                found.directors[name] = {"ansible_host": peer, "lvs_priority": max(lowest - _LOWER, 1)}
                told = f"no file of {peer} was given: its priority is a guess; import its file as well"
                found.book.note_about(f"hosts.yml: {name}", told)


def _add_address(variables: Values, address: str, is_apart: bool) -> None:
    """Where a director advertises from: its own address, or one on a network that is for that alone."""
    if is_apart:
        before = variables.get("lvs_vrrp_address", [])
        listed = list(dict.fromkeys([*([before] if isinstance(before, str) else before), address]))
        variables["lvs_vrrp_address"] = listed if listed[1:] else address
    elif family_of(address) == "ipv6" and "ansible_host" in variables:
        variables.setdefault("lvs_ipv6_address", address)
    elif variables.setdefault("ansible_host", address) != address:
        variables["lvs_address"] = address
