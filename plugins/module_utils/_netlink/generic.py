# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Generic netlink: finding a family by its name, and the header of its messages. Private to the collection.

Source: include/uapi/linux/genetlink.h, net/netlink/genetlink.c. Asking for a family by its name makes the kernel load
the module that has it (MODULE_ALIAS_GENL_FAMILY); asking for all of them does not.
"""

from __future__ import annotations

import errno
from functools import lru_cache
from struct import Struct
from typing import Iterable, NamedTuple

from .attributes import TEXT, U16, Attribute, AttributeTable
from .errors import KernelRefused, MalformedMessage
from .socket import NetlinkSocket, Request

HEADER = Struct("=BBH")  # command, version, reserved
GENL_ID_CTRL = 16
CTRL_CMD_GETFAMILY = 3
CONTROL = AttributeTable("CTRL_ATTR", Attribute(1, "FAMILY_ID", U16), Attribute(2, "FAMILY_NAME", TEXT))


class Family(NamedTuple):
    """A generic netlink family as this kernel numbers it."""

    name: str
    number: int
    version: int

    def request(self, command: int, attributes: bytes = b"") -> Request:
        """Return the request of one command of this family."""
        return Request(self.number, 0, _header(command, self.version) + attributes)


@lru_cache(maxsize=None)  # a family has a handful of commands
def _header(command: int, version: int) -> bytes:
    return HEADER.pack(command, version, 0)


class FamilyMissing(KernelRefused):
    """This kernel has no such family, and no module that it could load for it."""


def find_family(netlink: NetlinkSocket, name: str, version: int, load: bool = True) -> Family:
    """Return the family of this name. FamilyMissing where the kernel has none.

    load: whether the kernel may load a module for it.
    """
    control = Family("nlctrl", GENL_ID_CTRL, 1)
    operation = f'find the netlink family "{name}"'
    if not load:
        return _loaded_family(netlink.dump(control.request(CTRL_CMD_GETFAMILY), operation), name, version, operation)
    try:
        answer = netlink.query(control.request(CTRL_CMD_GETFAMILY, CONTROL.encode({"FAMILY_NAME": name})), operation)
    except KernelRefused as refused:
        if refused.number == errno.ENOENT:
            raise FamilyMissing(refused.number, operation) from None
        raise
    values = CONTROL.decode(answer, HEADER.size)
    if "FAMILY_ID" not in values:
        raise MalformedMessage(f"{operation}: the answer has no CTRL_ATTR_FAMILY_ID")
    return Family(name, values["FAMILY_ID"], version)


def _loaded_family(answers: Iterable[bytes], name: str, version: int, operation: str) -> Family:
    for values in (CONTROL.decode(answer, HEADER.size) for answer in answers):
        if values.get("FAMILY_NAME") == name and "FAMILY_ID" in values:
            return Family(name, values["FAMILY_ID"], version)
    raise FamilyMissing(errno.ENOENT, operation)


def command_of(payload: bytes) -> int:
    """Return the command of a generic netlink message. MalformedMessage where it has no header."""
    if len(payload) < HEADER.size:
        raise MalformedMessage(f"a generic netlink message of {len(payload)} bytes")
    return payload[0]
