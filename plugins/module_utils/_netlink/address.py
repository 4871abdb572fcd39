# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""IP addresses: text <-> the bytes that netlink carries. Private to the collection.

inet_pton() and inet_ntop() are the C library's own functions: strict, and far faster than the ipaddress module.
"""

from __future__ import annotations

from functools import lru_cache
from socket import AF_INET, AF_INET6, inet_ntop, inet_pton

FAMILY_NUMBERS = {"ipv4": int(AF_INET), "ipv6": int(AF_INET6)}
FAMILY_NAMES = {number: name for name, number in FAMILY_NUMBERS.items()}
FAMILIES = ("ipv4", "ipv6")
BITS = {"ipv4": 32, "ipv6": 128}
# All addresses of a family.
ANYWHERE = {"ipv4": "0.0.0.0/0", "ipv6": "::/0"}


def family_of(address: str) -> str:
    """Return "ipv4" or "ipv6" for an address in text; the text itself is not checked."""
    return "ipv6" if ":" in address else "ipv4"


def is_link_local(address: str) -> bool:
    """Return whether an address means something on its interface alone: those of IPv6 are in fe80::/10."""
    return family_of(address) == "ipv6" and to_bytes(address)[0] == 0xFE and to_bytes(address)[1] & 0xC0 == 0x80


# The addresses of real servers come again with every service.
@lru_cache(maxsize=1 << 16)
def to_bytes(address: str) -> bytes:
    """Return the 4 or 16 bytes of an address. ValueError where the text is no address."""
    try:
        return inet_pton(AF_INET6 if ":" in address else AF_INET, address)
    except (OSError, ValueError):
        raise ValueError(f"{address!r} is no IPv4 or IPv6 address") from None


@lru_cache(maxsize=1 << 16)
def from_bytes(data: bytes) -> str:
    """Return the canonical text of 4 or 16 bytes. ValueError for any other length."""
    if len(data) == 4:
        return inet_ntop(AF_INET, data)
    if len(data) == 16:
        return inet_ntop(AF_INET6, data)
    raise ValueError(f"an address has 4 or 16 bytes, not {len(data)}")


@lru_cache(maxsize=1 << 16)
def canonical(address: str) -> str:
    """Return the one spelling of an address that everything here uses. ValueError where it is none."""
    return from_bytes(to_bytes(address))
