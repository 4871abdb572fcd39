# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many messages of one make: a nested attribute decoded or encoded by one call of struct. Private to the collection.

The kernel writes each message of a dump in the same way: the same attributes, in the same order, of the same sizes. So
where all headers of a message are those of an earlier one, its values lie in the same places, and two calls of struct
take the place of a walk. Whatever differs is walked; the result is the same.
"""

from __future__ import annotations

from operator import itemgetter
from struct import Struct
from struct import error as struct_error
from typing import Any, Callable, Dict, List, NamedTuple, Sequence, Tuple

from .attributes import HEADER, NESTED_FLAG, NUMBER_MASK, AttributeTable, Nested
from .errors import MalformedMessage

LAYOUTS = 16  # remembered for each size of message; the kernel has a handful


class Layout(NamedTuple):
    """Where the values of a message are that has one nested attribute and nothing else.

    headers, expected: all headers, read in one go, and what they must be. values: the values, read in one go.
    names: of the values. conversions: what is still to be done with some, by their position.
    """

    headers: Struct
    expected: Tuple[bytes, ...]
    values: Struct
    names: Tuple[str, ...]
    conversions: Tuple[Tuple[int, Callable[[Any], Any]], ...]


class Decoder:
    """Reads one nested attribute as a tuple: first the parts that must be there, then the others, None where absent."""

    def __init__(self, table: AttributeTable, name: str, required: Sequence[str], optional: Sequence[str] = ()) -> None:
        if len(required) + len(optional) < 2:
            raise TypeError("one part alone is no tuple to itemgetter()")
        self._name = name
        self._required = tuple(required)
        self._wanted = (*required, *optional)
        outer = table.only(name).attributes[0]
        if not isinstance(outer.kind, Nested):
            raise TypeError(f"{name} holds no attributes")
        wanted = outer._replace(kind=Nested(outer.kind.table.only(*self._wanted)))
        self._table = AttributeTable(table.prefix, wanted)
        self._layouts: Dict[int, List[Tuple[Layout, Callable[[Any], Tuple[Any, ...]]]]] = {}

    def decode(self, data: bytes, start: int) -> Tuple[Any, ...]:
        """Return the parts of the attribute in data[start:]. MalformedMessage where it is not there or damaged."""
        for layout, pick in self._layouts.get(len(data) - start, ()):
            if layout.headers.unpack_from(data, start) == layout.expected:
                values = [*layout.values.unpack_from(data, start), None]
                try:
                    for position, convert in layout.conversions:
                        values[position] = convert(values[position])
                except ValueError:  # said better, and in full, by the walk
                    break
                return pick(values)
        return self._walk(data, start)

    def _walk(self, data: bytes, start: int) -> Tuple[Any, ...]:
        values = self._table.decode(data, start).get(self._name)
        if values is None:
            raise MalformedMessage(f"a message without {self._table.prefix}_{self._name}")
        for name in self._required:
            if name not in values:
                raise MalformedMessage(f"{self._table.prefix}_{self._name} without its {name}")
        self._remember(data, start)
        return tuple(values.get(name) for name in self._wanted)

    def _remember(self, data: bytes, start: int) -> None:
        known = self._layouts.setdefault(len(data) - start, [])
        layout = learn(self._table, data, start) if len(known) < LAYOUTS else None
        if layout is not None:
            positions = [layout.names.index(name) if name in layout.names else -1 for name in self._wanted]
            known.append((layout, itemgetter(*positions)))


def learn(table: AttributeTable, data: bytes, start: int) -> Layout | None:
    """Return the layout of a message that the table has decoded, None where it is not one nested attribute."""
    outer_header = HEADER.unpack_from(data, start)
    outer = table.find(outer_header[1] & NUMBER_MASK)
    if outer is None or not isinstance(outer.kind, Nested) or start + outer_header[0] != len(data):
        return None
    headers, values = "=4s", "=4x"
    names: list[str] = []
    conversions: list[tuple[int, Callable[[Any], Any]]] = []
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
            if attribute.kind.after_struct:
                conversions.append((len(names), attribute.kind.after_struct))
            values += f"4x{attribute.kind.struct_code(size)}{gap}"
            names.append(attribute.name)
        at += (length + 3) & ~3
    compiled = Struct(headers)
    if compiled.size != len(data) - start or len(set(names)) != len(names):
        return None  # the last attribute is not padded, or one comes twice: this is not the kernel's make
    return Layout(compiled, compiled.unpack_from(data, start), Struct(values), tuple(names), tuple(conversions))


class Template:
    """Writes one nested attribute whose parts are always the same and of fixed sizes.

    sizes: bytes of the parts whose size the table leaves open.
    """

    def __init__(self, table: AttributeTable, name: str, parts: Sequence[str], **sizes: int) -> None:
        outer = table.only(name).attributes[0]
        if not isinstance(outer.kind, Nested):
            raise TypeError(f"{name} holds no attributes")
        self._prefix = outer.kind.table.prefix
        self._arguments: list[Any] = []
        self._conversions: list[tuple[int, Callable[[Any], Any]]] = []
        codes = "=4s"
        for part in outer.kind.table.only(*parts).attributes:
            size = sizes.get(part.name) or part.kind.size
            if part.kind.before_struct:
                self._conversions.append((len(self._arguments) + 2, part.kind.before_struct))
            codes += f"4s{part.kind.struct_code(size)}{-size % 4}x"
            self._arguments += [HEADER.pack(HEADER.size + size, part.number), None]
        self._struct = Struct(codes)
        self._arguments.insert(0, HEADER.pack(self._struct.size, outer.number | NESTED_FLAG))

    def fill(self, values: Sequence[Any]) -> bytes:
        """Return the attribute with these values, one for each part. ValueError where one does not fit."""
        arguments = self._arguments[:]
        arguments[2::2] = values
        try:
            for position, convert in self._conversions:
                arguments[position] = convert(arguments[position])
            return self._struct.pack(*arguments)
        except (struct_error, OverflowError, TypeError, ValueError) as error:
            raise ValueError(f"{self._prefix} cannot hold {values}: {error}") from None
