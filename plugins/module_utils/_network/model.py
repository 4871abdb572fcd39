# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The part of a host's network that a cluster needs, as values. Private to the collection.

An address on the loopback interface is how a real server accepts a VIP that it must not answer ARP for; a tunnel or a
listener unpacks what a director sends it; routes and rules take answers back, or packets for VIPs in.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Any, Mapping, NamedTuple, Optional

from .._netlink.address import canonical, family_of

LOOPBACK = "lo"
MAIN_TABLE = 254
DEFAULT = "default"  # the destination that has all others in it
# Kinds of tunnels, and the family of the packets that they unpack.
TUNNEL_KINDS = {"ipip": "ipv4", "sit": "ipv4", "gre": "ipv4", "ip6tnl": "ipv6", "ip6gre": "ipv6"}
CHECKSUM_KINDS = ("gre", "ip6gre")
ROUTE_KINDS = ("unicast", "local")
PROTOCOLS = {"tcp": 6, "udp": 17, "sctp": 132}  # those with ports
LISTENER_MODULE = "fou"  # no request loads it, unlike those of tunnels: it has no MODULE_ALIAS_GENL_FAMILY
NONE: Mapping[Any, Any] = MappingProxyType({})


class Present(NamedTuple):
    """All that is to say of a thing that its key says everything of."""


class Tunnel(NamedTuple):
    """An interface that unpacks what is sent to an address of this host, whoever sends it.

    kind: of TUNNEL_KINDS. local: that address. checksum: whether what arrives has checksums (GRE only).
    """

    kind: str
    local: str
    checksum: bool
    up: bool


class ListenerKey(NamedTuple):
    """A UDP port at which GUE is unpacked."""

    family: str
    port: int

    def __str__(self) -> str:
        return f"{self.family} port {self.port}"


class AddressKey(NamedTuple):
    """What identifies an address of a host."""

    interface: str
    address: str
    prefix: int

    def __str__(self) -> str:
        return f"{self.address}/{self.prefix} on {self.interface}"


class Address(NamedTuple):
    """What else an address has. label: IPv4 only; the kernel's default is the interface's name; "" with IPv6."""

    label: str


class RouteKey(NamedTuple):
    """What identifies a route. destination: a network, or DEFAULT. metric: 0 is what the kernel gives by default."""

    family: str
    destination: str
    table: int
    metric: int

    def __str__(self) -> str:
        metric = f" metric {self.metric}" if self.metric else ""
        return f"{self.family} {self.destination} in table {self.table}{metric}"


class Route(NamedTuple):
    """Where a route leads. gateway, interface: "" where there is none, or where the kernel is to find it.

    A route of others may have several gateways: all of them, with blanks between.
    """

    kind: str
    gateway: str
    interface: str

    def __str__(self) -> str:
        words = (
            self.kind if self.kind != "unicast" else "",
            f"via {self.gateway}" if self.gateway else "",
            f"dev {self.interface}" if self.interface else "",
        )
        return " ".join(filter(None, words))


class Rule(NamedTuple):
    """Which packets look into which table. Selectors are "" or 0 where all packets pass them.

    source_port: a port or a range such as 10000-20000.
    """

    priority: int
    family: str
    source: str
    destination: str
    mark: int
    protocol: str
    source_port: str
    table: int

    def __str__(self) -> str:
        return f"{self.family} {self.priority} to table {self.table}"


class Value(NamedTuple):
    """The value of a sysctl, as in /proc/sys, blanks made one."""

    value: str


class Link(NamedTuple):
    """A network interface.

    number: the kernel's index of it. hardware_address: its MAC, b"" where it has none. ethernet: whether it is of that
    kind and its neighbours ask for addresses on it, which can be announced there; not so with a dummy interface.
    """

    number: int
    hardware_address: bytes
    ethernet: bool


class Network(NamedTuple):
    """The network of a host.

    modules: of the kernel, those that were asked for and are there. module_options: module -> "NAME=VALUE ...", what it
    gets when it is loaded the next time; what was given to it nobody can tell. sysctls: name -> value, of those that
    were asked for. original: sysctl -> the value it had before the cluster, None where it was not there. routes: of the
    keys that were asked for. links are what is there, never part of what is wanted. found: those of the caller's
    addresses that the host had before the cluster, and keeps when the cluster goes.
    """

    modules: Mapping[str, Present] = NONE
    module_options: Mapping[str, str] = NONE
    tunnels: Mapping[str, Tunnel] = NONE
    listeners: Mapping[ListenerKey, Present] = NONE
    sysctls: Mapping[str, str] = NONE
    original: Mapping[str, Optional[str]] = NONE
    addresses: Mapping[AddressKey, Address] = NONE
    routes: Mapping[RouteKey, Route] = NONE
    rules: Mapping[Rule, Present] = NONE
    links: Mapping[str, Link] = NONE
    found: Mapping[AddressKey, Present] = NONE


def default_label(key: AddressKey) -> str:
    """Return the label that the kernel gives an address of its own accord (inet_rtm_newaddr())."""
    return key.interface if family_of(key.address) == "ipv4" else ""


def made_by_the_kernel(tunnel: Tunnel, address: str) -> bool:
    """Say whether a tunnel that comes up has this address of the kernel's own accord; it goes with it.

    Link-local ones (addrconf_gre_config(), addrconf_dev_config()), and of sit the IPv4-compatible one (add_v4_addrs()).
    """
    return address.startswith("fe80:") or (tunnel.kind == "sit" and address == canonical(f"::{tunnel.local}"))


def same_device(one: Tunnel, other: Tunnel) -> bool:
    """Say whether one tunnel becomes the other without being recreated."""
    return one._replace(up=True) == other._replace(up=True)


def leads_as(wanted: Route, there: Route) -> bool:
    """Say whether a route is as wanted; the interface is the kernel's to find where none is wanted."""
    return wanted == (there if wanted.interface else there._replace(interface=""))


def valid_sysctl(name: str) -> bool:
    """Say whether a sysctl may be set here: one of the network, written out."""
    parts = sysctl_parts(name)
    return (
        len(parts) > 1
        and parts[0] == "net"
        and all(re.fullmatch(r"[\w.@:+-]+", part) for part in parts)
        and ("." not in parts and ".." not in parts)
    )


def sysctl_parts(name: str) -> tuple[str, ...]:
    """Return the parts of a sysctl's name. As with sysctl(8), the first of . and / in it is what separates."""
    separator = "/" if re.match(r"[^.]*/", name) else "."
    parts = name.split(separator)
    if separator == ".":
        parts = [part.replace("/", ".") for part in parts]
    return tuple(parts)


def canonical_sysctl(name: str) -> str:
    """Return the name with dots; a dot within a part, as of interface eth0.5, is written as a slash."""
    return ".".join(part.replace(".", "/") for part in sysctl_parts(name))


def sysctl_interface(name: str) -> str:
    """Return the interface that a sysctl is about, "" where it is about none."""
    parts = sysctl_parts(name)
    return parts[3] if len(parts) == 5 and parts[2] in ("conf", "neigh") else ""
