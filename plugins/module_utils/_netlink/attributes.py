# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Netlink attributes: bytes <-> values, driven by tables that mirror the kernel's headers. Private to the collection.

An attribute is struct nlattr (include/uapi/linux/netlink.h): u16 length without padding, u16 number, payload, padding
to 4 bytes. Numbers are in host order unless a table says otherwise; the two top bits of the number are flags.
"""

from __future__ import annotations

from struct import Struct
from struct import error as struct_error
from typing import Any, Mapping, NamedTuple

from .errors import MalformedMessage

HEADER = Struct("=HH")
NUMBER_MASK = 0x3FFF  # NLA_TYPE_MASK: without NLA_F_NESTED and NLA_F_NET_BYTEORDER
NESTED_FLAG = 0x8000  # NLA_F_NESTED


class Kind:
    """How the payload of an attribute is written and read. ValueError: these bytes are no such value."""

    def pack(self, value: Any) -> bytes:
        raise NotImplementedError

    def unpack(self, payload: bytes) -> Any:
        raise NotImplementedError


class Number(Kind):
    """A fixed-size integer."""

    def __init__(self, code: str) -> None:
        self._struct = Struct(code)

    def pack(self, value: int) -> bytes:
        return self._struct.pack(value)

    def unpack(self, payload: bytes) -> int:
        if len(payload) != self._struct.size:
            raise ValueError(f"{len(payload)} bytes instead of {self._struct.size}")
        return int(self._struct.unpack(payload)[0])


class Pair(Kind):
    """Two u32 in a row, as struct ip_vs_flags {flags, mask}."""

    _struct = Struct("=II")

    def pack(self, value: Any) -> bytes:
        return self._struct.pack(*value)

    def unpack(self, payload: bytes) -> Any:
        if len(payload) != self._struct.size:
            raise ValueError(f"{len(payload)} bytes instead of {self._struct.size}")
        return self._struct.unpack(payload)


class Text(Kind):
    """A string that ends with NUL."""

    def pack(self, value: str) -> bytes:
        return value.encode() + b"\0"

    def unpack(self, payload: bytes) -> str:
        text, end, _rest = bytes(payload).partition(b"\0")
        if not end:
            raise ValueError("a string without its final NUL")
        return text.decode()


class Binary(Kind):
    """Bytes as they are."""

    def pack(self, value: bytes) -> bytes:
        return value

    def unpack(self, payload: bytes) -> bytes:
        return bytes(payload)


class Nested(Kind):
    """Attributes inside an attribute."""

    def __init__(self, table: AttributeTable) -> None:
        self.table = table

    def pack(self, value: Mapping[str, Any]) -> bytes:
        return self.table.encode(value)

    def unpack(self, payload: bytes) -> dict[str, Any]:
        return self.table.decode(payload)


U8 = Number("=B")
U16 = Number("=H")
U32 = Number("=I")
S32 = Number("=i")
U64 = Number("=Q")
BE16 = Number("!H")
BE32 = Number("!I")
PAIR = Pair()
TEXT = Text()
BINARY = Binary()


class Attribute(NamedTuple):
    """One row of a table: the kernel's number, the kernel's name without its prefix, the payload's kind."""

    number: int
    name: str
    kind: Kind


class AttributeTable:
    """All attributes of one enum of a kernel header, for example IPVS_SVC_ATTR."""

    def __init__(self, prefix: str, *attributes: Attribute) -> None:
        self.prefix = prefix
        self.attributes = attributes
        self._by_number = {attribute.number: attribute for attribute in attributes}
        self._by_name = {attribute.name: attribute for attribute in attributes}

    def only(self, *names: str) -> AttributeTable:
        """Return this table reduced to the named attributes; the others are passed over when decoding."""
        return AttributeTable(self.prefix, *(self._by_name[name] for name in names))

    def encode(self, values: Mapping[str, Any]) -> bytes:
        """Return the bytes of these attributes. ValueError names an attribute whose value does not fit."""
        parts = []
        for name, value in values.items():
            attribute = self._by_name[name]
            try:
                payload = attribute.kind.pack(value)
            except (struct_error, TypeError) as error:
                raise ValueError(f"{self.prefix}_{name} cannot hold {value!r}: {error}") from None
            number = attribute.number | NESTED_FLAG if isinstance(attribute.kind, Nested) else attribute.number
            parts.append(HEADER.pack(4 + len(payload), number))
            parts.append(payload)
            parts.append(b"\0" * (-len(payload) % 4))
        return b"".join(parts)

    def decode(self, data: bytes, start: int = 0, end: int | None = None) -> dict[str, Any]:
        """Return {name: value} of the attributes in data[start:end].

        A number that the table does not have is passed over, as netlink asks of every reader: a newer kernel may send
        more. MalformedMessage where a length does not fit or a payload is not of its kind.
        """
        end = len(data) if end is None else end
        by_number = self._by_number
        values: dict[str, Any] = {}
        while start < end:
            if end - start < 4:
                raise MalformedMessage(f"{self.prefix}: {end - start} bytes left where an attribute should begin")
            length, number = HEADER.unpack_from(data, start)
            if length < 4 or start + length > end:
                raise MalformedMessage(f"{self.prefix}: attribute {number} claims {length} bytes of {end - start}")
            attribute = by_number.get(number & NUMBER_MASK)
            if attribute is not None:
                try:
                    values[attribute.name] = attribute.kind.unpack(data[start + 4 : start + length])
                except ValueError as error:
                    raise MalformedMessage(f"{self.prefix}_{attribute.name}: {error}") from None
            start += (length + 3) & ~3
        return values
