# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lines of keepalived.conf that name the other directors of its cluster: how they are written, and read. Pure. Private.

By multicast, nothing else in the file says who they are. keepalived takes no line of more than 1023 bytes (MAXBUF in
parser.h), not even a comment, so each director has a line of its own.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Iterable, Iterator, List, NamedTuple, Tuple
from urllib.parse import quote, unquote

from .._netlink.address import canonical
from .text import is_own

_LINE = re.compile(r"# Another director of (\S+): (\S+)((?: \S+)*)")


class Other(NamedTuple):
    """A director that the file is not for. cluster: the one that both direct. addresses: all that are known of it."""

    cluster: str
    name: str
    addresses: Tuple[str, ...]


def line(other: Other) -> str:
    """Return the line that names a director. The name of a cluster may have blanks and anything else in it."""
    return f"# Another director of {quote(other.cluster, safe='')}: {' '.join([other.name, *other.addresses])}"


def others(text: str) -> List[Other]:
    """Return the directors that are named directly below the first line of a file that this collection has written."""
    found: List[Other] = []
    for match in map(_LINE.fullmatch, text.split("\n")[1:] if is_own(text) else []):
        if match is None:
            break
        found.append(Other(unquote(match[1]), match[2], tuple(_addresses(match[3].split()))))
    return found


def _addresses(words: Iterable[str]) -> Iterator[str]:
    """Yield what is an address; who has changed the line by hand may have written anything."""
    for word in words:
        with suppress(ValueError):
            yield canonical(word)
