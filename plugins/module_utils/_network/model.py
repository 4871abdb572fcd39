# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The part of a host's network that a cluster needs, as values. Private to the collection.

Addresses and sysctls; an address on the loopback interface is how a real server accepts a VIP that it must not answer
ARP for.
"""

from __future__ import annotations

import re
from typing import Any, Iterable, Mapping, NamedTuple

from .._change import InvalidInput
from .._netlink.address import BITS, canonical, family_of

LOOPBACK = "lo"
INTERFACE_MAX = 15  # IFNAMSIZ is 16 with the final NUL; a label has the same limit
# The kernel takes nearly anything (dev_valid_name()); quotes, # and \\ would mean something else to `ip -batch`.
_INTERFACE = re.compile(r"[A-Za-z0-9_.@+-]{1,15}")
_LABEL = re.compile(r"[A-Za-z0-9_.:@+-]{1,15}")


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


class Value(NamedTuple):
    """The value of a sysctl, as in /proc/sys, blanks made one."""

    value: str


class Link(NamedTuple):
    """A network interface.

    number: the kernel's index of it. hardware_address: its MAC, b"" where it has none. ethernet: whether it is of that
    kind, so that an address on it can be announced.
    """

    number: int
    hardware_address: bytes
    ethernet: bool


class Network(NamedTuple):
    """The network of a host.

    sysctls: name -> value, for those that were asked for. original: sysctl -> the value it had before the cluster.
    links are what is there, never part of what is wanted.
    """

    addresses: Mapping[AddressKey, Address]
    sysctls: Mapping[str, str]
    original: Mapping[str, str]
    links: Mapping[str, Link]


class WantedAddress(NamedTuple):
    """An address as its owner lists it. beside: the address whose interface is meant, where interface is ""."""

    path: str
    address: str
    prefix: int
    interface: str
    beside: str
    label: str
    announce: bool


class WantedNetwork(NamedTuple):
    """What a call lists."""

    addresses: tuple[WantedAddress, ...]
    sysctls: Mapping[str, str]


def default_label(key: AddressKey) -> str:
    """Return the label that the kernel gives an address of its own accord (inet_rtm_newaddr())."""
    return key.interface if family_of(key.address) == "ipv4" else ""


def parse_network(addresses: Iterable[Mapping[str, Any]], sysctls: Mapping[str, Any]) -> WantedNetwork:
    """Read the options `addresses` and `sysctls`. InvalidInput has every fault with its path."""
    faults: list[str] = []
    wanted = []
    for number, given in enumerate(addresses):
        address = _parse_address(f"addresses[{number}]", given, faults)
        if address is not None:
            wanted.append(address)
    values = {}
    for name, value in sysctls.items():
        if not valid_sysctl(name):
            faults.append(
                f"sysctls.{name}: a name here begins with net. and has no empty part, such as net.ipv4.ip_forward"
            )
        if canonical_sysctl(name) in values:
            faults.append(f"sysctls.{name}: {canonical_sysctl(name)} is listed already")
        values[canonical_sysctl(name)] = " ".join(str(value).split())
    if faults:
        raise InvalidInput(tuple(faults))
    return WantedNetwork(tuple(wanted), values)


def _parse_address(path: str, given: Mapping[str, Any], faults: list[str]) -> WantedAddress | None:
    text, _slash, prefix = str(given["address"]).partition("/")
    try:
        address = canonical(text)
    except ValueError as error:
        faults.append(f"{path}.address: {error}")
        return None
    bits = BITS[family_of(address)]
    length = int(prefix) if prefix.isdecimal() else (bits if not prefix else -1)
    if not 1 <= length <= bits:
        faults.append(f"{path}.address: {prefix!r} is no prefix length; it is 1 to {bits}")
    interface, beside, label = given.get("interface") or "", given.get("beside") or "", given.get("label") or ""
    if not interface and not beside:
        faults.append(f"{path}: either interface, or beside: an address whose interface is meant")
    if interface and not _INTERFACE.fullmatch(interface):
        faults.append(f"{path}.interface: {interface!r} is no name of an interface")
    if beside:
        try:
            beside = canonical(beside)
        except ValueError as error:
            faults.append(f"{path}.beside: {error}")
    if label and (bits != BITS["ipv4"] or not _LABEL.fullmatch(label)):
        faults.append(
            f"{path}.label: {label!r}: only IPv4 has labels, of 1 to {INTERFACE_MAX} letters, digits and _.:@+-"
        )
    return WantedAddress(path, address, length, interface, beside, label, bool(given.get("announce")))


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
