# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""VIPs as they are listed: what is wrong with one, and whether anything uses it."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Interface

from ...module_utils._netlink.address import BITS, family_of, is_link_local
from .._values.cluster import Cluster
from .._values.vip import Vip
from .items import known, listed_vips, listed_vips_in_cluster
from .rule import Note, error


def vips_and_uses(cluster: Cluster) -> Iterator[tuple[Vip, set[str], set[str]]]:
    """Each listed VIP, with the addresses that services name, and the families of marks that name none."""
    named = {address for service in cluster.services for address in service.entry.addresses}
    marks = [service for service in cluster.services if service.fwmark is not None]
    unnamed = {service.family for service in marks if not service.marked}
    for vip in cluster.listed_vips:
        yield vip, named, unnamed


@error("LVS301", "unused-vip", each=vips_and_uses)
def unused_vip(vip: Vip, named: set[str], unnamed: set[str]) -> Iterator[Note]:
    """No service uses a VIP that is listed.

    Remove it, or name it in a service.
    """
    # Packets for others go through a gateway or a next hop.
    used = vip.address in named or family_of(vip.address) in unnamed or vip.gateway or vip.next_hop
    if not used and not is_link_local(vip.address):
        yield Note(f"{vip.path}.address", f"no service uses {vip.address}")


@error("LVS302", "link-local-vip", each=listed_vips)
def link_local_vip(vip: Vip) -> Iterator[Note]:
    """A VIP is a link-local address, which no client on another network reaches.

    Choose another address; only a gateway of the real servers may have one.
    """
    if is_link_local(vip.address) and not vip.gateway:
        yield Note(
            f"{vip.path}.address",
            f"{vip.address} is a link-local address, which no client on another network can reach; only a gateway of "
            "the real servers may have one (gateway: true)",
        )


@error("LVS303", "vip-prefix", each=listed_vips)
def vip_prefix(vip: Vip) -> Iterator[Note]:
    """The prefix length of a VIP is longer than its address.

    Write a prefix length of its family.
    """
    family = family_of(vip.address)
    if vip.prefix > BITS[family]:
        yield Note(
            f"{vip.path}.prefix",
            f"{vip.prefix} is out of range: a prefix length of {family} is a number from 1 to {BITS[family]}",
        )


@error("LVS304", "network-or-broadcast-address", each=listed_vips)
def network_or_broadcast_address(vip: Vip) -> Iterator[Note]:
    """A VIP is the first or the last address of its network, which no host can have.

    Choose another address or prefix.
    """
    if family_of(vip.address) == "ipv6" or vip.prefix >= BITS["ipv4"] - 1:
        return
    network = IPv4Interface(f"{vip.address}/{vip.prefix}").network
    ends = {network.network_address: "first", network.broadcast_address: "last"}
    end = ends.get(IPv4Address(vip.address))
    if end:
        yield Note(
            f"{vip.path}.address",
            f"{vip.address} is the {end} address of its network, {network}, which no host can have",
            "choose another address or prefix",
        )


@error("LVS305", "label-interface", each=listed_vips_in_cluster)
def label_interface(cluster: Cluster, vip: Vip) -> Iterator[Note]:
    """A label does not begin with the name of the VIP's interface.

    Name the interface, and begin the label with it and a colon: `eth1:100`.
    """
    # The rule of `ip address`: the label is the name of the interface, or begins with it and a colon.
    if vip.label is None:
        return
    place = f"{vip.path}.label"
    for interface in sorted({vip.interface or director.interface or "" for director in cluster.directors}):
        if not interface:
            text = f"{vip.label!r} must begin with the name of the VIP's interface; name that in the key interface"
            yield Note(place, text)
        elif vip.label != interface and not vip.label.startswith(interface + ":"):
            yield Note(place, f"{vip.label!r} does not begin with its interface: {interface}:...")


@error("LVS306", "ipv6-label", each=listed_vips)
def ipv6_label(vip: Vip) -> Iterator[Note]:
    """An IPv6 address has a label.

    Leave the label out.
    """
    if vip.label is not None and family_of(vip.address) == "ipv6":
        yield Note(f"{vip.path}.label", "only IPv4 addresses have labels")


@error("LVS307", "routed-without-mark", each=listed_vips_in_cluster)
def routed_without_mark(cluster: Cluster, vip: Vip) -> Iterator[Note]:
    """A service without a fwmark has a VIP that no director holds, so its packets do not reach the table of services.

    Give the service a fwmark as well as an address.
    """
    by_address = [address for _service, address in known(cluster.services, lambda service: service.address)]
    if vip.routed and vip.address in by_address:
        text = "no director holds it, so its services need a fwmark as well as an address"
        yield Note(f"{vip.path}.routed", text)


@error("LVS308", "routed-vip-options", each=listed_vips)
def routed_vip_options(vip: Vip) -> Iterator[Note]:
    """A routed address has a key that says how a director holds it, but no director does.

    Leave the key out.
    """
    for key in ("interface", "label", "gateway", "next_hop") if vip.routed else ():
        if getattr(vip, key):
            yield Note(f"{vip.path}.{key}", "has no meaning for a routed address, which no director holds")


@error("LVS309", "ipv6-vip-on-lan", each=listed_vips)
def ipv6_vip_on_lan(vip: Vip) -> Iterator[Note]:
    """An IPv6 address has `on_real_servers: lan`, which IPv6 never needs.

    Leave `on_real_servers` out.
    """
    if vip.on_real_servers == "lan" and family_of(vip.address) == "ipv6":
        text = "lan is for IPv4; an IPv6 address on lo is not announced anyway"
        yield Note(f"{vip.path}.on_real_servers", text)
