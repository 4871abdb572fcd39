# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decoding many messages of one make. Private to the collection.

The kernel writes each message of a dump in the same way: the same attributes, in the same order, of the same sizes. So
where all headers of a message are those of an earlier one, its values lie in the same places, and two calls of struct
take the place of a walk. Whatever differs is walked; the result is the same.
"""

from __future__ import annotations

from struct import Struct
from typing import Any, Callable, Dict, NamedTuple, Optional, Tuple

from .attributes import HEADER, NUMBER_MASK, AttributeTable, Fixed, Nested


class Layout(NamedTuple):
    """Where the values of a message are that has one nested attribute and nothing else.

    outer: that attribute's name. headers, expected: all headers, read in one go, and what they must be.
    values, names: the values, read in one go, and their names. conversions: what is still to be done with some of them.
    """

    outer: str
    headers: Struct
    expected: Tuple[bytes, ...]
    values: Struct
    names: Tuple[str, ...]
    conversions: Tuple[Tuple[int, Callable[[bytes], Any]], ...]


class Decoder:
    """table.decode() that remembers the layouts it has met, by the size of the message."""

    def __init__(self, table: AttributeTable) -> None:
        self._table = table
        self._layouts: Dict[int, Optional[Layout]] = {}

    def decode(self, data: bytes, start: int) -> dict[str, Any]:
        """Return {name: value} of the attributes in data[start:]. MalformedMessage as table.decode()."""
        size = len(data) - start
        layout = self._layouts.get(size)
        if layout is not None and layout.headers.unpack_from(data, start) == layout.expected:
            values = list(layout.values.unpack_from(data, start))
            try:
                for position, convert in layout.conversions:
                    values[position] = convert(values[position])
            except ValueError:  # said better, and in full, by the walk
                return self._table.decode(data, start)
            return {layout.outer: dict(zip(layout.names, values))}
        decoded = self._table.decode(data, start)
        self._layouts[size] = learn(self._table, data, start)
        return decoded


def learn(table: AttributeTable, data: bytes, start: int) -> Layout | None:
    """Return the layout of a message that table.decode() takes; None where it is not one nested attribute."""
    if len(data) == start:
        return None
    length, number = HEADER.unpack_from(data, start)
    outer = table.find(number & NUMBER_MASK)
    if outer is None or not isinstance(outer.kind, Nested) or start + length != len(data):
        return None
    headers, values = "=4s", "=4x"
    names: list[str] = []
    conversions: list[tuple[int, Callable[[bytes], Any]]] = []
    at = start + HEADER.size
    while at < len(data):
        length, number = HEADER.unpack_from(data, at)
        size = length - HEADER.size
        gap = f"{-length % 4}x"
        attribute = outer.kind.table.find(number & NUMBER_MASK)
        headers += f"4s{size}x{gap}"
        if attribute is None:
            values += f"4x{size}x{gap}"
        else:
            native = isinstance(attribute.kind, Fixed) and attribute.kind.native_code
            if not native:
                conversions.append((len(names), attribute.kind.read_all))
            values += f"4x{native or f'{size}s'}{gap}"
            names.append(attribute.name)
        at += (length + 3) & ~3
    compiled = Struct(headers)
    if compiled.size != len(data) - start:
        return None  # the last attribute is not padded: this is not the kernel's make
    return Layout(
        outer.name,
        compiled,
        compiled.unpack_from(data, start),
        Struct(values),
        tuple(names),
        tuple(conversions),
    )
