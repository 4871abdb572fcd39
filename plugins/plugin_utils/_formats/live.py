# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What running directors and their inventory add to what files say: addresses, and hosts as real servers. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from ipaddress import ip_address

from ...module_utils._netlink.address import BITS, canonical, family_of, is_link_local
from .imported import Imported, Values

Placed = Sequence[Mapping[str, object]]  # the addresses of a host, as host_info returns them


def add_addresses(imported: Imported, placed: Mapping[str, Placed]) -> None:
    """Add how the directors have the VIPs, where no file says it, and the directors' own IPv6 addresses.

    placed: host -> its addresses.
    """
    vips = {*_vips(imported)}
    said = {entry["address"] for entry in imported.cluster.get("vips", ())}
    for address in sorted(vips - said):
        own = next((each for host in placed for each in placed[host] if each["address"] == address), None)
        entry = _entry(own) if own else {}
        if entry:
            imported.cluster.setdefault("vips", []).append({"address": address, **entry})
    for host, variables in imported.directors.items():
        held = [each for each in placed.get(host, ()) if each["address"] in vips]
        if held and len({each["interface"] for each in held}) == 1:
            variables.setdefault("lvs_interface", held[0]["interface"])
        reached = sorted(_own(placed.get(host, ()), vips, variables.get("lvs_interface")))
        if any(family_of(vip) == "ipv6" for vip in vips) and len(reached) == 1:
            variables.setdefault("lvs_ipv6_address", reached[0])


def _entry(own: Mapping[str, object]) -> Values:
    """What lvs_cluster.vips says of a VIP as it is on an interface, beside its address."""
    address, found = str(own["address"]), Values()
    if own["prefix"] != BITS[family_of(address)]:
        found["prefix"] = own["prefix"]
    if own["label"] not in ("", own["interface"]):
        found["label"] = own["label"]
    return found


def _own(placed: Placed, vips: set[str], interface: object) -> Iterator[str]:
    """The IPv6 addresses of a host by which others reach it, on the interface that has the VIPs, if that is known."""
    for each in placed:
        address = str(each["address"])
        is_own = family_of(address) == "ipv6" and not is_link_local(address) and address not in ("::1", *vips)
        if is_own and interface in (None, each["interface"]):
            yield address


def _vips(imported: Imported) -> Iterator[str]:
    for service in imported.services:
        listed = service.get("address", [])
        for address in [listed] if isinstance(listed, str) else listed:
            if _is_address(address):
                yield canonical(address)


def _is_address(text: str) -> bool:
    """Whether it is one address, and no range or network."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def name_real_servers(imported: Imported, known: Mapping[str, Sequence[str]]) -> None:
    """Name the real servers that are hosts of the inventory by which the directors were read.

    known: host -> its addresses, the one by which Ansible reaches it first.
    """
    hosts = {address: host for host in sorted(known, reverse=True) for address in known[host]}
    for service in imported.services:
        for index, server in enumerate(service["real_servers"]):
            host = hosts.get(server.get("address", ""))
            if host is not None and host not in imported.directors:
                rest = {key: value for key, value in server.items() if key != "address"}
                service["real_servers"][index] = {"host": host, **rest}
                imported.real_servers[host] = _variables(known[host])


def _variables(addresses: Sequence[str]) -> Values:
    by_ipv6 = [address for address in addresses[1:] if family_of(address) == "ipv6"]
    return {"ansible_host": addresses[0], **({"lvs_ipv6_address": by_ipv6[0]} if by_ipv6 else {})}
