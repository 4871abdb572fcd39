# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a message of a dump means, found by its bytes: no value is made where it was made before. Private.

The kernel writes back what it was sent: the same attributes with the same bytes, and its own counters between them. So
the parts that matter are cut out of a message and put together, and what they mean is looked up among what was sent
and what was read before. The cut is learned from a message that was decoded; it fits a message only where all headers
are the same, so that nothing else can lie in its place. Whatever is not found is decoded, with the same result.
"""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from struct import Struct
from typing import Any, Callable, Dict, List, NamedTuple, Sequence, Tuple

from .attributes import HEADER, NUMBER_MASK, AttributeTable, Nested

CUTS = 16  # learned for each size of message; the kernel has a handful
MEANINGS = 1 << 16  # remembered; each takes some 300 bytes

Runs = Tuple[bytes, ...]


class Cut(NamedTuple):
    """Where the parts that matter lie in a message of one size.

    frame: reads all else but the payloads that do not matter; expected: what it must read. runs: reads the parts, those
    that follow one another as one.
    """

    frame: Callable[[bytes], Tuple[Any, ...]]
    expected: Tuple[Any, ...]
    runs: Callable[[bytes], Runs]


class Known:
    """Meanings of messages with one nested attribute, by the bytes of its parts.

    start: where the attribute begins; what is before it belongs to the frame. name: of the attribute. parts: the names
    of those inside it that make the meaning. required: those without which a message means nothing on its own.
    """

    def __init__(
        self, table: AttributeTable, start: int, name: str, parts: Sequence[str], required: Sequence[str]
    ) -> None:
        outer = table.only(name).attributes[0]
        if not isinstance(outer.kind, Nested):
            raise TypeError(f"{name} holds no attributes")
        inner = outer.kind.table
        self._start = start
        self._parts = frozenset(attribute.number for attribute in inner.only(*parts).attributes)
        self._required = frozenset(attribute.number for attribute in inner.only(*required).attributes)
        self._cuts: Dict[int, List[Cut]] = {}
        self._meanings: Dict[Runs, Any] = {}
        self._same: Dict[bytes, bytes] = {}  # what ends in one object, for it comes with every message

    def expect(self, runs: Runs, meaning: Any) -> None:
        """Remember what these parts mean: whole attributes, in the kernel's order and with its gaps."""
        if len(self._meanings) < MEANINGS:
            first, *others = runs
            key = (first, *[self._same.setdefault(run, run) for run in others])
            self._meanings[key] = meaning

    def find(self, messages: Sequence[bytes]) -> List[Any]:
        """Return the meaning of each message, None where it is not known."""
        count = len(messages)
        if count and {*map(len, messages)} == {len(messages[0])}:
            for frame, expected, runs in self._cuts.get(len(messages[0]), ()):
                if [*map(frame, messages)].count(expected) == count:
                    return [*map(self._meanings.get, map(runs, messages))]
        # Messages of several makes, or of one that is not known.
        return [self.find((message,))[0] for message in messages] if count > 1 else [None] * count

    def learn(self, message: bytes, meaning: Any) -> None:
        """Remember what a message means that was decoded, and how it is cut."""
        cuts = self._cuts.setdefault(len(message), [])
        cut = next((cut for cut in cuts if cut.frame(message) == cut.expected), None)
        if cut is None and len(cuts) < CUTS:
            cut = self._cut(message)
            if cut is not None:
                cuts.append(cut)
        if cut is not None:
            self.expect(cut.runs(message), meaning)

    def _cut(self, message: bytes) -> Cut | None:
        """Return how a message is cut, None where it is not one nested attribute with all that is required."""
        at = self._start + HEADER.size
        if self._start + HEADER.unpack_from(message, self._start)[0] != len(message):
            return None
        frame, sizes, seen = f"={at}s", [(False, at)], set()
        while at < len(message):
            length, number = HEADER.unpack_from(message, at)
            size = (length + 3) & ~3
            matters = number & NUMBER_MASK in self._parts
            frame += f"{size}x" if matters else f"I{size - HEADER.size}x"
            sizes.append((matters, size))
            seen.add(number & NUMBER_MASK)
            at += size
        if at != len(message) or not self._required <= seen:
            return None  # the last attribute is not padded, or one is missing: this is not the kernel's make
        runs = "=" + "".join(
            f"{sum(size for _matters, size in together)}{'s' if matters else 'x'}"
            for matters, together in groupby(sizes, key=itemgetter(0))
        )
        reads_frame = Struct(frame).unpack
        return Cut(reads_frame, reads_frame(message), Struct(runs).unpack)
