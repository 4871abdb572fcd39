# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Real messages, damaged: their bytes, their attributes, their lengths; and what must become of each."""

from __future__ import annotations

import signal
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.module_utils._change import InvalidInput
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.attributes import HEADER
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.errors import NetlinkError

# Where lengths, numbers and codes are off by one, signed, or more than there is.
NUMBERS = (0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 20, 255, 2**14 - 1, 2**15 - 1, 2**15, 2**16 - 1)
WIDE_NUMBERS = (*NUMBERS, 2**16, 2**31 - 1, 2**31, 2**31 + 1, 2**32 - 16, 2**32 - 1)
SECONDS = 0.5  # of processor time; no message needs a hundredth of it

Part = TypeVar("Part", bytes, str, list)
Attributes = list[tuple[int, bytes]]


class Endless(BaseException):
    """What was tried has not come to an end. No Exception, so that hypothesis does not go on to look for a shorter."""


def outcome(function: Callable[..., Any], *arguments: Any) -> Any:
    """Return what the function returns, or its error where that is one of ours. All else is a finding, as is no end."""

    def end(_number: int, _frame: object) -> None:
        raise Endless(f"{function.__qualname__} with {arguments!r}")

    before = signal.signal(signal.SIGVTALRM, end)
    # Again and again: Python drops what is raised while it collects garbage.
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS, SECONDS)
    try:
        return function(*arguments)
    except (NetlinkError, InvalidInput) as error:
        return f"{type(error).__name__}: {error}"
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


@st.composite
def damaged(draw: st.DrawFn, seeds: Sequence[Part], noise: st.SearchStrategy[Part]) -> Part:
    """Return a seed of which parts are replaced by noise, repeated, or followed by the end of another seed.

    Noise of no length deletes, noise in place of nothing inserts.
    """
    data = draw(st.sampled_from(seeds))
    for damage in draw(st.lists(st.sampled_from(("replace", "repeat", "splice")), max_size=2)):
        start = draw(st.integers(0, len(data)))
        end = draw(st.integers(start, len(data)))
        if damage == "replace":
            data = data[:start] + draw(noise) + data[min(end, start + draw(st.integers(0, 8))) :]
        elif damage == "repeat":
            data = data[:end] + data[start:end] + data[end:]
        else:
            other = draw(st.sampled_from(seeds))
            data = data[:start] + other[draw(st.integers(0, len(other))) :]
    return data


@st.composite
def renumbered(draw: st.DrawFn, messages: st.SearchStrategy[bytes]) -> bytes:
    """Return a message in which some numbers, at places where lengths, types and codes are, have become others."""
    data = draw(messages)
    for size, numbers in draw(st.lists(st.sampled_from(((2, NUMBERS), (4, WIDE_NUMBERS))), max_size=3)):
        if len(data) >= size:
            at = 2 * draw(st.integers(0, (len(data) - size) // 2))
            data = data[:at] + draw(st.sampled_from(numbers)).to_bytes(size, "little") + data[at + size :]
    return data


def damaged_bytes(seeds: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """Whatever bytes can come: seeds with damages of all kinds, and noise alone."""
    return st.one_of(renumbered(damaged(seeds, st.binary(max_size=8))), st.binary(max_size=200))


def split(attributes: bytes) -> Attributes:
    """Return (number with its flags, payload) of well-formed attributes."""
    parts = []
    while attributes:
        length, number = HEADER.unpack_from(attributes)
        parts.append((number, attributes[HEADER.size : length]))
        attributes = attributes[(length + 3) & ~3 :]
    return parts


def attribute(number: int, payload: bytes) -> bytes:
    """Return an attribute of the right length, without padding."""
    return HEADER.pack(HEADER.size + len(payload), number) + payload


def _resized(number: int, size: int) -> bytes:
    return number.to_bytes(max(4, size), "little")[:size]


@st.composite
def damaged_attributes(draw: st.DrawFn, seeds: Sequence[bytes]) -> bytes:
    """Return attributes of which some are gone, doubled, elsewhere, of another number, or with other payloads.

    Their lengths are right, but for the last, which may be cut short, be it by its padding alone.
    """
    listed = [split(seed) for seed in seeds]
    payloads = [payload for parts in listed for _number, payload in parts]
    strange = st.tuples(st.integers(0, 2**16 - 1), st.binary(max_size=20))
    parts = list(draw(st.one_of(st.sampled_from(listed), damaged(listed, st.lists(strange, max_size=2)))))
    for at in draw(st.lists(st.integers(0, 50), max_size=2)) if parts else ():
        number, payload = parts[at % len(parts)]
        same_size = st.sampled_from(WIDE_NUMBERS).map(partial(_resized, size=len(payload)))
        other = draw(st.one_of(same_size, st.sampled_from(payloads), damaged([payload], st.binary(max_size=8))))
        parts[at % len(parts)] = (number, other)
    attributes = b"".join(attribute(number, payload) + bytes(-len(payload) % 4) for number, payload in parts)
    return attributes[: len(attributes) - draw(st.sampled_from((0, 0, 0, 0, 1, 2, 3)))]
