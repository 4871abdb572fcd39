# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Netlink attributes: bytes <-> values, driven by tables that mirror the kernel's headers. Private to the collection.

An attribute is struct nlattr (include/uapi/linux/netlink.h): u16 length without padding, u16 number, payload, padding
to 4 bytes. Numbers are in host order unless a table says otherwise; the two top bits of the number are flags.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import lru_cache
from socket import htons, ntohs
from struct import Struct
from struct import error as struct_error
from typing import Any, Callable, Mapping, NamedTuple, Optional

from .errors import MalformedMessage

HEADER = Struct("=HH")
NUMBER_MASK = 0x3FFF  # NLA_TYPE_MASK: without NLA_F_NESTED and NLA_F_NET_BYTEORDER
NESTED_FLAG = 0x8000  # NLA_F_NESTED


Encoder = Callable[[Any], bytes]


def _padding(size: int) -> bytes:
    return bytes(-size % 4)


class Kind(ABC):
    """How the payload of an attribute is written and read.

    For a struct in host order that takes several payloads at once (_netlink/layout.py): size is the bytes of every
    payload, 0 where they differ; after_struct makes the value from what the struct reads, before_struct makes what it
    writes from the value; None where that is the value itself.
    """

    size: int = 0
    after_struct: Optional[Callable[[Any], Any]] = None
    before_struct: Optional[Callable[[Any], Any]] = None

    def encoder(self, number: int) -> Encoder:
        """Return the function that makes the whole attribute of this number from a value."""

        def encode(value: Any) -> bytes:
            payload = self.pack(value)
            return HEADER.pack(4 + len(payload), number) + payload + _padding(len(payload))

        return encode

    def struct_code(self, size: int) -> str:
        """Return the code of a payload of this size in a struct in host order."""
        return f"{size}s"

    @abstractmethod
    def pack(self, value: Any) -> bytes:
        """Return the payload. struct.error, OverflowError, TypeError or ValueError where the value does not fit."""

    @abstractmethod
    def read(self, data: bytes, start: int, size: int) -> Any:
        """Return the value of a payload of this size at start. ValueError where it is no such value."""


class Fixed(Kind):
    """Integers of a fixed size in host order: one, or several as a tuple."""

    def __init__(self, code: str) -> None:
        self._struct = Struct(f"={code}")
        self._code = code
        self.size = self._struct.size
        self._single = len(code) == 1
        if not self._single:
            self.after_struct = self._struct.unpack
            self.before_struct = self.pack

    def encoder(self, number: int) -> Encoder:
        header = HEADER.pack(4 + self.size, number)
        padding = _padding(self.size)
        return lambda value: header + self.pack(value) + padding

    def struct_code(self, size: int) -> str:
        return self._code if self._single and size == self.size else super().struct_code(size)

    def pack(self, value: Any) -> bytes:
        return self._struct.pack(value) if self._single else self._struct.pack(*value)

    def read(self, data: bytes, start: int, size: int) -> Any:
        if size != self.size:
            raise ValueError(f"{size} bytes instead of {self.size}")
        values = self._struct.unpack_from(data, start)
        return values[0] if self._single else values


class NetworkOrder16(Kind):
    """A port: 16 bits in network order."""

    size = 2
    after_struct = staticmethod(ntohs)

    @staticmethod
    @lru_cache(maxsize=1 << 16)  # ports come again and again
    def before_struct(value: int) -> int:
        if not 0 <= value <= 0xFFFF:  # before Python 3.10, htons() cuts it off
            raise OverflowError(f"{value} does not fit into 16 bits")
        return htons(value)

    def struct_code(self, size: int) -> str:
        return "H" if size == self.size else super().struct_code(size)

    def pack(self, value: int) -> bytes:
        return value.to_bytes(self.size, "big")

    def read(self, data: bytes, start: int, size: int) -> int:
        if size != self.size:
            raise ValueError(f"{size} bytes instead of {self.size}")
        return int.from_bytes(data[start : start + size], "big")


class Text(Kind):
    """A string that ends with NUL. An interface may have bytes in its name that are no UTF-8: shown as \\xff."""

    def __init__(self) -> None:
        # The names of schedulers and interfaces come again and again.
        self.after_struct = lru_cache(maxsize=1 << 10)(lambda payload: self.read(payload, 0, len(payload)))
        self.before_struct = self.pack

    def pack(self, value: str) -> bytes:
        return value.encode() + b"\0"

    def read(self, data: bytes, start: int, size: int) -> str:
        text, end, _rest = data[start : start + size].partition(b"\0")
        if not end:
            raise ValueError("a string without its final NUL")
        return text.decode(errors="backslashreplace")


class Binary(Kind):
    """Bytes as they are."""

    def pack(self, value: bytes) -> bytes:
        return value

    def read(self, data: bytes, start: int, size: int) -> bytes:
        return data[start : start + size]


class Nested(Kind):
    """Attributes inside an attribute."""

    def __init__(self, table: AttributeTable) -> None:
        self.table = table
        self.after_struct = table.decode
        self.before_struct = table.encode

    def encoder(self, number: int) -> Encoder:
        return super().encoder(number | NESTED_FLAG)

    def pack(self, value: Mapping[str, Any]) -> bytes:
        return self.table.encode(value)

    def read(self, data: bytes, start: int, size: int) -> dict[str, Any]:
        return self.table.decode(data, start, start + size)


U8 = Fixed("B")
U16 = Fixed("H")
U32 = Fixed("I")
S32 = Fixed("i")
U64 = Fixed("Q")
BE16 = NetworkOrder16()
PAIR = Fixed("II")  # struct ip_vs_flags: flags, mask
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
        self._encoders = {attribute.name: attribute.kind.encoder(attribute.number) for attribute in attributes}
        self._readers = {attribute.number: (attribute.name, attribute.kind.read) for attribute in attributes}

    def only(self, *names: str) -> AttributeTable:
        """Return this table reduced to the named attributes; the others are passed over when decoding."""
        return AttributeTable(self.prefix, *(self._by_name[name] for name in names))

    def find(self, number: int) -> Attribute | None:
        """Return the attribute of this number, None where the table has none."""
        return self._by_number.get(number)

    def encode(self, values: Mapping[str, Any]) -> bytes:
        """Return the bytes of these attributes. ValueError where a value does not fit."""
        encoders = self._encoders
        try:
            return b"".join([encoders[name](value) for name, value in values.items()])
        except (struct_error, OverflowError, TypeError, ValueError) as error:
            raise ValueError(f"{self.prefix} cannot hold {dict(values)}: {error}") from None

    def decode(self, data: bytes, start: int = 0, end: int | None = None) -> dict[str, Any]:
        """Return {name: value} of the attributes in data[start:end].

        A number that the table does not have is passed over, as netlink asks of every reader: a newer kernel may send
        more. MalformedMessage where a length does not fit or a payload is not of its kind.
        """
        end = len(data) if end is None else end
        readers = self._readers
        values: dict[str, Any] = {}
        while start < end:
            if end - start < 4:
                raise MalformedMessage(f"{self.prefix}: {end - start} bytes left where an attribute should begin")
            length, number = HEADER.unpack_from(data, start)
            if length < 4 or start + length > end:
                raise MalformedMessage(f"{self.prefix}: attribute {number} claims {length} bytes of {end - start}")
            reader = readers.get(number & NUMBER_MASK)
            if reader is not None:
                name, read = reader
                try:
                    values[name] = read(data, start + 4, length - 4)
                except ValueError as error:
                    raise MalformedMessage(f"{self.prefix}_{name}: {error}") from None
            start += (length + 3) & ~3
        return values
