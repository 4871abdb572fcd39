# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Virtual services that keepalived has for its own checks, beside those of the definition. Pure. Private.

No client reaches them: their addresses are the director's own loopback, or lead nowhere (RFC 6666), and their marks are
on packets of checks alone. They come and go with keepalived, which is their only owner. So nobody else counts them,
drains in them, or takes them for somebody else's.
"""

from __future__ import annotations

from .model import ServiceKey, Table

ADDRESSES = {"ipv4": "127.113.{0}.{1}", "ipv6": "100::7f71:{2:x}"}
_BEGINNINGS = ("127.113.", "100::7f71:")
# As many as there are numbers.
MARKS = range(0x7F710001, 0x7F720000)
NUMBERS = range(1, 1 << 16)


def address_of(number: int, family: str) -> str:
    """Return the address of such a service. number: one of NUMBERS."""
    return ADDRESSES[family].format(number >> 8, number & 255, number)


def mark_of(number: int) -> int:
    """Return the mark of such a service. number: one of NUMBERS."""
    return MARKS[NUMBERS.index(number)]


def is_for_checks(key: ServiceKey) -> bool:
    """Return whether a service is one of these."""
    return key.fwmark in MARKS if key.fwmark else key.address.startswith(_BEGINNINGS)


def without_checks(table: Table) -> Table:
    """Return the other services of a table."""
    return {key: value for key, value in table.items() if not is_for_checks(key)}
